// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/analyze/print.h"

#include "platform/base.h"

#include <string.h>

// IANA protocol numbers, as far as a home sees them.
static const struct {
	uint8_t number;
	const char *name;
} protocols[] = {
	{1, "icmp"},
	{2, "igmp"},
	{4, "ipip"},
	{6, "tcp"},
	{17, "udp"},
	{33, "dccp"},
	{41, "ipv6"},
	{46, "rsvp"},
	{47, "gre"},
	{50, "esp"},
	{51, "ah"},
	{58, "icmpv6"},
	{89, "ospf"},
	{103, "pim"},
	{112, "vrrp"},
	{115, "l2tp"},
	{132, "sctp"},
	{136, "udplite"},
};

const char *
print_protocol(unsigned int number, char ret[8]) {
	for (size_t i = 0; i < ARRAY_LEN(protocols); i++) {
		if (protocols[i].number == number)
			return protocols[i].name;
	}
	snprintf(ret, 8, "%u", number & 0xff);
	return ret;
}

int
print_device_end(const struct report *r, const struct wire_flow *f) {
	for (int end = 0; end < 2; end++) {
		const struct station_seen *s = census_find(r->census, f->mac[end]);
		if (s != NULL && census_is_device(s))
			return end;
	}
	return -1;
}

const uint32_t *
print_names(const struct report *r, const struct wire_flow *f, int device_end, uint32_t *ret_n) {
	*ret_n = 0;
	if (device_end < 0)
		return NULL;
	const uint8_t *peer = f->address[1 - device_end];
	return findings_names(r->findings, f->mac[device_end], f->family, peer, ret_n);
}
