// SPDX-License-Identifier: BSD-3-Clause
// Which rows the rules image needs: the state, seen with the dataplane's eyes.
//
// Threads: the core thread.
// Errors:  as compile_finish.

#pragma once

#include <stddef.h>
#include <stdint.h>

struct state;

// Depends on the state and the key alone, so that the same rules give the same image.
int policy_compile(
	const struct state *s,
	uint64_t generation,
	const uint64_t key[2],
	void **ret_image,
	size_t *ret_length
);
