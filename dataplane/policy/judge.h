// SPDX-License-Identifier: BSD-3-Clause
// One packet against the policy: forward, or drop for one reason.
//
// Shape:   safety, then for each end that is a device what policy_decide says; a drop of either
//          holds.
// Threads: the worker's own, reading what is shared.
// Source:  DESIGN 4 "What a rule means", 9 "Subjects and direction" and "Safety class".

#pragma once

#include "dataplane/batch.h"
#include "dataplane/worker.h"
#include "platform/wire_types.h"

#include <stdint.h>

// How stage_flow wants a packet judged, in batch.store[].
enum judge_mode {
	JUDGE_ALONE, // for this packet only
	JUDGE_STORE, // for the flow
	JUDGE_SPOOFED, // alone, and a drop is `spoofed_source`
};

// ret_by[]: what decided, of the sender's and of the receiver's end: the rule's own id, or
// WIRE_HITS_LIST and a list's bit.  The caller's zeroes stay where nothing did.
// What limits the packet is left in w->limits->wanted, where some rule limits.
enum reason
judge_packet(struct worker *w, const struct batch *b, unsigned int i, uint64_t ret_by[2]);

// IEEE 802.1Q table 8-1: MAC control (PAUSE) is for the next station only.  `mac` as read by
// station_key: the first six bytes of the frame.
enum reason judge_group_mac(const uint8_t mac[6]);
