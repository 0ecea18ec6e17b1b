// SPDX-License-Identifier: BSD-3-Clause

#include "control/store/image.h"

#include "control/store/store.h"
#include "platform/policy_image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
write_all(int fd, const char *at, size_t length) {
	while (length > 0) {
		ssize_t n = write(fd, at, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += n;
		length -= (size_t)n;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int
replace(int directory, const char *name, const void *image, size_t length) {
	char temporary[64];

	snprintf(temporary, sizeof temporary, "%s.new", name);
	int fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	int r = write_all(fd, image, length);
	close(fd);
	if (r == 0 && renameat(directory, temporary, directory, name) < 0)
		r = -errno;
	if (r < 0) {
		unlinkat(directory, temporary, 0);
		return r;
	}
	return fsync(directory) < 0 ? -errno : 0;
}

int
image_replace(const char *state_dir, const char *name, const void *image, size_t length) {
	int directory = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = directory < 0 ? -errno : replace(directory, name, image, length);

	if (directory >= 0)
		close(directory);
	return r;
}

int
image_put_aside(const char *directory, const char *name) {
	char aside[64];
	int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (at < 0)
		return -errno;
	snprintf(aside, sizeof aside, "%s.unconfirmed", name);
	int r = renameat(at, name, at, aside) < 0 && errno != ENOENT ? -errno : 0;
	close(at);
	return r;
}

int
image_remove(const char *directory, const char *name) {
	int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (at < 0)
		return -errno;
	int r = unlinkat(at, name, 0) < 0 && errno != ENOENT ? -errno : 0;
	if (r == 0 && fsync(at) < 0)
		r = -errno;
	close(at);
	return r;
}

int
store_run_image(struct store_db *db, struct store_job *job) {
	const struct store_image *i = (const struct store_image *)(const void *)job;
	int r = image_replace(i->state_dir, POLICY_RULES_FILE, i->image, i->length);

	(void)db;
	if (r < 0)
		snprintf(
			job->message,
			sizeof job->message,
			"The rules for the dataplane's next start could not be written: %s.",
			strerror(-r)
		);
	return r;
}
