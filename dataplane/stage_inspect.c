// SPDX-License-Identifier: BSD-3-Clause
// Reads what carries names: who has which address, what a device calls itself, and which names lead
// to an address.  An answer is learned here, before it is forwarded, so that the first connection
// after it is judged by its name already.

#include "dataplane/inspect/dhcp.h"
#include "dataplane/inspect/dhcpv6.h"
#include "dataplane/inspect/dns.h"
#include "dataplane/inspect/neighbor.h"
#include "dataplane/learn.h"
#include "dataplane/pipeline.h"
#include "dataplane/policy/safety.h"
#include "dataplane/report.h"
#include "dataplane/table/device.h"

#include <rte_mbuf.h>

#include <string.h>

#define UDP_HEADER 8
#define ND_ICMP 8

// What of the packet's payload is in hand, `skip` bytes behind the upper header.
static size_t
payload(const struct rte_mbuf *m, const struct facts *f, size_t skip, const uint8_t **ret) {
	size_t at = f->l4 + skip;
	size_t stated = f->l4_length > skip ? f->l4_length - skip : 0;

	if (f->l4 == 0 || at >= m->data_len)
		return 0;
	*ret = rte_pktmbuf_mtod(m, const uint8_t *) + at;
	return MIN_OF(stated, m->data_len - at);
}

static void
read_neighbor(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	const struct rte_mbuf *m = b->pkt[i];
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	const uint8_t *icmp = frame;
	struct neighbor n;

	if (f->names == NAMES_ARP) {
		if (f->l3 >= m->data_len || !neighbor_arp(frame + f->l3, m->data_len - f->l3, &n))
			return;
	} else {
		size_t length = payload(m, f, 0, &icmp);
		const uint8_t *source = f->key.address[f->flags & FACT_SWAPPED ? 1 : 0];
		if (length < ND_ICMP || !neighbor_nd(source, frame + 6, icmp, length, &n))
			return;
	}
	learn_neighbor(w, b, i, &n);
}

static void
read_dhcp(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	const struct rte_mbuf *m = b->pkt[i];
	const uint8_t *sender = rte_pktmbuf_mtod(m, const uint8_t *) + 6;
	uint16_t slot = b->src_slot[i];
	const uint8_t *message;
	struct dhcp_message d;

	size_t length = payload(m, f, UDP_HEADER, &message);
	if (length == 0 || dhcp_read(message, length, &d) != 0)
		return;
	if (!d.from_client) {
		if (d.type == DHCP_OFFER || d.type == DHCP_ACK)
			safety_learn_server(
				w->shared, 4, f->key.address[f->flags & FACT_SWAPPED ? 1 : 0]
			);
		return;
	}
	// A relay speaks for others: only what a device says of itself is believed.
	if (slot < SLOT_FIRST || memcmp(d.mac, sender, 6) != 0)
		return;
	if (d.hostname_length)
		report_hostname(w, slot, SOURCE_DHCP, d.hostname, d.hostname_length, b->time[i]);
	if (d.fqdn_length)
		report_hostname(w, slot, SOURCE_DHCP_FQDN, d.fqdn, d.fqdn_length, b->time[i]);
}

static void
read_dhcpv6(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	uint16_t slot = b->src_slot[i];
	const uint8_t *message;
	struct dhcpv6_message d;

	size_t length = payload(b->pkt[i], f, UDP_HEADER, &message);
	if (length == 0 || dhcpv6_read(message, length, &d) != 0)
		return;
	if (!d.from_client) {
		if (d.type == DHCPV6_ADVERTISE || d.type == DHCPV6_REPLY)
			safety_learn_server(
				w->shared, 6, f->key.address[f->flags & FACT_SWAPPED ? 1 : 0]
			);
		return;
	}
	if (slot >= SLOT_FIRST && d.fqdn_length)
		report_hostname(w, slot, SOURCE_DHCPV6, d.fqdn, d.fqdn_length, b->time[i]);
}

static void
read_dns(struct worker *w, const struct batch *b, unsigned int i) {
	const uint8_t *message;
	struct dns_message m;

	size_t length = payload(b->pkt[i], &b->facts[i], UDP_HEADER, &message);
	if (length == 0 || dns_question(message, length, &m) != 0)
		return;
	if (!m.response) {
		if (b->facts[i].names == NAMES_DNS)
			learn_question(w, b, i, message, length, &m);
		return;
	}
	bool additional = b->facts[i].names == NAMES_MDNS;
	if (dns_read(message, length, additional, &m) == 0)
		learn_answer(w, b, i, message, length, &m);
}

void
stage_inspect(struct worker *w, struct batch *b) {
	if (likely(!(b->any & FACT_NAMES)))
		return;
	for (unsigned int i = 0; i < b->n; i++) {
		if (likely(!(b->facts[i].flags & FACT_NAMES)))
			continue;
		switch (b->facts[i].names) {
		case NAMES_ARP:
		case NAMES_ND:
			read_neighbor(w, b, i);
			break;
		case NAMES_DNS:
		case NAMES_MDNS:
		case NAMES_LLMNR:
			read_dns(w, b, i);
			break;
		case NAMES_DHCP:
			read_dhcp(w, b, i);
			break;
		case NAMES_DHCPV6:
			read_dhcpv6(w, b, i);
			break;
		default:
			break;
		}
	}
}
