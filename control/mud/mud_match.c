// SPDX-License-Identifier: BSD-3-Clause

#include "control/mud/mud_reader.h"
#include "control/text/language.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
mud_fault(struct mud_reader *r, const char *format, ...) {
	va_list arguments;
	int n = 0;

	if (r->acl)
		n = snprintf(
			r->error,
			MUD_ERROR,
			_("entry '%.60s' of list '%.60s': "),
			r->ace ? r->ace : "?",
			r->acl
		);
	va_start(arguments, format);
	vsnprintf(r->error + n, MUD_ERROR - (size_t)n, _(format), arguments);
	va_end(arguments);
	return -EINVAL;
}

unsigned int
mud_member(const struct mud_reader *r, unsigned int object, const char *module, const char *name) {
	char full[96];
	unsigned int n = json_get(r->doc, object, name);

	if (n != JSON_NONE)
		return n;
	snprintf(full, sizeof full, "%s:%s", module, name);
	return json_get(r->doc, object, full);
}

int
mud_copy(struct mud_reader *r, unsigned int node, const char *what, char *into, size_t room) {
	const char *text = json_text(r->doc, node);

	if (node == JSON_NONE)
		return 0;
	if (!text || strlen(text) >= room)
		return mud_fault(r, "'%s' is not a text of at most %zu characters", what, room - 1);
	memcpy(into, text, strlen(text) + 1);
	return 0;
}

static bool
is_name_character(char c) {
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

static int
read_domain(struct mud_reader *r, const char *text, struct mud_row *row) {
	size_t n = text ? strlen(text) : 0;

	if (n && text[n - 1] == '.')
		n--;
	if (n == 0 || n > 253)
		return mud_fault(r, "a dnsname is a domain name, such as example.org");
	for (size_t i = 0; i < n; i++) {
		char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] | 0x20) : text[i];
		if (!is_name_character(c))
			return mud_fault(r, "'%.60s' is no domain name, such as example.org", text);
		row->text[i] = c;
	}
	row->text[n] = 0;
	row->peer = MUD_DOMAIN;
	return 0;
}

// In the one way that inet_ntop spells it.
static int
read_network(struct mud_reader *r, const char *text, unsigned int family, struct mud_row *row) {
	int af = family == 4 ? AF_INET : AF_INET6;
	unsigned int longest = family == 4 ? 32 : 128;
	char address[64], *end;
	uint8_t bytes[16];

	const char *slash = text ? strchr(text, '/') : NULL;
	if (!slash || (size_t)(slash - text) >= sizeof address)
		return mud_fault(r, "a network is ADDRESS/LENGTH, such as 192.0.2.0/24");
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = 0;
	unsigned long length = strtoul(slash + 1, &end, 10);
	if (inet_pton(af, address, bytes) != 1 || end == slash + 1 || *end || length > longest)
		return mud_fault(r, "'%.60s' is no IPv%u network", text, family);
	for (unsigned int bit = (unsigned int)length; bit < longest; bit++)
		if (bytes[bit / 8] >> (7 - bit % 8) & 1)
			return mud_fault(r, "'%.60s' has bits behind its length", text);
	inet_ntop(af, bytes, address, sizeof address);
	snprintf(row->text, sizeof row->text, "%s/%lu", address, length);
	row->peer = MUD_NETWORK;
	return 0;
}

// Ports of one end: "eq", or a range.
static int
read_ports(struct mud_reader *r, unsigned int node, uint16_t *ret_low, uint16_t *ret_high) {
	int64_t low, high;
	const char *op = json_text(r->doc, json_get(r->doc, node, "operator"));

	if (op && strcmp(op, "eq") != 0)
		return mud_fault(
			r,
			"the port operator '%.20s' is not taken: write eq, or lower-port "
			"and upper-port",
			op
		);
	unsigned int port = json_get(r->doc, node, "port");
	if (port != JSON_NONE) {
		low = high = json_number(r->doc, port, -1);
	} else {
		low = json_number(r->doc, json_get(r->doc, node, "lower-port"), -1);
		high = json_number(r->doc, json_get(r->doc, node, "upper-port"), low);
	}
	if (low < 0 || high < low || high > UINT16_MAX)
		return mud_fault(r, "a port is a number from 0 to 65535");
	*ret_low = (uint16_t)low;
	*ret_high = (uint16_t)high;
	return 0;
}

struct ends {
	bool own, peer; // said
	uint16_t own_low, own_high, peer_low, peer_high;
};

static int
read_transport(struct mud_reader *r, unsigned int node, struct mud_row *row, struct ends *e) {
	unsigned int source = json_get(r->doc, node, "source-port");
	unsigned int destination = json_get(r->doc, node, "destination-port");
	unsigned int own = r->from_device ? source : destination;
	unsigned int peer = r->from_device ? destination : source;
	const char *begins =
		json_text(r->doc, mud_member(r, node, "ietf-mud", "direction-initiated"));
	int result = 0;

	if (own != JSON_NONE) {
		e->own = true;
		result = read_ports(r, own, &e->own_low, &e->own_high);
	}
	if (result == 0 && peer != JSON_NONE) {
		e->peer = true;
		result = read_ports(r, peer, &e->peer_low, &e->peer_high);
	}
	if (result < 0 || !begins)
		return result;
	if (strcmp(begins, "from-device") == 0)
		row->begins = MUD_DEVICE_BEGINS;
	else if (strcmp(begins, "to-device") == 0)
		row->begins = MUD_PEER_BEGINS;
	else
		return mud_fault(r, "direction-initiated is from-device or to-device");
	return 0;
}

