// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/delay.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define FORGET_NS (3600 * NS_PER_S)

static bool
is_loopback(const char *source) {
	return strncmp(source, "127.", 4) == 0 || strcmp(source, "::1") == 0;
}

static void
key_of(const char *source, char ret[ACCOUNT_SOURCE]) {
	struct in6_addr ip6;

	snprintf(ret, ACCOUNT_SOURCE, "%s", source);
	if (inet_pton(AF_INET6, source, &ip6) != 1 || is_loopback(source))
		return;
	memset(ip6.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &ip6, ret, ACCOUNT_SOURCE);
}

static struct delay_source *
find(struct delay *d, const char *key) {
	for (unsigned int i = 0; i < d->count; i++)
		if (strcmp(d->sources[i].source, key) == 0)
			return &d->sources[i];
	return NULL;
}

static struct delay_source *
add(struct delay *d, const char *key) {
	struct delay_source *s = &d->sources[0];

	if (d->count < DELAY_SOURCES)
		s = &d->sources[d->count++];
	else
		for (unsigned int i = 1; i < d->count; i++)
			if (d->sources[i].last_ns < s->last_ns)
				s = &d->sources[i];
	*s = (struct delay_source){.failures = 0};
	snprintf(s->source, sizeof s->source, "%s", key);
	return s;
}

static ns_t
wait_of(const struct delay_source *s) {
	unsigned int most = is_loopback(s->source) ? DELAY_LOOPBACK_S : DELAY_MOST_S;
	unsigned int over = s->failures > DELAY_FREE ? s->failures - DELAY_FREE : 0;
	unsigned int seconds = over == 0 ? 0 : over > 10 ? most : 1u << (over - 1);

	return MIN_OF(seconds, most) * NS_PER_S;
}

unsigned int
delay_attempt(struct delay *d, const char *source, ns_t now) {
	char key[ACCOUNT_SOURCE];

	key_of(source, key);
	struct delay_source *s = find(d, key);
	if (s && s->until_ns > now)
		return (unsigned int)((s->until_ns - now + NS_PER_S - 1) / NS_PER_S);
	if (!s)
		s = add(d, key);
	else if (now - s->last_ns > FORGET_NS)
		s->failures = 0;
	s->failures++;
	s->last_ns = now;
	s->until_ns = now + wait_of(s);
	return 0;
}

void
delay_passed(struct delay *d, const char *source) {
	char key[ACCOUNT_SOURCE];

	key_of(source, key);
	struct delay_source *s = find(d, key);
	if (s)
		*s = d->sources[--d->count];
}
