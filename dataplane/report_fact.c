// SPDX-License-Identifier: BSD-3-Clause
// Facts are reported before they are remembered: what a full ring refuses is new the next time.

#include "dataplane/event.h"
#include "dataplane/report.h"
#include "dataplane/table/device.h"
#include "dataplane/table/fact.h"
#include "platform/wire.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

void
report_fill_fact(const struct shared *s, const struct fact_row *f, struct wire_fact *ret) {
	memcpy(ret->mac, s->devices->slot[f->slot].mac, 6);
	ret->kind = f->kind;
	ret->source = f->source;
	ret->length = f->length;
	ret->seen_ns = f->seen_ns;
	memcpy(ret->text, f->text, f->length);
}

void
report_fact(
	struct worker *w,
	uint16_t slot,
	enum fact_kind kind,
	enum source source,
	const char *text,
	size_t length,
	ns_t now
) {
	struct shared *s = w->shared;
	struct wire_fact *r = NULL;

	if (slot < SLOT_FIRST || slot >= s->devices->capacity || length == 0)
		return;
	uint64_t key = fact_key(s->facts, slot, (uint8_t)kind, (uint8_t)source, text, length);
	uint64_t *known = &w->fact_known[key % FACT_CACHE];
	if (fact_kind_is_many(kind) && *known == key)
		return;
	if (report_wanted(w) && !(r = event_reserve(w->events, WIRE_FACT, sizeof *r))) {
		counter_add(&w->counters.events_lost, 1);
		return;
	}
	int added =
		fact_add(s->facts, key, slot, (uint8_t)kind, (uint8_t)source, text, length, now);
	if (added < 0)
		counter_add(&w->counters.facts_refused, 1);
	else
		*known = key;
	if (added <= 0 || !r)
		return;
	memcpy(r->mac, s->devices->slot[slot].mac, 6);
	r->kind = (uint8_t)kind;
	r->source = (uint8_t)source;
	r->length = (uint16_t)MIN_OF(length, sizeof r->text - 1);
	r->seen_ns = now;
	memcpy(r->text, text, r->length);
	event_commit(w->events);
}

// Every one of the first, then each time they have doubled.
void
report_address_count(struct worker *w, uint16_t slot, ns_t now) {
	_Atomic uint32_t *count = &w->shared->hops[slot].addresses;
	uint32_t n = atomic_fetch_add_explicit(count, 1, memory_order_relaxed) + 1;
	char text[16];

	if (n < 2 || (n > 8 && (n & (n - 1)) != 0))
		return;
	int length = snprintf(text, sizeof text, "%u", n);
	report_fact(w, slot, FACT_KIND_ADDRESS_COUNT, SOURCE_TRAFFIC, text, (size_t)length, now);
}
