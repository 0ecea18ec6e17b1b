// SPDX-License-Identifier: BSD-3-Clause
// QUIC packets before the handshake's keys: their headers, what an Initial carries, and its key.
//
// Shape:   quic_packet walks a datagram packet by packet; quic_open removes the protection of a
//          client's Initial, which anybody can who saw the destination id of the first one;
//          quic_crypto_next finds the pieces of the TLS handshake in what was opened.
// Units:   offsets and lengths in bytes.
// Threads: pure; struct quic_keys is one thread's own.
// Errors:  -EBADMSG for what cannot be read or is not authentic, -ENOTSUP for versions without a
//          row in the table.
// Source:  RFC 9000 16, 17.2, 19 (packets and frames), 9001 5 (keys), 9369 3 (version 2), 8999
//          (what holds for every version); drafts 23 to 34 of RFC 9001 for their salts.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUIC_ID_MAX 20 // RFC 9000 17.2
#define QUIC_PLAIN_MAX 2048u // of an Initial; longer ones are not read

enum quic_type {
	QUIC_INITIAL,
	QUIC_0RTT,
	QUIC_HANDSHAKE,
	QUIC_RETRY,
	QUIC_NEGOTIATION,
	QUIC_SHORT,
};

struct quic_id {
	uint8_t length;
	uint8_t bytes[QUIC_ID_MAX];
};

struct quic_packet {
	uint8_t type; // enum quic_type
	uint32_t version;
	struct quic_id to; // destination connection id
	size_t number; // offset of the packet number, for QUIC_INITIAL
	size_t size; // of the whole packet in the datagram
};

// The packet at the start of `bytes`.  A short header's and a Retry's is the rest of the datagram.
int quic_packet(const uint8_t *bytes, size_t length, struct quic_packet *ret);

// Is there a row for this version?
bool quic_known(uint32_t version);

struct quic_keys;
struct quic_keys *quic_keys_new(void);
void quic_keys_free(struct quic_keys *k);

// Opens the client's Initial `p` at `bytes` with the key that belongs to `first`, the destination
// id of the first Initial.  Returns the length of the frames in `ret`.
int quic_open(
	struct quic_keys *k,
	const uint8_t *bytes,
	const struct quic_packet *p,
	const struct quic_id *first,
	uint8_t ret[QUIC_PLAIN_MAX]
);

struct quic_frames {
	const uint8_t *bytes;
	size_t length;
	size_t at;
};

struct quic_piece {
	uint64_t offset;
	const uint8_t *bytes;
	size_t length;
};

// The next CRYPTO frame; false when there is none, or something that an Initial may not carry.
bool quic_crypto_next(struct quic_frames *f, struct quic_piece *ret);
