// SPDX-License-Identifier: BSD-3-Clause
// What an attack looked like to those who were attacked: a mitigation scope, and whether a
// conversation of this home is part of it.
//
// Shape:   an empty list stands for anything.  The target is the far end of a conversation, the
//          source its end at home.  SPIN's older {"incident": {src_addr, dst_addr, dst_port …}} is
//          read as a scope too.
// Units:   lifetime in seconds.
// Threads: pure.
// Errors:  false and a fault: the place, what is wrong, what would be right.
// Source:  RFC 9132 section 4.4.1 (target-prefix, target-port-range, target-protocol, mid,
//          lifetime); RFC 9066 section 5.3 (source-prefix, source-port-range,
//          source-icmp-type-range).

#pragma once

#include "control/http/json_read.h"
#include "control/rule_spec.h"

#define SCOPE_PREFIXES 16
#define SCOPE_RANGES 16
#define SCOPE_LIFETIME 3600 // RFC 9132 section 4.4.1: what a server takes by default
#define SCOPE_LIFETIME_MAX (7 * 86400) // granted instead of longer, and of -1 (no end)
#define SCOPE_MID_NONE (-1)
// A target of fewer bits would be a part of the Internet, not somebody who was attacked.
#define SCOPE_BITS_4 16
#define SCOPE_BITS_6 32

struct scope_range {
	uint16_t low, high;
};

struct scope {
	struct rule_address target[SCOPE_PREFIXES];
	struct rule_address source[SCOPE_PREFIXES];
	struct scope_range ports[SCOPE_RANGES]; // of the target
	struct scope_range source_ports[SCOPE_RANGES];
	struct scope_range icmp[SCOPE_RANGES]; // types
	uint8_t protocols[SCOPE_RANGES];
	unsigned int n_target, n_source, n_ports, n_source_ports, n_icmp, n_protocols;
	int64_t mid; // the reporter's own number, or SCOPE_MID_NONE
	uint64_t lifetime_s; // as granted
};

// A conversation, seen from the home.
struct scope_flow {
	uint8_t family; // 4 or 6
	uint8_t protocol;
	uint8_t icmp_type;
	const uint8_t *target; // 16 bytes
	const uint8_t *source; // the same; NULL: not known any more
	uint16_t port; // the target's; 0: none
	uint16_t source_port;
};

// Member "ietf-dots-signal-channel:mitigation-scope" or "incident" of a document, whose one scope
// it is.
bool scope_read(const struct json_doc *d, struct scope *ret, struct rule_fault *f);
bool scope_has(const struct scope *s, const struct scope_flow *flow);
// Whether both speak of the same traffic, for however long.
bool scope_same(const struct scope *a, const struct scope *b);
// Whether `address` is in one of the source prefixes.
bool scope_has_source(const struct scope *s, unsigned int family, const uint8_t address[16]);
// For people: "198.51.100.0/24 tcp/443".
#define SCOPE_TEXT 160
const char *scope_text(const struct scope *s, char ret[SCOPE_TEXT]);
