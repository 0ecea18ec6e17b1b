// SPDX-License-Identifier: BSD-3-Clause

#include "control/fetch/sandbox.h"

#include "platform/base.h"

#include <errno.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MEMORY_MAX (512u << 20)
#define FILES_MAX 64

// Reading stays: certificates, resolver and time zones are files.
#define WRITES                                                                                     \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE                                \
	 | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE                          \
	 | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR                              \
	 | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK                              \
	 | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK                            \
	 | LANDLOCK_ACCESS_FS_MAKE_SYM)

// A rule set without rules: what it handles is forbidden everywhere.
static void
forbid_files(void) {
	const struct landlock_ruleset_attr all = {.handled_access_fs = WRITES};

	int fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
	if (fd < 0)
		return; // a kernel without it
	syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
}

static int
limit(int what, uint64_t most) {
	const struct rlimit l = {.rlim_cur = most, .rlim_max = most};

	return setrlimit((__rlimit_resource_t)what, &l) == 0 ? 0 : -errno;
}

int
sandbox_enter(uint64_t file_bytes, uint64_t seconds) {
	const struct {
		int what;
		uint64_t most;
	} limits[] = {
		{RLIMIT_CORE, 0},
		{RLIMIT_NOFILE, FILES_MAX},
		{RLIMIT_CPU, seconds},
		{RLIMIT_FSIZE, file_bytes},
#ifndef __SANITIZE_ADDRESS__
		{RLIMIT_AS, MEMORY_MAX},
#endif
	};
	pid_t parent = getppid();

	signal(SIGXFSZ, SIG_IGN); // a write that fails says more
	signal(SIGPIPE, SIG_IGN);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0
	    || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	if (getppid() != parent)
		return -ESRCH; // it went between the two lines
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		int r = limit(limits[i].what, limits[i].most);
		if (r < 0)
			return r;
	}
	forbid_files();
	return 0;
}
