// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/eve/rotate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE 0640 // members of the group may read it

void
rotate_init(struct rotate *r, const char *path, uint64_t max, uint64_t count) {
	*r = (struct rotate){.max = max, .count = (unsigned int)count, .fd = -1};
	snprintf(r->path, sizeof r->path, "%s", path);
}

void
rotate_close(struct rotate *r) {
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

// What a crash left half is ended, so that the next line stands alone.
static void
end_torn_line(struct rotate *r) {
	char last = '\n';

	if (r->size && pread(r->fd, &last, 1, (off_t)r->size - 1) == 1 && last != '\n'
	    && write(r->fd, "\n", 1) == 1)
		r->size++;
}

static int
open_file(struct rotate *r, char ret_error[EVE_ERROR]) {
	struct stat s;

	if (r->fd >= 0 && stat(r->path, &s) == 0 && s.st_dev == r->device && s.st_ino == r->inode)
		return 0;
	rotate_close(r);
	// Without O_NONBLOCK a pipe in its place would hold the thread for ever.
	r->fd = open(r->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, MODE);
	if (r->fd < 0 || fstat(r->fd, &s) < 0) {
		snprintf(ret_error, EVE_ERROR, "it cannot be opened: %s", strerror(errno));
		rotate_close(r);
		return -1;
	}
	if (!S_ISREG(s.st_mode)) {
		snprintf(ret_error, EVE_ERROR, "it is no file; use eve.socket for a socket");
		rotate_close(r);
		return -1;
	}
	r->device = s.st_dev;
	r->inode = s.st_ino;
	r->size = (uint64_t)s.st_size;
	end_torn_line(r);
	return 0;
}

static void
move_away(struct rotate *r) {
	char from[ROTATE_PATH + 12], to[ROTATE_PATH + 12];

	for (unsigned int i = r->count; i > 0; i--) {
		snprintf(to, sizeof to, "%s.%u", r->path, i);
		if (i > 1)
			snprintf(from, sizeof from, "%s.%u", r->path, i - 1);
		else
			snprintf(from, sizeof from, "%s", r->path);
		(void)rename(from, to); // there may be fewer
	}
	rotate_close(r);
}

static uint64_t
lines_in(const char *text, size_t length) {
	uint64_t n = 0;

	for (size_t i = 0; i < length; i++)
		n += text[i] == '\n';
	return n;
}

uint64_t
rotate_write(struct rotate *r, const char *text, size_t length, char ret_error[EVE_ERROR]) {
	size_t done = 0;

	ret_error[0] = 0;
	if (open_file(r, ret_error) < 0)
		return 0;
	if (r->max && r->size > 0 && r->size + length > r->max) {
		move_away(r);
		if (open_file(r, ret_error) < 0)
			return 0;
	}
	while (done < length) {
		ssize_t n = write(r->fd, text + done, length - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			snprintf(ret_error, EVE_ERROR, "it takes no more: %s", strerror(errno));
			break;
		}
		done += (size_t)n;
	}
	size_t whole = done;
	while (whole > 0 && text[whole - 1] != '\n')
		whole--;
	if (whole < done && ftruncate(r->fd, (off_t)(r->size + whole)) < 0)
		rotate_close(r); // opened again, the torn line is ended
	r->size += whole;
	return lines_in(text, whole);
}
