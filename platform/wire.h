// SPDX-License-Identifier: BSD-3-Clause
// The contract between the dataplane and control: one SOCK_SEQPACKET, messages of many records.
//
// Shape:   a message is one wire_header and `count` records of its type, at most 64 KiB; policy
//          images travel as a sealed memfd beside the message.  The dataplane listens on
//          <run-dir>/dataplane.sock and serves one control at a time; a newer one replaces it.
//          Both send HELLO first; a different version is answered with HELLO and closed.
// Threads: pure functions.
// Errors:  wire_check returns 0 or -EPROTO (length, count, type or padding contradict each other).

#pragma once

#include "platform/wire_types.h"

#include <stddef.h>
#include <stdint.h>

#define WIRE_MAGIC 0x4e495053u // "SPIN", little endian
#define WIRE_VERSION 5u
#define WIRE_MESSAGE_MAX 65536u
#define WIRE_SOCKET "dataplane.sock"

struct wire_header {
	uint32_t length; // of the whole message, header included
	uint16_t type; // enum wire_type
	uint16_t count; // records that follow
	uint64_t id; // request: chosen by control, copied into the answer; event: sequence number
};

struct wire_hello {
	uint32_t magic;
	uint32_t version;
	uint64_t boot_id; // random per process start; a new one means: send everything again
	uint64_t pid;
	char release[32];
};

// RULES or LISTS, sent with the image's memfd (seals WRITE, GROW, SHRINK, SEAL); see
// platform/policy_image.h and platform/lists_image.h.
struct wire_rules {
	uint64_t generation;
	uint64_t length;
};

// The answer to either, sent when every worker has left the old image or the image was refused.
struct wire_rules_ack {
	uint64_t generation; // of the image this answers
	uint64_t generation_in_force; // what is in force now
	int32_t status; // 0, or a negative errno: refused, the old image stays
	uint32_t confirmed_us; // from receiving the image to the last worker's quiescence
	char text[112]; // why it was refused
};

struct wire_empty {};

// Rows: constant, number, log name, record struct, record is followed by variable text.
#define WIRE_TYPES(X)                                                                              \
	X(HELLO, 1, "hello", struct wire_hello, 0)                                                 \
	X(RULES, 2, "rules", struct wire_rules, 0)                                                 \
	X(RULES_ACK, 3, "rules_ack", struct wire_rules_ack, 0)                                     \
	X(SNAPSHOT, 4, "snapshot", struct wire_empty, 0)                                           \
	X(SNAPSHOT_END, 5, "snapshot_end", struct wire_empty, 0)                                   \
	X(LISTS, 6, "lists", struct wire_rules, 0)                                                 \
	X(LISTS_ACK, 7, "lists_ack", struct wire_rules_ack, 0)                                     \
	X(DEVICE, 16, "device", struct wire_device, 0)                                             \
	X(ADDRESS, 17, "address", struct wire_address, 0)                                          \
	X(HOSTNAME, 18, "hostname", struct wire_hostname, 0)                                       \
	X(NAME, 19, "name", struct wire_name, 1)                                                   \
	X(FLOW, 20, "flow", struct wire_flow, 0)                                                   \
	X(PORT, 21, "port", struct wire_port, 0)                                                   \
	X(STATS, 22, "stats", struct wire_stats, 0)                                                \
	X(ALERT, 23, "alert", struct wire_alert, 0)                                                \
	X(FACT, 24, "fact", struct wire_fact, 0)                                                   \
	X(HITS, 25, "hits", struct wire_hits, 0)

enum wire_type {
#define X(id, number, ...) WIRE_##id = number,
	WIRE_TYPES(X)
#undef X
};

const char *wire_type_name(unsigned int type); // "unknown" outside the list
size_t wire_record_size(unsigned int type); // of the fixed part; 0 for empty or unknown types

// Checks a received message: header, type, count and every record's bounds.
int wire_check(const void *message, size_t length);

// Bytes a NAME record takes with `length` bytes of text.
static inline size_t
wire_name_size(size_t length) {
	return sizeof(struct wire_name) + ((length + 7) & ~(size_t)7);
}

// A message being filled: begin, add until it says no, then send buffer[0..length).
struct wire_writer {
	uint8_t *buffer; // WIRE_MESSAGE_MAX bytes, 8-aligned, the caller's
	size_t length;
};

void wire_begin(struct wire_writer *w, uint8_t *buffer, enum wire_type type, uint64_t id);
// Returns a zeroed record of `size` bytes inside the message, or NULL when it is full.
void *wire_add(struct wire_writer *w, size_t size);
