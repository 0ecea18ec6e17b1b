// SPDX-License-Identifier: BSD-3-Clause

#include "control/service.h"

#include "platform/base.h"

#include <netinet/in.h>
#include <stdio.h>

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
