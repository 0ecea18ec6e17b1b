// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/eve/dns_words.h"

#include "platform/base.h"

#include <stddef.h>
#include <stdio.h>

const char *
dns_type(uint16_t type, char ret[DNS_WORD]) {
	static const struct {
		uint16_t type;
		const char *word;
	} known[] = {
		{1, "A"},
		{2, "NS"},
		{5, "CNAME"},
		{6, "SOA"},
		{12, "PTR"},
		{15, "MX"},
		{16, "TXT"},
		{28, "AAAA"},
		{33, "SRV"},
		{35, "NAPTR"},
		{43, "DS"},
		{48, "DNSKEY"},
		{64, "SVCB"},
		{65, "HTTPS"},
		{255, "ANY"},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].type == type)
			return known[i].word;
	snprintf(ret, DNS_WORD, "TYPE%u", type);
	return ret;
}

const char *
dns_rcode(uint8_t rcode, char ret[DNS_WORD]) {
	static const char *const words[] = {
		"NOERROR",
		"FORMERR",
		"SERVFAIL",
		"NXDOMAIN",
		"NOTIMP",
		"REFUSED",
		"YXDOMAIN",
		"YXRRSET",
		"NXRRSET",
		"NOTAUTH",
		"NOTZONE",
	};

	if (rcode < ARRAY_LEN(words))
		return words[rcode];
	snprintf(ret, DNS_WORD, "RCODE%u", rcode);
	return ret;
}
