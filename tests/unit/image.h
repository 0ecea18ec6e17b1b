// SPDX-License-Identifier: BSD-3-Clause
// Rules images for tests, built row by row.

#pragma once

#include "platform/policy_image.h"

#define IMAGE_ROWS 64

struct image {
	uint32_t profiles, devices, destinations, names, addresses, pairs, text, limits;
	uint32_t default_profile;
	uint64_t generation;
	struct policy_profile profile[IMAGE_ROWS];
	struct policy_device device[IMAGE_ROWS];
	struct policy_destination destination[IMAGE_ROWS];
	struct policy_name name[IMAGE_ROWS];
	struct policy_address address[IMAGE_ROWS];
	struct policy_pair pair[IMAGE_ROWS];
	struct policy_limit limit[IMAGE_ROWS];
	uint8_t bytes[4096];
};

void image_init(struct image *i, enum policy_default verdict);
// Each returns its row.
uint32_t image_profile(struct image *i, enum policy_default verdict);
uint32_t image_device(struct image *i, const uint8_t mac[6], uint8_t actions, uint32_t profile);
uint32_t image_destination(struct image *i, uint8_t actions);
void image_name(struct image *i, uint32_t destination, const char *name);
void image_address(struct image *i, uint32_t destination, uint32_t family, const uint8_t *address);
void image_pair(struct image *i, uint32_t device, uint32_t destination, uint32_t actions);
void image_limit(struct image *i, uint32_t device, struct policy_limit limit);
void *image_build(const struct image *i, size_t *ret_length); // free() it
