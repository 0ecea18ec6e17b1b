// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/access.h"

#include "control/access/call.h"
#include "control/access/password.h"
#include "control/access/secret.h"
#include "control/array.h"
#include "control/clock.h"
#include "control/http/push.h"
#include "control/http/websocket.h"
#include "control/id.h"
#include "control/store/store.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

LOG_DOMAIN("access");

#define SESSION_NS (SESSION_DAYS * 86400ull * NS_PER_S)
#define USED_EVERY_S 60

static const char *const event_texts[] = {
#define X(name, text) text,
	ACCESS_EVENTS(X)
#undef X
};

const char *
access_event_text(enum access_event what) {
	return event_texts[what];
}

void
access_tell(
	struct access *a,
	enum access_event what,
	const struct principal *who,
	const char *subject,
	const char *source
) {
	char clean[ACCOUNT_AGENT];
	size_t n = 0;

	// A name that somebody typed may hold anything.
	for (const char *at = subject; *at && n < sizeof clean - 1; at++)
		clean[n++] = (unsigned char)*at < ' ' || *at == 127 ? '?' : *at;
	clean[n] = 0;
	const char *name = who && who->name[0] ? who->name : "somebody";
	bool own = strcmp(name, clean) == 0;
	log_info(
		"%s %s%s%s, from %s",
		name,
		event_texts[what],
		own ? "" : " ",
		own ? "" : clean,
		source
	);
	if (a->hook)
		a->hook(a->hook_context, what, who, clean, source);
}

// --- Who there is ---

struct user *
access_user(const struct access *a, uint64_t id) {
	return array_find((void *const *)a->users, a->users_count, id);
}

struct session *
access_session(const struct access *a, uint64_t id) {
	return array_find((void *const *)a->sessions, a->sessions_count, id);
}

struct token *
access_token(const struct access *a, uint64_t id) {
	return array_find((void *const *)a->tokens, a->tokens_count, id);
}

struct user *
access_user_named(const struct access *a, const char *name) {
	for (size_t i = 0; i < a->users_count; i++)
		if (strcasecmp(a->users[i]->name, name) == 0)
			return a->users[i];
	return NULL;
}

struct token *
access_token_named(const struct access *a, const char *name) {
	for (size_t i = 0; i < a->tokens_count; i++)
		if (strcasecmp(a->tokens[i]->name, name) == 0)
			return a->tokens[i];
	return NULL;
}

bool
access_has_admin(const struct access *a, const struct user *but) {
	for (size_t i = 0; i < a->users_count; i++) {
		const struct user *u = a->users[i];
		if (u->role == ROLE_ADMIN && !u->disabled && (!but || u->id != but->id))
			return true;
	}
	return false;
}

uint64_t
access_session_expires(const struct session *s) {
	return s->used_ns + SESSION_NS;
}

bool
access_is_valid(const struct access *a, const struct principal *p) {
	uint64_t now = clock_wall_ns();

	if (p->kind == PRINCIPAL_SESSION) {
		const struct session *s = access_session(a, p->credential);
		const struct user *u = s ? access_user(a, s->user) : NULL;
		return u && !u->disabled && u->role == p->role && access_session_expires(s) > now;
	}
	if (p->kind == PRINCIPAL_TOKEN) {
		const struct token *t = access_token(a, p->credential);
		const struct user *u = t && t->user ? access_user(a, t->user) : NULL;
		return t && t->role == p->role && (!t->expires_ns || t->expires_ns > now)
			&& (!t->user || (u && !u->disabled));
	}
	if (p->kind == PRINCIPAL_BASIC) {
		const struct user *u = access_user(a, p->user);
		return u && !u->disabled && u->role == p->role && u->password_ns == p->password_ns;
	}
	return true;
}

static bool
is_stale(void *context, const struct principal *p) {
	return !access_is_valid(context, p);
}

void
access_end_stale(struct access *a) {
	push_end_where(is_stale, a);
	websocket_end_where(is_stale, a);
}

// --- Changes ---

static void
drop(void **items, size_t *count, void *item) {
	array_remove(items, count, item);
	explicit_bzero(item, sizeof(uint64_t));
	free(item);
}

static void
put(void ***items, size_t *count, const void *item, size_t size) {
	void *there = array_find(*items, *count, *(const uint64_t *)item);
	void *copy = there ? there : malloc(size);

	if (!copy)
		abort();
	memcpy(copy, item, size);
	id_seen(*(const uint64_t *)item);
	if (!there && array_insert(items, count, copy) < 0)
		abort(); // it is on the disk already: better again from there than wrong
}

static void
drop_sessions(struct access *a, uint64_t user, uint64_t except) {
	for (size_t i = a->sessions_count; i-- > 0;)
		if (a->sessions[i]->user == user && a->sessions[i]->id != except)
			drop((void **)a->sessions, &a->sessions_count, a->sessions[i]);
}

