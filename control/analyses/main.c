// SPDX-License-Identifier: BSD-3-Clause
// spin-analyze: `spin-dataplane analyze` of a stranger's capture, with nothing left to do harm
// with.  A program of its own, so that the walls stand before the first byte of it is read.
//
// Shape:   spin-analyze PROGRAM MOST [--home PREFIX]…; the capture is descriptor 3, stdout a pipe.

#include "control/analyses/confine.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CAPTURE 3
#define CPU_S 900
#define MEMORY_MAX (8ull << 30) // of addresses; tables are as large as the capture asks for
#define ARGUMENTS_MAX 160

static char *
word(const char *text) {
	return (char *)(uintptr_t)text;
}

int
main(int argc, char **argv) {
	char *arguments[ARGUMENTS_MAX + 8] = {NULL};
	int count = 0;

	if (argc < 3 || argc > ARGUMENTS_MAX) {
		fputs("spin-analyze is started by spin-control\n", stderr);
		return 2;
	}
	const struct confine c = {
		.program = argv[1],
		.capture = CAPTURE,
		.cpu_s = CPU_S,
		.memory = MEMORY_MAX,
	};
	int r = confine_enter(&c);
	if (r < 0) {
		fprintf(stderr, "spin-analyze: cannot be confined: %s\n", strerror(-r));
		return 1;
	}
	arguments[count++] = word("spin-dataplane");
	arguments[count++] = word("analyze");
	arguments[count++] = word("--lines");
	arguments[count++] = argv[2];
	for (int i = 3; i < argc; i++)
		arguments[count++] = argv[i];
	arguments[count] = word("/proc/self/fd/3");
	execv(argv[1], arguments);
	fprintf(stderr, "spin-analyze: %s: %s\n", argv[1], strerror(errno));
	return 1;
}
