// SPDX-License-Identifier: BSD-3-Clause
// What a program that reads a stranger's capture may still do: read its own code, the machine's
// description and that one file, compute for a while, and write to what it was given.
//
// Shape:   limits, no new rights, Landlock (where the kernel has it), seccomp: no sockets, no other
//          processes, no mounts, no tracing.  All of it holds over exec.
// Threads: before there are any.
// Errors:  -errno when one of them cannot be had; without Landlock the rest must do.
// Source:  landlock(7), seccomp(2), libseccomp 2.5.4.

#pragma once

#include <stdint.h>

struct confine {
	const char *program; // that is executed after it
	int capture; // descriptor
	uint64_t cpu_s;
	uint64_t memory;
};

int confine_enter(const struct confine *c);
