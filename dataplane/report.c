// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/report.h"

#include "dataplane/event.h"
#include "dataplane/inspect/dns.h"
#include "dataplane/table/address.h"
#include "dataplane/table/device.h"
#include "dataplane/table/fact.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/name.h"
#include "dataplane/table/tags.h"
#include "platform/wire.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

// The serial of an entry and its number make an id that no other flow of this run has.
#define ID_WORKER_SHIFT 60
#define ID_SERIAL_SHIFT 28

static void
lost(struct worker *w) {
	counter_add(&w->counters.events_lost, 1);
	w->sweep_lost = true;
}

static void *
reserve(struct worker *w, enum wire_type type, size_t size) {
	void *record = report_wanted(w) ? event_reserve(w->events, type, size) : NULL;

	if (!record && report_wanted(w))
		lost(w);
	return record;
}

static uint8_t
side_of(const struct shared *s, uint16_t slot) {
	if (slot == SLOT_UNKNOWN)
		return SIDE_COUNT;
	if (slot == SLOT_NONE)
		return SIDE_WAN;
	return atomic_load_explicit(&s->devices->slot[slot].side, memory_order_relaxed);
}

static void
fill_protocol(const struct worker *w, const struct flow *f, struct wire_flow *r) {
	const struct flow_cold *cold = &w->flows->cold[flow_index(w->flows, f)];
	unsigned int first = f->initiator;

	if (f->key.flags & KEY_PORTS) {
		r->flags |= WIRE_FLOW_HAS_PORTS;
		r->port[0] = ntohs(f->key.port[first]);
		r->port[1] = ntohs(f->key.port[first ^ 1]);
	}
	if (f->key.flags & KEY_PPPOE) {
		r->flags |= WIRE_FLOW_PPPOE;
		r->pppoe = f->key.pppoe;
	}
	if (cold->icmp) {
		r->flags |= WIRE_FLOW_ICMP;
		r->icmp_type = cold->icmp_type;
		r->icmp_code = cold->icmp_code;
	}
	if (f->key.flags & KEY_ICMP_ECHO) {
		r->flags |= WIRE_FLOW_ICMP_ID;
		r->icmp_id = ntohs(f->key.port[0]);
	}
	r->tags = f->key.tags;
	r->vlan[0] = f->key.vlan[0];
	r->vlan[1] = f->key.vlan[1];
	if (f->key.tags > 2)
		tags_ids(w->tags, f->key.side, r->vlan);
}

static uint64_t
flow_number(const struct worker *w, const struct flow *f) {
	uint32_t index = flow_index(w->flows, f);

	return (uint64_t)w->id << ID_WORKER_SHIFT
		| (uint64_t)w->flows->cold[index].serial << ID_SERIAL_SHIFT | index;
}

static void
fill_flow(const struct worker *w, const struct flow *f, bool ended, struct wire_flow *r) {
	uint32_t index = flow_index(w->flows, f);
	const struct flow_cold *cold = &w->flows->cold[index];
	const struct flow_count *count = &w->flows->count[index];

	r->id = flow_number(w, f);
	r->first_seen_ns = cold->first_seen_ns;
	r->last_seen_ns = MAX_OF((uint64_t)f->last_seen_us * NS_PER_US, cold->first_seen_ns);
	for (unsigned int k = 0; k < 2; k++) {
		unsigned int end = f->initiator ^ k;
		uint16_t slot = f->slot[end];
		r->packets[k] = count->packets[end];
		r->bytes[k] = count->bytes[end];
		memcpy(r->address[k], f->key.address[end], 16);
		r->side[k] = side_of(w->shared, slot);
		if (slot >= SLOT_FIRST && slot != SLOT_UNKNOWN)
			memcpy(r->mac[k], w->shared->devices->slot[slot].mac, 6);
	}
	r->family = f->key.family;
	r->protocol = f->key.protocol;
	r->reason = f->reason;
	r->chain = cold->chain;
	r->flags = ended ? WIRE_FLOW_ENDED : 0;
	if (f->state == FLOW_TCP_CLOSED)
		r->flags |= WIRE_FLOW_CLOSED;
	fill_protocol(w, f, r);
}

