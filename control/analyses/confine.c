// SPDX-License-Identifier: BSD-3-Clause

#include "control/analyses/confine.h"

#include "platform/base.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES_MAX 64
#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ALL                                                                                        \
	(READ | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE                         \
	 | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE                          \
	 | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR                              \
	 | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK                              \
	 | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK                            \
	 | LANDLOCK_ACCESS_FS_MAKE_SYM)

static void
allow(int rules, int fd, uint64_t what) {
	const struct landlock_path_beneath_attr a = {.allowed_access = what, .parent_fd = fd};

	if (fd >= 0)
		syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a, 0);
}

static void
allow_beneath(int rules, const char *path, uint64_t what) {
	int fd = open(path, O_PATH | O_CLOEXEC);

	allow(rules, fd, what);
	if (fd >= 0)
		close(fd);
}

static int
limit_files(const struct confine *c) {
	static const char *const libraries[] = {"/usr/lib", "/usr/lib64", "/lib", "/lib64"};
	static const char *const facts[] = {"/proc", "/sys", "/dev", "/usr/share/ieee-data"};
	const struct landlock_ruleset_attr all = {.handled_access_fs = ALL};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);

	if (rules < 0)
		return 0; // a kernel without it
	for (size_t i = 0; i < ARRAY_LEN(libraries); i++)
		allow_beneath(rules, libraries[i], READ | LANDLOCK_ACCESS_FS_EXECUTE);
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		allow_beneath(rules, facts[i], READ);
	allow_beneath(rules, "/etc/ld.so.cache", LANDLOCK_ACCESS_FS_READ_FILE);
	allow_beneath(rules, c->program, LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE);
	allow(rules, c->capture, LANDLOCK_ACCESS_FS_READ_FILE);
	int r = syscall(SYS_landlock_restrict_self, rules, 0) == 0 ? 0 : -errno;
	close(rules);
	return r;
}

// What a reader of files has no business with; all else it needs for memory and threads.
static const int forbidden[] = {
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(listen),
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(kill),
	SCMP_SYS(tkill),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SCMP_SYS(fsopen),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(keyctl),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(name_to_handle_at),
	SCMP_SYS(kexec_load),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(memfd_create),
	SCMP_SYS(setuid),
	SCMP_SYS(setgid),
	SCMP_SYS(truncate), // Landlock of older kernels knows nothing of these
	SCMP_SYS(utimensat),
	SCMP_SYS(setxattr),
	SCMP_SYS(lsetxattr),
	SCMP_SYS(removexattr),
	SCMP_SYS(chmod),
	SCMP_SYS(fchmod),
	SCMP_SYS(fchmodat),
	SCMP_SYS(chown),
	SCMP_SYS(fchown),
	SCMP_SYS(fchownat),
};

static int
limit_calls(void) {
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	int r = f ? 0 : -ENOMEM;

	for (size_t i = 0; i < ARRAY_LEN(forbidden) && r == 0; i++)
		r = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), forbidden[i], 0);
	if (r == 0)
		r = seccomp_load(f);
	seccomp_release(f);
	return r;
}

static int
limit(int what, uint64_t most) {
	const struct rlimit l = {.rlim_cur = most, .rlim_max = most};

	return setrlimit((__rlimit_resource_t)what, &l) == 0 ? 0 : -errno;
}

// When memory runs short on the machine, this program goes, and nothing else.
static void
go_first(void) {
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, "1000", 4) < 0)
		fputs("spin-analyze: the kernel may end something else first, ignoring\n", stderr);
	if (fd >= 0)
		close(fd);
}

int
confine_enter(const struct confine *c) {
	const struct {
		int what;
		uint64_t most;
	} limits[] = {
		{RLIMIT_CORE, 0},
		{RLIMIT_NOFILE, FILES_MAX},
		{RLIMIT_CPU, c->cpu_s},
		{RLIMIT_FSIZE, 0}, // what it was given to write to is a pipe
#ifndef __SANITIZE_ADDRESS__
		{RLIMIT_AS, c->memory},
#endif
	};
	pid_t parent = getppid();

	go_first();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	if (getppid() != parent)
		return -ESRCH; // it went between the two lines
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		int r = limit(limits[i].what, limits[i].most);
		if (r < 0)
			return r;
	}
	int r = limit_files(c);
	return r < 0 ? r : limit_calls();
}
