// SPDX-License-Identifier: BSD-3-Clause
// A burst of packets as parallel arrays: the only thing stages hand to each other.
//
// Shape:   at most BATCH_MAX packets; index i means the same packet in every array; none is
//          removed before `forward`.  A stage reads what earlier ones wrote (comments say who).
// Threads: one worker's own.

#pragma once

#include "dataplane/parse/parse.h"
#include "dataplane/table/slot.h"
#include "platform/base.h"

#define BATCH_MAX 32

struct rte_mbuf;
struct flow;

// egress: a port id, or one of these
#define NO_PORT 0xff // nobody
#define FLOOD 0xfe // every other open port
#define FLOOD_NO_HOST 0xfd // every other open port but the host's: what the WAN may not start

struct batch {
	uint16_t n; // rx
	uint16_t judge_n; // flow: how many entries of judge[]
	uint16_t news_n; // flow, judge: how many entries of news[]
	uint16_t any; // parse: the flags of all facts: a stage for a few can see there are none
	struct rte_mbuf *pkt[BATCH_MAX]; // rx
	ns_t time[BATCH_MAX]; // rx: one reading for a live burst
	uint32_t length[BATCH_MAX]; // rx: on the wire, without FCS
	uint8_t port[BATCH_MAX]; // rx: ingress
	struct facts facts[BATCH_MAX]; // parse
	uint16_t src_slot[BATCH_MAX]; // device
	uint16_t dst_slot[BATCH_MAX]; // device
	uint8_t egress[BATCH_MAX]; // device
	struct flow *flow[BATCH_MAX]; // flow: NULL for non-IP frames and when the table is full
	uint8_t judge[BATCH_MAX]; // flow: indices without a current verdict
	uint8_t news[2 * BATCH_MAX]; // flow, judge: indices whose flow is to be reported at once
	uint8_t store[BATCH_MAX]; // flow: for those in judge[], the verdict may be cached
	uint8_t reason[BATCH_MAX]; // flow (cached) or judge; forward may end a packet too
	uint32_t answers; // answer: bit i: forward turns this dropped frame into its answer
	uint8_t copies[BATCH_MAX]; // forward: egress ports that still may take the frame
};
