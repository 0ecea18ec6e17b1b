// SPDX-License-Identifier: BSD-3-Clause
// A device as it looks from outside: one, however many stations were joined to be it.

#include "control/clock.h"
#include "control/core.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/text/language.h"
#include "control/view.h"
#include "platform/text.h"

#include <string.h>

static void
limit(struct json *j, const char *key, uint64_t n) {
	json_key(j, key);
	if (n)
		json_u64(j, n);
	else
		json_null(j);
}

static void
limits(struct json *j, const struct device *d) {
	json_key(j, "limits");
	if (!device_is_limited(d)) {
		json_null(j);
		return;
	}
	json_object(j);
	limit(j, "up_bps", d->limits.up_bps);
	limit(j, "down_bps", d->limits.down_bps);
	limit(j, "new_flows_per_s", d->limits.new_flows);
	json_end(j);
}

static void
addresses(struct json *j, const struct state *s, const struct device *whole) {
	json_key(j, "addresses");
	json_array(j);
	for (const struct device *d = whole; d; d = join_next(s, whole, d))
		for (unsigned int i = 0; i < d->addresses_count; i++) {
			const struct device_address *a = &d->addresses[i];
			char text[TEXT_ADDRESS];
			json_object(j);
			json_key_string(j, "address", text_address(a->family, a->address, text));
			json_key_string(j, "source", source_name(a->source));
			json_key_u64(j, "confidence", fact_confidence(a->source));
			view_time(j, "last_seen", a->seen_ns);
			json_end(j);
		}
	json_end(j);
}

static void
sentences(struct json *j, const char *text, size_t count, size_t step) {
	json_key(j, "evidence");
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_string(j, text + i * step);
	json_end(j);
}

static void
kind(struct json *j, const struct device *d, const struct kind_verdict *v) {
	const struct identity *i = &d->identity;
	bool chosen = i->choice.kind != KIND_NONE;
	bool own = !chosen && d->side == SIDE_HOST;

	json_key(j, "kind");
	json_object(j);
	json_key_string(j, "value", kind_name(identity_kind(d)));
	json_key_u64(j, "confidence", chosen || own ? 100 : v->confidence);
	json_key_string(
		j,
		"source",
		chosen			       ? "user"
			: own		       ? "system"
			: v->kind != KIND_NONE ? "rules"
					       : NULL
	);
	json_key_string(j, "learned", v->kind != KIND_NONE ? kind_name(v->kind) : NULL);
	sentences(j, v->evidence[0], own ? 0 : v->evidence_count, sizeof v->evidence[0]);
	json_end(j);
}

// Another station that has this address: its own, before it went behind a repeater.
static const struct device *
namesake(const struct state *s, const struct device *d, const struct device_address *a) {
	for (size_t i = 0; i < s->devices_count; i++)
		for (unsigned int k = 0; s->devices[i] != d && k < s->devices[i]->addresses_count;
		     k++) {
			const struct device_address *b = &s->devices[i]->addresses[k];
			if (a->family == b->family && memcmp(a->address, b->address, 16) == 0)
				return s->devices[i];
		}
	return NULL;
}

static void
behind(struct json *j, const struct state *s, const struct device *d, const struct behind *b) {
	char name[NAME_BYTES_MAX + 1];
	char text[TEXT_ADDRESS];

	json_key(j, "behind");
	if (b->what == BEHIND_NOTHING) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_string(j, "what", behind_name(b->what));
	json_key_u64(j, "devices", b->devices);
	json_key(j, "addresses");
	json_array(j);
	for (unsigned int i = 0; i < d->addresses_count; i++) {
		const struct device_address *a = &d->addresses[i];
		const struct device *other = namesake(s, d, a);
		json_object(j);
		json_key_string(j, "address", text_address(a->family, a->address, text));
		json_key_string(j, "name", other ? device_name(other, name) : NULL);
		json_end(j);
	}
	json_end(j);
	sentences(j, b->evidence[0], b->evidence_count, sizeof b->evidence[0]);
	json_end(j);
}

