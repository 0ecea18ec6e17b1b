// SPDX-License-Identifier: BSD-3-Clause
// Lines of `spin-dataplane analyze --lines` become a state like the live one, so that the same code
// answers for both.
//
// Shape:   one line after the other, then fill_end.  What they come from read a stranger's capture:
//          every line is checked like one of a stranger.
// Units:   times are the capture's own, wall nanoseconds.
// Threads: the core thread; a line costs little.
// Errors:  -EINVAL: no such line is written by our program.
// Source:  dataplane/analyze/print.h, print_lines.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state;

#define FILL_LINE_MAX (64u << 10)

struct fill {
	struct state *s;
	uint64_t frames, bytes, malformed, non_ip, flows; // of the whole capture
	uint64_t taken; // flows that are here
	uint64_t first_ns, last_ns;
	bool ended; // the last line was there
};

int fill_line(struct fill *f, const char *line, size_t length);
void fill_end(struct fill *f); // what can be said when all is there
