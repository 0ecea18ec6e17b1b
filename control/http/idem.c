// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/idem.h"

#include "platform/base.h"
#include "platform/siphash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>
#include <time.h>

#define AGE_NS (86400 * NS_PER_S)

struct idem_entry {
	TAILQ_ENTRY(idem_entry) by_age; // the oldest first
	uint64_t who;
	char key[IDEM_KEY_MAX + 1];
	uint64_t asked; // what was asked, hashed
	uint64_t time_ns; // monotonic
	int status; // 0: not answered yet
	bool rewritten; // as who asked may see it
	char content_type[64];
	char *body;
	size_t length;
};

struct idem {
	TAILQ_HEAD(, idem_entry) entries;
	size_t count, bytes;
	uint64_t seed[2];
};

static uint64_t
now_ns(void) {
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

struct idem *
idem_new(void) {
	struct idem *i = calloc(1, sizeof *i);

	if (!i)
		return NULL;
	TAILQ_INIT(&i->entries);
	if (getrandom(i->seed, sizeof i->seed, 0) < 0) {
		free(i);
		return NULL;
	}
	return i;
}

static void
forget(struct idem *i, struct idem_entry *e) {
	TAILQ_REMOVE(&i->entries, e, by_age);
	i->count--;
	i->bytes -= e->length;
	free(e->body);
	free(e);
}

void
idem_free(struct idem *i) {
	struct idem_entry *e;

	while (i && (e = TAILQ_FIRST(&i->entries)))
		forget(i, e);
	free(i);
}

// Those that are not answered yet are somebody's still.
static void
make_room(struct idem *i) {
	struct idem_entry *e, *following;
	uint64_t now = now_ns();

	for (e = TAILQ_FIRST(&i->entries); e; e = following) {
		following = TAILQ_NEXT(e, by_age);
		bool old = now - e->time_ns > AGE_NS;
		if (!old && i->count < IDEM_MAX && i->bytes <= IDEM_BYTES)
			break;
		if (e->status)
			forget(i, e);
	}
}

static uint64_t
asked_of(const struct idem *i, const struct http_request *r) {
	size_t length;
	const char *body = http_body(r, &length);
	const char *target = http_target(r);
	uint64_t both[2] = {
		siphash24(i->seed, target, strlen(target)),
		siphash24(i->seed, body, length),
	};

	return siphash24(i->seed, both, sizeof both);
}

static uint64_t
who_asks(const struct idem *i, const struct http_request *r) {
	const struct principal *p = http_principal(r);
	char text[128];
	int n = snprintf(
		text,
		sizeof text,
		"%d %llu %llu %s",
		(int)p->kind,
		(unsigned long long)p->user,
		(unsigned long long)(p->kind == PRINCIPAL_TOKEN ? p->credential : 0),
		p->name
	);

	return siphash24(i->seed, text, (size_t)n);
}

static bool
is_key(const char *key) {
	size_t n = strlen(key);

	for (size_t i = 0; i < n; i++)
		if (key[i] <= ' ' || key[i] > '~')
			return false;
	return n > 0 && n <= IDEM_KEY_MAX;
}

// True when it was answered here.
static bool
answer_again(struct http_request *r, const struct idem_entry *e, uint64_t asked) {
	if (e->asked != asked) {
		http_problem(
			r,
			PROBLEM_KEY_REUSED,
			"Make a new key for another request.",
			"The Idempotency-Key '%.40s' was used for another request.",
			e->key
		);
		return true;
	}
	if (!e->status) {
		http_problem(
			r,
			PROBLEM_STILL_AT_WORK,
			"Ask again in a moment.",
			"The request with this Idempotency-Key is not done yet."
		);
		return true;
	}
	http_told(r); // nothing is done now
	if (e->rewritten)
		http_is_rewritten(r); // a mask of a mask is somebody else's
	http_add_header(r, "idempotent-replayed", "true");
	http_reply(r, e->status, e->content_type[0] ? e->content_type : NULL, e->body, e->length);
	return true;
}

bool
idem_begin(struct idem *i, struct http_request *r, struct idem_entry **ret_entry) {
	const char *key = http_header(r, "idempotency-key");
	struct idem_entry *e;

	*ret_entry = NULL;
	// Nobody's key could be guessed by somebody else, who would then hear what is his.
	if (!key || strcmp(http_method(r), "POST") != 0
	    || http_principal(r)->kind == PRINCIPAL_NOBODY)
		return true;
	if (!is_key(key)) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Send 1 to 128 visible ASCII characters, such as a UUID.",
			"The Idempotency-Key cannot be one."
		);
		return false;
	}
	uint64_t who = who_asks(i, r), asked = asked_of(i, r);
	TAILQ_FOREACH (e, &i->entries, by_age)
		if (e->who == who && strcmp(e->key, key) == 0)
			return !answer_again(r, e, asked);
	make_room(i);
	e = i->count < IDEM_MAX ? calloc(1, sizeof *e) : NULL;
	if (!e)
		return true; // done all the same, and not remembered
	*e = (struct idem_entry){.who = who, .asked = asked, .time_ns = now_ns()};
	snprintf(e->key, sizeof e->key, "%s", key);
	TAILQ_INSERT_TAIL(&i->entries, e, by_age);
	i->count++;
	*ret_entry = e;
	return true;
}

void
idem_answer(
	struct idem *i,
	struct idem_entry *e,
	bool rewritten,
	int status,
	const char *content_type,
	const char *body,
	size_t length
) {
	char *copy = malloc(length + 1);

	// What failed on our side may go well the next time.
	if (!copy || status >= 500 || length > IDEM_BYTES / 4) {
		free(copy);
		forget(i, e);
		return;
	}
	if (length)
		memcpy(copy, body, length);
	e->status = status;
	e->rewritten = rewritten;
	e->body = copy;
	e->length = length;
	snprintf(e->content_type, sizeof e->content_type, "%s", content_type ? content_type : "");
	i->bytes += length;
	make_room(i);
}

void
idem_drop(struct idem *i, struct idem_entry *e) {
	forget(i, e);
}
