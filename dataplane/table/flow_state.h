// SPDX-License-Identifier: BSD-3-Clause
// The life of a flow: what each packet does to its state, and how long each state lasts in silence.
//
// Units:   microseconds.
// Threads: pure, constant tables.
// Source:  RFC 9293 figure 5, seen from the middle; time-outs in flow_state.c.

#pragma once

#include "dataplane/table/flow.h"

#include <stdint.h>

#define FLOW_SILENCE_MIN_US 10000000u // no time-out is shorter: one comparison skips the rest

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
};

#define TCP_FLAGS_MASK 0x1f

extern const uint8_t flow_tcp_class[TCP_FLAGS_MASK + 1];
extern const uint8_t flow_next_state[FLOW_STATES * 16];

// `responder`: 1 for a packet of the end that did not send first.
static inline unsigned int
flow_next(unsigned int state, unsigned int responder, uint8_t tcp_flags) {
	return flow_next_state
		[state * 16 + responder * 8 + flow_tcp_class[tcp_flags & TCP_FLAGS_MASK]];
}

// The state after the first packet.
unsigned int flow_first_state(uint8_t protocol, uint8_t tcp_flags);
uint64_t flow_timeout_us(unsigned int state, uint8_t protocol);