// A flood of new flows may not keep the sweep from saying how the others are, and asks how far the
// reader is once a batch at most.
static bool
has_room_for_flow(struct worker *w) {
	if (event_has_room(w->events))
		return true;
	if (w->room_asked)
		return false;
	w->room_asked = true;
	event_look(w->events);
	return event_has_room(w->events);
}

void
report_flow_wanted(struct worker *w, const struct flow *f, bool ended) {
	if (!has_room_for_flow(w)) {
		lost(w);
		return;
	}
	struct wire_flow *r = reserve(w, WIRE_FLOW, sizeof *r);
	if (!r)
		return;
	fill_flow(w, f, ended, r);
	event_commit(w->events);
}

bool
report_flow_try(struct worker *w, const struct flow *f, bool ended) {
	if (!report_wanted(w))
		return true;
	struct wire_flow *r = event_reserve(w->events, WIRE_FLOW, sizeof *r);
	if (!r)
		return false;
	fill_flow(w, f, ended, r);
	event_commit(w->events);
	return true;
}

void
report_device(struct worker *w, uint16_t slot) {
	struct wire_device *r = reserve(w, WIRE_DEVICE, sizeof *r);

	if (!r)
		return;
	shared_device(w->shared, slot, r);
	event_commit(w->events);
}

void
report_alert(struct worker *w, enum alert kind, ns_t now, const char *text) {
	struct wire_alert *r = reserve(w, WIRE_ALERT, sizeof *r);

	if (!r)
		return;
	r->kind = kind;
	r->seen_ns = now;
	snprintf(r->text, sizeof r->text, "%s", text);
	event_commit(w->events);
}

static bool
is_nobody(uint8_t family, const uint8_t address[16]) {
	static const uint8_t zero[16];

	if (memcmp(address, zero, family == 4 ? 4 : 16) == 0)
		return true;
	return family == 4 ? address[0] >= 224 : address[0] == 0xff;
}

void
report_fill_address(const struct shared *s, const struct address *a, struct wire_address *ret) {
	if (a->slot >= SLOT_FIRST)
		memcpy(ret->mac, s->devices->slot[a->slot].mac, 6);
	ret->family = a->family;
	ret->source = a->source;
	memcpy(ret->address, a->address, 16);
	ret->seen_ns = a->seen_ns;
}

void
report_address(
	struct worker *w,
	uint16_t slot,
	uint8_t source,
	uint8_t family,
	const uint8_t address[16],
	ns_t now
) {
	struct address_table *t = w->shared->addresses;

	if (slot < SLOT_FIRST || slot == SLOT_UNKNOWN || is_nobody(family, address))
		return;
	uint64_t hash = address_hash(t, slot, source, family, address);
	uint64_t *known = &w->address_known[hash % ADDRESS_CACHE];
	if (*known == hash)
		return;
	*known = hash;
	struct address a = {.slot = slot, .family = family, .source = source, .seen_ns = now};
	memcpy(a.address, address, 16);
	if (!address_add(t, hash, &a))
		return;
	if (family == 4 && source == SOURCE_TRAFFIC)
		report_address_count(w, slot, now);
	struct wire_address *r = reserve(w, WIRE_ADDRESS, sizeof *r);
	if (!r)
		return;
	report_fill_address(w->shared, &a, r);
	event_commit(w->events);
}

void
report_fill_hostname(
	const struct shared *s,
	uint16_t slot,
	const struct device_name *n,
	struct wire_hostname *ret
) {
	memcpy(ret->mac, s->devices->slot[slot].mac, 6);
	ret->source = n->source;
	ret->length = n->length;
	memcpy(ret->text, n->text, n->length);
	ret->seen_ns = n->seen_ns;
}

