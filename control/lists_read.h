// SPDX-License-Identifier: BSD-3-Clause
// A list as a plain file: one entry a line.
//
// Shape:   a domain (its sub-names are meant too; `*.` in front changes nothing), an IPv4 or IPv6
//          address or prefix, or a line of a hosts file: 0.0.0.0, 127.0.0.1, :: or ::1 and names,
//          of which those without a dot are the machine's own and left out.  # begins a comment.
// Threads: pure but for the file; meant for a worker thread.
// Errors:  -errno with a sentence when the file cannot be read.  A line that is none of these is
//          left out and counted; the first LISTS_FINDINGS are kept as `file:line:column: what`.

#pragma once

#include "control/lists_build.h"

#define LISTS_FILE_MAX (512u << 20)
#define LISTS_FINDINGS 5
#define LISTS_FINDING 256

struct lists_findings {
	char text[LISTS_FINDINGS][LISTS_FINDING];
	unsigned int kept;
	unsigned long wrong; // lines
	unsigned long entries;
};

int lists_read_file(
	const char *path,
	unsigned int list,
	struct lists_build *b,
	struct lists_findings *ret,
	char ret_error[LISTS_FINDING]
);
// The same from memory; `path` is what findings are named by.
void lists_read_text(
	const char *path,
	const char *text,
	size_t length,
	unsigned int list,
	struct lists_build *b,
	struct lists_findings *ret
);
