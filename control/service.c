// SPDX-License-Identifier: BSD-3-Clause

#include "control/service.h"

#include "control/yaml_tree.h"
#include "platform/base.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	uint8_t number;
	const char *name;
} protocols[] = {
	{IPPROTO_ICMP, "icmp"},
	{IPPROTO_IGMP, "igmp"},
	{4, "ipip"},
	{IPPROTO_TCP, "tcp"},
	{IPPROTO_UDP, "udp"},
	{41, "ipv6"},
	{IPPROTO_GRE, "gre"},
	{IPPROTO_ESP, "esp"},
	{IPPROTO_AH, "ah"},
	{IPPROTO_ICMPV6, "icmpv6"},
	{IPPROTO_SCTP, "sctp"},
	{IPPROTO_UDPLITE, "udplite"},
};

static const struct {
	uint8_t protocol;
	uint16_t port;
	const char *name;
} services[] = {
	{IPPROTO_TCP, 20, "ftp-data"},
	{IPPROTO_TCP, 21, "ftp"},
	{IPPROTO_TCP, 22, "ssh"},
	{IPPROTO_TCP, 23, "telnet"},
	{IPPROTO_TCP, 25, "smtp"},
	{IPPROTO_TCP, 53, "dns"},
	{IPPROTO_UDP, 53, "dns"},
	{IPPROTO_UDP, 67, "dhcp"},
	{IPPROTO_UDP, 68, "dhcp"},
	{IPPROTO_TCP, 80, "http"},
	{IPPROTO_TCP, 110, "pop3"},
	{IPPROTO_UDP, 123, "ntp"},
	{IPPROTO_UDP, 137, "netbios"},
	{IPPROTO_UDP, 138, "netbios"},
	{IPPROTO_TCP, 139, "netbios"},
	{IPPROTO_TCP, 143, "imap"},
	{IPPROTO_UDP, 161, "snmp"},
	{IPPROTO_TCP, 443, "https"},
	{IPPROTO_UDP, 443, "quic"},
	{IPPROTO_TCP, 445, "smb"},
	{IPPROTO_TCP, 465, "smtps"},
	{IPPROTO_UDP, 500, "ike"},
	{IPPROTO_UDP, 546, "dhcpv6"},
	{IPPROTO_UDP, 547, "dhcpv6"},
	{IPPROTO_TCP, 554, "rtsp"},
	{IPPROTO_TCP, 587, "submission"},
	{IPPROTO_TCP, 631, "ipp"},
	{IPPROTO_TCP, 853, "dns-over-tls"},
	{IPPROTO_UDP, 853, "dns-over-quic"},
	{IPPROTO_TCP, 993, "imaps"},
	{IPPROTO_TCP, 995, "pop3s"},
	{IPPROTO_UDP, 1194, "openvpn"},
	{IPPROTO_TCP, 1883, "mqtt"},
	{IPPROTO_UDP, 1900, "ssdp"},
	{IPPROTO_UDP, 3478, "stun"},
	{IPPROTO_UDP, 4500, "ipsec"},
	{IPPROTO_TCP, 5222, "xmpp"},
	{IPPROTO_TCP, 5223, "push"},
	{IPPROTO_UDP, 5353, "mdns"},
	{IPPROTO_UDP, 5355, "llmnr"},
	{IPPROTO_TCP, 8080, "http-alt"},
	{IPPROTO_TCP, 8883, "mqtts"},
	{IPPROTO_TCP, 9100, "printer"},
	{IPPROTO_UDP, 51820, "wireguard"},
};

const char *
service_protocol(uint8_t protocol, char ret[SERVICE_TEXT]) {
	for (size_t i = 0; i < ARRAY_LEN(protocols); i++)
		if (protocols[i].number == protocol) {
			snprintf(ret, SERVICE_TEXT, "%s", protocols[i].name);
			return ret;
		}
	snprintf(ret, SERVICE_TEXT, "%u", protocol);
	return ret;
}

const char *
service_text(uint8_t protocol, uint16_t port, char ret[SERVICE_TEXT]) {
	char name[SERVICE_TEXT];

	for (size_t i = 0; port != 0 && i < ARRAY_LEN(services); i++)
		if (services[i].protocol == protocol && services[i].port == port) {
			snprintf(ret, SERVICE_TEXT, "%s", services[i].name);
			return ret;
		}
	service_protocol(protocol, name);
	if (port == 0)
		snprintf(ret, SERVICE_TEXT, "%s", name);
	else
		snprintf(ret, SERVICE_TEXT, "%.14s/%u", name, port);
	return ret;
}

// A rule's word means more than one port's name: a browser that may not speak TCP to port 443 tries
// QUIC next, and a ping is ICMP over IPv4 and ICMPv6 over IPv6.
static const struct {
	const char *name;
	uint8_t protocol;
	uint16_t port;
} also[] = {
	{"https", IPPROTO_UDP, 443},
	{"web", IPPROTO_TCP, 80},
	{"web", IPPROTO_TCP, 443},
	{"web", IPPROTO_UDP, 443},
	{"icmp", IPPROTO_ICMP, 0},
	{"icmp", IPPROTO_ICMPV6, 0},
	{"ping", IPPROTO_ICMP, 0},
	{"ping", IPPROTO_ICMPV6, 0},
	{"mail", IPPROTO_TCP, 25},
	{"mail", IPPROTO_TCP, 465},
	{"mail", IPPROTO_TCP, 587},
	{"mail", IPPROTO_TCP, 143},
	{"mail", IPPROTO_TCP, 993},
	{"mail", IPPROTO_TCP, 110},
	{"mail", IPPROTO_TCP, 995},
};

bool
service_next(const char *name, size_t *at, uint8_t *ret_protocol, uint16_t *ret_port) {
	for (; *at < ARRAY_LEN(services) + ARRAY_LEN(also); ++*at) {
		size_t i = *at;
		bool first = i < ARRAY_LEN(services);
		size_t k = first ? i : i - ARRAY_LEN(services);
		if (strcmp(first ? services[k].name : also[k].name, name) != 0)
			continue;
		*ret_protocol = first ? services[k].protocol : also[k].protocol;
		*ret_port = first ? services[k].port : also[k].port;
		++*at;
		return true;
	}
	return false;
}

bool
service_protocol_number(const char *text, uint8_t *ret) {
	char *end;

	for (size_t i = 0; i < ARRAY_LEN(protocols); i++)
		if (strcmp(protocols[i].name, text) == 0) {
			*ret = protocols[i].number;
			return true;
		}
	unsigned long n = strtoul(text, &end, 10);
	if (!text[0] || strspn(text, "0123456789") != strlen(text) || *end || n > 255)
		return false;
	*ret = (uint8_t)n;
	return true;
}

const char *
service_nearest(const char *name) {
	const char *nearest = "https";
	unsigned int best = YAML_FAR;

	for (size_t i = 0; i < ARRAY_LEN(services) + ARRAY_LEN(also); i++) {
		const char *one = i < ARRAY_LEN(services) ? services[i].name
							  : also[i - ARRAY_LEN(services)].name;
		unsigned int far = yaml_distance(name, one);
		if (far < best) {
			best = far;
			nearest = one;
		}
	}
	return nearest;
}
