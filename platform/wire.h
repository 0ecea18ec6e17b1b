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
#define WIRE_VERSION 10u
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

// CAPTURE, sent with the memfd of platform/capture_ring.h: the frames of these devices, or of these
// addresses, or (with neither) all, if the program wants them.  Behind the record: `macs` times
// wire_capture_mac, `addresses` times wire_capture_address, sorted by family and bytes, and
// `instructions` times wire_capture_instruction.  Without a memfd it changes whom a running capture
// is about.  Answered with CAPTURE_STATE.
#define WIRE_CAPTURES_MAX 8u
#define WIRE_CAPTURE_MACS_MAX 32u
#define WIRE_CAPTURE_ADDRESSES_MAX 1024u
#define WIRE_CAPTURE_INSTRUCTIONS_MAX 512u

enum wire_capture_flag {
	WIRE_CAPTURE_HEADERS = 1 << 0, // frames are cut behind their transport header
};

struct wire_capture {
	uint64_t id; // chosen by control
	uint32_t snaplen; // bytes of a frame that are kept, at most
	uint32_t lanes; // as many as there are workers, at least
	uint32_t lane_bytes;
	uint16_t flags; // enum wire_capture_flag
	uint16_t macs;
	uint16_t addresses;
	uint16_t instructions;
	uint32_t pad;
};

struct wire_capture_mac {
	uint8_t mac[6];
	uint8_t pad[2];
};

struct wire_capture_address {
	uint8_t family; // 4 or 6
	uint8_t pad[7];
	uint8_t address[16];
};

// Classic BPF, as libpcap compiles it and bpf_validate accepts it.
struct wire_capture_instruction {
	uint16_t code;
	uint8_t jt;
	uint8_t jf;
	uint32_t k;
};

struct wire_capture_stop {
	uint64_t id;
};

// A capture began, changed or was refused; or it ended, and no worker touches its memory any more.
struct wire_capture_state {
	uint64_t id;
	int32_t status; // 0, or a negative errno: refused
	uint32_t ended; // 1: this is the last word of this capture
	char text[112]; // why it was refused
};

// RECORDER, sent with the memfd of platform/recorder_ring.h: the flight recorder begins, over any
// before; without one it ends.  Only a refusal is answered: CAPTURE_STATE of capture 0.
struct wire_recorder {
	uint32_t lanes;
	uint32_t slots; // of a lane
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
	X(CAPTURE, 8, "capture", struct wire_capture, 1)                                           \
	X(CAPTURE_STOP, 9, "capture_stop", struct wire_capture_stop, 0)                            \
	X(CAPTURE_STATE, 10, "capture_state", struct wire_capture_state, 0)                        \
	X(RECORDER, 11, "recorder", struct wire_recorder, 0)                                       \
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

// Bytes a CAPTURE record takes with what follows it.
static inline size_t
wire_capture_size(const struct wire_capture *c) {
	return sizeof *c + c->macs * sizeof(struct wire_capture_mac)
		+ c->addresses * sizeof(struct wire_capture_address)
		+ c->instructions * sizeof(struct wire_capture_instruction);
}

// A message being filled: begin, add until it says no, then send buffer[0..length).
struct wire_writer {
	uint8_t *buffer; // WIRE_MESSAGE_MAX bytes, 8-aligned, the caller's
	size_t length;
};

void wire_begin(struct wire_writer *w, uint8_t *buffer, enum wire_type type, uint64_t id);
// Returns a zeroed record of `size` bytes inside the message, or NULL when it is full.
void *wire_add(struct wire_writer *w, size_t size);
