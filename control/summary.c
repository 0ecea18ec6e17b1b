// SPDX-License-Identifier: BSD-3-Clause

#include "control/summary.h"

#include "control/identity/join.h"
#include "control/state.h"

#include <stdio.h>

struct figures {
	uint64_t online;
	uint64_t talking;
	uint64_t destinations;
	uint64_t blocked; // rules that are in force
	uint64_t paused;
	uint64_t held; // devices whose profile blocks what it does not name
	uint64_t bytes_out;
	uint64_t bytes_in;
};

static const char *
plural(uint64_t n) {
	return n == 1 ? "" : "s";
}

static bool
is_held(const struct state *s, const struct device *d) {
	const struct profile *p = profiles_find(&s->profiles, d->profile);

	if (!p && s->profiles.count)
		p = &s->profiles.items[s->profiles.by_default];
	return d->side == SIDE_LAN && p && p->verdict == POLICY_DEFAULT_BLOCK;
}

static void
count(const struct state *s, uint64_t window_s, uint64_t now_ns, struct figures *f) {
	for (size_t i = 0; i < s->devices_count; i++) {
		const struct device *d = s->devices[i];
		if (join_is_part(s, d))
			continue;
		const struct join_sum all = join_sum(s, d, now_ns);
		f->held += is_held(s, d);
		f->online += all.online;
		f->talking += all.last_seen_ns + 30 * NS_PER_S >= now_ns;
		f->bytes_out += all.sum.bytes_out;
		f->bytes_in += all.sum.bytes_in;
	}
	for (size_t i = 0; i < s->destinations_count; i++) {
		const struct destination *d = s->destinations[i];
		f->destinations += d->visible && !d->multicast && d->last_seen_ns != 0
			&& d->last_seen_ns + window_s * NS_PER_S >= now_ns;
	}
	for (size_t i = 0; i < s->rules_count; i++) {
		const struct rule *r = s->rules[i];
		f->blocked += r->active && r->spec.action == ACTION_BLOCK;
		f->paused += r->active && r->spec.action == ACTION_PAUSE;
	}
}

// "2 blocks in force, 1 device paused, 10 held to their profile; 7 packets stopped today."
static void
say_blocked(const struct state *s, const struct figures *f, char *ret, size_t room) {
	char held[80] = "", paused[80] = "";

	if (f->blocked + f->paused + f->held == 0) {
		snprintf(ret, room, "Nothing is blocked.");
		return;
	}
	if (f->paused)
		snprintf(
			paused,
			sizeof paused,
			", %llu device%s paused",
			(unsigned long long)f->paused,
			plural(f->paused)
		);
	if (f->held)
		snprintf(
			held,
			sizeof held,
			", %llu device%s held to what the profile names",
			(unsigned long long)f->held,
			plural(f->held)
		);
	snprintf(
		ret,
		room,
		"%llu block%s in force%s%s, %llu packet%s stopped today.",
		(unsigned long long)f->blocked,
		plural(f->blocked),
		paused,
		held,
		(unsigned long long)s->dropped_today,
		plural(s->dropped_today)
	);
}

void
summary_write(const struct state *s, uint64_t window_s, uint64_t now_ns, struct json *j) {
	struct figures f = {0};
	char sentence[320];

	count(s, window_s, now_ns, &f);
	int used = snprintf(
		sentence,
		sizeof sentence,
		"%zu device%s, %llu talking now. %llu destination%s in the last %llu minutes. ",
		s->devices_count - s->joined_count,
		plural(s->devices_count - s->joined_count),
		(unsigned long long)f.talking,
		(unsigned long long)f.destinations,
		plural(f.destinations),
		(unsigned long long)(window_s + 59) / 60
	);
	say_blocked(s, &f, sentence + used, sizeof sentence - (size_t)used);
	json_key_string(j, "sentence", sentence);
	json_key_u64(j, "devices", s->devices_count - s->joined_count);
	json_key_u64(j, "online", f.online);
	json_key_u64(j, "talking", f.talking);
	json_key_u64(j, "destinations", f.destinations);
	json_key_u64(j, "flows", s->stats.flows_active);
	json_key_u64(j, "blocked", f.blocked);
	json_key_u64(j, "dropped_today", s->dropped_today);
	json_key_u64(j, "bytes_out", f.bytes_out);
	json_key_u64(j, "bytes_in", f.bytes_in);
	json_key_u64(j, "window", window_s);
}
