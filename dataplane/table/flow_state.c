// SPDX-License-Identifier: BSD-3-Clause
// One table look-up per packet and no branch: the class of a packet is 0 for data and everything
// that is not TCP.

#include "dataplane/table/flow_state.h"

enum {
	DATA,
	SYN,
	SYNACK,
	FIN,
	RST,
};

#define PROTOCOL_ICMP 1
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define PROTOCOL_ICMPV6 58

#define S(flags) [TCP_SYN | (flags)] = SYN, [TCP_SYN | TCP_PSH | (flags)] = SYN
#define A(flags)                                                                                   \
	[TCP_SYN | TCP_ACK | (flags)] = SYNACK, [TCP_SYN | TCP_ACK | TCP_PSH | (flags)] = SYNACK
#define F(flags) [TCP_FIN | (flags)] = FIN
#define R(flags) [TCP_RST | (flags)] = RST

// A reset wins over all, then SYN, then FIN.
const uint8_t flow_tcp_class[TCP_FLAGS_MASK + 1] = {
	S(0),
	S(TCP_FIN),
	A(0),
	A(TCP_FIN),
	F(0),
	F(TCP_PSH),
	F(TCP_ACK),
	F(TCP_ACK | TCP_PSH),
	R(0),
	R(TCP_FIN),
	R(TCP_SYN),
	R(TCP_SYN | TCP_FIN),
	R(TCP_PSH),
	R(TCP_PSH | TCP_FIN),
	R(TCP_PSH | TCP_SYN),
	R(TCP_PSH | TCP_SYN | TCP_FIN),
	R(TCP_ACK),
	R(TCP_ACK | TCP_FIN),
	R(TCP_ACK | TCP_SYN),
	R(TCP_ACK | TCP_SYN | TCP_FIN),
	R(TCP_ACK | TCP_PSH),
	R(TCP_ACK | TCP_PSH | TCP_FIN),
	R(TCP_ACK | TCP_PSH | TCP_SYN),
	R(TCP_ACK | TCP_PSH | TCP_SYN | TCP_FIN),
};

#define ROW(state, responder) [(state)*16 + (responder)*8]

// Columns: data, SYN, SYN-ACK, FIN, RST.
#define ALL(s) s, s, s, s, s
const uint8_t flow_next_state[FLOW_STATES * 16] = {
	ROW(FLOW_UNANSWERED, 0) = ALL(FLOW_UNANSWERED),
	ROW(FLOW_UNANSWERED, 1) = ALL(FLOW_ANSWERED),
	ROW(FLOW_ANSWERED, 0) = ALL(FLOW_ANSWERED),
	ROW(FLOW_ANSWERED, 1) = ALL(FLOW_ANSWERED),
	ROW(FLOW_TCP_SYN, 0) = FLOW_TCP_SYN,
	FLOW_TCP_SYN,
	FLOW_TCP_SYN,
	FLOW_TCP_SYN,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_SYN, 1) = FLOW_TCP_OPEN,
	FLOW_TCP_SYNACK,
	FLOW_TCP_SYNACK,
	FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_SYNACK, 0) = FLOW_TCP_OPEN,
	FLOW_TCP_SYNACK,
	FLOW_TCP_OPEN,
	FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_SYNACK, 1) = FLOW_TCP_SYNACK,
	FLOW_TCP_SYNACK,
	FLOW_TCP_SYNACK,
	FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_OPEN, 0) = FLOW_TCP_OPEN,
	FLOW_TCP_OPEN,
	FLOW_TCP_OPEN,
	FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_OPEN, 1) = FLOW_TCP_OPEN,
	FLOW_TCP_OPEN,
	FLOW_TCP_OPEN,
	FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_MID, 0) = FLOW_TCP_MID,
	FLOW_TCP_MID,
	FLOW_TCP_MID,
	FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_MID, 1) = FLOW_TCP_OPEN,
	FLOW_TCP_OPEN,
	FLOW_TCP_OPEN,
	FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_FIN_INITIATOR, 0) = FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_FIN_INITIATOR, 1) = FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_CLOSED,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_FIN_RESPONDER, 0) = FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_CLOSED,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_FIN_RESPONDER, 1) = FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_CLOSED,
	ROW(FLOW_TCP_CLOSED, 0) = ALL(FLOW_TCP_CLOSED),
	ROW(FLOW_TCP_CLOSED, 1) = ALL(FLOW_TCP_CLOSED),
};

#define SECOND_US 1000000ull

// RFC 5382 REQ-5: established TCP at least 2 h 4 min, everything transitory at least 4 min; a
// closed connection only waits for its last segments.
static const uint64_t tcp_timeout_us[FLOW_STATES] = {
	[FLOW_TCP_SYN] = 240 * SECOND_US,
	[FLOW_TCP_SYNACK] = 240 * SECOND_US,
	[FLOW_TCP_OPEN] = 7440 * SECOND_US,
	[FLOW_TCP_MID] = 240 * SECOND_US,
	[FLOW_TCP_FIN_INITIATOR] = 240 * SECOND_US,
	[FLOW_TCP_FIN_RESPONDER] = 240 * SECOND_US,
	[FLOW_TCP_CLOSED] = FLOW_SILENCE_MIN_US,
};

unsigned int
flow_first_state(uint8_t protocol, uint8_t tcp_flags) {
	if (protocol != PROTOCOL_TCP)
		return FLOW_UNANSWERED;
	switch (flow_tcp_class[tcp_flags & TCP_FLAGS_MASK]) {
	case SYN:
		return FLOW_TCP_SYN;
	case RST:
		return FLOW_TCP_CLOSED;
	default:
		return FLOW_TCP_MID;
	}
}

uint64_t
flow_timeout_us(unsigned int state, uint8_t protocol) {
	bool answered = state == FLOW_ANSWERED;

	switch (protocol) {
	case PROTOCOL_TCP:
		return tcp_timeout_us[state];
	case PROTOCOL_UDP: // RFC 4787 REQ-5: at least 2 min, 5 min recommended
		return (answered ? 300 : 120) * SECOND_US;
	case PROTOCOL_ICMP: // RFC 5508 REQ-1: at least 60 s
	case PROTOCOL_ICMPV6:
		return 60 * SECOND_US;
	default:
		return (answered ? 300 : 120) * SECOND_US;
	}
}
