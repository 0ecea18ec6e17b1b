// SPDX-License-Identifier: BSD-3-Clause

#include "control/provider/proposal.h"

#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/json_read.h"
#include "control/http/stream.h"
#include "control/view.h"
#include "platform/base.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const states[] = {
#define X(id, word) word,
	PROPOSAL_STATES(X)
#undef X
};

static const struct {
	const char *word;
	const char *operation;
} kinds[] = {
#define X(id, word, operation) {word, operation},
	PROPOSAL_KINDS(X)
#undef X
};

const char *
proposal_kind_word(enum proposal_kind k) {
	return kinds[k].word;
}

const char *
proposal_operation(enum proposal_kind k) {
	return kinds[k].operation;
}

bool
proposal_is_open(const struct proposal *p) {
	return p->state == PROPOSAL_OPEN || p->state == PROPOSAL_ASKED;
}

void
proposal_free(struct proposal *p) {
	if (!p)
		return;
	free(p->body);
	free(p->evidence);
	free(p->question);
	free(p->answer);
	free(p);
}

static char *
copy(const char *text) {
	return text ? strdup(text) : NULL;
}

struct proposal *
proposal_copy(const struct proposal *p) {
	struct proposal *fresh = malloc(sizeof *fresh);

	if (!fresh)
		return NULL;
	*fresh = *p;
	fresh->body = copy(p->body);
	fresh->evidence = copy(p->evidence);
	fresh->question = copy(p->question);
	fresh->answer = copy(p->answer);
	if (fresh->body && fresh->evidence)
		return fresh;
	proposal_free(fresh);
	return NULL;
}

struct proposal *
proposal_find(const struct provider *v, uint64_t id) {
	for (size_t i = 0; i < v->proposals_count; i++)
		if (v->proposals[i]->id == id)
			return v->proposals[i];
	return NULL;
}

size_t
proposals_open(const struct provider *v) {
	size_t n = 0;

	for (size_t i = 0; i < v->proposals_count; i++)
		n += proposal_is_open(v->proposals[i]);
	return n;
}

void
proposal_write(const struct proposal *p, struct json *j) {
	json_object(j);
	view_id(j, "id", "prop_", p->id);
	json_key_string(j, "kind", kinds[p->kind].word);
	json_key_string(j, "state", states[p->state]);
	view_time(j, "created", p->created_ns);
	view_time(j, "expires", p->expires_ns);
	view_time(j, "decided", p->decided_ns);
	json_key_string(j, "author", p->author);
	json_key_string(j, "decided_by", p->decided_by[0] ? p->decided_by : NULL);
	json_key(j, "request");
	json_raw(j, p->body, strlen(p->body));
	json_key_string(j, "evidence", p->evidence);
	json_key_string(j, "question", p->question);
	json_key_string(j, "answer", p->answer);
	json_end(j);
}

static uint64_t
time_of(const struct json_doc *d, const char *key) {
	const char *text = json_text(d, json_get(d, JSON_ROOT, key));
	uint64_t ns = 0;

	return text && text_parse_time(text, &ns) == 0 ? ns : 0;
}

static const char *
word(const struct json_doc *d, const char *key) {
	return json_text(d, json_get(d, JSON_ROOT, key));
}

static bool
read_members(const struct json_doc *d, struct proposal *p) {
	const char *kind = word(d, "kind"), *state = word(d, "state");
	size_t length;
	const char *body = json_raw_of(d, json_get(d, JSON_ROOT, "request"), &length);

	p->kind = PROPOSAL_KIND_COUNT;
	p->state = PROPOSAL_STATE_COUNT;
	for (int i = 0; kind && i < PROPOSAL_KIND_COUNT; i++)
		p->kind = strcmp(kind, kinds[i].word) == 0 ? (enum proposal_kind)i : p->kind;
	for (int i = 0; state && i < PROPOSAL_STATE_COUNT; i++)
		p->state = strcmp(state, states[i]) == 0 ? (enum proposal_state)i : p->state;
	p->created_ns = time_of(d, "created");
	p->expires_ns = time_of(d, "expires");
	p->decided_ns = time_of(d, "decided");
	snprintf(p->author, sizeof p->author, "%s", word(d, "author") ? word(d, "author") : "");
	snprintf(
		p->decided_by,
		sizeof p->decided_by,
		"%s",
		word(d, "decided_by") ? word(d, "decided_by") : ""
	);
	p->body = body ? strndup(body, length) : NULL;
	p->evidence = strdup(word(d, "evidence") ? word(d, "evidence") : "");
	p->question = copy(word(d, "question"));
	p->answer = copy(word(d, "answer"));
	return p->kind != PROPOSAL_KIND_COUNT && p->state != PROPOSAL_STATE_COUNT && p->body
		&& p->evidence;
}

