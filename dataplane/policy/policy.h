// SPDX-License-Identifier: BSD-3-Clause
// The policy in force: one pointer, replaced whole, read once a batch, freed after a grace period.
//
// Shape:   a policy owns a private read-only copy of a checked image.  The epoch grows at every
//          publish; flows remember the one they were judged under.
// Threads: policy_new, policy_publish, policy_confirmed, policy_free: the main thread, or one
//          helper at a time.  Workers read what policy_publish stored, between quiescent states.
// Errors:  policy_new returns NULL with errno and a sentence; the image in force stays.

#pragma once

#include "platform/policy_image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shared;

struct policy {
	const struct policy_header *rules;
	size_t bytes;
	uint64_t generation; // of the image; 0 for the built-in default
	uint32_t epoch; // set by policy_publish
};

// Copies, checks and seals (PROT_READ) `length` bytes at `image`.
struct policy *policy_new(const void *image, size_t length, const char **ret_why);
// A policy without rules: every device has the default verdict.
struct policy *policy_new_default(enum policy_default verdict);
void policy_free(struct policy *p);

// Puts `p` in force and returns a token; *ret_old (may be NULL) is free for policy_free once
// policy_confirmed says that every worker has left it.
uint64_t policy_publish(struct shared *s, struct policy *p, struct policy **ret_old);
// Every worker passed a quiescent state, or was offline, since the publish that gave `token`.
bool policy_confirmed(struct shared *s, uint64_t token, bool wait);
