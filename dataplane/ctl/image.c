// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/ctl/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALS_WANTED (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

int
image_check_seals(int fd, uint64_t length, const char **ret_why) {
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0 || (seals & SEALS_WANTED) != SEALS_WANTED) {
		*ret_why = "the image is not a memfd sealed against writing and resizing";
		return -EPERM;
	}
	if (fstat(fd, &st) != 0 || st.st_size < 0 || (uint64_t)st.st_size != length) {
		*ret_why = "the image's size is not the length that was announced";
		return -EPROTO;
	}
	return 0;
}

int
image_read_file(
	const char *path,
	size_t most,
	void **ret_bytes,
	size_t *ret_length,
	char *ret_why
) {
	struct stat st;
	int r = 0;

	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		r = -errno;
		snprintf(ret_why, 240, "%.150s cannot be read: %.40s", path, strerror(-r));
		return r;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0
	    || (uint64_t)st.st_size > most) {
		close(fd);
		snprintf(
			ret_why, 240, "%.150s is not a file of 1 byte to %zu MiB", path, most >> 20
		);
		return -EINVAL;
	}
	size_t length = (size_t)st.st_size, got = 0;
	uint8_t *bytes = aligned_alloc(64, (length + 63) & ~(size_t)63);
	while (bytes && got < length) {
		ssize_t n = read(fd, bytes + got, length - got);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	close(fd);
	if (!bytes || got < length) {
		free(bytes);
		snprintf(ret_why, 240, "%.150s could not be read whole", path);
		return -EIO;
	}
	*ret_bytes = bytes;
	*ret_length = length;
	return 0;
}
