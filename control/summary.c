// SPDX-License-Identifier: BSD-3-Clause

#include "control/summary.h"

#include "control/identity/join.h"
#include "control/state.h"
#include "control/text/language.h"

#include <stdio.h>

#define COUNTED 120

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

// "1 device", "2 devices": the forms take the number.
static const char *
counted(uint64_t n, const char *one, const char *many, char ret[COUNTED]) {
	snprintf(ret, COUNTED, n == 1 ? one : many, (unsigned long long)n);
	return ret;
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
	char blocks[COUNTED], packets[COUNTED], held[COUNTED] = "", paused[COUNTED] = "";

	if (f->blocked + f->paused + f->held == 0) {
		snprintf(ret, room, "%s", _("Nothing is blocked."));
		return;
	}
	if (f->paused)
		counted(f->paused, _(", %llu device paused"), _(", %llu devices paused"), paused);
	if (f->held)
		counted(f->held,
			_(", %llu device held to what the profile names"),
			_(", %llu devices held to what the profile names"),
			held);
	snprintf(
		ret,
		room,
		"%s%s%s, %s.",
		counted(f->blocked, _("%llu block in force"), _("%llu blocks in force"), blocks),
		paused,
		held,
		counted(s->dropped_today,
			_("%llu packet stopped today"),
			_("%llu packets stopped today"),
			packets)
	);
}

void
summary_write(const struct state *s, uint64_t window_s, uint64_t now_ns, struct json *j) {
	struct figures f = {0};
	char sentence[480], devices[COUNTED], destinations[COUNTED];
	size_t whole = s->devices_count - s->joined_count;

	count(s, window_s, now_ns, &f);
	int used = snprintf(
		sentence,
		sizeof sentence,
		_("%s, %llu talking now. %s in the last %llu minutes. "),
		counted(whole, _("%llu device"), _("%llu devices"), devices),
		(unsigned long long)f.talking,
		counted(f.destinations, _("%llu destination"), _("%llu destinations"), destinations
		),
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
