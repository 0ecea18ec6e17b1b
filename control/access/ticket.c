// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/ticket.h"

#include "control/id.h"
#include "platform/base.h"

#include <errno.h>
#include <string.h>

static bool
is_free(const struct ticket *one, uint64_t now_ns) {
	return !one->id || one->expires_ns <= now_ns;
}

static bool
is_of(const struct ticket *one, const struct principal *maker, uint64_t capture) {
	return one->id && one->maker.capture == capture && one->maker.kind == maker->kind
		&& one->maker.credential == maker->credential;
}

static struct ticket *
place_for(struct tickets *t, const struct principal *maker, uint64_t capture, uint64_t now_ns) {
	struct ticket *place = NULL;

	for (size_t i = 0; i < TICKETS_MAX; i++) {
		struct ticket *one = &t->all[i];
		if (is_of(one, maker, capture))
			return one;
		if (!place && is_free(one, now_ns))
			place = one;
	}
	return place;
}

int
ticket_make(
	struct tickets *t,
	const struct principal *maker,
	uint64_t capture,
	uint64_t now_ns,
	char ret_secret[SECRET_TEXT],
	uint64_t *ret_expires_ns
) {
	struct ticket *place = place_for(t, maker, capture, now_ns);
	struct ticket made = {
		.id = id_new(),
		.maker = *maker,
		.expires_ns = now_ns + TICKET_S * NS_PER_S,
	};

	if (!place)
		return -ENOSPC;
	if (!secret_make(TICKET_PREFIX, made.id, ret_secret, made.hash))
		return -EIO;
	made.maker.capture = capture;
	*place = made;
	*ret_expires_ns = made.expires_ns;
	return 0;
}

const struct ticket *
ticket_find(const struct tickets *t, const char *text, uint64_t now_ns) {
	uint8_t hash[ACCOUNT_HASH];
	uint64_t id;

	if (!secret_parse(TICKET_PREFIX, text, strlen(text), &id, hash))
		return NULL;
	for (size_t i = 0; i < TICKETS_MAX; i++) {
		const struct ticket *one = &t->all[i];
		if (one->id == id)
			return !is_free(one, now_ns) && secret_equal(one->hash, hash) ? one : NULL;
	}
	return NULL;
}

bool
ticket_is_of(const struct tickets *t, uint64_t capture) {
	for (size_t i = 0; i < TICKETS_MAX; i++)
		if (t->all[i].maker.capture == capture)
			return true;
	return false;
}

void
ticket_revoke(struct tickets *t, uint64_t capture) {
	for (size_t i = 0; i < TICKETS_MAX; i++)
		if (t->all[i].maker.capture == capture)
			explicit_bzero(&t->all[i], sizeof t->all[i]);
}

bool
ticket_allows(const struct principal *p, const char *operation, const char *capture) {
	uint64_t id;

	return strcmp(operation, TICKET_OPERATION) == 0 && capture && id_parse("cap_", capture, &id)
		&& id == p->capture;
}
