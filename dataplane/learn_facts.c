// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/learn_facts.h"

#include "dataplane/inspect/dhcp.h"
#include "dataplane/inspect/dhcpv6.h"
#include "dataplane/inspect/dns.h"
#include "dataplane/inspect/lldp.h"
#include "dataplane/inspect/mdns_host.h"
#include "dataplane/inspect/netbios.h"
#include "dataplane/inspect/ssdp.h"
#include "dataplane/learn_lease.h"
#include "dataplane/payload.h"
#include "dataplane/policy/safety.h"
#include "dataplane/report.h"
#include "dataplane/table/address.h"
#include "dataplane/table/device.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define ND_ROUTER_ADVERT 134 // RFC 4861 4.2
#define FACT_BYTES 256

static bool
is_device(uint16_t slot) {
	return slot >= SLOT_FIRST && slot != SLOT_UNKNOWN;
}

static unsigned int
sender_end(const struct facts *f) {
	return f->flags & FACT_SWAPPED ? 1 : 0;
}

static const uint8_t *
sender_address(const struct facts *f) {
	return f->key.address[sender_end(f)];
}

static bool
comes_from(const struct facts *f, uint16_t port) {
	return f->key.port[sender_end(f)] == htons(port);
}

static void
server_answered(struct worker *w, const struct batch *b, unsigned int i) {
	uint8_t side = w->shared->port[b->port[i]].side;

	if (side != SIDE_HOST)
		position_saw_server(&w->position, side == SIDE_WAN ? POSITION_WAN : POSITION_LAN);
}

// "1,3,6,15", as far as it fits.
struct numbers {
	char text[FACT_BYTES];
	size_t length;
};

static void
add_number(struct numbers *n, unsigned int value) {
	char one[8];
	int size = snprintf(one, sizeof one, "%s%u", n->length ? "," : "", value);

	if (n->length + (size_t)size >= sizeof n->text)
		return;
	memcpy(n->text + n->length, one, (size_t)size);
	n->length += (size_t)size;
}