static void
drop_user(struct access *a, uint64_t id) {
	struct user *u = access_user(a, id);

	drop_sessions(a, id, 0);
	for (size_t i = a->tokens_count; i-- > 0;)
		if (a->tokens[i]->user == id)
			drop((void **)a->tokens, &a->tokens_count, a->tokens[i]);
	if (u)
		drop((void **)a->users, &a->users_count, u);
}

void
access_apply(struct access *a, const struct account_step *step) {
	void *item;

	switch (step->kind) {
	case ACCOUNT_PUT_USER:
		put((void ***)&a->users, &a->users_count, &step->user, sizeof step->user);
		a->setup_code[0] = 0;
		break;
	case ACCOUNT_DROP_USER:
		drop_user(a, step->gone.id);
		break;
	case ACCOUNT_PUT_SESSION:
		put((void ***)&a->sessions, &a->sessions_count, &step->session, sizeof step->session
		);
		break;
	case ACCOUNT_DROP_SESSION:
		if ((item = access_session(a, step->gone.id)))
			drop((void **)a->sessions, &a->sessions_count, item);
		break;
	case ACCOUNT_DROP_SESSIONS:
		drop_sessions(a, step->gone.id, step->gone.except);
		break;
	case ACCOUNT_PUT_TOKEN:
		put((void ***)&a->tokens, &a->tokens_count, &step->token, sizeof step->token);
		break;
	case ACCOUNT_DROP_TOKEN:
		if ((item = access_token(a, step->gone.id)))
			drop((void **)a->tokens, &a->tokens_count, item);
		break;
	case ACCOUNT_USED_SESSION:
	case ACCOUNT_USED_TOKEN:
		break;
	}
}

// --- When somebody was here last ---

struct used {
	struct store_access job;
	struct access *access;
	struct account_step steps[];
};

static void
used_written(struct store_job *job) {
	struct used *u = container_of(job, struct used, job.job);

	u->access->used_writing = false;
	free(u);
}

// Written now and then only: who comes back after a power cut has lost a minute of thirty days.
static void
write_used(struct access *a) {
	size_t n = 0;

	for (size_t i = 0; i < a->sessions_count; i++)
		n += a->sessions[i]->dirty;
	for (size_t i = 0; i < a->tokens_count; i++)
		n += a->tokens[i]->dirty;
	struct used *u = n && !a->used_writing ? malloc(sizeof *u + n * sizeof u->steps[0]) : NULL;
	if (!u)
		return;
	*u = (struct used){
		.job = {.job = {.run = store_run_access, .done = used_written}, .steps = u->steps},
		.access = a,
	};
	for (size_t i = 0; i < a->sessions_count; i++) {
		struct session *s = a->sessions[i];
		if (s->dirty)
			u->steps[u->job.count++] = (struct account_step
			){.kind = ACCOUNT_USED_SESSION, .used = {s->id, s->used_ns}};
		s->dirty = false;
	}
	for (size_t i = 0; i < a->tokens_count; i++) {
		struct token *t = a->tokens[i];
		if (t->dirty)
			u->steps[u->job.count++] = (struct account_step
			){.kind = ACCOUNT_USED_TOKEN, .used = {t->id, t->used_ns}};
		t->dirty = false;
	}
	a->used_writing = true;
	store_submit(a->store, &u->job.job);
}

// --- Start and end ---

static void
found(void *context, const struct account_step *step) {
	access_apply(context, step);
}

int
access_load(struct access *a, struct store *store) {
	char error[STORE_ERROR] = "out of memory";

	STAILQ_INIT(&a->calls);
	a->store = store;
	if (store_load_access(store, found, a, error) == 0)
		return 0;
	log_err("%s", error);
	return -1;
}

int
access_start(struct access *a, struct ev_loop *loop) {
	a->loop = loop;
	a->hasher = hasher_start(loop);
	if (!a->hasher) {
		log_err("the thread for passwords cannot start: %s", strerror(errno));
		return -1;
	}
	if (a->users_count)
		return 0;
	if (!secret_code(a->setup_code)) {
		log_err("there is no randomness for a setup code: %s", strerror(errno));
		return -1;
	}
	log_info(
		"there is no account yet: open the web interface and set one up with the code %s "
		"(spinctl setup-code says it again)",
		a->setup_code
	);
	return 0;
}

void
access_second(struct access *a) {
	uint64_t now = clock_wall_ns();

	access_end_stale(a);
	if (now / NS_PER_S % USED_EVERY_S == 0)
		write_used(a);
}

void
access_stop(struct access *a) {
	hasher_stop(a->hasher);
	a->hasher = NULL;
	if (a->store)
		write_used(a);
}
