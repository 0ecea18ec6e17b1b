// SPDX-License-Identifier: BSD-3-Clause
// A device that uses encrypted DNS or a VPN is shown as one that does.

#include "dataplane/inspect/dns.h"
#include "dataplane/inspect/tunnel.h"
#include "dataplane/learn_facts.h"
#include "dataplane/payload.h"
#include "dataplane/report.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static bool
is_known(uint16_t slot) {
	return slot >= SLOT_FIRST && slot != SLOT_UNKNOWN;
}

static void
vpn(struct worker *w, uint16_t slot, const char *what, ns_t now) {
	report_fact(w, slot, FACT_KIND_VPN, SOURCE_TRAFFIC, what, strlen(what), now);
}

static void
encrypted_dns(struct worker *w, uint16_t slot, const char *what, ns_t now) {
	report_fact(w, slot, FACT_KIND_ENCRYPTED_DNS, SOURCE_TRAFFIC, what, strlen(what), now);
}

void
learn_tunnel(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	uint16_t slot = b->src_slot[i];
	const uint8_t *bytes = NULL;

	if (!is_known(slot))
		return;
	if (f->key.protocol == IPPROTO_ESP || f->key.protocol == IPPROTO_AH) {
		vpn(w, slot, "ipsec", b->time[i]);
		return;
	}
	if (f->key.protocol != IPPROTO_UDP
	    || !(f->names == NAMES_NONE || f->names == NAMES_WATCHED))
		return;
	size_t n = payload(b->pkt[i], f, UDP_HEADER, &bytes);
	if (n == 0)
		return;
	uint16_t port[2] = {ntohs(f->key.port[0]), ntohs(f->key.port[1])};
	const char *what = tunnel_datagram(port[0], port[1], bytes, n);
	bool dns = port[0] == TUNNEL_DNS_PORT || port[1] == TUNNEL_DNS_PORT;
	if (what)
		vpn(w, slot, what, b->time[i]);
	else if (dns && tunnel_is_doq(bytes, n))
		encrypted_dns(w, slot, "quic 853", b->time[i]);
}

void
learn_tunnel_segment(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *bytes,
	size_t length,
	bool hello
) {
	const struct flow_key *key = &b->facts[i].key;
	uint16_t slot = b->src_slot[i];
	unsigned int client = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;

	if (!is_known(slot))
		return;
	if (hello && key->port[client ^ 1] == htons(TUNNEL_DNS_PORT))
		encrypted_dns(w, slot, "tls 853", b->time[i]);
	const char *what = hello ? NULL : tunnel_segment(bytes, length);
	if (what)
		vpn(w, slot, what, b->time[i]);
}

void
learn_resolver(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *wire,
	size_t length
) {
	char name[DNS_TEXT_MAX], text[DNS_TEXT_MAX + sizeof "https "];
	const struct flow_key *key = &b->facts[i].key;
	unsigned int client = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;
	size_t n = dns_wire_text(wire, length, name);

	if (!is_known(b->src_slot[i]) || key->port[client ^ 1] == htons(TUNNEL_DNS_PORT)
	    || !tunnel_is_resolver(name, n))
		return;
	snprintf(text, sizeof text, "https %s", name);
	encrypted_dns(w, b->src_slot[i], text, b->time[i]);
}
