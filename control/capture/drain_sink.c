// SPDX-License-Identifier: BSD-3-Clause
// Where captured frames go, and how they come back.  A disk that is full ends the capture at its
// last whole block, so that the file stays good, and leaves room for the database.  The rings are
// what bridges a disk that hesitates: LANE_WHOLE holds 0.4 s of 100,000 full frames a second.  Room
// is taken from the disk in large steps, because a write that makes a file longer waits for the
// journal, which others fill; the file is cut to its length when it is closed.

#include "control/capture/drain_own.h"
#include "control/capture/recorder_copy.h"
#include "control/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LANE_WHOLE (64u << 20)
#define STEP_BYTES (32ull << 20)
#define LANE_HEADERS (8u << 20)
#define HEADERS_MAX 256 // a snap length up to which frames are as small as headers
#define DISK_RESERVE (64ull << 20) // is left to the database
#define TELL_NS NS_PER_S

static int
trouble(struct capture *c, int r, const char *what) {
	snprintf(c->trouble, sizeof c->trouble, "%s: %s", what, strerror(-r));
	return r;
}

static int
open_file(struct drain *d, struct capture *c) {
	char path[CAPTURE_PATH + CAPTURE_NAME], name[CAPTURE_NAME];

	if (mkdir(d->folder, 0700) < 0 && errno != EEXIST)
		return trouble(c, -errno, "the folder for captures cannot be made");
	snprintf(path, sizeof path, "%s/%s", d->folder, capture_file_name(c, name));
	c->file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (c->file < 0)
		return trouble(c, -errno, "the file of the capture cannot be made");
	return 0;
}

