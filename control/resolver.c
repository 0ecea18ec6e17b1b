// SPDX-License-Identifier: BSD-3-Clause

#include "control/resolver.h"

#include "control/identity/join.h"
#include "control/state.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/wire_types.h"

#include <stdlib.h>
#include <string.h>

#define TYPE_A 1
#define TYPE_AAAA 28

#define OLD N_("It could get no new answer, so this is an old one that it still had.")
#define SIGNED                                                                                     \
	N_("The signatures of the answer (DNSSEC) do not hold: its owner made a mistake, or "      \
	   "somebody changed it on the way.")
#define UNREACHED                                                                                  \
	N_("The name's own servers gave it no answer: the trouble is theirs or on the way there, " \
	   "not at home.")

static const struct {
	const char *name;
	const char *text;
} errors[] = {
	[0] = {"Other Error", NULL},
	[1] = {"Unsupported DNSKEY Algorithm", NULL},
	[2] = {"Unsupported DS Digest Type", NULL},
	[3] = {"Stale Answer", OLD},
	[4] = {"Forged Answer",
	       N_("The answer is of its own making: whoever runs it hides the true one.")},
	[5] = {"DNSSEC Indeterminate", NULL},
	[6] = {"DNSSEC Bogus", SIGNED},
	[7] = {"Signature Expired", SIGNED},
	[8] = {"Signature Not Yet Valid", SIGNED},
	[9] = {"DNSKEY Missing", SIGNED},
	[10] = {"RRSIGs Missing", SIGNED},
	[11] = {"No Zone Key Bit Set", SIGNED},
	[12] = {"NSEC Missing", SIGNED},
	[13] = {"Cached Error", N_("It failed a moment ago and has not tried again yet.")},
	[14] = {"Not Ready", N_("It can not answer yet: it starts, or has nobody to ask.")},
	[15] = {"Blocked", N_("Whoever runs the resolver blocks this name.")},
	[16] = {"Censored",
		N_("Whoever runs the resolver was made to block this name, by a court or an "
		   "authority for instance.")},
	[17] = {"Filtered",
		N_("The resolver blocks this name because its customer asked for a filter: it "
		   "may be a setting of your account.")},
	[18] = {"Prohibited", N_("The resolver does not answer who asks from here.")},
	[19] = {"Stale NXDOMAIN Answer", OLD},
	[20] = {"Not Authoritative", NULL},
	[21] = {"Not Supported", NULL},
	[22] = {"No Reachable Authority", UNREACHED},
	[23] = {"Network Error", UNREACHED},
	[24] = {"Invalid Data", NULL},
	[25] = {"Signature Expired before Valid", SIGNED},
	[26] = {"Too Early", NULL},
	[27] = {"Unsupported NSEC3 Iterations Value", NULL},
	[28] = {"Unable to conform to policy", NULL},
	[29] = {"Synthesized", NULL},
	[30] = {"Invalid Query Type", NULL},
};

const char *
resolver_error_name(unsigned int code) {
	return code < ARRAY_LEN(errors) ? errors[code].name : NULL;
}

const char *
resolver_error_text(unsigned int code) {
	return code < ARRAY_LEN(errors) ? errors[code].text : NULL;
}

const void *
resolver_key(const void *item, size_t *ret_length) {
	*ret_length = sizeof(struct resolver_key);
	return &((const struct resolver_said *)item)->key;
}

// FNV-1a; the map has a hash of its own, keyed at random.
static uint64_t
hash_name(const char *name) {
	uint64_t h = 14695981039346656037ull;

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 1099511628211ull;
	return h;
}

static void
forget(struct state *s, struct resolver_said *r) {
	TAILQ_REMOVE(&s->resolver_by_age, r, by_age);
	map_remove(&s->resolver, r);
	free(r);
}

void
resolver_hear(
	struct state *s,
	const struct device *d,
	const struct wire_name *w,
	const char *name,
	uint64_t seen_ns
) {
	// Snapshots, which have no flow, do not know what the resolver said.
	if (w->source != SOURCE_DNS || w->flow == 0 || (!w->has_ede && s->resolver.count == 0))
		return;
	uint64_t type = w->asked ? w->asked : w->family == 6 ? TYPE_AAAA : TYPE_A;
	const struct resolver_key key = {join_whole(s, d)->id, hash_name(name), type};
	struct resolver_said *r = map_find(&s->resolver, &key, sizeof key);
	if (r)
		forget(s, r);
	if (!w->has_ede)
		return;
	if (s->resolver.count >= RESOLVER_SAID_MAX)
		forget(s, TAILQ_FIRST(&s->resolver_by_age));
	size_t size = strlen(name) + 1;
	r = malloc(sizeof *r + size);
	if (!r)
		return;
	*r = (struct resolver_said){
		.key = key,
		.seen_ns = seen_ns,
		.code = w->ede,
		.rcode = w->rcode,
		.family = w->family,
	};
	memcpy(r->name, name, size);
	if (map_put(&s->resolver, r) < 0) {
		free(r);
		return;
	}
	TAILQ_INSERT_TAIL(&s->resolver_by_age, r, by_age);
}

const struct resolver_said *
resolver_find(const struct state *s, const struct device *d, const char *names, size_t length) {
	uint64_t device = join_whole(s, d)->id;
	const struct resolver_said *r;

	TAILQ_FOREACH_REVERSE(r, &s->resolver_by_age, resolver_list, by_age) {
		if (r->key.device != device)
			continue;
		for (size_t at = 0; at < length; at += strlen(names + at) + 1)
			if (strcmp(r->name, names + at) == 0)
				return r;
	}
	return NULL;
}

void
resolver_forget_device(struct state *s, const struct device *d) {
	uint64_t device = join_whole(s, d)->id;
	struct resolver_said *next;

	for (struct resolver_said *r = TAILQ_FIRST(&s->resolver_by_age); r; r = next) {
		next = TAILQ_NEXT(r, by_age);
		if (r->key.device == device)
			forget(s, r);
	}
}

void
resolver_fini(struct state *s) {
	while (!TAILQ_EMPTY(&s->resolver_by_age))
		forget(s, TAILQ_FIRST(&s->resolver_by_age));
	map_fini(&s->resolver);
}
