// SPDX-License-Identifier: BSD-3-Clause

#include "control/notify/scan.h"

#include "control/clock.h"
#include "control/destination.h"
#include "control/flow.h"
#include "control/identity/join.h"
#include "control/link.h"
#include "control/state.h"

#include <netinet/in.h>
#include <string.h>

// A SYN and the RST that it got: a connection that came about has an ACK more, and another SYN is
// another flow.
static bool
is_refused(const struct flow *f, const struct traffic *t) {
	return f->wire.flags & WIRE_FLOW_CLOSED && t->packets_out == 1 && t->packets_in == 1;
}

static bool
is_unanswered(const struct flow *f, const struct traffic *t, uint64_t now) {
	return t->packets_out > 0 && t->packets_in == 0
		&& f->first_seen_ns + SCAN_PATIENCE_S * NS_PER_S < now;
}

static bool
is_in_vain(const struct flow *f, uint64_t now) {
	if (f->wire.protocol != IPPROTO_TCP || !f->link)
		return false;
	const struct destination *to = f->link->destination;
	const struct traffic t = flow_traffic(f);

	return to->kind == DESTINATION_ADDRESS && !to->local && !to->multicast && t.dropped == 0
		&& (is_refused(f, &t) || is_unanswered(f, &t, now));
}

// NULL: there are SCANS_MAX others.
static struct scan *
scan_of(struct scan *all, size_t *count, const struct device *d, uint16_t port) {
	for (size_t i = 0; i < *count; i++)
		if (all[i].device == d && all[i].port == port)
			return &all[i];
	if (*count == SCANS_MAX)
		return NULL;
	all[*count] = (struct scan){.device = d, .port = port};
	return &all[(*count)++];
}

static void
add(struct scan *one, const struct flow *f) {
	const uint8_t *address = f->wire.address[f->remote];

	for (size_t i = 0; i < one->count; i++)
		if (memcmp(one->addresses[i], address, sizeof one->addresses[i]) == 0)
			return;
	if (one->count < SCAN_ADDRESSES)
		memcpy(one->addresses[one->count++], address, sizeof one->addresses[0]);
}

size_t
scan_look(const struct state *s, uint64_t now, struct scan ret[SCANS_MAX]) {
	const struct flow *f;
	size_t looked = 0, count = 0, kept = 0;

	TAILQ_FOREACH_REVERSE(f, &s->flows_by_age, flow_list, by_age) {
		if (f->last_seen_ns + SCAN_WINDOW_S * NS_PER_S < now || looked++ == SCAN_FLOWS)
			break;
		if (!is_in_vain(f, now))
			continue;
		const struct device *d = join_whole(s, f->device);
		struct scan *one = scan_of(ret, &count, d, f->wire.port[f->remote]);
		if (one)
			add(one, f);
	}
	for (size_t i = 0; i < count; i++)
		if (ret[i].count == SCAN_ADDRESSES)
			ret[kept++] = ret[i];
	return kept;
}
