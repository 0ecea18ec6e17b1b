// SPDX-License-Identifier: BSD-3-Clause
// TLS hellos and QUIC Initials for tests, built with other means than the code under test uses.

#pragma once

#include <stddef.h>
#include <stdint.h>

#define HELLO_ROOM 8192

struct hello {
	uint8_t bytes[HELLO_ROOM];
	size_t length;
};

// A ClientHello message; `name` NULL: without server_name; `before` and `after`: bytes of other
// extensions around it, GREASE in front.
struct hello hello_message(const char *name, size_t before, size_t after);
// The message in TLS records of at most `most` bytes.
struct hello hello_records(const struct hello *message, size_t most);

struct hello_initial {
	uint32_t version;
	const char *prefix; // of its labels: "quic" or "quicv2"
	const uint8_t *salt; // 20 bytes
	uint8_t type; // the two bits that say Initial
	const char *key_id; // eight letters: the id that makes the key
	const char *to; // eight letters: the destination id in the packet
	uint32_t number;
};
extern const uint8_t hello_salt_1[20], hello_salt_2[20], hello_salt_29[20];

// Seals frames as the client's Initial, padded to `size` with PADDING frames.
struct hello hello_seal(const struct hello_initial *i, const struct hello *frames, size_t size);
// Appends a CRYPTO frame with `length` bytes of the message from `offset`.
void hello_crypto(struct hello *frames, const struct hello *message, size_t offset, size_t length);