static void
parts(struct json *j, const struct state *s, const struct device *whole) {
	char mac[TEXT_MAC];

	json_key(j, "joined");
	json_array(j);
	for (const struct device *d = join_next(s, whole, whole); d; d = join_next(s, whole, d)) {
		json_object(j);
		view_id(j, "id", "dev_", d->id);
		json_key_string(j, "mac", text_mac(d->mac, mac));
		json_key_bool(j, "randomized_mac", device_mac_is_random(d));
		json_key_string(j, "hostname", d->hostname[0] ? d->hostname : NULL);
		json_key_string(j, "vendor", d->vendor);
		view_time(j, "first_seen", d->first_seen_ns);
		view_time(j, "last_seen", d->last_seen_ns);
		json_key_bool(j, "online", device_is_online(d, clock_wall_ns()));
		json_end(j);
	}
	json_end(j);
}

static void
facts_of(struct json *j, const struct state *s, const struct device *whole) {
	json_key(j, "facts");
	json_array(j);
	for (const struct device *d = whole; d; d = join_next(s, whole, d))
		for (unsigned int i = 0; i < d->identity.facts.count; i++) {
			const struct fact *f = &d->identity.facts.items[i];
			json_object(j);
			json_key_string(j, "fact", clue_name(f->clue));
			json_key_string(j, "value", f->text);
			json_key_string(j, "source", source_name(f->source));
			json_key_u64(j, "confidence", fact_confidence(f->source));
			view_time(j, "first_seen", f->first_ns);
			view_time(j, "last_seen", f->seen_ns);
			json_end(j);
		}
	json_end(j);
}

static bool
knows(const struct state *s, const struct device *whole, enum clue clue) {
	for (const struct device *d = whole; d; d = join_next(s, whole, d))
		if (facts_count(&d->identity.facts, clue) > 0)
			return true;
	return false;
}

void
view_device(const struct core *c, const struct device *d, bool facts, struct json *j) {
	const struct state *s = &c->state;
	struct kind_verdict learned = d->identity.learned;
	struct behind beyond = d->identity.behind;
	char mac[TEXT_MAC];
	char name[NAME_BYTES_MAX + 1];
	const struct join_sum all = join_sum(s, d, clock_wall_ns());

	if (language_spoken() != LANGUAGE_ENGLISH)
		identity_say(s, d, &learned, &beyond);
	json_object(j);
	view_id(j, "id", "dev_", d->id);
	json_key_string(j, "mac", text_mac(d->mac, mac));
	json_key_string(j, "name", device_name(d, name));
	json_key_string(j, "name_source", device_name_source(d));
	json_key_string(j, "hostname", d->hostname[0] ? d->hostname : NULL);
	json_key_string(
		j, "hostname_source", d->hostname[0] ? source_name(d->hostname_source) : NULL
	);
	kind(j, d, &learned);
	json_key_string(j, "vendor", d->vendor);
	json_key_bool(j, "randomized_mac", device_mac_is_random(d));
	json_key_string(j, "side", side_name(d->side));
	addresses(j, s, d);
	parts(j, s, d);
	behind(j, s, d, &beyond);
	json_key_bool(j, "encrypted_dns", knows(s, d, CLUE_ENCRYPTED_DNS));
	json_key_bool(j, "vpn", knows(s, d, CLUE_VPN));
	const struct profile *p = d->profile[0] ? profiles_find(&s->profiles, d->profile) : NULL;
	json_key(j, "privacy");
	if (d->identity.choice.privacy)
		json_u64(j, d->identity.choice.privacy - 1);
	else
		json_null(j);
	json_key_string(j, "profile", p ? p->name : s->profiles.items[s->profiles.by_default].name);
	limits(j, d);
	view_actions(j, d->actions);
	const struct rule *pause =
		d->actions & ACTION_PAUSE ? rule_find(s, ACTION_PAUSE, d, NULL) : NULL;
	view_time(j, "paused_until", pause ? pause->spec.until_ns : 0);
	view_time(j, "first_seen", all.first_seen_ns);
	view_time(j, "last_seen", all.last_seen_ns);
	json_key_bool(j, "online", all.online);
	view_counts(j, &all.sum);
	json_key_u64(j, "rate_out", all.rate_out);
	json_key_u64(j, "rate_in", all.rate_in);
	if (facts)
		facts_of(j, s, d);
	json_end(j);
}
