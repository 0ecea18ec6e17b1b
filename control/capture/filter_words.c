// SPDX-License-Identifier: BSD-3-Clause

#include "control/capture/filter_words.h"

#include "control/text/language.h"
#include "platform/base.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

// Keywords that a stored Ethernet frame can be asked for.
static const char *const words[] = {
	"and",	    "or",	"not",	    "src",	 "dst",	      "host",	   "net",
	"mask",	    "port",	"proto",    "ether",	 "link",      "ip",	   "ip6",
	"arp",	    "rarp",	"tcp",	    "udp",	 "sctp",      "icmp",	   "icmp6",
	"igmp",	    "igrp",	"pim",	    "vrrp",	 "carp",      "ah",	   "esp",
	"vlan",	    "mpls",	"pppoed",   "pppoes",	 "geneve",    "stp",	   "ipx",
	"iso",	    "less",	"greater",  "len",	 "broadcast", "multicast", "portrange",
	"tcpflags", "icmptype", "icmpcode", "icmp6type", "icmp6code",
};
// Constants: "tcp-syn", "icmp-echo", "icmp6-routersolicit" and the like.
static const char *const constants[] = {
	"tcp-fin",
	"tcp-syn",
	"tcp-rst",
	"tcp-push",
	"tcp-ack",
	"tcp-urg",
	"tcp-ece",
	"tcp-cwr",
	"icmp-echoreply",
	"icmp-unreach",
	"icmp-sourcequench",
	"icmp-redirect",
	"icmp-echo",
	"icmp-routeradvert",
	"icmp-routersolicit",
	"icmp-timxceed",
	"icmp-paramprob",
	"icmp-tstamp",
	"icmp-tstampreply",
	"icmp-ireq",
	"icmp-ireqreply",
	"icmp-maskreq",
	"icmp-maskreply",
	"icmp6-destinationunreach",
	"icmp6-packettoobig",
	"icmp6-timeexceeded",
	"icmp6-parameterproblem",
	"icmp6-echo",
	"icmp6-echoreply",
	"icmp6-multicastlistenerquery",
	"icmp6-multicastlistenerreportv1",
	"icmp6-multicastlistenerdone",
	"icmp6-routersolicit",
	"icmp6-routeradvert",
	"icmp6-neighborsolicit",
	"icmp6-neighboradvert",
	"icmp6-redirect",
	"icmp6-multicastlistenerreportv2",
};
// Words that libpcap knows and that mean nothing here, or harm.
static const struct {
	const char *word, *what, *hint;
} refused[] = {
	{"gateway",
	 N_("'gateway' looks names up"),
	 N_("Write 'ether host MAC and not host ADDRESS'.")},
	{"inbound",
	 N_("'inbound' is about a live interface"),
	 N_("Capture a device, or use 'ether dst MAC'.")},
	{"outbound",
	 N_("'outbound' is about a live interface"),
	 N_("Capture a device, or use 'ether src MAC'.")},
	{"protochain",
	 N_("'protochain' cannot be bounded"),
	 N_("Use 'proto' with the protocol's number.")},
};

static bool
is_one_of(const char *const *list, size_t n, const char *at, size_t length) {
	for (size_t i = 0; i < n; i++)
		if (strlen(list[i]) == length && memcmp(list[i], at, length) == 0)
			return true;
	return false;
}

