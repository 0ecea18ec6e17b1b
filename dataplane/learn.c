// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/learn.h"

#include "dataplane/inspect/dns.h"
#include "dataplane/inspect/neighbor.h"
#include "dataplane/policy/destination.h"
#include "dataplane/policy/policy.h"
#include "dataplane/report.h"
#include "dataplane/table/device.h"
#include "dataplane/table/name.h"
#include "dataplane/table/query.h"

#include <rte_mbuf.h>

#include <string.h>

#define CHAINS_MAX 64 // of one message, that are looked up

void
learn_neighbor(struct worker *w, const struct batch *b, unsigned int i, const struct neighbor *n) {
	const uint8_t *sender = rte_pktmbuf_mtod(b->pkt[i], const uint8_t *) + 6;
	uint8_t source = n->family == 4 ? SOURCE_ARP : SOURCE_ND;
	bool own = memcmp(n->mac, sender, 6) == 0;

	if (own)
		report_address(w, b->src_slot[i], source, n->family, n->address, b->time[i]);
	else if (w->shared->learn_unasked)
		report_address(
			w,
			device_find(w->shared->devices, n->mac),
			source,
			n->family,
			n->address,
			b->time[i]
		);
}

// `client`: the end of the flow that asks.  False: no name to ask for.
static bool
question_of(
	const struct batch *b,
	unsigned int i,
	const uint8_t *message,
	size_t length,
	const struct dns_message *m,
	uint8_t client,
	uint8_t name[DNS_WIRE_MAX],
	struct question *ret
) {
	if (m->question == 0)
		return false;
	int size = dns_name_wire(message, length, m->question, name);
	if (size <= 0)
		return false;
	*ret = (struct question){
		.flow = &b->facts[i].key,
		.name = name,
		.name_length = (size_t)size,
		.id = m->id,
		.type = m->qtype,
		.class = m->qclass,
		.client = client,
	};
	return true;
}

void
learn_question(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *message,
	size_t length,
	const struct dns_message *m
) {
	uint8_t client = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;
	uint8_t name[DNS_WIRE_MAX];
	struct question q;

	if (b->src_slot[i] < SLOT_FIRST || b->src_slot[i] == SLOT_UNKNOWN)
		return;
	if (question_of(b, i, message, length, m, client, name, &q))
		question_ask(w->questions, &q, b->src_slot[i], b->time[i] / NS_PER_US);
}

static bool
chain_add(struct name_chain *c, const uint8_t *message, size_t length, uint16_t name) {
	uint8_t wire[DNS_WIRE_MAX];
	int size = dns_name_wire(message, length, name, wire);

	if (size <= 0 || (size_t)size > sizeof c->bytes - c->length)
		return false;
	memcpy(c->bytes + c->length, wire, (size_t)size);
	c->length = (uint16_t)(c->length + size);
	c->names++;
	return true;
}

// The question, every CNAME up to the owner of the address, the owner, and where its service is.
static void
chain_of(
	struct name_chain *c,
	const uint8_t *message,
	size_t length,
	const struct dns_message *m,
	const struct dns_address *a
) {
	uint16_t owner = a->owner;
	bool met = false;

	c->length = 0;
	c->names = 0;
	for (unsigned int k = 0; k < m->chain_n && !met; k++) {
		chain_add(c, message, length, m->chain[k]);
		met = m->chain[k] == owner || dns_name_equal(message, length, m->chain[k], owner);
	}
	if (!met)
		chain_add(c, message, length, owner);
	if (a->target)
		chain_add(c, message, length, a->target);
}

static bool
rows_moved(const struct name_entry *old, const struct name_entry *e) {
	if (old->family == 0 || old->epoch != e->epoch)
		return e->rows != 0 || old->rows != 0 || e->lists || old->lists;
	return old->rows != e->rows || old->more || e->more || old->lists != e->lists
		|| memcmp(old->row, e->row, sizeof e->row) != 0;
}

