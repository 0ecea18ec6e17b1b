// SPDX-License-Identifier: BSD-3-Clause
// Codes for a helpdesk: made at home, used outside, once.

#include "control/access/api.h"
#include "control/access/cookie.h"
#include "control/access/secret.h"
#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/provider/help.h"
#include "control/view.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"

static_assert(HELP_HASH == ACCOUNT_HASH);

struct waiting {
	struct core *core;
	struct http_later *later;
	struct help help;
	const char *key; // of the secret in the answer; NULL: it goes into a cookie
	char secret[SECRET_TEXT];
	int status;
};

static void
write_help(const struct help *h, struct json *j) {
	json_object(j);
	help_write(h, false, j);
	json_end(j);
}

static void
answer_browser(const struct waiting *w, struct http_request *r) {
	const struct grant *g = &w->help.grant;
	struct principal p = {
		.role = ROLE_PROVIDER,
		.kind = PRINCIPAL_HELP,
		.credential = g->id,
		.name = "helpdesk",
	};
	char csrf[2 * ACCOUNT_HASH + 1];
	struct json j;

	cookie_set(r, w->secret, (g->until_ns - g->since_ns) / NS_PER_S + 1);
	cookie_csrf_of(w->secret, csrf);
	json_init(&j);
	view_who(&w->core->access, &p, csrf, &j);
	api_reply(r, w->status, &j);
}

static void
answer_secret(const struct waiting *w, struct http_request *r) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, w->key, w->secret);
	json_key(&j, "help");
	write_help(&w->help, &j);
	json_end(&j);
	api_reply(r, w->status, &j);
}

static void
done(void *context, int result, const char *message) {
	struct waiting *w = context;
	struct http_request *r = http_resume(w->later);

	if (r && result < 0) {
		http_problem(
			r,
			result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"Check the state directory's disk and try again.",
			"%s",
			message
		);
	} else if (r) {
		http_told(r);
		(w->key ? answer_secret : answer_browser)(w, r);
	}
	explicit_bzero(w, sizeof *w);
	free(w);
}

void
api_list_helps(struct http_request *r, void *core) {
	const struct core *c = core;
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = 0; i < HELP_MAX; i++)
		if (c->provider->helps[i].grant.id)
			write_help(&c->provider->helps[i], &j);
	json_end(&j);
	json_key_string(&j, "next_cursor", NULL);
	json_end(&j);
	api_reply(r, 200, &j);
}

static void
keep(struct http_request *r, struct waiting *w) {
	struct audit_entry *e = api_entry(r);
	char id[ID_TEXT];
	struct json j;

	audit_object(e, id_text("help_", w->help.grant.id, id), "helpdesk");
	json_init(&j);
	write_help(&w->help, &j);
	if (e)
		audit_set(&e->after, &j);
	else
		json_free(&j);
	w->later = http_later(r);
	help_keep(w->core, &w->help, e, done, w);
}

static struct waiting *
waiting_new(struct http_request *r, struct core *c, const char *key, int status) {
	struct waiting *w = calloc(1, sizeof *w);

	if (!w)
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
	else
		*w = (struct waiting){.core = c, .key = key, .status = status};
	return w;
}

void
api_create_help(struct http_request *r, void *core) {
	struct core *c = core;
	struct json_doc *d;
	struct waiting *w;

	if (!help_free_place(c->provider)) {
		http_problem(
			r,
			PROBLEM_TOO_MANY_HELPS,
			"End one: DELETE " V1 "/help-codes/{id}.",
			"%d helpdesks have a code or are let in already.",
			HELP_MAX
		);
		return;
	}
	if (!(d = http_read_document(r)))
		return;
	w = waiting_new(r, c, "code", 201);
	bool good = w && api_read_grant(r, d, &w->help.grant);
	json_doc_free(d);
	if (!good) {
		free(w);
		return;
	}
	w->help.grant.id = id_new();
	w->help.code_until_ns = clock_wall_ns() + HELP_CODE_MINUTES * 60 * NS_PER_S;
	if (!secret_code(w->secret)) {
		http_problem(r, PROBLEM_INTERNAL, NULL, "There is no randomness.");
		free(w);
		return;
	}
	secret_code_hash(w->secret, w->help.hash);
	keep(r, w);
}

// Whose code it is; every one is compared, so that the time says nothing.
static struct help *
help_of_code(struct provider *v, const char *code) {
	uint8_t hash[ACCOUNT_HASH];
	struct help *found = NULL;
	uint64_t now = clock_wall_ns();

	secret_code_hash(code, hash);
	for (size_t i = 0; i < HELP_MAX; i++) {
		struct help *h = &v->helps[i];
		bool same = secret_equal(hash, h->hash);
		if (same && h->grant.id && !h->used && now < h->code_until_ns)
			found = h;
	}
	return found;
}

