// SPDX-License-Identifier: BSD-3-Clause
// How busy each core was since it was last asked for.
//
// Shape:   nothing is read unless somebody asks, and at most once a second then: who asks sooner is
//          told what the last one was.
// Threads: the core thread.
// Errors:  what cannot be read tells of no cores.
// Source:  proc(5), /proc/stat.

#pragma once

#include "platform/json_write.h"

#include <stddef.h>
#include <stdint.h>

#define CPU_CORES_MAX 256
#define CPU_NOT_KNOWN (-1)

struct core;
struct cpu;

// Ticks since the machine started.
struct cpu_times {
	uint16_t core;
	uint64_t busy, all;
};

struct cpu_reading {
	size_t count;
	struct cpu_times core[CPU_CORES_MAX];
};

// Pure.  Lines that make no sense are left out, and a last one that is cut off.
void cpu_parse(const char *text, size_t length, struct cpu_reading *ret);
// Pure.  Per cent of the time between two readings; CPU_NOT_KNOWN where it cannot be told.
int cpu_busy_percent(const struct cpu_reading *before, const struct cpu_times *now);

struct cpu *cpu_new(void); // NULL: no memory, and then no core is told of
void cpu_free(struct cpu *cpu);
// Reads again if it is time; the newest reading, the one before it, and how far apart they are.
void cpu_look(
	struct cpu *cpu,
	const struct cpu_reading **ret_now,
	const struct cpu_reading **ret_before,
	uint64_t *ret_apart_ns
);

// control/cpu_view.c: the member `cpu` of the health.
void cpu_view(const struct core *c, struct json *j);
