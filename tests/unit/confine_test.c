// SPDX-License-Identifier: BSD-3-Clause
// What is left to a program behind the walls: its capture, its libraries, and nothing else.

#include "control/analyses/confine.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char file[] = "/tmp/spin-confine-XXXXXX";
static int capture;

static bool
has_landlock(void) {
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

// Each in a process of its own, behind the walls: 0 when it is as it should be.
static int
reads_its_capture(void) {
	char path[40], byte = 0;

	snprintf(path, sizeof path, "/proc/self/fd/%d", capture);
	int fd = open(path, O_RDONLY);
	return fd >= 0 && read(fd, &byte, 1) == 1 && byte == 'x' ? 0 : 1;
}

static int
reads_nothing_else(void) {
	return open("/etc/passwd", O_RDONLY) < 0 && open("/tmp", O_RDONLY) < 0 ? 0 : 1;
}

static int
writes_nothing(void) {
	char path[40];

	snprintf(path, sizeof path, "/proc/self/fd/%d", capture);
	return open(path, O_WRONLY) < 0
			&& open("/tmp/spin-confine-new", O_WRONLY | O_CREAT, 0600) < 0
			&& truncate(file, 0) < 0
		? 0
		: 1;
}

static int
has_no_network(void) {
	static const int families[] = {AF_INET, AF_INET6, AF_UNIX, AF_PACKET, AF_NETLINK};

	for (size_t i = 0; i < ARRAY_LEN(families); i++)
		if (socket(families[i], SOCK_STREAM, 0) >= 0 || errno != EPERM)
			return 1;
	return 0;
}

static int
harms_nobody(void) {
	return kill(getppid(), SIGCONT) < 0 && errno == EPERM && syscall(SYS_fork) < 0
			&& syscall(SYS_ptrace, 16, getppid(), 0, 0) < 0
		? 0
		: 1;
}

static int
runs_nothing(void) {
	char *argv[] = {(char *)(uintptr_t) "true", NULL};

	execv("/usr/bin/true", argv);
	return errno == EACCES ? 0 : 1;
}

static int
is_bounded(void) {
	return mmap(NULL, 2ul << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		? 0
		: 1;
}

static int
behind_walls(int (*what)(void)) {
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		const struct confine c = {
			.program = "/usr/bin/false",
			.capture = capture,
			.cpu_s = 10,
			.memory = 1u << 30,
		};
		_exit(confine_enter(&c) < 0 ? 2 : what());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
the_walls_hold(void **state) {
	static const struct {
		const char *name;
		int (*what)(void);
		bool landlock;
	} cases[] = {
		{"its capture", reads_its_capture, false},
		{"other files", reads_nothing_else, true},
		{"writing", writes_nothing, true},
		{"network", has_no_network, false},
		{"other processes", harms_nobody, false},
		{"other programs", runs_nothing, true},
#ifndef __SANITIZE_ADDRESS__
		{"memory", is_bounded, false},
#endif
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (cases[i].landlock && !has_landlock())
			continue;
		int r = behind_walls(cases[i].what);
		if (r != 0)
			fail_msg("%s: %d", cases[i].name, r);
	}
}

int
main(void) {
	static const struct CMUnitTest tests[] = {cmocka_unit_test(the_walls_hold)};

	capture = mkstemp(file);
	if (capture < 0 || write(capture, "x", 1) != 1)
		return 1;
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(file);
	return r;
}
