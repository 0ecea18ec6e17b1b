// SPDX-License-Identifier: BSD-3-Clause

#include "control/cpu.h"

#include "control/clock.h"
#include "platform/base.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STAT_BYTES (32u << 10) // the cores' lines come first; the rest is not needed
#define APART_NS NS_PER_S
// Columns of a line: user, nice, system, idle, iowait, irq, softirq, steal.  The guests' time that
// follows is in the first two already.
#define COLUMNS 8
#define COLUMN_IDLE 3
#define COLUMN_IOWAIT 4

struct cpu {
	struct cpu_reading reading[2];
	unsigned int now; // which of the two is the newest
	uint64_t read_ns, apart_ns; // monotonic
	char text[STAT_BYTES];
};

// The number at *at, which moves behind it.
static bool
take_number(const char **at, const char *end, uint64_t most, uint64_t *ret) {
	const char *p = *at;
	uint64_t n = 0;

	if (p == end || *p < '0' || *p > '9')
		return false;
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		unsigned int digit = (unsigned int)(*p - '0');
		if (n > (most - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*at = p;
	*ret = n;
	return true;
}

// "cpu3 1 2 3 …"; the line "cpu  …" is the sum of all.
static bool
parse_line(const char *at, const char *end, struct cpu_times *ret) {
	uint64_t core, value;

	if (end - at < 4 || memcmp(at, "cpu", 3) != 0)
		return false;
	at += 3;
	if (!take_number(&at, end, UINT16_MAX, &core))
		return false;
	*ret = (struct cpu_times){.core = (uint16_t)core};
	for (unsigned int i = 0; i < COLUMNS; i++) {
		if (at == end || *at++ != ' ')
			return false;
		// So that no sum of eight can overflow.
		if (!take_number(&at, end, UINT64_MAX / COLUMNS, &value))
			return false;
		ret->all += value;
		if (i != COLUMN_IDLE && i != COLUMN_IOWAIT)
			ret->busy += value;
	}
	return true;
}

void
cpu_parse(const char *text, size_t length, struct cpu_reading *ret) {
	const char *at = text, *end = text + length;

	ret->count = 0;
	while (at < end && ret->count < CPU_CORES_MAX) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		if (!line_end)
			break;
		if (parse_line(at, line_end, &ret->core[ret->count]))
			ret->count++;
		at = line_end + 1;
	}
}

int
cpu_busy_percent(const struct cpu_reading *before, const struct cpu_times *now) {
	for (size_t i = 0; i < before->count; i++) {
		const struct cpu_times *was = &before->core[i];
		if (was->core != now->core)
			continue;
		// A core that was away starts anew, and waiting for a disk can go backwards.
		if (now->all <= was->all || now->busy < was->busy)
			return CPU_NOT_KNOWN;
		uint64_t all = now->all - was->all, busy = now->busy - was->busy;
		return busy >= all ? 100 : (int)((double)busy * 100 / (double)all);
	}
	return CPU_NOT_KNOWN;
}

static void
read_again(struct cpu *cpu) {
	int fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
	uint64_t now = clock_mono_ns();
	size_t length = 0;

	while (fd >= 0 && length < sizeof cpu->text) {
		ssize_t n = read(fd, cpu->text + length, sizeof cpu->text - length);
		if (n <= 0)
			break;
		length += (size_t)n;
	}
	if (fd >= 0)
		close(fd);
	cpu->apart_ns = cpu->read_ns ? now - cpu->read_ns : 0;
	cpu->read_ns = now;
	cpu->now = !cpu->now;
	cpu_parse(cpu->text, length, &cpu->reading[cpu->now]);
}

struct cpu *
cpu_new(void) {
	struct cpu *cpu = calloc(1, sizeof *cpu);

	if (cpu)
		read_again(cpu);
	return cpu;
}

void
cpu_free(struct cpu *cpu) {
	free(cpu);
}

void
cpu_look(
	struct cpu *cpu,
	const struct cpu_reading **ret_now,
	const struct cpu_reading **ret_before,
	uint64_t *ret_apart_ns
) {
	if (clock_mono_ns() - cpu->read_ns >= APART_NS)
		read_again(cpu);
	*ret_now = &cpu->reading[cpu->now];
	*ret_before = &cpu->reading[!cpu->now];
	*ret_apart_ns = cpu->apart_ns;
}
