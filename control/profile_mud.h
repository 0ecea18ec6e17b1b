// SPDX-License-Identifier: BSD-3-Clause
// Between profiles and MUD files: the rules of the one as the conversations of the other.
//
// Shape:   what neither can say of the other is told in sentences.  A profile made of a file and
//          written as a file again says the same, to the byte, from then on.
// Threads: pure after domain_init.
// Source:  RFC 8520.

#pragma once

#include "control/mud/mud_head.h"
#include "control/profile.h"
#include "control/yaml_tree.h"

// Classes that every home fills in (RFC 8520 17.7).
#define MUD_DNS_CLASS "urn:ietf:params:mud:dns"
#define MUD_NTP_CLASS "urn:ietf:params:mud:ntp"
#define MUD_UNMET_MAX 32

struct mud_unmet {
	size_t count; // of all
	char text[MUD_UNMET_MAX][200]; // the first of them
};

// The profile's rules as rows; inherited ones too, unless it was made of a file (`whole`: even
// then).  Without a head of its own it gets one from its name and the time.
void profile_to_mud(
	const struct profile *p,
	uint64_t wall_ns,
	bool whole,
	struct mud *ret,
	struct mud_unmet *ret_unmet
);
// At most `room` rules; returns how many.
size_t
mud_to_rules(const struct mud *m, struct rule_spec *ret, size_t room, struct mud_unmet *ret_unmet);
// "may open https to example.org".
#define MUD_SENTENCE 400
const char *mud_sentence(const struct mud_row *row, char ret[MUD_SENTENCE]);

// What one service is in rows.
#define MUD_EXPANSIONS_MAX 16
struct mud_expansion {
	uint8_t protocol;
	uint16_t low, high;
};
size_t mud_expand_name(const char *name, struct mud_expansion ret[MUD_EXPANSIONS_MAX]);
void mud_note(struct mud_unmet *u, const char *format, ...) __attribute__((format(printf, 2, 3)));

// The `mud:` of a profile's file.
int profile_mud_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *node,
	struct mud_head *ret,
	char ret_error[YAML_ERROR]
);
