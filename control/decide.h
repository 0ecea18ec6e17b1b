// SPDX-License-Identifier: BSD-3-Clause
// What the dataplane would say of a conversation, asked of the images that it has: the decision is
// policy_decide's own, only where names and places come from is control's.
//
// Shape:   fill in an ask (by address, by name, or from a flow), then decide.  The rules that speak
//          of it are told in the order of precedence: the first of them decides.
// Threads: the core thread.
// Errors:  none; without a lists image no list speaks.
// Source:  DESIGN 4 "What a rule means", 9 "Names", "Subjects and direction" and "Safety class".

#pragma once

#include "platform/policy_decide.h"
#include "platform/safety.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECIDE_RULES_MAX 32

struct device;
struct flow;
struct lists_header;
struct state;

struct ask {
	const struct device *device;
	uint8_t family; // 0: no address is known
	uint8_t address[16]; // of the far end
	const uint8_t *own; // the device's own address, of the same family; NULL: not known
	const char *names; // of it, as the device resolved them, each ended by NUL
	size_t names_length; // 0: none
	uint8_t protocol; // 0: any; answered for what no rule about a service names
	uint16_t port; // of the end that did not begin; 0: not known
	bool in; // the far end begins
	enum safety safety; // asked of, whatever the address; SAFETY_NONE: of none
};

struct told {
	uint64_t rule[DECIDE_RULES_MAX]; // ids
	size_t count;
	uint64_t lists; // that name the far end, as bits of the lists image
	struct policy_answer answer;
	uint64_t by; // the id of the rule that decided; 0: none did
	bool local; // the far end is at home
	bool gateway; // or the gateway
	enum safety safety; // closed by nothing, because it is this; SAFETY_NONE: by rules
	bool services; // of any protocol: rules about some services say otherwise
};

// The names that the device knows an address by; false when it knows none.
bool ask_by_address(
	const struct state *s,
	const struct device *d,
	unsigned int family,
	const uint8_t address[16],
	struct ask *ret
);
// By a name: with the newest address that the device has by it, if it has one.
void ask_by_name(const struct state *s, const struct device *d, const char *name, struct ask *ret);
// False: the flow is nobody's.
bool ask_by_flow(const struct state *s, const struct flow *f, struct ask *ret);

void decide(
	const struct state *s,
	const struct policy_header *rules,
	const struct lists_header *lists,
	const struct ask *a,
	struct told *ret
);
