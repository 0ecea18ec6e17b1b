// SPDX-License-Identifier: BSD-3-Clause
// Files of lists in the state directory: always the old content or the new, never a part.

#include "control/lists_own.h"
#include "platform/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

LOG_DOMAIN("lists");

const char *
lists_path(
	const struct lists *l,
	const struct lists_source *s,
	const char *kind,
	char ret[LISTS_FILE_PATH]
) {
	snprintf(
		ret,
		LISTS_FILE_PATH,
		"%.1000s/" LISTS_FOLDER "/%s%s",
		l->setup.state_dir,
		s->name,
		kind
	);
	return ret;
}

struct lists_version
lists_version_of(const char *file) {
	struct stat st;

	if (stat(file, &st) != 0)
		return (struct lists_version){.error = errno};
	return (struct lists_version){
		.changed = st.st_mtim,
		.size = st.st_size,
		.inode = st.st_ino,
	};
}

bool
lists_version_same(const struct lists_version *a, const struct lists_version *b) {
	return a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec
		&& a->size == b->size && a->inode == b->inode && a->error == b->error;
}

// Whether a list of the configuration left this file and still needs it.
static bool
is_kept(const struct lists *l, const char *file) {
	const char *dot = strrchr(file, '.');

	if (!dot || (strcmp(dot, LISTS_COPY) != 0 && strcmp(dot, LISTS_META) != 0))
		return false;
	for (unsigned int i = 0; i < l->count; i++) {
		const char *name = l->one[i].source->name;
		if (strlen(name) == (size_t)(dot - file)
		    && memcmp(name, file, (size_t)(dot - file)) == 0)
			return true;
	}
	return false;
}

static bool
is_ours(const char *file) {
	static const char *const kinds[] = {LISTS_COPY, LISTS_NEW, LISTS_PART, LISTS_META};
	const char *dot = strrchr(file, '.');

	for (size_t i = 0; dot && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(dot, kinds[i]) == 0)
			return true;
	return false;
}

void
lists_sweep(const struct lists *l) {
	char path[LISTS_FILE_PATH];
	const struct dirent *e;

	snprintf(path, sizeof path, "%.1000s/" LISTS_FOLDER, l->setup.state_dir);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		log_err("%s: cannot be made: %s: lists will not outlive a restart",
			path,
			strerror(errno));
	DIR *d = opendir(path);
	while (d && (e = readdir(d)))
		if (is_ours(e->d_name) && !is_kept(l, e->d_name))
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
}

// At most `max` bytes and one more, so that the caller sees that there are more.
static int
copy_bytes(int from, int to, uint64_t max, uint64_t *ret_bytes) {
	uint64_t bytes = 0;
	ssize_t n;

	do {
		n = sendfile(to, from, NULL, max + 1 - bytes);
		if (n > 0)
			bytes += (uint64_t)n;
	} while (n > 0 && bytes <= max);
	*ret_bytes = bytes;
	return n < 0 ? -errno : 0;
}

static int
copy_to_new(
	const struct lists *l,
	const struct lists_source *s,
	int from,
	char ret_error[LISTS_FINDING]
) {
	char path[LISTS_FILE_PATH];
	struct stat st;
	uint64_t bytes = 0;

	if (fstat(from, &st) != 0 || !S_ISREG(st.st_mode)) {
		snprintf(ret_error, LISTS_FINDING, "cannot be read: %.160s: is no file", s->file);
		return -EINVAL;
	}
	lists_path(l, s, LISTS_NEW, path);
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r = to < 0 ? -errno : copy_bytes(from, to, s->max, &bytes);
	if (r == 0 && bytes > s->max) {
		snprintf(
			ret_error,
			LISTS_FINDING,
			"is refused: it is larger than its max of %llu KiB: raise max if that is "
			"meant",
			(unsigned long long)(s->max >> 10)
		);
		r = -EFBIG;
	} else if (r < 0) {
		snprintf(
			ret_error, LISTS_FINDING, "cannot be copied: %.160s: %s", path, strerror(-r)
		);
	}
	if (to >= 0) {
		const struct timespec times[2] = {
			st.st_mtim, st.st_mtim}; // its age is the source's
		futimens(to, times);
		close(to);
	}
	if (r < 0)
		unlink(path);
	return r;
}

int
lists_copy_source(
	const struct lists *l,
	const struct lists_source *s,
	char ret_error[LISTS_FINDING]
) {
	int from = open(s->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (from < 0) {
		int r = -errno;
		snprintf(
			ret_error,
			LISTS_FINDING,
			"cannot be read: %.160s: %s",
			s->file,
			strerror(-r)
		);
		return r;
	}
	int r = copy_to_new(l, s, from, ret_error);
	close(from);
	return r;
}

static int
sync_path(const char *path, int flags) {
	int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
	int r = fd < 0 || fsync(fd) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return r;
}

int
lists_accept(const struct lists *l, const struct lists_source *s) {
	char from[LISTS_FILE_PATH], to[LISTS_FILE_PATH], folder[LISTS_FILE_PATH];

	lists_path(l, s, LISTS_NEW, from);
	lists_path(l, s, LISTS_COPY, to);
	snprintf(folder, sizeof folder, "%.1000s/" LISTS_FOLDER, l->setup.state_dir);
	int r = sync_path(from, 0);
	if (r == 0 && rename(from, to) < 0)
		r = -errno;
	return r == 0 ? sync_path(folder, O_DIRECTORY) : r;
}
