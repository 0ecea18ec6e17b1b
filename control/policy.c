// SPDX-License-Identifier: BSD-3-Clause

#include "control/policy.h"

#include "control/array.h"
#include "control/identity/join.h"
#include "control/policy_build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BURST_MIN ((uint64_t)16384)

static uint32_t
profile_row(const struct state *s, const struct device *d) {
	const struct profile *p = d->profile[0] ? profiles_find(&s->profiles, d->profile) : NULL;

	return p ? (uint32_t)(p - s->profiles.items) : (uint32_t)s->profiles.by_default;
}

// A quarter of a second may come at once, and never less than a few full frames: TCP needs it.
static uint32_t
burst(uint64_t bytes) {
	return bytes ? (uint32_t)MIN_OF(MAX_OF(bytes / 4, BURST_MIN), (uint64_t)UINT32_MAX) : 0;
}

uint32_t
policy_limit_row(struct policy_build *b, const struct device_limits *l) {
	const struct policy_limit limit = {
		.up = l->up_bps / 8,
		.down = l->down_bps / 8,
		.up_burst = burst(l->up_bps / 8),
		.down_burst = burst(l->down_bps / 8),
		.new_flows = (uint32_t)l->new_flows,
	};

	return compile_limit(&b->c, &limit);
}

uint32_t
policy_device_row(struct policy_build *b, const struct device *d) {
	size_t at = array_position((void *const *)b->s->devices, b->s->devices_count, d->id);

	if (b->device_rows[at] == POLICY_NO_ROW) {
		const struct device *whole = join_whole(b->s, d);
		b->device_rows[at] = compile_device(&b->c, d->mac, profile_row(b->s, whole));
		if (device_is_limited(whole))
			compile_device_limit(
				&b->c, b->device_rows[at], policy_limit_row(b, &whole->limits)
			);
	}
	return b->device_rows[at];
}

static void
add_rules(struct policy_build *b) {
	const struct state *s = b->s;

	for (size_t i = 0; i < s->devices_count; i++)
		if (device_is_limited(join_whole(s, s->devices[i]))
		    || profile_row(s, join_whole(s, s->devices[i])) != s->profiles.by_default)
			policy_device_row(b, s->devices[i]);
	policy_add_rules(b);
}

static int
build_open(struct policy_build *b) {
	const struct state *s = b->s;

	compile_init(&b->c);
	b->device_rows = malloc((s->devices_count + 1) * sizeof *b->device_rows);
	b->node_rows = malloc((s->destinations_count + 1) * sizeof *b->node_rows);
	b->touched = calloc(s->destinations_count + 1, sizeof *b->touched);
	if (!b->device_rows || !b->node_rows || !b->touched)
		return -ENOMEM;
	memset(b->device_rows, 0xff, s->devices_count * sizeof *b->device_rows);
	memset(b->node_rows, 0xff, s->destinations_count * sizeof *b->node_rows);
	return 0;
}

static void
build_close(struct policy_build *b) {
	compile_fini(&b->c);
	free(b->device_rows);
	free(b->node_rows);
	free(b->touched);
}

int
policy_compile(
	const struct state *s,
	uint64_t generation,
	const uint64_t key[2],
	void **ret_image,
	size_t *ret_length
) {
	struct policy_build b = {.s = s};
	int r = build_open(&b);

	if (r == 0) {
		for (size_t i = 0; i < s->profiles.count; i++)
			compile_profile(&b.c, s->profiles.items[i].verdict);
		b.c.dns_answer = s->answers.dns;
		b.c.tcp_answer = s->answers.tcp;
		b.c.flags = s->answers.server_names ? POLICY_INSPECT_HELLOS : 0;
		b.c.default_profile = (uint32_t)s->profiles.by_default;
		add_rules(&b);
		r = policy_add_known(&b, key);
	}
	if (r == 0)
		r = compile_finish(&b.c, generation, key, ret_image, ret_length);
	build_close(&b);
	return r;
}
