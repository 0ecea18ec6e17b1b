// SPDX-License-Identifier: BSD-3-Clause
// DNS messages for tests.

#pragma once

#include <stddef.h>
#include <stdint.h>

struct message {
	uint8_t bytes[65535];
	size_t length;
};

// A name in wire form; returns its length.
size_t message_name(uint8_t *at, const char *name);
struct message message_ask(uint16_t id, const char *name);
// Appends a record to the answers, with 60 seconds to live.
void
message_record(struct message *m, const char *owner, uint16_t type, const void *data, size_t n);
// `name` is an alias of `alias` (may be NULL), which has the address.
struct message
message_answer(uint16_t id, const char *name, const char *alias, const uint8_t to[4]);
