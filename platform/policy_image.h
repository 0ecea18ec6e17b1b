// SPDX-License-Identifier: BSD-3-Clause
// The rules image: what control compiled, as one block of memory that the dataplane only reads.
//
// Shape:   a header, then sections addressed by offsets from its start, each 8-aligned.  Rows are
//          dense arrays; an index is a power of two of uint32_t slots (row number + 1, 0 is empty)
//          with linear probing, filled to at most half, its hash SipHash-2-4 under the image's key.
// Units:   offsets and lengths in bytes.  Names are DNS wire form (length-prefixed labels, lower
//          case, without the root byte).  Addresses as in wire_types.h.
// Threads: immutable after policy_check; every find function is pure.
// Errors:  policy_check returns 0 or -EINVAL and a sentence; the find functions never fail and
//          return POLICY_NO_ROW where there is nothing.  Only for a checked image.
// Source:  DESIGN 4 for what a rule means; Aumasson, Bernstein: "SipHash" (2012).

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POLICY_MAGIC 0x524e5053u // "SPNR", little endian
#define POLICY_VERSION 2u
#define POLICY_BYTES_MAX (16u << 20)
#define POLICY_NO_ROW UINT32_MAX
#define POLICY_RULES_FILE "rules.image" // in the state directory

enum policy_action {
	POLICY_BLOCK = 1 << 0,
	POLICY_ALLOW = 1 << 1,
};

enum policy_default {
	POLICY_DEFAULT_ALLOW = 0,
	POLICY_DEFAULT_BLOCK = 1,
};

struct policy_section {
	uint32_t offset;
	uint32_t count; // rows, slots, or bytes of text
};

struct policy_header {
	uint32_t magic;
	uint32_t version;
	uint64_t length;
	uint64_t generation;
	uint64_t key[2]; // of every index in this image
	uint32_t default_profile; // row in profiles, for a device without a row
	uint32_t pad;
	struct policy_section profiles;
	struct policy_section devices;
	struct policy_section device_index;
	struct policy_section destinations;
	struct policy_section names;
	struct policy_section name_index;
	struct policy_section addresses;
	struct policy_section address_index;
	struct policy_section pairs;
	struct policy_section pair_index;
	struct policy_section text;
	struct policy_section limits;
};

struct policy_profile {
	uint32_t default_verdict; // enum policy_default
	uint32_t pad;
};

struct policy_device {
	uint8_t mac[6];
	uint8_t actions; // enum policy_action, of the device itself
	uint8_t pad;
	uint32_t profile; // row
	uint32_t limit; // row in limits + 1, 0: none
};

// How much a device may; each 0: as much as it likes.  Bandwidth is that of frames as on the wire
// without FCS, a second; a burst may come at once.
struct policy_limit {
	uint64_t up; // bytes a second sent by the device
	uint64_t down; // to it
	uint32_t up_burst; // bytes
	uint32_t down_burst;
	uint32_t new_flows; // begun by the device, a second, and as many at once
	uint32_t pad;
};

// A destination that some rule names: for everyone by `actions`, for one device by a pair.
struct policy_destination {
	uint8_t actions;
	uint8_t pad[7];
};

// A registrable domain, or any name whose every sub-name is meant too.
struct policy_name {
	uint32_t text; // offset inside the text section
	uint32_t length;
	uint32_t destination;
	uint32_t pad;
};

// Used only for an address that has no name for the asking device.
struct policy_address {
	uint8_t address[16];
	uint32_t family;
	uint32_t destination;
};

struct policy_pair {
	uint32_t device;
	uint32_t destination;
	uint32_t actions;
	uint32_t pad;
};

// Checks every bound, every row number and every index of `length` bytes at `image`.
// On failure *ret_why is a static sentence.
int policy_check(const void *image, size_t length, const char **ret_why);

uint32_t policy_find_device(const struct policy_header *p, const uint8_t mac[6]);
// The longest suffix of the wire-form name (lower case) that has a row; returns its destination.
uint32_t policy_find_name(const struct policy_header *p, const uint8_t *name, size_t length);
uint32_t
policy_find_address(const struct policy_header *p, uint32_t family, const uint8_t address[16]);
uint8_t policy_pair_actions(const struct policy_header *p, uint32_t device, uint32_t destination);

static inline const void *
policy_rows(const struct policy_header *p, struct policy_section s) {
	return (const uint8_t *)p + s.offset;
}

// Key hashes, shared with the compiler.
uint64_t policy_hash(const uint64_t key[2], const void *data, size_t length);
uint64_t policy_hash_pair(const uint64_t key[2], uint32_t device, uint32_t destination);
uint64_t policy_hash_address(const uint64_t key[2], uint32_t family, const uint8_t address[16]);
