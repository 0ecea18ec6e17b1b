// SPDX-License-Identifier: BSD-3-Clause
// The running captures: whose frames are wanted, and the memory that they are copied to.
//
// Shape:   an immutable set, replaced whole like the policy, NULL when nothing is captured.  A
//          capture is a subject, a filter and a ring; two captures may share the ring while one
//          takes the other's place.
// Threads: made, published and freed by the main thread; workers read the set between quiescent
//          states and write their own lane of each ring.
// Errors:  the _new functions return NULL with errno and a sentence.

#pragma once

#include "platform/capture_ring.h"
#include "platform/wire.h"

#include <stddef.h>

struct bpf_insn;
struct recorder;
struct shared;

struct mirror_ring {
	void *at;
	size_t size;
	unsigned int users; // written: the main thread
	struct {
		_Alignas(64) struct capture_end end; // written: the worker whose lane it is
	} lane[CAPTURE_LANES_MAX];
};

struct mirror_capture {
	uint64_t id;
	uint32_t snaplen;
	uint16_t flags; // enum wire_capture_flag
	uint16_t macs;
	uint16_t addresses;
	struct mirror_ring *ring;
	struct bpf_insn *program; // NULL: every frame of the subject
	struct wire_capture_address *address; // sorted
	uint64_t mac[WIRE_CAPTURE_MACS_MAX]; // the six bytes, then zeros
};

struct mirror {
	unsigned int n;
	struct mirror_capture *capture[WIRE_CAPTURES_MAX];
	struct recorder *recorder; // the flight recorder; NULL: it is off
};

// Checks seals and size, and maps; the descriptor stays the caller's.
struct mirror_ring *
mirror_ring_new(int fd, const struct wire_capture *c, unsigned int workers, const char **ret_why);
void mirror_ring_free(struct mirror_ring *r); // one user less

// `c` was accepted by wire_check; what follows it is copied.  Becomes a user of the ring.
struct mirror_capture *
mirror_capture_new(const struct wire_capture *c, struct mirror_ring *ring, const char **ret_why);
void mirror_capture_free(struct mirror_capture *c);

// Puts the set (copied; empty: none) in force.  *ret_old is for free() once the grace period that
// `token` stands for is over.  -ENOMEM: nothing changed.
int mirror_publish(
	struct shared *s,
	const struct mirror *set,
	const struct mirror **ret_old,
	uint64_t *ret_token
);
