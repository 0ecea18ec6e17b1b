// SPDX-License-Identifier: BSD-3-Clause
// Countries that rules name: each a list of its prefixes, with a bit of its own.

#include "control/geo/mmdb.h"
#include "control/lists_own.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
bit_name(const char *code, char ret[LISTS_NAME]) {
	snprintf(ret, LISTS_NAME, "country:%.2s", code);
}

static struct lists_country *
find(const struct lists *l, const char *code) {
	for (unsigned int i = 0; i < l->countries; i++)
		if (strcmp(l->country[i].code, code) == 0)
			return (struct lists_country *)(uintptr_t)&l->country[i];
	return NULL;
}

int
lists_country_bit(const struct lists *l, const char *code) {
	const struct lists_country *c = find(l, code);

	if (c && l->in_force >> c->bit & 1)
		return (int)c->bit;
	if (!l->setup.country_file[0])
		return -ENOENT;
	return c && (unsigned int)(c - l->country) < l->countries_in_force ? -ENOENT : -EAGAIN;
}

int
lists_want_country(struct lists *l, const char *code) {
	const struct lists_country *known = find(l, code);
	char name[LISTS_NAME];
	bool same;

	if (known)
		return (int)known->bit;
	if (strlen(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z')
		return -EINVAL;
	if (!l->setup.country_file[0])
		return -ENOENT;
	bit_name(code, name);
	pthread_mutex_lock(&l->lock);
	int bit = lists_take_bit(l, name, &same);
	if (bit >= 0) {
		struct lists_country *c = &l->country[l->countries++];
		c->bit = (unsigned int)bit;
		memcpy(c->code, code, 3);
		pthread_cond_signal(&l->wake);
	}
	pthread_mutex_unlock(&l->lock);
	if (bit >= 0 && same)
		l->in_force |= 1ull << bit;
	return bit;
}

struct gathering {
	struct lists_build *b;
	const unsigned int *bits;
	uint64_t holds;
};

static void
take_prefix(
	void *context,
	unsigned int code,
	unsigned int family,
	const uint8_t address[16],
	unsigned int length
) {
	struct gathering *g = context;

	lists_build_prefix(g->b, g->bits[code], family, address, length);
	g->holds |= 1ull << g->bits[code];
}

bool
lists_countries_changed(struct lists *l) {
	struct lists_version now = {0};

	pthread_mutex_lock(&l->lock);
	unsigned int count = l->countries;
	pthread_mutex_unlock(&l->lock);
	if (count > 0)
		now = lists_version_of(l->setup.country_file);
	bool changed = count != l->countries_seen || !lists_version_same(&now, &l->country_seen);
	l->countries_seen = count;
	l->country_seen = now;
	return changed;
}

int
lists_add_countries(
	struct lists *l,
	struct lists_build *b,
	uint64_t *holds,
	char ret_error[LISTS_FINDING]
) {
	char codes[LISTS_MAX][3], name[LISTS_NAME];
	unsigned int bits[LISTS_MAX], count;
	struct gathering g = {.b = b, .bits = bits};
	struct mmdb m;

	pthread_mutex_lock(&l->lock);
	count = l->countries;
	for (unsigned int i = 0; i < count; i++) {
		memcpy(codes[i], l->country[i].code, sizeof codes[i]);
		bits[i] = l->country[i].bit;
	}
	pthread_mutex_unlock(&l->lock);
	if (count == 0)
		return 0;
	int r = mmdb_open(&m, l->setup.country_file, ret_error);
	if (r < 0)
		return r;
	r = mmdb_walk(&m, l->setup.country_file, codes, count, take_prefix, &g, ret_error);
	mmdb_close(&m);
	for (unsigned int i = 0; i < count; i++) {
		bit_name(codes[i], name);
		lists_build_list(b, bits[i], name);
	}
	*holds |= g.holds;
	return r;
}
