// SPDX-License-Identifier: BSD-3-Clause
// SPIN's three lists of addresses, made of what our rules say about nodes: a node that is blocked
// brings all its addresses along, also those it shows later.
//
// Shape:   an address that nobody has is a rule of its own, about everyone.
// Threads: the core thread.
// Source:  reference/spin.md 4.4.

#pragma once

#include "control/export/spin/own.h"
#include "control/rule_spec.h"

struct change;

// "block", "ignore" or "allow", or what begins one of them alone, as the original takes it.
bool ip_list_parse(const char *text, enum action *ret);
// What each client has of it: the addresses, sorted.  The answer's array.
void ip_list_write(const struct spin *s, enum action list, struct json *j);
// The change that puts the node on the list, or takes it off.
void ip_list_change_node(const struct spin_node *n, enum action list, bool on, struct change *ret);

// An address, or of block and allow a network, as clients write them.  False: it is none.
struct ip_list_entry {
	enum action list;
	struct rule_address address;
};
bool ip_list_parse_entry(const char *text, enum action list, struct ip_list_entry *ret);
// The next change towards having it on the list, or off; false: nothing is left to do.  Taking off
// takes a node off whole, and each rule that names just this.
bool
ip_list_change_entry(struct spin *s, const struct ip_list_entry *e, bool on, struct change *ret);