static void
learn_address(
	struct worker *w,
	struct name_entry *e,
	const struct name_chain *chain,
	const struct dns_message *m,
	const struct flow *in
) {
	struct destinations d;
	struct name_entry old;

	destination_match(w->policy, chain, &d);
	destination_keep(e, &d, w->epoch);
	bool other = name_learn(w->shared->names, e, chain, &old);
	if (other && rows_moved(&old, e)) // its flows without a name are to be judged again
		atomic_fetch_add_explicit(
			&w->shared->devices->judge_gen[e->slot], 1, memory_order_release
		);
	report_name(w, w->shared->devices->slot[e->slot].mac, e, chain, m, in);
}

static enum source
source_of(unsigned int names) {
	return names == NAMES_MDNS ? SOURCE_MDNS : names == NAMES_LLMNR ? SOURCE_LLMNR : SOURCE_DNS;
}

// Who may have asked, for analyze: the receiver, if it is anybody.
static void
report_unasked(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const struct name_entry *e,
	const struct name_chain *chain
) {
	static const uint8_t nobody[6];
	uint16_t slot = b->dst_slot[i];
	bool known = slot >= SLOT_FIRST && slot != SLOT_UNKNOWN;

	const uint8_t *mac = known ? w->shared->devices->slot[slot].mac : nobody;
	report_name(w, mac, e, chain, NULL, b->flow[i]);
}

static void
learn_one(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const struct dns_address *a,
	uint16_t slot,
	const struct name_chain *chain,
	const struct dns_message *m
) {
	struct name_entry e = {
		.slot = slot,
		.family = a->family & 15,
		.source = source_of(b->facts[i].names) & 15,
		.ttl = a->ttl,
		.seen_ns = b->time[i],
	};

	memcpy(e.address, a->address, a->family == 4 ? 4 : 16);
	if (slot != SLOT_NONE)
		learn_address(w, &e, chain, m, b->flow[i]);
	else
		report_unasked(w, b, i, &e, chain);
}

static bool
same_chain(const struct dns_address *a, const struct dns_address *b) {
	return a->owner == b->owner && a->target == b->target;
}

static bool
done_before(const struct dns_message *m, unsigned int k) {
	for (unsigned int j = 0; j < k; j++)
		if (same_chain(&m->addresses[j], &m->addresses[k]))
			return true;
	return false;
}

// A chain is spelled and looked up once for all its addresses; an answer has few, a lie many.
void
learn_answer(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *message,
	size_t length,
	const struct dns_message *m
) {
	uint8_t client = b->facts[i].flags & FACT_SWAPPED ? 0 : 1;
	uint8_t name[DNS_WIRE_MAX];
	struct name_chain chain = {0};
	struct question q;
	uint16_t slot = SLOT_NONE;
	unsigned int chains = 0, most = DNS_ADDRESSES_MAX;

	if (b->facts[i].names == NAMES_DNS
	    && question_of(b, i, message, length, m, client, name, &q))
		slot = question_answer(w->questions, &q, b->time[i] / NS_PER_US);
	if (slot == SLOT_NONE && !w->shared->learn_unasked)
		return;
	if (slot != SLOT_NONE)
		most = CHAINS_MAX;
	if (slot != SLOT_NONE && m->addresses_n == 0 && m->qtype && !m->partial) {
		memcpy(chain.bytes, name, q.name_length);
		chain.length = (uint16_t)q.name_length;
		chain.names = 1;
		report_no_name(w, slot, b->time[i], m, &chain, b->flow[i]);
	}
	for (unsigned int k = 0; k < m->addresses_n && chains < most; k++) {
		const struct dns_address *a = &m->addresses[k];
		if (done_before(m, k))
			continue;
		chain_of(&chain, message, length, m, a);
		chains++;
		if (chain.length == 0)
			continue;
		for (unsigned int j = k; j < m->addresses_n; j++)
			if (same_chain(a, &m->addresses[j]))
				learn_one(w, b, i, &m->addresses[j], slot, &chain, m);
	}
}
