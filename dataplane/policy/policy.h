// SPDX-License-Identifier: BSD-3-Clause
// The policy in force: one pointer, replaced whole, read once a batch, freed after a grace period.
//
// Shape:   a policy is rules, lists and an epoch, which grows at every publish; flows remember the
//          one they were judged under.  Images are private read-only copies, checked.
//          Each kind comes by itself: what is published with new rules keeps the lists in force,
//          and the other way round.
// Threads: policy_new, policy_publish, policy_confirmed, policy_free: the main thread, or one
//          helper at a time.  Workers read what policy_publish stored, between quiescent states.
// Errors:  policy_new and policy_lists_* return NULL with errno and a sentence; what is in force
//          stays.

#pragma once

#include "platform/lists_image.h"
#include "platform/policy_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct shared;

// One image, mapped, and how many policies stand on it.
struct policy_image {
	const void *at;
	size_t bytes;
	unsigned int users;
	uint64_t *prefix_bits; // rules: one bit by hash for each prefix or known address
	uint64_t prefix_mask; // of bit numbers
};

struct policy {
	const struct policy_header *rules;
	const struct lists_header *lists; // NULL: none came yet
	struct policy_image *rules_image;
	struct policy_image *lists_image;
	uint64_t generation; // of the rules; 0 for the built-in default
	bool limits; // some rule limits
	bool asks; // some rule asks for a service, a direction or the device's own address
	uint32_t epoch; // set by policy_publish
};

static inline uint64_t
policy_prefix_bit(const struct policy_header *p, const uint8_t prefix[16], unsigned int length) {
	uint64_t word[2];

	memcpy(word, prefix, sizeof word);
	unsigned __int128 x =
		(unsigned __int128)(word[0] + p->key[0]) * ((word[1] + p->key[1]) | 1);
	return ((uint64_t)x ^ (uint64_t)(x >> 64)) + length;
}

// False: no rule names the prefix, without the long hash that the index needs.  A stranger who
// finds addresses that it says true of makes himself no dearer than a look-up.
static inline bool
policy_may_name_prefix(const struct policy *p, const uint8_t prefix[16], unsigned int length) {
	const struct policy_image *i = p->rules_image;
	uint64_t bit = policy_prefix_bit(p->rules, prefix, length) & i->prefix_mask;

	return i->prefix_bits[bit / 64] >> bit % 64 & 1;
}

// The lists that anything hangs on, as bits.
static inline uint64_t
policy_lists_wanted(const struct policy *p) {
	return p->lists ? p->lists->blocks | p->lists->allows | p->rules->lists_named : 0;
}

// Copies, checks and seals (PROT_READ) `length` bytes at `image`.
struct policy *policy_new(const void *image, size_t length, const char **ret_why);
// A policy without rules: every device has the default verdict.
struct policy *policy_new_default(enum policy_default verdict);
void policy_free(struct policy *p); // and the images that nobody else stands on

// Copies and checks `length` bytes of a sealed memfd, or of memory.
struct policy_image *policy_lists_read(int fd, size_t length, const char **ret_why);
struct policy_image *policy_lists_copy(const void *image, size_t length, const char **ret_why);
void policy_image_free(struct policy_image *i); // one user less
// The rules in force with other lists, to be published; takes the image.
struct policy *policy_with_lists(const struct shared *s, struct policy_image *lists);

// Puts `p` in force and returns a token; *ret_old (may be NULL) is free for policy_free once
// policy_confirmed says that every worker has left it.
uint64_t policy_publish(struct shared *s, struct policy *p, struct policy **ret_old);
// Every worker passed a quiescent state, or was offline, since the publish that gave `token`.
bool policy_confirmed(struct shared *s, uint64_t token, bool wait);
