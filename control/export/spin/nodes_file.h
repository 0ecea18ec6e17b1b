// SPDX-License-Identifier: BSD-3-Clause
// The file of control/export/spin/nodes.h.
//
// Shape:   text: "spin-nodes 1", "next N", then a line "NUMBER ID" for each node.  Written whole
//          beside it, then renamed.
// Threads: reading in any, writing in a thread that may wait.
// Errors:  -errno; a file that is not one is refused with its line, because numbers would be given
//          twice without it.

#pragma once

#include "control/export/spin/nodes.h"

struct nodes_text {
	char *text;
	size_t length, size;
	uint64_t next;
	bool failed; // no memory
};

void nodes_text_begin(struct nodes_text *t, uint64_t next);
void nodes_text_add(struct nodes_text *t, uint64_t number, uint64_t thing);
void nodes_text_free(struct nodes_text *t);
int nodes_text_write(const struct nodes_text *t, const char *state_dir); // may wait
// A file that does not exist holds none, and leaves *ret_next.
int nodes_file_read(
	const char *path,
	uint64_t *ret_next,
	int (*row)(void *context, uint64_t number, uint64_t thing),
	void *context,
	char ret_error[NODES_ERROR]
);
