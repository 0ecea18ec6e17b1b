// SPDX-License-Identifier: BSD-3-Clause
// A burst of packets as parallel arrays: the only thing stages hand to each other.
//
// Shape:   at most BATCH_MAX packets; index i means the same packet in every array; no packet is
//          removed before `forward`.  A stage reads what earlier stages wrote (the comment says who).
// Threads: one worker's own.

#pragma once

#include "dataplane/parse/parse.h"
#include "platform/base.h"

#define BATCH_MAX 32

struct rte_mbuf;
struct flow;
struct station;

#define NO_PORT 0xff // egress: nobody
#define FLOOD 0xfe   // egress: every other open port

struct batch {
	uint16_t n;                            // rx
	uint16_t judge_n;                      // flow: how many entries of judge[]
	struct rte_mbuf *pkt[BATCH_MAX];       // rx
	ns_t time[BATCH_MAX];                  // rx: one reading for a live burst
	uint32_t length[BATCH_MAX];            // rx: on the wire, without FCS
	uint8_t port[BATCH_MAX];               // rx: ingress
	struct facts facts[BATCH_MAX];         // parse
	uint16_t src_slot[BATCH_MAX];          // device: device slot of the sender, 0 is none
	uint16_t dst_slot[BATCH_MAX];          // device: of the receiver, 0 is none or a group
	uint8_t egress[BATCH_MAX];             // device: port id, FLOOD or NO_PORT
	struct flow *flow[BATCH_MAX];          // flow: NULL for non-IP, ICMP errors, table full
	uint8_t judge[BATCH_MAX];              // flow: indices without a current verdict
	uint8_t reason[BATCH_MAX];             // flow (cached) or judge; forward may end a packet too
};
