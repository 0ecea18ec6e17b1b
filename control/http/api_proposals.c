// SPDX-License-Identifier: BSD-3-Clause
// Proposals: made from outside, decided at home.

#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/notify/notify.h"
#include "control/provider/proposal.h"
#include "control/rule_check.h"
#include "control/rule_json.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"

static struct proposal *
proposal_in_path(struct http_request *r, const struct core *c) {
	const char *text = http_path(r, "proposal");
	uint64_t id;
	struct proposal *p = id_parse("prop_", text, &id) ? proposal_find(c->provider, id) : NULL;

	if (!p)
		http_problem(
			r,
			PROBLEM_UNKNOWN_PROPOSAL,
			"GET " V1 "/proposals lists them.",
			"There is no proposal '%.40s'.",
			text
		);
	return p;
}

void
api_list_proposals(struct http_request *r, void *core) {
	const struct core *c = core;
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = c->provider->proposals_count; i-- > 0;)
		proposal_write(c->provider->proposals[i], &j);
	json_end(&j);
	json_key_string(&j, "next_cursor", NULL);
	json_end(&j);
	api_reply(r, 200, &j);
}

void
api_get_proposal(struct http_request *r, void *core) {
	const struct proposal *p = proposal_in_path(r, core);
	struct json j;

	if (!p)
		return;
	json_init(&j);
	proposal_write(p, &j);
	api_reply(r, 200, &j);
}

struct waiting {
	struct core *core;
	struct http_later *later;
	uint64_t id;
	int status;
};

// The household hears of it wherever it is; a notification has room for the beginning of why.
static void
tell(struct core *c, const struct proposal *p) {
	notify(c,
	       NOTIFY_PROVIDER_PROPOSED,
	       NULL,
	       p->author,
	       proposal_kind_word(p->kind),
	       p->evidence,
	       NULL);
}

static void
done(void *context, int result, const char *message) {
	struct waiting *w = context;
	struct http_request *r = http_resume(w->later);
	const struct proposal *p = proposal_find(w->core->provider, w->id);
	struct json j;

	if (r && result < 0) {
		http_problem(
			r,
			result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"Check the state directory's disk and try again.",
			"%s",
			message
		);
	} else if (r && p) {
		if (w->status == 201)
			tell(w->core, p);
		json_init(&j);
		proposal_write(p, &j);
		http_told(r);
		api_reply(r, w->status, &j);
	}
	free(w);
}