// Whose port counts is that of the one with whom it is begun; a single port tells who that is.
static void
choose_port(struct mud_row *row, const struct ends *e) {
	bool own = row->begins == MUD_PEER_BEGINS;

	if (row->begins == MUD_EITHER_BEGINS && e->own != e->peer) {
		own = e->own;
		row->begins = own ? MUD_PEER_BEGINS : MUD_DEVICE_BEGINS;
	}
	row->port_high = UINT16_MAX;
	if (own && e->own) {
		row->port_low = e->own_low;
		row->port_high = e->own_high;
	} else if (!own && e->peer) {
		row->port_low = e->peer_low;
		row->port_high = e->peer_high;
	}
}

static int
read_ip(struct mud_reader *r, unsigned int node, unsigned int family, struct mud_row *row) {
	char network[40];
	const char *end = r->from_device ? "destination" : "source";
	const char *own_end = r->from_device ? "src-dnsname" : "dst-dnsname";
	unsigned int name =
		mud_member(r, node, "ietf-acldns", r->from_device ? "dst-dnsname" : "src-dnsname");

	row->family = (uint8_t)family;
	snprintf(network, sizeof network, "%s-ipv%u-network", end, family);
	unsigned int prefix = json_get(r->doc, node, network);
	unsigned int protocol = json_get(r->doc, node, "protocol");
	if (protocol != JSON_NONE) {
		int64_t number = json_number(r->doc, protocol, -1);
		if (number < 0 || number > UINT8_MAX)
			return mud_fault(r, "a protocol is a number from 0 to 255");
		row->protocol = (uint8_t)number;
	}
	if (mud_member(r, node, "ietf-acldns", own_end) != JSON_NONE)
		return mud_fault(r, "'%s' would be the device's own name", own_end);
	if (name != JSON_NONE)
		return read_domain(r, json_text(r->doc, name), row);
	if (prefix != JSON_NONE)
		return read_network(r, json_text(r->doc, prefix), family, row);
	return 0;
}

static int
read_peer(struct mud_reader *r, unsigned int node, struct mud_row *row) {
	static const struct {
		const char *key;
		enum mud_peer peer;
		bool has_text;
	} peers[] = {
		{"local-networks", MUD_LOCAL, false},
		{"controller", MUD_CONTROLLER, true},
		{"my-controller", MUD_MY_CONTROLLER, false},
		{"manufacturer", MUD_MANUFACTURER, true},
		{"same-manufacturer", MUD_SAME_MANUFACTURER, false},
		{"model", MUD_MODEL, true},
	};

	for (size_t i = 0; i < sizeof peers / sizeof peers[0]; i++) {
		unsigned int n = json_get(r->doc, node, peers[i].key);
		if (n == JSON_NONE)
			continue;
		row->peer = (uint8_t)peers[i].peer;
		if (!peers[i].has_text)
			return 0;
		int result = mud_copy(r, n, peers[i].key, row->text, sizeof row->text);
		return result < 0 || row->text[0] ? result
						  : mud_fault(r, "'%s' is empty", peers[i].key);
	}
	return mud_fault(
		r,
		"'ietf-mud:mud' names nobody: local-networks, controller, my-controller, "
		"manufacturer, same-manufacturer or model"
	);
}

// Ethernet, or a match we do not know: without it the entry would let more pass.
static bool
is_known_match(const char *key) {
	static const char *const keys[] = {
		"ipv4", "ipv6", "ietf-mud:mud", "mud", "tcp", "udp", "icmp"};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

static int
read_upper(struct mud_reader *r, unsigned int matches, struct mud_row *row, struct ends *e) {
	unsigned int tcp = json_get(r->doc, matches, "tcp");
	unsigned int udp = json_get(r->doc, matches, "udp");
	unsigned int icmp = json_get(r->doc, matches, "icmp");
	uint8_t protocol = row->family == 6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;

	if (tcp != JSON_NONE)
		protocol = IPPROTO_TCP;
	else if (udp != JSON_NONE)
		protocol = IPPROTO_UDP;
	else if (icmp == JSON_NONE) // which of its types is not kept
		return 0;
	if ((row->protocol && row->protocol != protocol) || !!tcp + !!udp + !!icmp > 1)
		return mud_fault(r, "its matches name two protocols");
	row->protocol = protocol;
	return icmp != JSON_NONE ? 0 : read_transport(r, tcp ? tcp : udp, row, e);
}

int
mud_read_matches(struct mud_reader *r, unsigned int matches, struct mud_row *row) {
	unsigned int four = json_get(r->doc, matches, "ipv4");
	unsigned int six = json_get(r->doc, matches, "ipv6");
	unsigned int mud = mud_member(r, matches, "ietf-mud", "mud");
	struct ends e = {0};
	int result = 0;

	row->begins = MUD_EITHER_BEGINS;
	for (unsigned int n = json_first(r->doc, matches); n; n = json_next(r->doc, n))
		if (!is_known_match(json_key_of(r->doc, n)))
			return 1;
	if (four != JSON_NONE && six != JSON_NONE)
		return mud_fault(r, "its matches name ipv4 and ipv6");
	if (four != JSON_NONE || six != JSON_NONE)
		result = read_ip(r, four ? four : six, four ? 4 : 6, row);
	if (result == 0 && mud != JSON_NONE) {
		if (row->peer != MUD_ANYBODY)
			return 1; // both at once is narrower than a row can say
		result = read_peer(r, mud, row);
	}
	if (result == 0)
		result = read_upper(r, matches, row, &e);
	choose_port(row, &e);
	return result;
}