// RFC 8520 section 5: an https URL; whatever else is there is none.
static void
report_mud(struct worker *w, uint16_t slot, uint8_t source, const char *url, size_t n, ns_t now) {
	static const char scheme[] = "https://";

	if (n < sizeof scheme || n >= FACT_BYTES || memcmp(url, scheme, sizeof scheme - 1) != 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (url[i] <= ' ' || url[i] >= 0x7f)
			return;
	report_fact(w, slot, FACT_KIND_MUD_URL, source, url, n, now);
}

static void
learn_dhcp(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	const uint8_t *sender = rte_pktmbuf_mtod(b->pkt[i], const uint8_t *) + 6;
	uint16_t slot = b->src_slot[i];
	ns_t now = b->time[i];
	const uint8_t *message;
	struct dhcp_message d;
	struct numbers asked = {.length = 0};

	size_t length = payload(b->pkt[i], f, UDP_HEADER, &message);
	if (length == 0 || dhcp_read(message, length, &d) != 0)
		return;
	if (!d.from_client) {
		if (d.type != DHCP_OFFER && d.type != DHCP_ACK)
			return;
		safety_learn_server(w->shared, 4, sender_address(f));
		server_answered(w, b, i);
		if (d.type == DHCP_ACK)
			lease_given4(w, &d, now);
		return;
	}
	// A relay speaks for others.
	if (!is_device(slot) || memcmp(d.mac, sender, 6) != 0)
		return;
	lease_asked(w, slot, d.xid);
	if (d.hostname_length)
		report_hostname(w, slot, SOURCE_DHCP, d.hostname, d.hostname_length, now);
	if (d.fqdn_length)
		report_hostname(w, slot, SOURCE_DHCP_FQDN, d.fqdn, d.fqdn_length, now);
	for (unsigned int k = 0; k < d.asked_length; k++)
		add_number(&asked, d.asked[k]);
	// An INFORM asks for something of its own.
	if (d.type == DHCP_DISCOVER || d.type == DHCP_REQUEST)
		report_fact(
			w, slot, FACT_KIND_DHCP_OPTIONS, SOURCE_DHCP, asked.text, asked.length, now
		);
	report_fact(w, slot, FACT_KIND_DHCP_VENDOR, SOURCE_DHCP, d.vendor, d.vendor_length, now);
	report_mud(w, slot, SOURCE_DHCP, d.mud, d.mud_length, now);
}

static void
learn_dhcpv6(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	uint16_t slot = b->src_slot[i];
	ns_t now = b->time[i];
	const uint8_t *message;
	struct dhcpv6_message d;
	struct numbers asked = {.length = 0};

	size_t length = payload(b->pkt[i], f, UDP_HEADER, &message);
	if (length == 0 || dhcpv6_read(message, length, &d) != 0)
		return;
	if (!d.from_client) {
		if (d.type == DHCPV6_ADVERTISE || d.type == DHCPV6_REPLY)
			safety_learn_server(w->shared, 6, sender_address(f));
		if (d.type == DHCPV6_REPLY && is_device(b->dst_slot[i]))
			lease_given6(w, b->dst_slot[i], &d, now);
		return;
	}
	if (!is_device(slot))
		return;
	lease_asked(w, slot, d.xid);
	if (d.fqdn_length)
		report_hostname(w, slot, SOURCE_DHCPV6, d.fqdn, d.fqdn_length, now);
	for (unsigned int k = 0; k < d.asked_n; k++)
		add_number(&asked, d.asked[k]);
	if (d.type == DHCPV6_SOLICIT || d.type == DHCPV6_REQUEST)
		report_fact(
			w,
			slot,
			FACT_KIND_DHCP_OPTIONS,
			SOURCE_DHCPV6,
			asked.text,
			asked.length,
			now
		);
	report_fact(w, slot, FACT_KIND_DHCP_VENDOR, SOURCE_DHCPV6, d.vendor, d.vendor_length, now);
	report_mud(w, slot, SOURCE_DHCPV6, d.mud, d.mud_length, now);
}

struct sender {
	const struct shared *shared;
	const struct facts *facts;
	uint16_t slot;
};

static bool
is_own(void *context, unsigned int family, const uint8_t address[16]) {
	const struct sender *s = context;
	bool same = s->facts->key.family == family;

	return (same && memcmp(sender_address(s->facts), address, 16) == 0)
		|| address_has(s->shared->addresses, s->slot, (uint8_t)family, address);
}

// RFC 6762 6 and RFC 4795 2.5: an answer comes from the protocol's own port.
void
learn_multicast(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *message,
	size_t length
) {
	const struct facts *f = &b->facts[i];
	bool mdns = f->names == NAMES_MDNS;
	uint16_t slot = b->src_slot[i];
	ns_t now = b->time[i];
	struct sender sender = {w->shared, f, slot};
	struct mdns_host h;

	if (!is_device(slot) || !comes_from(f, mdns ? DNS_MDNS_PORT : DNS_LLMNR_PORT))
		return;
	if (mdns_host_read(message, length, is_own, &sender, &h) != 0)
		return;
	if (h.name_length)
		report_hostname(
			w, slot, mdns ? SOURCE_MDNS : SOURCE_LLMNR, h.name, h.name_length, now
		);
	for (unsigned int k = 0; mdns && k < h.services_n; k++)
		report_fact(
			w,
			slot,
			FACT_KIND_MDNS_SERVICE,
			SOURCE_MDNS,
			h.services[k].text,
			h.services[k].length,
			now
		);
	for (unsigned int k = 0; mdns && k < h.models_n; k++)
		report_fact(
			w,
			slot,
			FACT_KIND_MDNS_MODEL,
			SOURCE_MDNS,
			h.models[k].text,
			h.models[k].length,
			now
		);
}

static void
learn_netbios(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	uint16_t slot = b->src_slot[i];
	char name[NETBIOS_NAME_MAX];
	const uint8_t *message;

	if (!is_device(slot) || f->key.family != 4 || !comes_from(f, NETBIOS_PORT))
		return;
	size_t length = payload(b->pkt[i], f, UDP_HEADER, &message);
	int n = length ? netbios_read(message, length, sender_address(f), name) : 0;
	if (n > 0)
		report_hostname(w, slot, SOURCE_NETBIOS, name, (uint32_t)n, b->time[i]);
}

void
learn_ssdp(struct worker *w, const struct batch *b, unsigned int i) {
	const struct facts *f = &b->facts[i];
	uint16_t slot = b->src_slot[i];
	const uint8_t *message;
	struct ssdp_message m;

	if (!is_device(slot))
		return;
	size_t length = payload(b->pkt[i], f, UDP_HEADER, &message);
	if (length == 0 || ssdp_read(message, length, &m) != 0)
		return;
	// What lives somewhere else is told by a relay.
	if (m.has_location) {
		struct sender sender = {w->shared, f, slot};
		uint8_t address[16] = {0};
		memcpy(address, m.location, 4);
		if (!is_own(&sender, 4, address))
			return;
	}
	report_fact(
		w,
		slot,
		FACT_KIND_SSDP_SERVER,
		SOURCE_SSDP,
		m.server.at,
		m.server.length,
		b->time[i]
	);
	report_fact(
		w, slot, FACT_KIND_SSDP_TYPE, SOURCE_SSDP, m.type.at, m.type.length, b->time[i]
	);
}

static void
learn_lldp(struct worker *w, const struct batch *b, unsigned int i) {
	const struct rte_mbuf *m = b->pkt[i];
	const struct facts *f = &b->facts[i];
	uint16_t slot = b->src_slot[i];
	struct lldp_message l;
	char text[FACT_BYTES];

	if (!is_device(slot) || f->l3 >= m->data_len)
		return;
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *) + f->l3;
	if (lldp_read(data, m->data_len - f->l3, &l) != 0)
		return;
	int n = snprintf(
		text,
		sizeof text,
		"%.*s%s%.*s",
		(int)l.name_length,
		l.name ? l.name : "",
		l.name_length && l.description_length ? ": " : "",
		(int)l.description_length,
		l.description ? l.description : ""
	);
	size_t length = n > 0 ? MIN_OF((size_t)n, sizeof text - 1) : 0;
	report_fact(w, slot, FACT_KIND_LLDP_SYSTEM, SOURCE_LLDP, text, length, b->time[i]);
	report_mud(w, slot, SOURCE_LLDP, l.mud, l.mud_length, b->time[i]);
}

void
learn_facts(struct worker *w, const struct batch *b, unsigned int i) {
	const uint8_t *message;
	size_t length;

	switch (b->facts[i].names) {
	case NAMES_ND:
		if (b->facts[i].icmp_type == ND_ROUTER_ADVERT)
			server_answered(w, b, i);
		break;
	case NAMES_MDNS:
	case NAMES_LLMNR:
		length = payload(b->pkt[i], &b->facts[i], UDP_HEADER, &message);
		if (length > 0)
			learn_multicast(w, b, i, message, length);
		break;
	case NAMES_DHCP:
		learn_dhcp(w, b, i);
		break;
	case NAMES_DHCPV6:
		learn_dhcpv6(w, b, i);
		break;
	case NAMES_NETBIOS:
		learn_netbios(w, b, i);
		break;
	case NAMES_SSDP:
		learn_ssdp(w, b, i);
		break;
	case NAMES_LLDP:
		learn_lldp(w, b, i);
		break;
	default:
		break;
	}
}
