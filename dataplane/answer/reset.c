// SPDX-License-Identifier: BSD-3-Clause
// The reset that a host would send which knows nothing of the connection.

#include "dataplane/answer/answer.h"
#include "dataplane/answer/turn.h"

#include <netinet/in.h>
#include <string.h>

#define TCP_HEADER 20
#define FIN 0x01
#define SYN 0x02
#define RST 0x04
#define ACK 0x10

static uint32_t
load32(const uint8_t *at) {
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void
put32(uint8_t *at, uint32_t value) {
	at[0] = (uint8_t)(value >> 24);
	at[1] = (uint8_t)(value >> 16);
	at[2] = (uint8_t)(value >> 8);
	at[3] = (uint8_t)value;
}

size_t
answer_reset(uint8_t *frame, size_t length, const struct facts *f) {
	uint8_t *tcp = frame + f->l4;

	if (f->key.protocol != IPPROTO_TCP || !turn_is_plain(frame, length, f)
	    || f->l4_length < TCP_HEADER || f->tcp_flags & RST)
		return 0;
	size_t header = (size_t)(tcp[12] >> 4) * 4;
	if (header < TCP_HEADER || header > f->l4_length)
		return 0;
	uint32_t sequence = load32(tcp + 4);
	uint32_t acknowledged = load32(tcp + 8);
	uint8_t flags = f->tcp_flags;
	uint32_t taken = (uint32_t)(f->l4_length - header) + !!(flags & SYN) + !!(flags & FIN);

	memset(tcp + 4, 0, TCP_HEADER - 4);
	tcp[12] = TCP_HEADER / 4 << 4;
	if (flags & ACK) {
		put32(tcp + 4, acknowledged);
		tcp[13] = RST;
	} else {
		put32(tcp + 8, sequence + taken);
		tcp[13] = RST | ACK;
	}
	return turn_frame(frame, f, TCP_HEADER);
}
