// SPDX-License-Identifier: BSD-3-Clause
// A disk that fails when it is told to: LD_PRELOAD, for files below $DISK_DIR, while $DISK_FLAG
// exists.  A flag of "readonly": no write succeeds (EROFS); any other: no sync does (EIO).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

// What fails now: 'r', 's', or 0 for nothing.
static char
failing(int fd) {
	const char *flag = getenv("DISK_FLAG"), *root = getenv("DISK_DIR");
	char link[40], path[512], word[16] = "";

	if (!flag || !root || access(flag, F_OK) < 0)
		return 0;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof path - 1);
	if (n <= 0)
		return 0;
	path[n] = 0;
	if (strncmp(path, root, strlen(root)) != 0)
		return 0;
	FILE *f = fopen(flag, "re");
	if (f) {
		if (!fgets(word, sizeof word, f))
			word[0] = 0;
		fclose(f);
	}
	return word[0] == 'r' ? 'r' : 's';
}

#define FAIL(fd, when, code)                                                                       \
	if (failing(fd) == when) {                                                                 \
		errno = code;                                                                      \
		return -1;                                                                         \
	}

ssize_t
pwrite(int fd, const void *data, size_t length, off_t at) {
	FAIL(fd, 'r', EROFS);
	return REAL(pwrite)(fd, data, length, at);
}

ssize_t
pwrite64(int fd, const void *data, size_t length, off64_t at) {
	FAIL(fd, 'r', EROFS);
	return REAL(pwrite64)(fd, data, length, at);
}

ssize_t
write(int fd, const void *data, size_t length) {
	FAIL(fd, 'r', EROFS);
	return REAL(write)(fd, data, length);
}

int
fsync(int fd) {
	FAIL(fd, 's', EIO);
	return REAL(fsync)(fd);
}

int
fdatasync(int fd) {
	FAIL(fd, 's', EIO);
	return REAL(fdatasync)(fd);
}