struct proposal *
proposal_read(uint64_t id, const char *text) {
	struct json_doc *d;
	struct json_fault fault;
	struct proposal *p = calloc(1, sizeof *p);

	if (!p || json_parse(text, strlen(text), &json_limits_reply, &d, &fault) < 0) {
		free(p);
		return NULL;
	}
	p->id = id;
	bool good = read_members(d, p);
	json_doc_free(d);
	if (good)
		return p;
	proposal_free(p);
	return NULL;
}

// --- Kept ---

static void
publish(struct core *c, const struct proposal *p) {
	struct json j;

	if (!c->stream)
		return;
	json_init(&j);
	proposal_write(p, &j);
	if (!j.failed)
		stream_publish(c->stream, STREAM_PROPOSAL, j.text, j.length);
	json_free(&j);
}

static void
put(struct provider *v, struct proposal *p) {
	for (size_t i = 0; i < v->proposals_count; i++)
		if (v->proposals[i]->id == p->id) {
			proposal_free(v->proposals[i]);
			v->proposals[i] = p;
			return;
		}
	v->proposals[v->proposals_count++] = p;
}

void
proposals_load(struct provider *v, uint64_t id, const char *body) {
	struct proposal *p = v->proposals_count < PROPOSALS_MAX ? proposal_read(id, body) : NULL;

	if (p)
		put(v, p);
}

struct keeping {
	struct core *core;
	struct proposal *proposal;
	provider_done done;
	void *context;
};

static void
kept(void *context, int result, const char *message) {
	struct keeping *k = context;
	struct proposal *p = k->proposal;

	if (result == 0) {
		put(k->core->provider, p);
		publish(k->core, p);
	} else {
		proposal_free(p);
	}
	if (k->done)
		k->done(k->context, result, message);
	free(k);
}

// Room for one more: the decided one that was made first goes.
static void
make_room(struct core *c) {
	struct provider *v = c->provider;

	if (v->proposals_count < PROPOSALS_MAX)
		return;
	for (size_t i = 0; i < v->proposals_count; i++) {
		if (proposal_is_open(v->proposals[i]))
			continue;
		provider_keep(
			c,
			v->proposals[i]->id,
			PROVIDER_ROW_PROPOSAL,
			NULL,
			audit_new(&audit_by_gateway, "forgetProposal", clock_wall_ns()),
			NULL,
			NULL
		);
		proposal_free(v->proposals[i]);
		memmove(v->proposals + i,
			v->proposals + i + 1,
			(--v->proposals_count - i) * sizeof(struct proposal *));
		return;
	}
}

void
proposal_keep(
	struct core *c,
	struct proposal *p,
	struct audit_entry *e,
	provider_done done,
	void *context
) {
	struct keeping *k = malloc(sizeof *k);
	char id[ID_TEXT];
	struct json j;

	json_init(&j);
	proposal_write(p, &j);
	if (!k || j.failed) {
		free(k);
		json_free(&j);
		audit_free(e);
		proposal_free(p);
		if (done)
			done(context, -ENOMEM, "Out of memory.");
		return;
	}
	if (!proposal_find(c->provider, p->id))
		make_room(c);
	audit_object(e, id_text("prop_", p->id, id), kinds[p->kind].word);
	*k = (struct keeping){c, p, done, context};
	provider_keep(c, p->id, PROVIDER_ROW_PROPOSAL, j.text, e, kept, k);
}

void
proposals_second(struct core *c) {
	uint64_t now = clock_wall_ns();

	for (size_t i = 0; i < c->provider->proposals_count; i++) {
		struct proposal *p = c->provider->proposals[i];
		if (!proposal_is_open(p) || now < p->expires_ns)
			continue;
		struct proposal *over = proposal_copy(p);
		if (!over)
			return;
		over->state = PROPOSAL_EXPIRED;
		over->decided_ns = now;
		p->expires_ns = UINT64_MAX; // once
		proposal_keep(
			c, over, audit_new(&audit_by_gateway, "expireProposal", now), NULL, NULL
		);
		return; // the others have their turn next second
	}
}