// Takes the proposal.
static void
keep(struct http_request *r, struct core *c, struct proposal *p, int status) {
	struct waiting *w = p ? malloc(sizeof *w) : NULL;

	if (!w) {
		proposal_free(p);
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	struct audit_entry *e = api_entry(r);
	*w = (struct waiting){c, http_later(r), p->id, status};
	proposal_keep(c, p, e, done, w);
}

// --- Made ---

static bool
bad(struct http_request *r, const char *field, const char *hint, const char *detail) {
	http_problem_at(r, PROBLEM_BAD_VALUE, field, hint, detail);
	return false;
}

// What could never be accepted is not taken; the rest is looked at again when it is.
static bool
check_request(
	struct http_request *r,
	struct core *c,
	const struct json_doc *d,
	unsigned int node,
	enum proposal_kind kind
) {
	struct rule_spec spec;
	struct rule_fault f;

	if (!json_is_object(d, node))
		return bad(r, proposal_kind_word(kind), NULL, "It is no object.");
	if (kind == PROPOSAL_RULE) {
		if (rule_json_read(d, node, &spec, &f) && rule_check_names(c, &spec, &f))
			return true;
		api_fault(r, PROBLEM_BAD_RULE, &f);
		return false;
	}
	if (kind == PROPOSAL_CAPTURE)
		return true;
	const char *name = json_text(d, json_get(d, node, "name"));
	const char *yaml = json_text(d, json_get(d, node, "yaml"));
	if (!name || !yaml || !profile_name_is_good(name) || json_size(d, node) != 2)
		return bad(
			r,
			"profile",
			"Send {\"name\": \"…\", \"yaml\": \"…\"}, the name of a-z, 0-9 and '-'.",
			"It is no profile."
		);
	struct text *t = text_new(yaml, strlen(yaml));
	bool good = t && api_try_profile(r, c, name, t);
	text_drop(t);
	return good;
}

static bool
read_proposal(
	struct http_request *r,
	struct core *c,
	const struct json_doc *d,
	struct proposal *p
) {
	unsigned int node = 0;
	size_t length;

	for (int i = 0; i < PROPOSAL_KIND_COUNT; i++) {
		unsigned int n = json_get(d, JSON_ROOT, proposal_kind_word((enum proposal_kind)i));
		if (n && node)
			return bad(r, "", "Propose one thing at a time.", "It is two proposals.");
		p->kind = n ? (enum proposal_kind)i : p->kind;
		node = n ? n : node;
	}
	const char *evidence = json_text(d, json_get(d, JSON_ROOT, "evidence"));
	int64_t minutes = json_number(d, json_get(d, JSON_ROOT, "minutes"), PROPOSAL_DAYS * 1440);
	size_t known = 2 + (json_get(d, JSON_ROOT, "minutes") != 0);
	if (!node || !evidence || json_size(d, JSON_ROOT) != known)
		return bad(
			r,
			"",
			"Send one of rule, profile and capture, evidence, and minutes that it "
			"stands.",
			"It is no proposal."
		);
	if (!evidence[0] || strlen(evidence) > PROPOSAL_TEXT_MAX)
		return bad(r, "evidence", "Write 1 to 2000 bytes: why.", "It says nothing.");
	if (minutes < 1 || minutes > GRANT_MINUTES_MAX)
		return bad(
			r, "minutes", "1 to 44640, which are 31 days.", "It cannot stand so long."
		);
	const char *body = json_raw_of(d, node, &length);
	if (length > PROPOSAL_BODY_MAX)
		return bad(r, proposal_kind_word(p->kind), "At most 16 KiB.", "It is too long.");
	if (!check_request(r, c, d, node, p->kind))
		return false;
	p->id = id_new();
	p->created_ns = clock_wall_ns();
	p->expires_ns = p->created_ns + (uint64_t)minutes * 60 * NS_PER_S;
	snprintf(p->author, sizeof p->author, "%s", http_who(r));
	p->body = strndup(body, length);
	p->evidence = strdup(evidence);
	return p->body && p->evidence;
}

void
api_create_proposal(struct http_request *r, void *core) {
	struct core *c = core;
	struct json_doc *d;
	struct proposal *p;

	if (proposals_open(c->provider) >= PROPOSALS_OPEN_MAX) {
		http_problem(
			r,
			PROBLEM_TOO_MANY_PROPOSALS,
			"Wait until the household has decided some.",
			"%d proposals wait already.",
			PROPOSALS_OPEN_MAX
		);
		return;
	}
	if (!(d = http_read_document(r)))
		return;
	p = calloc(1, sizeof *p);
	bool good = p && read_proposal(r, c, d, p);
	json_doc_free(d);
	if (good)
		keep(r, c, p, 201);
	else
		proposal_free(p);
}

// --- Decided ---

// A copy of what is open to decide on; NULL after the problem was answered.
static struct proposal *
undecided(struct http_request *r, const struct core *c, enum proposal_state wanted) {
	const struct proposal *p = proposal_in_path(r, c);

	if (!p)
		return NULL;
	if (!proposal_is_open(p) || (wanted == PROPOSAL_ASKED && p->state != wanted)) {
		http_problem(
			r,
			PROBLEM_DECIDED_ALREADY,
			NULL,
			"%s",
			proposal_is_open(p) ? _("Nobody has asked about it.")
					    : _("It was decided, or its time is over.")
		);
		return NULL;
	}
	struct proposal *copy = proposal_copy(p);
	if (!copy)
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
	return copy;
}

struct text_body {
	struct json_text text;
};

static bool
read_text(struct http_request *r, bool required, char **ret) {
	const struct json_field fields[] = {
		{"text", JSON_TEXT, offsetof(struct text_body, text), required, false, 1, 500},
	};
	struct text_body body = {0};

	if (!http_read(r, fields, ARRAY_LEN(fields), &body))
		return false;
	*ret = body.text.present ? strdup(body.text.text) : NULL;
	return true;
}

static void
decide(struct http_request *r, struct core *c, enum proposal_state to, bool required) {
	struct proposal *p = undecided(r, c, to == PROPOSAL_OPEN ? PROPOSAL_ASKED : PROPOSAL_OPEN);
	char *text = NULL;

	if (!p)
		return;
	if (!read_text(r, required, &text)) {
		proposal_free(p);
		return;
	}
	p->state = to;
	if (to == PROPOSAL_ASKED) {
		free(p->question);
		p->question = text;
	} else {
		free(p->answer);
		p->answer = text;
	}
	if (to == PROPOSAL_DECLINED) {
		p->decided_ns = clock_wall_ns();
		snprintf(p->decided_by, sizeof p->decided_by, "%s", http_who(r));
	}
	keep(r, c, p, 200);
}

void
api_decline_proposal(struct http_request *r, void *core) {
	decide(r, core, PROPOSAL_DECLINED, false);
}

void
api_ask_proposal(struct http_request *r, void *core) {
	decide(r, core, PROPOSAL_ASKED, true);
}

void
api_answer_proposal(struct http_request *r, void *core) {
	decide(r, core, PROPOSAL_OPEN, true);
}

// --- Accepted ---

struct accepting {
	struct core *core;
	struct proposal *proposal;
	struct audit_entry *entry;
};

// It was done, the way that any such thing is done: now the outcome.
static void
accepted(void *context, struct http_request *r, int status) {
	struct accepting *a = context;

	(void)r;
	(void)status;
	proposal_keep(a->core, a->proposal, a->entry, NULL, NULL);
	a->proposal = NULL;
	a->entry = NULL;
}

static void
accepting_gone(void *context) {
	struct accepting *a = context;

	proposal_free(a->proposal);
	audit_free(a->entry);
}

void
api_accept_proposal(struct http_request *r, void *core) {
	struct core *c = core;
	struct proposal *p = undecided(r, c, PROPOSAL_OPEN);
	struct json_doc *d = NULL;
	struct json_fault fault;

	if (!p)
		return;
	if (!http_read(r, NULL, 0, NULL)
	    || json_parse(p->body, strlen(p->body), &json_limits_reply, &d, &fault) < 0) {
		proposal_free(p);
		return;
	}
	struct accepting *a = http_keep(r, sizeof *a, accepting_gone);
	p->state = PROPOSAL_ACCEPTED;
	p->decided_ns = clock_wall_ns();
	snprintf(p->decided_by, sizeof p->decided_by, "%s", http_who(r));
	*a = (struct accepting){c, p, api_entry(r)};
	http_on_answer(r, accepted, a);
	http_set_behalf(r, p->author);
	if (p->kind == PROPOSAL_PROFILE) {
		struct json j;
		json_init(&j);
		json_object(&j);
		json_key_string(&j, "yaml", json_text(d, json_get(d, JSON_ROOT, "yaml")));
		json_end(&j);
		char name[64];
		snprintf(name, sizeof name, "%.40s", json_text(d, json_get(d, JSON_ROOT, "name")));
		http_become(
			r, proposal_operation(p->kind), "profile", name, j.text ? j.text : "{}"
		);
		json_free(&j);
	} else {
		http_become(r, proposal_operation(p->kind), NULL, NULL, p->body);
	}
	json_doc_free(d);
}