static bool
is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool
is_hex(char c) {
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t
digits(const char *at, size_t length) {
	size_t n = 0;

	while (n < length && is_digit(at[n]))
		n++;
	return n;
}

static bool
is_number(const char *at, size_t length) {
	if (length > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
		for (size_t i = 2; i < length; i++)
			if (!is_hex(at[i]))
				return false;
		return true;
	}
	return length > 0 && digits(at, length) == length;
}

// 192.0.2.1, or the beginning of such an address.
static bool
is_dotted(const char *at, size_t length) {
	unsigned int parts = 0;

	for (;;) {
		size_t n = digits(at, length);
		if (n == 0 || n > 3 || ++parts > 4)
			return false;
		if (n == length)
			return true;
		if (at[n] != '.')
			return false;
		at += n + 1;
		length -= n + 1;
	}
}

// Two numbers with `between` in the middle: 80-90, 2:2.
static bool
is_pair(const char *at, size_t length, char between) {
	size_t n = digits(at, length);

	return n > 0 && n < length && at[n] == between && is_number(at + n + 1, length - n - 1);
}

// Six groups of one or two digits, or three of four, parted by the same character.
static bool
is_mac(const char *at, size_t length) {
	unsigned int groups = 0, largest = 0, smallest = 4;
	char between = 0;

	while (length > 0) {
		unsigned int n = 0;
		while (n < length && is_hex(at[n]))
			n++;
		if (n == 0 || n > 4)
			return false;
		largest = MAX_OF(largest, n);
		smallest = MIN_OF(smallest, n);
		groups++;
		at += n;
		length -= n;
		if (length == 0)
			break;
		if (between == 0)
			between = at[0];
		if ((at[0] != ':' && at[0] != '-' && at[0] != '.') || at[0] != between
		    || --length == 0)
			return false;
		at++;
	}
	return (groups == 6 && largest <= 2) || (groups == 3 && smallest == 4);
}

static bool
is_ip6(const char *at, size_t length) {
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char address[16];

	if (length >= sizeof text || !memchr(at, ':', length))
		return false;
	memcpy(text, at, length);
	text[length] = 0;
	return inet_pton(AF_INET6, text, address) == 1;
}

static bool
fault(struct filter_fault *ret, size_t at, const char *what, const char *hint) {
	ret->at = (unsigned int)at + 1;
	snprintf(ret->what, sizeof ret->what, "%s", _(what));
	snprintf(ret->hint, sizeof ret->hint, "%s", _(hint));
	return false;
}

static bool
refuse_word(struct filter_fault *ret, size_t at, const char *word, size_t length) {
	char what[200];

	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		if (is_one_of(&refused[i].word, 1, word, length))
			return fault(ret, at, refused[i].what, refused[i].hint);
	snprintf(
		what, sizeof what, _("'%.*s' is no word of filters"), (int)MIN_OF(length, 60u), word
	);
	return fault(
		ret,
		at,
		what,
		"Write addresses and numbers, not names: 'host 192.0.2.7', 'port 443', 'proto 17'."
	);
}

static bool
is_in_run(char c) {
	return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == ':' || c == '-';
}

// One word, which begins with a letter, a digit or a colon; libpcap takes the longest it can.
static bool
check_run(const char *run, size_t length, bool range) {
	return is_one_of(words, ARRAY_LEN(words), run, length)
		|| is_one_of(constants, ARRAY_LEN(constants), run, length) || is_number(run, length)
		|| is_dotted(run, length) || is_pair(run, length, ':') || is_mac(run, length)
		|| is_ip6(run, length) || (range && is_pair(run, length, '-'));
}

bool
filter_words_check(const char *text, struct filter_fault *ret) {
	size_t length = strlen(text), run;
	unsigned int depth = 0;
	bool range = false; // the word before was "portrange"

	if (length > FILTER_BYTES_MAX)
		return fault(
			ret,
			FILTER_BYTES_MAX,
			"the filter is longer than 512 bytes",
			"Write a shorter one."
		);
	for (size_t at = 0; at < length; at += run) {
		char c = text[at];
		run = 1;
		if (c == ' ' || c == '\t')
			continue;
		if (is_letter(c) || is_digit(c) || c == ':' || c == '_' || c == '.') {
			while (at + run < length && is_in_run(text[at + run]))
				run++;
			if (run == 1 && c == ':')
				continue; // of a slice with words around it
			if (!check_run(text + at, run, range))
				return refuse_word(ret, at, text + at, run);
			range = run == 9 && memcmp(text + at, "portrange", run) == 0;
			continue;
		}
		range = false;
		if ((c == '(' || c == '[') && ++depth > FILTER_DEPTH_MAX)
			return fault(
				ret, at, "the parentheses are too deep", "Write a simpler filter."
			);
		if ((c == ')' || c == ']') && depth > 0)
			depth--;
		if (!strchr("()[]!<>=&|^+-*/%", c))
			return fault(
				ret,
				at,
				"this character means nothing in a filter",
				"Use words, numbers and the operators of tcpdump."
			);
	}
	return true;
}