void
report_hostname(
	struct worker *w,
	uint16_t slot,
	uint8_t source,
	const char *text,
	uint32_t length,
	ns_t now
) {
	struct device_table *t = w->shared->devices;
	struct device_name n = {.source = source, .length = (uint8_t)length, .seen_ns = now};

	if (slot >= t->capacity || device_has_name(t, slot, source, text, length))
		return;
	if (!fact_may_change(w->shared->facts, slot, now)) {
		counter_add(&w->counters.facts_refused, 1);
		return;
	}
	if (!device_set_name(t, slot, source, text, length, now))
		return;
	struct wire_hostname *r = reserve(w, WIRE_HOSTNAME, sizeof *r);
	if (!r)
		return;
	memcpy(n.text, text, length);
	report_fill_hostname(w->shared, slot, &n, r);
	event_commit(w->events);
}

static size_t
fill_chain(const struct name_chain *chain, char *text, uint16_t *ret_names) {
	char one[DNS_TEXT_MAX];
	size_t used = 0;

	*ret_names = 0;
	for (size_t at = 0; at < chain->length;) {
		size_t size = 1;
		while (at + size <= chain->length && chain->bytes[at + size - 1] != 0)
			size += (size_t)chain->bytes[at + size - 1] + 1;
		if (at + size > chain->length)
			break;
		size_t length = dns_wire_text(chain->bytes + at, size, one);
		if (used + length + 1 > WIRE_CHAIN_MAX)
			break;
		memcpy(text + used, one, length + 1);
		used += length + 1;
		(*ret_names)++;
		at += size;
	}
	return used;
}

size_t
report_fill_name(
	const uint8_t mac[6],
	const struct name_entry *e,
	const struct name_chain *chain,
	uint8_t ret[WIRE_NAME_BYTES]
) {
	struct wire_name r = {
		.family = e->family,
		.source = e->source,
		.seen_ns = e->seen_ns,
		.ttl = e->ttl,
		.chain = e->chain,
	};

	memset(ret, 0, WIRE_NAME_BYTES);
	memcpy(r.mac, mac, 6);
	memcpy(r.address, e->address, 16);
	r.length = (uint16_t)fill_chain(chain, (char *)ret + sizeof r, &r.names);
	memcpy(ret, &r, sizeof r);
	return wire_name_size(r.length);
}

static void
send_name(
	struct worker *w,
	const void *bytes,
	size_t size,
	const struct dns_message *m,
	const struct flow *in
) {
	struct wire_name *r = reserve(w, WIRE_NAME, size);

	if (!r)
		return;
	memcpy(r, bytes, size);
	r->flow = in ? flow_number(w, in) : 0;
	if (m && m->has_error) {
		r->has_ede = 1;
		r->ede = m->error;
	}
	event_commit(w->events);
}

void
report_name(
	struct worker *w,
	const uint8_t mac[6],
	const struct name_entry *e,
	const struct name_chain *chain,
	const struct dns_message *m,
	const struct flow *in
) {
	uint8_t bytes[WIRE_NAME_BYTES];

	if (!report_wanted(w))
		return;
	size_t size = report_fill_name(mac, e, chain, bytes);
	// Neighbours that answer (mDNS, LLMNR) are no resolvers.
	send_name(w, bytes, size, e->source == SOURCE_DNS ? m : NULL, in);
}

void
report_no_name(
	struct worker *w,
	uint16_t slot,
	ns_t seen,
	const struct dns_message *m,
	const struct name_chain *question,
	const struct flow *in
) {
	const struct name_entry e = {.source = SOURCE_DNS, .seen_ns = seen};
	_Alignas(struct wire_name) uint8_t bytes[WIRE_NAME_BYTES];

	if (!report_wanted(w))
		return;
	size_t size = report_fill_name(w->shared->devices->slot[slot].mac, &e, question, bytes);
	struct wire_name *r = (void *)bytes;
	r->asked = m->qtype;
	r->rcode = m->rcode;
	send_name(w, bytes, size, m, in);
}
