// SPDX-License-Identifier: BSD-3-Clause
// Rules images for tests, made by control's compiler.
//
// Shape:   image_init first; what is added may be built at any time and added to after.
// Units:   a device's or object's `actions` are bits of enum policy_action: a rule of the class
//          that a person's own rules have, for each.

#pragma once

#include "control/compile.h"

struct image {
	struct compile c;
	uint64_t generation;
	uint64_t rules; // ids given
};

void image_init(struct image *i, enum policy_default verdict);
// Each returns its row.
uint32_t image_profile(struct image *i, enum policy_default verdict);
uint32_t image_device(struct image *i, const uint8_t mac[6], uint8_t actions, uint32_t profile);
// A node, with rules for everyone.
uint32_t image_destination(struct image *i, uint8_t actions);
void image_name(struct image *i, uint32_t object, const char *name);
void image_address(struct image *i, uint32_t object, uint32_t family, const uint8_t *address);
void image_pair(struct image *i, uint32_t device, uint32_t object, uint32_t actions);
void image_limit(struct image *i, uint32_t device, struct policy_limit limit);
// Fills in id and time: of two equal ones the one added later is the newer.
void image_rule(struct image *i, struct compile_rule rule);
void *image_build(const struct image *i, size_t *ret_length); // free() it

// "example.org" in wire form without the root byte; returns its length.
size_t image_wire(const char *name, uint8_t ret[255]);
