// SPDX-License-Identifier: BSD-3-Clause
// Captures go through the real dataplane: its program is found and becomes this process.

#include "control/spinctl/cli.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "spin-dataplane"

int
run_analyze(struct cli *c) {
	// Beside us in a build tree, then where it is installed, then PATH.
	static const char *const places[] = {"../dataplane/", "", "../libexec/spin/"};
	char here[PATH_MAX - 64];
	ssize_t n = readlink("/proc/self/exe", here, sizeof(here) - 1);
	here[n > 0 ? n : 0] = 0;
	char *slash = strrchr(here, '/');
	if (slash) {
		slash[1] = 0;
	}
	char **argv = calloc((size_t)c->argc + 3, sizeof(*argv));
	if (!argv) {
		return EXIT_FAILED;
	}
	argv[0] = (char *)(uintptr_t)PROGRAM;
	argv[1] = (char *)(uintptr_t) "analyze";
	memcpy(argv + 2, c->argv, (size_t)c->argc * sizeof(*argv));
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char path[PATH_MAX];
		snprintf(path, sizeof(path), "%s%s" PROGRAM, here, places[i]);
		execv(path, argv);
	}
	execvp(PROGRAM, argv);
	int why = errno;
	free(argv);
	fprintf(stderr,
		"spinctl: " PROGRAM
		" is not found beside spinctl, in libexec or in PATH (%s): build "
		"or install it\n",
		strerror(why));
	return EXIT_FAILED;
}