// As a token that is called so, or for NULL as a cookie; `h` is NULL when there is no such code.
static void
redeem(struct http_request *r, struct core *c, struct help *h, const char *as) {
	if (!access_may_try(r, &c->access))
		return;
	if (!h) {
		http_add_header(r, "www-authenticate", "Bearer");
		http_problem(
			r,
			PROBLEM_LOGIN_FAILED,
			"Ask the household for a new one.",
			"The code is wrong, was used, or has run out."
		);
		return;
	}
	struct waiting *w = waiting_new(r, c, as, 200);
	if (!w)
		return;
	w->help = *h;
	w->help.used = true;
	// The time that was chosen begins now.
	uint64_t lasts = h->grant.until_ns - h->grant.since_ns;
	uint8_t key[MASK_KEY];
	memcpy(key, h->grant.key, sizeof key);
	if (!grant_begin(&w->help.grant, clock_wall_ns() + lasts)
	    || !secret_make(HELP_PREFIX, h->grant.id, w->secret, w->help.hash)) {
		http_problem(r, PROBLEM_INTERNAL, NULL, "There is no randomness.");
		free(w);
		return;
	}
	memcpy(w->help.grant.key, key, sizeof key);
	delay_passed(&c->access.delay, http_source(r));
	h->code_until_ns = 0; // once, also while it is written
	keep(r, w);
}

struct code_body {
	struct json_text code;
};

void
api_redeem_help(struct http_request *r, void *core) {
	static const struct json_field fields[] = {
		{"code", JSON_TEXT, offsetof(struct code_body, code), true, false, 1, 40},
	};
	struct core *c = core;
	struct code_body body = {0};

	if (http_read(r, fields, ARRAY_LEN(fields), &body))
		redeem(r, c, help_of_code(c->provider, body.code.text), "token");
}

// Whose code a login holds, whatever else it is.
static struct help *
help_of_login(const struct http_request *r, struct provider *v) {
	size_t length;
	const char *body = http_body(r, &length);
	struct json_doc *d;
	struct json_fault fault;

	if (!length || json_parse(body, length, &json_limits_body, &d, &fault) < 0)
		return NULL;
	const char *code = json_text(d, json_get(d, JSON_ROOT, "code"));
	struct help *h = code ? help_of_code(v, code) : NULL;
	json_doc_free(d);
	return h;
}

void
api_log_in(struct http_request *r, void *core) {
	struct core *c = core;
	struct help *h = help_of_login(r, c->provider);
	struct principal p = {.role = ROLE_NONE, .name = "helpdesk"};

	if (!h && http_peer(r).kind != HTTP_PEER_PROVIDER) {
		access_api_login(r, core);
		return;
	}
	http_set_principal(r, &p); // in the audit trail
	redeem(r, c, h, NULL);
}

struct ending {
	struct http_later *later;
};

static void
ended(void *context, int result, const char *message) {
	struct ending *e = context;
	struct http_request *r = http_resume(e->later);

	free(e);
	if (r && result < 0) {
		http_problem(
			r,
			PROBLEM_STORAGE_FAILED,
			"It holds no more until a restart; check the disk and end it again.",
			"%s",
			message
		);
	} else if (r) {
		http_told(r);
		http_reply_empty(r, 204);
	}
}

static void
end(struct http_request *r, struct core *c, struct help *h) {
	struct ending *w = malloc(sizeof *w);
	char id[ID_TEXT];

	if (!w) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	struct audit_entry *e = api_entry(r);
	audit_object(e, id_text("help_", h->grant.id, id), "helpdesk");
	w->later = http_later(r);
	help_end(c, h, e, ended, w);
}

// A helpdesk that leaves cannot come back: its code was good once.
void
api_log_out(struct http_request *r, void *core) {
	struct core *c = core;
	const struct principal *p = http_principal(r);

	if (p->kind != PRINCIPAL_HELP) {
		access_api_logout(r, core);
		return;
	}
	cookie_clear(r);
	end(r, c, help_by_id(c->provider, p->credential));
}

void
api_delete_help(struct http_request *r, void *core) {
	struct core *c = core;
	const char *text = http_path(r, "help");
	uint64_t id;
	struct help *h = id_parse("help_", text, &id) ? help_by_id(c->provider, id) : NULL;

	if (!h) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_HELP,
			"GET " V1 "/help-codes lists them.",
			"There is no help '%.40s'.",
			text
		);
		return;
	}
	end(r, c, h);
}
