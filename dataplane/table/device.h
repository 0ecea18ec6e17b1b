// SPDX-License-Identifier: BSD-3-Clause
// Device table: the slots of stations on the LAN and host side, created when first seen.
//
// Shape:   slots are given out in order and kept for the life of the process; SLOT_OTHER stands
//          for all devices that came when the table was full.  The last eighth is kept for
//          devices that the policy names: a rule must always find its device.
// Threads: device_find and reads of a slot take no lock; device_create takes the table's own.
// Errors:  device_create returns SLOT_OTHER when the table is full.

#pragma once

#include "dataplane/table/hash.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define DEVICE_NAMES 6 // one of each source that carries host names
#define DEVICE_NAME_MAX 256

struct device {
	uint8_t mac[6];
	_Atomic uint8_t side; // enum side
	atomic_bool seen; // sent a frame; false: only a rule knows it
	_Atomic uint32_t next; // slot in the same hash chain, 0 ends it
	_Atomic uint64_t first_seen_ns;
};

// What a device called itself, by source; written rarely, under the table's lock.
struct device_name {
	uint8_t source;
	uint8_t length;
	char text[DEVICE_NAME_MAX];
	uint64_t seen_ns;
};

struct device_table {
	struct device *slot;
	_Atomic uint32_t *head; // first slot of each hash chain
	// Grows when a device learns an answer that a rule names, or changes its side: its flows
	// are judged again.
	_Atomic uint32_t *judge_gen; // by slot, SLOT_UNKNOWN included
	struct device_name (*name)[DEVICE_NAMES];
	uint32_t capacity;
	uint32_t mask;
	_Atomic uint32_t used; // slots given out, SLOT_NONE and SLOT_OTHER included
	atomic_flag lock;
	uint64_t seed[HASH_SEED_WORDS];
};

struct device_table *device_table_new(uint32_t devices, const uint64_t seed[HASH_SEED_WORDS]);
void device_table_free(struct device_table *t);

uint16_t device_find(const struct device_table *t, const uint8_t mac[6]); // SLOT_NONE: unknown
// The device's slot, new or not; `named`: the policy has a row for it.  Sets *ret_new.
uint16_t device_create(
	struct device_table *t,
	const uint8_t mac[6],
	uint8_t side,
	bool named,
	bool *ret_new
);
// The device sent a frame: true the first time.
bool device_saw(struct device_table *t, uint16_t slot, uint8_t side, uint64_t now_ns);

// True when the name is new for this device and source.
bool device_set_name(
	struct device_table *t,
	uint16_t slot,
	uint8_t source,
	const char *text,
	uint32_t length,
	uint64_t now_ns
);
// It called itself so, by this source, and has not changed that since.
bool device_has_name(
	struct device_table *t,
	uint16_t slot,
	uint8_t source,
	const char *text,
	uint32_t length
);
bool
device_get_name(struct device_table *t, uint16_t slot, unsigned int i, struct device_name *ret);

static inline uint32_t
device_judge_gen(const struct device_table *t, uint16_t slot) {
	return atomic_load_explicit(&t->judge_gen[slot], memory_order_relaxed);
}

static inline uint32_t
device_table_used(const struct device_table *t) {
	return atomic_load_explicit(&t->used, memory_order_acquire);
}
