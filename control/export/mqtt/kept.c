// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/mqtt/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH 1100

int
kept_read(const char *state_dir, const char *name, char *ret_line, size_t room) {
	char path[PATH], line[256];

	snprintf(path, sizeof path, "%.1024s/%s", state_dir, name);
	FILE *f = fopen(path, "re");
	if (!f)
		return -errno;
	const char *got = fgets(line, sizeof line, f);
	fclose(f);
	size_t length = got ? strcspn(line, "\n") : 0;
	if (length == 0 || length >= room)
		return -EBADMSG;
	memcpy(ret_line, line, length);
	ret_line[length] = 0;
	return 0;
}

int
kept_write(const char *state_dir, const char *name, const char *line) {
	char path[PATH], fresh[PATH + 4];
	int failed = 0;

	snprintf(path, sizeof path, "%.1024s/%s", state_dir, name);
	snprintf(fresh, sizeof fresh, "%s.new", path);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0)
		return -errno;
	if (dprintf(fd, "%s\n", line) < 0 || fsync(fd) < 0)
		failed = -errno;
	close(fd);
	if (!failed && rename(fresh, path) < 0)
		failed = -errno;
	return failed;
}