static int
make_ring(struct capture *c) {
	bool small = c->headers_only || c->about.snaplen <= HEADERS_MAX;

	c->lane_bytes = small ? LANE_HEADERS : LANE_WHOLE;
	c->ring_size = capture_ring_size(CAPTURE_LANES_MAX, c->lane_bytes);
	c->ring_fd = memfd_create("spin-capture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (c->ring_fd < 0 || ftruncate(c->ring_fd, (off_t)c->ring_size) < 0
	    || fcntl(c->ring_fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		return trouble(c, -errno, "no memory for the capture");
	void *at = mmap(NULL, c->ring_size, PROT_READ | PROT_WRITE, MAP_SHARED, c->ring_fd, 0);
	if (at == MAP_FAILED)
		return trouble(c, -errno, "no memory for the capture");
	c->ring = at;
	for (uint32_t i = 0; i < CAPTURE_LANES_MAX; i++)
		c->lane[i] = capture_end_of(at, CAPTURE_LANES_MAX, c->lane_bytes, i);
	return 0;
}

// What was frozen, at once.
static void
write_recorder(struct capture *c) {
	capture_write_head(&c->out, &c->about);
	int64_t n = recorder_copy_write(
		c->recorder, &c->about, clock_wall_ns() - clock_mono_ns(), &c->out
	);
	c->result = n < 0 ? (int)n : 0;
	atomic_store(&c->packets, (uint64_t)MAX_OF(n, 0));
	atomic_store(&c->bytes, c->out.length);
	drain_flush(c);
	if (c->result == 0 && atomic_load(&c->wants) != CAPTURE_END_NONE)
		c->result = trouble(c, -ENOSPC, "the capture cannot be written");
	if (c->result == 0)
		drain_shut(c);
}

void
drain_prepare(struct drain *d, struct capture *c) {
	c->result = filter_compile(c->about.filter, &c->filter, &c->fault) ? 0 : -EINVAL;
	if (c->result == 0 && c->kind != CAPTURE_KIND_LIVE)
		c->result = open_file(d, c);
	if (c->result == 0 && c->recorder) {
		write_recorder(c);
		return;
	}
	if (c->result == 0)
		c->result = make_ring(c);
	if (c->result == 0) {
		capture_write_head(&c->out, &c->about);
		bool failed = c->out.failed;
		drain_flush(c);
		c->result = failed ? -ENOMEM : 0;
	}
	if (c->result == 0 && atomic_load(&c->wants) == CAPTURE_END_DISK_FULL)
		c->result = trouble(c, -ENOSPC, "the capture cannot be written");
}

void
drain_want(struct capture *c, enum capture_end_reason why) {
	int none = CAPTURE_END_NONE;

	atomic_compare_exchange_strong(&c->wants, &none, (int)why);
	c->closed = true;
}

// Where the disk cannot do it, writing goes on without.
static void
take_room(struct capture *c) {
	if (c->good_bytes + c->out.length <= c->room_bytes)
		return;
	if (c->good_bytes < STEP_BYTES / 8)
		return; // most captures are small
	uint64_t end = c->good_bytes + c->out.length + STEP_BYTES;
	if (fallocate(c->file, 0, (off_t)c->good_bytes, (off_t)(end - c->good_bytes)) == 0)
		c->room_bytes = end;
}

static void
write_file(struct capture *c) {
	size_t done = 0;

	take_room(c);

	while (done < c->out.length) {
		ssize_t n =
			pwrite(c->file,
			       c->out.at + done,
			       c->out.length - done,
			       (off_t)(c->good_bytes + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			bool full = n == 0 || errno == ENOSPC || errno == EDQUOT;
			drain_want(c, full ? CAPTURE_END_DISK_FULL : CAPTURE_END_FAILED);
			// Back to the last whole block; shorter always works.
			if (ftruncate(c->file, (off_t)c->good_bytes) < 0)
				c->good_bytes += done;
			close(c->file);
			c->file = -1;
			return;
		}
		done += (size_t)n;
	}
	c->good_bytes += done;
}

void
drain_flush(struct capture *c) {
	if (c->out.failed)
		drain_want(c, CAPTURE_END_FAILED);
	else if (c->pipe)
		pipe_put(c->pipe, c->out.at, c->out.length);
	else if (c->file >= 0 && c->out.length)
		write_file(c);
	c->out.length = 0;
	atomic_store_explicit(&c->file_bytes, c->good_bytes, memory_order_relaxed);
}

struct capture_counts
drain_counts(const struct capture *c) {
	struct capture_counts n = {0};

	for (unsigned int p = 0; p < CAPTURE_PORTS; p++) {
		uint64_t piped = atomic_load_explicit(&c->piped_lost[p], memory_order_relaxed);
		for (unsigned int i = 0; i < CAPTURE_LANES_MAX; i++) {
			const struct capture_lane *l = c->lane[i].lane;
			n.taken[p] += atomic_load_explicit(&l->taken[p], memory_order_relaxed);
			n.lost[p] += atomic_load_explicit(&l->lost[p], memory_order_relaxed);
		}
		n.taken[p] -= MIN_OF(piped, n.taken[p]);
		n.lost[p] += piped;
	}
	return n;
}

void
drain_tell_counts(struct capture *c, bool last) {
	uint64_t now = clock_wall_ns();
	struct capture_counts n = drain_counts(c);

	if (!last
	    && (!c->pipe || now < c->told_ns + TELL_NS
		|| memcmp(n.lost, c->told.lost, sizeof n.lost) == 0))
		return;
	size_t most = last ? DRAIN_RESERVE : 2 * DRAIN_RESERVE;
	if (c->pipe && pipe_room(c->pipe) < c->out.length + most)
		return;
	c->told_ns = now;
	c->told = n;
	capture_write_counts(&c->out, &c->about, &n, c->began_ns, now);
}

void
drain_shut(struct capture *c) {
	if (c->ring)
		munmap(c->ring, c->ring_size);
	if (c->ring_fd >= 0)
		close(c->ring_fd);
	if (c->file >= 0) {
		if (c->room_bytes > c->good_bytes && ftruncate(c->file, (off_t)c->good_bytes) < 0)
			c->room_bytes = 0; // shorter always works; the rest would be zeros
		close(c->file);
	}
	if (c->pipe)
		atomic_store(&c->pipe->ended, true);
	c->ring = NULL;
	c->ring_fd = c->file = -1;
	capture_bytes_free(&c->out);
}

void
drain_look_at_disk(struct drain *d) {
	struct statvfs s;
	struct capture *c;

	if (statvfs(d->folder, &s) < 0 || (uint64_t)s.f_bavail * s.f_frsize >= DISK_RESERVE)
		return;
	LIST_FOREACH (c, &d->running, draining)
		if (c->kind == CAPTURE_KIND_FILE)
			drain_want(c, CAPTURE_END_DISK_FULL);
}

int
drain_open(struct drain *d, struct drain_file *f, const char *name) {
	char path[CAPTURE_PATH + CAPTURE_NAME];

	snprintf(path, sizeof path, "%s/%s", d->folder, name);
	f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (f->fd < 0)
		return -errno;
	f->at = 0;
	LIST_INSERT_HEAD(&d->files, f, next);
	return 0;
}

void
drain_close(struct drain *d, struct drain_file *f) {
	(void)d;
	if (f->fd < 0)
		return;
	LIST_REMOVE(f, next);
	close(f->fd);
	f->fd = -1;
}

// Of a capture that still runs only whole blocks are there to be read.
static uint64_t
readable(const struct drain_file *f) {
	return f->c->begun && f->c->file >= 0 ? f->c->good_bytes : UINT64_MAX;
}

static bool
move_file(struct drain_file *f) {
	size_t room;
	bool moved = false;

	for (;;) {
		uint8_t *to = pipe_space(f->pipe, &room);
		uint64_t end = readable(f);
		size_t want = (size_t)MIN_OF((uint64_t)room, end - f->at);
		if (want == 0)
			return moved;
		ssize_t n = pread(f->fd, to, want, (off_t)f->at);
		if (n < 0 && errno == EINTR)
			continue;
		moved = true;
		if (n <= 0) {
			atomic_store(&f->pipe->ended, true);
			return true;
		}
		pipe_wrote(f->pipe, (size_t)n);
		f->at += (uint64_t)n;
	}
}

void
drain_move_files(struct drain *d) {
	struct drain_file *f;

	LIST_FOREACH (f, &d->files, next)
		if (!atomic_load(&f->pipe->ended) && !atomic_load(&f->pipe->left))
			d->moved |= move_file(f);
}
