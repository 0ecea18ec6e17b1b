// SPDX-License-Identifier: BSD-3-Clause
// A piece of an event stream on its way into the kernel, shared by all who are due the same.
//
// Shape:   written by whoever made it until the first push_send, unchanged after; the last reader
//          who lets go frees it.  A thousand readers at one place of the ring hold one chunk.
// Threads: the loop's thread.
// Errors:  out of memory marks it failed; what was added is then worth nothing.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chunk {
	unsigned int refs;
	bool failed;
	uint64_t types, from, to; // of what part of the ring it was made; 0, 0: of its own
	size_t length, size;
	char *text;
};

struct chunk *chunk_new(void); // one reference; NULL: out of memory
struct chunk *chunk_hold(struct chunk *c);
void chunk_drop(struct chunk *c); // takes NULL
void chunk_add(struct chunk *c, const char *text, size_t length);
