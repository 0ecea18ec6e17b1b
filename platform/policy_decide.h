// SPDX-License-Identifier: BSD-3-Clause
// What the rules say of a packet, as one of its ends sees it: the only place where that is decided.
//
// Shape:   policy_subject_find once for a device; then for each packet policy_decide_begin, one
//          policy_decide_object for each object that the far end stands for (in any order, twice
//          does no harm; it is a policy_object_fn for the policy_match functions), and
//          policy_decide_end.
//          Objects of the kind POLICY_ANY are everyone's and need not be given.
// Threads: pure but for the caller's structs.
// Errors:  none: wants a checked image.
// Source:  DESIGN 4 "What a rule means", 9 "Subjects and direction" and "Fragments".

#pragma once

#define POLICY_LIMITS_MAX 8u // limits that one end of a flow is held to

#include "platform/policy_image.h"
#include "platform/wire_types.h"

// What the image says of one device as such.
struct policy_subject {
	uint32_t device; // row, or POLICY_NO_ROW
	uint32_t profile; // row
	uint32_t limit; // row in limits + 1, 0: none
	uint32_t best; // the first rule that holds whatever the packet is; none: image->deciding
	uint32_t any[3]; // runs about everything that may say more, or POLICY_NO_ROW
	uint32_t default_verdict; // enum policy_default
};

struct policy_packet {
	const uint8_t *local; // the subject's own address, 16 bytes; NULL: none
	uint8_t family; // of local
	uint8_t protocol; // 0: not IP
	uint8_t direction; // enum policy_direction; both: it cannot be told
	bool ports_known; // false: any rule about ports may be meant: a block is, an allow is not
	uint16_t port; // of the end that did not begin, host order
	// A name is asked for, and what will follow is not known: an allow of any service is meant,
	// of blocks only one of all services.
	bool name_only;
};

struct policy_decision {
	struct policy_packet packet; // the caller's, before policy_decide_begin
	const struct policy_header *image;
	const struct policy_subject *subject;
	uint32_t best; // the first rule so far
	uint32_t limits; // of limit[]
	uint32_t limit[POLICY_LIMITS_MAX]; // rules that limit and match, those first that go before
};

struct policy_answer {
	uint32_t rule; // row, or POLICY_NO_ROW
	int32_t list; // the bit of the list that decided, or -1
	enum reason reason; // REASON_NONE: let pass
};

// NULL or a MAC without a row: the default profile's.
void
policy_subject_find(const struct policy_header *p, const uint8_t *mac, struct policy_subject *ret);

// Does some rule limit?
static inline bool
policy_limits(const struct policy_header *p) {
	return p->deciding < p->rules.count;
}

// Does any rule look at struct policy_packet?
bool policy_asks(const struct policy_header *p);

void policy_decide_any(struct policy_decision *d); // begin's own

static inline void
policy_decide_begin(
	struct policy_decision *d,
	const struct policy_header *image,
	const struct policy_subject *subject
) {
	d->image = image;
	d->subject = subject;
	d->best = subject->best;
	d->limits = 0;
	if ((subject->any[0] & subject->any[1] & subject->any[2]) != POLICY_NO_ROW)
		policy_decide_any(d);
}

void policy_decide_object(void *decision, uint32_t object);

// Is the rule, about an object that the far end stands for, about the subject and the packet, too?
bool policy_rule_matches(const struct policy_decision *d, uint32_t row);

// `lists`: those that name the far end and are blocked, as bits.
static inline struct policy_answer
policy_decide_end(const struct policy_decision *d, uint64_t lists) {
	const struct policy_rule *rule = policy_rows(d->image, d->image->rules);

	if (d->best < d->image->deciding)
		return (struct policy_answer){d->best, -1, rule[d->best].reason};
	if (lists)
		return (struct policy_answer
		){POLICY_NO_ROW, __builtin_ctzll(lists), REASON_LIST_BLOCKED};
	return (struct policy_answer
	){POLICY_NO_ROW,
	  -1,
	  d->subject->default_verdict == POLICY_DEFAULT_BLOCK ? REASON_PROFILE_BLOCKED
							      : REASON_NONE};
}
