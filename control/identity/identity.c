// SPDX-License-Identifier: BSD-3-Clause

#include "control/identity/identity.h"

#include "control/state.h"
#include "control/text/language.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define CLUES_MAX 160 // more than all rooms together
#define SERVED_PACKETS 3 // a refusal is one packet, an answer over TCP is more

void
identity_note(
	struct device *d,
	enum clue clue,
	enum source source,
	const char *text,
	size_t length,
	uint64_t seen_ns
) {
	char clean[CLUE_TEXT_MAX + 1];

	facts_clean(text, length, clean, sizeof clean);
	if (!facts_note(&d->identity.facts, clue, source, clean, seen_ns))
		return;
	d->identity.stale = d->identity.facts_dirty = true;
	d->changed = d->dirty = true;
}

// The end `which` of the flow; every flow that moves comes here, and few ports tell anything.
static void
see_port(struct state *s, const struct flow *f, unsigned int which, enum clue clue) {
	bool udp = f->wire.protocol == IPPROTO_UDP;
	char text[16];

	if (f->wire.side[which] != SIDE_LAN
	    || !kind_rules_want_port(&s->kinds, clue, udp, f->wire.port[1]))
		return;
	struct device *d = device_by_mac(s, f->wire.mac[which]);
	if (!d)
		return;
	int n = snprintf(text, sizeof text, "%s/%u", udp ? "udp" : "tcp", f->wire.port[1]);
	identity_note(d, clue, SOURCE_TRAFFIC, text, (size_t)n, f->last_seen_ns);
}

void
identity_see_flow(struct state *s, const struct flow *f) {
	const struct wire_flow *w = &f->wire;
	uint64_t answered = w->protocol == IPPROTO_TCP ? SERVED_PACKETS : 1;

	if (!(w->flags & WIRE_FLOW_HAS_PORTS) || w->packets[1] < answered
	    || (w->protocol != IPPROTO_TCP && w->protocol != IPPROTO_UDP))
		return;
	see_port(s, f, 0, CLUE_USES);
	see_port(s, f, 1, CLUE_SERVES);
}

void
identity_see_name(struct state *s, struct device *d, const char *name, uint64_t seen_ns) {
	if (kind_rules_want(&s->kinds, CLUE_ASKS, name))
		identity_note(d, CLUE_ASKS, SOURCE_DNS, name, strlen(name), seen_ns);
}

void
identity_say(
	const struct state *s,
	const struct device *d,
	struct kind_verdict *ret_kind,
	struct behind *ret_behind
) {
	struct clue_text clues[CLUES_MAX];
	const struct identity *i = &d->identity;
	size_t n = 0;

	for (unsigned int k = 0; k < i->facts.count && n < CLUES_MAX - 2; k++)
		clues[n++] = (struct clue_text){i->facts.items[k].clue, i->facts.items[k].text};
	if (d->vendor)
		clues[n++] = (struct clue_text){CLUE_VENDOR, d->vendor};
	if (device_mac_is_random(d))
		clues[n++] = (struct clue_text){CLUE_MAC, "random"};
	kind_judge(&s->kinds, clues, n, ret_kind);
	behind_judge(&i->facts, ret_behind);
}

static void
judge(const struct state *s, struct device *d) {
	struct identity *i = &d->identity;
	struct kind_verdict before = i->learned;

	identity_say(s, d, &i->learned, &i->behind);
	i->stale = false;
	if (memcmp(&before, &i->learned, sizeof before) != 0)
		d->changed = true;
}

void
identity_settle(struct state *s) {
	enum language spoken = language_speak(LANGUAGE_ENGLISH); // it is kept for everybody

	for (size_t i = 0; i < s->devices_count; i++)
		if (s->devices[i]->identity.stale)
			judge(s, s->devices[i]);
	language_speak(spoken);
}

enum kind
identity_kind(const struct device *d) {
	if (d->identity.choice.kind != KIND_NONE)
		return (enum kind)d->identity.choice.kind;
	return d->side == SIDE_HOST ? KIND_GATEWAY : d->identity.learned.kind;
}
