// SPDX-License-Identifier: BSD-3-Clause
// The policy compiler: rows in, one rules image out.  It knows the image's layout and nothing of
// the state; control/policy.c says which rows there are.
//
// Shape:   add rows, then compile_finish.  Each add returns the row's number.
// Threads: pure but for the caller's struct compile.
// Errors:  out of memory is remembered and told by compile_finish (-ENOMEM); an image above
//          POLICY_BYTES_MAX is -E2BIG.
// Source:  platform/policy_image.h.

#pragma once

#include "platform/policy_image.h"

struct compile_rows {
	void *rows;
	uint32_t count;
	uint32_t room;
	uint32_t size; // of one row
};

struct compile {
	struct compile_rows profiles;
	struct compile_rows devices;
	struct compile_rows destinations;
	struct compile_rows names;
	struct compile_rows addresses;
	struct compile_rows pairs;
	struct compile_rows text;
	struct compile_rows limits;
	uint32_t default_profile;
	bool failed;
};

void compile_init(struct compile *c);
void compile_fini(struct compile *c);

uint32_t compile_profile(struct compile *c, enum policy_default verdict);
// Each MAC, name, address and pair may be added once.
uint32_t compile_device(struct compile *c, const uint8_t mac[6], uint8_t actions, uint32_t profile);
// What the device may; once for each that has a limit.
void compile_limit(struct compile *c, uint32_t device, const struct policy_limit *limit);
uint32_t compile_destination(struct compile *c, uint8_t actions);
// `wire` as domain_wire writes it.
void compile_name(struct compile *c, const uint8_t *wire, size_t length, uint32_t destination);
void compile_address(
	struct compile *c,
	unsigned int family,
	const uint8_t address[16],
	uint32_t destination
);
void compile_pair(struct compile *c, uint32_t device, uint32_t destination, uint8_t actions);

// *ret_image is one block for free(); it has passed policy_check.
int compile_finish(
	const struct compile *c,
	uint64_t generation,
	const uint64_t key[2],
	void **ret_image,
	size_t *ret_length
);

// A memfd with the image and all seals, or -errno.
int compile_seal(const void *image, size_t length);
