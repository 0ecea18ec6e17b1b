// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/watch.h"

#include "dataplane/clock.h"
#include "dataplane/ctl/ctl.h"
#include "dataplane/port.h"
#include "dataplane/table/station.h"
#include "dataplane/worker.h"

#include <stdio.h>

#define REMIND_AFTER (60 * NS_PER_S)

// The ports that may hand over super-frames, and which their driver cuts.
static void
name_cutting_ports(char *ret_text, size_t size) {
	size_t used = 0;

	snprintf(ret_text, size, "a port");
	for (unsigned int i = 0; i < ports.n && used < size; i++) {
		const struct port *p = &ports.list[i];
		if (p->cut_at)
			used += (size_t)snprintf(
				ret_text + used, size - used, "%s%s", used ? " or " : "", p->name
			);
	}
}

// Cut super-frames mean that the sender on a virtual port leaves segmentation to us.
static void
watch_oversize(const struct shared *s, ns_t now) {
	static uint64_t said;
	static ns_t said_at;
	struct wire_stats stats;
	char names[96];

	shared_stats(s, &stats);
	uint64_t dropped = stats.reason_packets[REASON_OVERSIZE_OFFLOAD];
	if (dropped == said || (said_at && now - said_at < REMIND_AFTER))
		return;
	said = dropped;
	said_at = now;
	name_cutting_ports(names, sizeof names);
	ctl_alert(
		ALERT_OVERSIZE_OFFLOAD,
		"%s handed over %llu super-frames, cut and useless, so they were dropped. On the "
		"sender at its other end: ethtool -K INTERFACE tso off gso off",
		names,
		(unsigned long long)dropped
	);
}

// Somebody sends DNS that cannot be: nothing of it is believed, and a person should know.
static void
watch_names(const struct shared *s, ns_t now) {
	static uint64_t said;
	static ns_t said_at;
	struct wire_stats stats;

	shared_stats(s, &stats);
	if (stats.names_refused == said || (said_at && now - said_at < REMIND_AFTER))
		return;
	said = stats.names_refused;
	said_at = now;
	ctl_alert(
		ALERT_DNS_REFUSED,
		"%llu DNS messages contradicted themselves (a loop, a record that is longer than "
		"its "
		"message, a wrong count): what they say was not learned. Look at the DNS server, "
		"or "
		"at who pretends to be one.",
		(unsigned long long)said
	);
}

// Who lived behind a port whose link went down is looked for again, by a flood: it may be plugged
// in elsewhere, on another side too.
static void
watch_links(const struct shared *s) {
	static bool was_up[PORTS_MAX];

	for (unsigned int i = 0; i < ports.n; i++) {
		bool up = atomic_load(&ports.list[i].link);
		if (was_up[i] && !up)
			station_forget_port(s->stations, (uint8_t)i);
		was_up[i] = up;
	}
}

void
watch_turn(const struct shared *s) {
	ports_poll();
	watch_links(s);
	watch_oversize(s, clock_now());
	watch_names(s, clock_now());
	watch_position(s);
}
