// SPDX-License-Identifier: BSD-3-Clause
// The first packet of a flow shows how far its sender is: systems begin with a hop limit of 64, 128
// or 255, and every router on the way takes one.  Established flows are never looked at.

#include "dataplane/learn_facts.h"
#include "dataplane/payload.h"
#include "dataplane/report.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define TTL4 8 // offsets in the IP header: RFC 791 3.1, RFC 8200 3
#define TTL6 7
#define HOPS_MIN 33 // below are what traceroute sends, and scopes of multicast
#define HOPS_SHOWN 16
#define NEWS_COST NS_PER_MS // a thousand new flows a second are looked at,
#define NEWS_BURST (256 * NEWS_COST) // and so many at once

static const char answer[] = "HTTP/1.";

static void
report_hops(struct worker *w, uint16_t slot, const struct device_hops *h, ns_t now) {
	char text[HOPS_SHOWN * 4 + 1];
	size_t n = 0;

	for (unsigned int v = HOPS_MIN, shown = 0; v < 256 && shown < HOPS_SHOWN; v++) {
		uint64_t word = atomic_load_explicit(&h->seen[v / 64], memory_order_relaxed);
		if (!(word >> v % 64 & 1))
			continue;
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%u", n ? "," : "", v);
		shown++;
	}
	report_fact(w, slot, FACT_KIND_HOP_LIMIT, SOURCE_TRAFFIC, text, n, now);
}

static void
learn_hops(struct worker *w, uint16_t slot, uint8_t hops, ns_t now) {
	struct device_hops *h = &w->shared->hops[slot];
	_Atomic uint64_t *word = &h->seen[hops / 64];
	uint64_t bit = 1ull << hops % 64;

	if (hops < HOPS_MIN || atomic_load_explicit(word, memory_order_relaxed) & bit)
		return;
	atomic_fetch_or_explicit(word, bit, memory_order_relaxed);
	report_hops(w, slot, h, now);
}

// An answer to an SSDP search goes from any port to any.
static void
learn_search_answer(struct worker *w, const struct batch *b, unsigned int i) {
	const uint8_t *message;

	if (payload(b->pkt[i], &b->facts[i], UDP_HEADER, &message) > sizeof answer
	    && memcmp(message, answer, sizeof answer - 1) == 0)
		learn_ssdp(w, b, i);
}

// Protocols of the link choose a hop limit of their own.
static bool
is_scoped(const struct facts *f) {
	switch (f->names) {
	case NAMES_MDNS:
	case NAMES_LLMNR:
	case NAMES_DHCP:
	case NAMES_DHCPV6:
	case NAMES_NETBIOS:
	case NAMES_SSDP:
		return true;
	default:
		return false;
	}
}

static void
learn_new(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	const uint8_t *frame = rte_pktmbuf_mtod(b->pkt[i], const uint8_t *);
	unsigned int from = f->flags & FACT_SWAPPED ? 1 : 0;
	uint8_t side = w->shared->port[b->port[i]].side;
	uint16_t slot = b->src_slot[i];

	if (side == SIDE_HOST || f->flags & (FACT_GROUP | FACT_MALFORMED) || is_scoped(f))
		return;
	bool udp = f->key.protocol == IPPROTO_UDP;
	if (f->key.protocol != IPPROTO_TCP)
		learn_tunnel(w, b, i);
	if (!udp && f->key.protocol != IPPROTO_TCP)
		return;
	struct position_flow flow = {
		.family = f->key.family,
		.hops = frame[f->l3 + (f->key.family == 4 ? TTL4 : TTL6)],
		.pppoe = f->flags & FACT_PPPOE,
		.source = f->key.address[from],
		.target = f->key.address[from ^ 1],
	};
	memcpy(flow.mac, frame + 6, 6);
	enum position_side at = side == SIDE_WAN ? POSITION_WAN : POSITION_LAN;
	position_saw_flow(&w->position, at, &flow, b->time[i]);
	if (slot < SLOT_FIRST || slot == SLOT_UNKNOWN)
		return;
	learn_hops(w, slot, flow.hops, b->time[i]);
	if (udp)
		learn_search_answer(w, b, i);
}

void
learn_news(struct worker *w, const struct batch *b) {
	ns_t now = b->time[0];
	ns_t earliest = now > NEWS_BURST ? now - NEWS_BURST : 0;
	bool stale = w->news_at > now || w->news_at < earliest; // ahead: the clock went back

	w->news_at = (stale ? earliest : w->news_at) + b->news_n * NEWS_COST;
	for (unsigned int k = 0; k < b->news_n; k++)
		learn_new(w, b, b->news[k]);
}
