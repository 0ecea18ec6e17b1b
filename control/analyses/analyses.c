// SPDX-License-Identifier: BSD-3-Clause

#include "control/analyses/own.h"
#include "control/clock.h"
#include "control/id.h"
#include "control/text/language.h"
#include "control/view.h"
#include "platform/json_write.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define RESERVE (64ull << 20) // of the disk, for what has to be kept
#define IDLE_NS (3600 * NS_PER_S) // so long an upload may rest
#define EXPIRE_NS (ANALYSIS_HOURS * 3600ull * NS_PER_S)

// --- The folder ---

// What an earlier run left: nobody can ask for it any more.
static void
sweep(const char *folder) {
	char path[CONFIG_PATH + 300];
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	if (d)
		closedir(d);
}

struct analyses *
analyses_new(struct core *c) {
	struct analyses *all = calloc(1, sizeof *all);

	if (!all)
		return NULL;
	all->core = c;
	snprintf(all->folder, sizeof all->folder, "%s/analyses", c->config->state_dir);
	sweep(all->folder);
	return all;
}

void
analyses_free(struct analyses *all) {
	for (size_t i = 0; all && i < all->count; i++)
		if (all->one[i]->state == ANALYSIS_WAITING)
			all->one[i]->state = ANALYSIS_FAILED;
	while (all && all->count > 0)
		analysis_remove(all->one[0]);
	free(all);
}

// --- One of them ---

static bool
has_room(const struct analyses *all, uint64_t bytes) {
	struct statvfs v;
	uint64_t promised = bytes + RESERVE;

	for (size_t i = 0; i < all->count; i++)
		promised += all->one[i]->wish.bytes - all->one[i]->received;
	return statvfs(all->folder, &v) == 0 && (uint64_t)v.f_bavail * v.f_frsize > promised;
}

static int
open_file(const struct analyses *all, struct analysis *a) {
	char id[ID_TEXT];

	snprintf(a->path, sizeof a->path, "%s/%s", all->folder, id_text("ana_", a->id, id));
	a->fd = open(a->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	return a->fd < 0 ? -errno : 0;
}

int
analyses_add(struct analyses *all, const struct analysis_wish *w, struct analysis **ret) {
	if (all->count == ANALYSES_MAX)
		return -EMFILE;
	if (mkdir(all->folder, 0700) < 0 && errno != EEXIST)
		return -errno;
	if (!has_room(all, w->bytes))
		return -ENOSPC;
	struct analysis *a = calloc(1, sizeof *a);
	if (!a)
		return -ENOMEM;
	a->all = all;
	a->id = id_new();
	a->wish = *w;
	a->created_ns = a->touched_ns = clock_wall_ns();
	a->lines_fd = -1;
	int r = open_file(all, a);
	if (r < 0) {
		free(a);
		return r;
	}
	all->one[all->count++] = a;
	*ret = a;
	return 0;
}

void
analysis_remove(struct analysis *a) {
	struct analyses *all = a->all;

	analysis_stop(a);
	if (a->fd >= 0)
		close(a->fd);
	unlink(a->path);
	for (size_t i = 0; i < all->count; i++)
		if (all->one[i] == a) {
			memmove(all->one + i,
				all->one + i + 1,
				(all->count - 1 - i) * sizeof *all->one);
			all->count--;
			break;
		}
	analysis_forget_result(a);
	free(a);
	analyses_next(all);
}

void
analyses_second(struct analyses *all) {
	uint64_t now = clock_wall_ns();

	for (size_t i = all->count; i-- > 0;) {
		struct analysis *a = all->one[i];
		bool rests = a->state == ANALYSIS_UPLOADING && now > a->touched_ns + IDLE_NS;
		if (rests || now > a->created_ns + EXPIRE_NS)
			analysis_remove(a);
	}
}

struct analysis *
analyses_find(const struct analyses *all, uint64_t id) {
	for (size_t i = 0; i < all->count; i++)
		if (all->one[i]->id == id)
			return all->one[i];
	return NULL;
}

size_t
analyses_count(const struct analyses *all) {
	return all->count;
}

struct analysis *
analyses_at(const struct analyses *all, size_t i) {
	return all->one[i];
}

uint64_t
analysis_id(const struct analysis *a) {
	return a->id;
}

enum analysis_state
analysis_state(const struct analysis *a) {
	return a->state;
}

const struct fill *
analysis_fill(const struct analysis *a) {
	return &a->fill;
}

struct core *
analysis_core(const struct analysis *a) {
	return a->state == ANALYSIS_READY ? a->result : NULL;
}

// --- Its parts ---

struct part {
	struct store_job job;
	struct analyses *all;
	uint64_t analysis;
	int fd; // of its own
	uint64_t offset;
	analysis_done done;
	void *context;
	size_t length;
	char bytes[];
};

static int
write_part(struct store_db *db, struct store_job *job) {
	const struct part *p = container_of(job, struct part, job);
	size_t at = 0;

	(void)db;
	while (at < p->length) {
		ssize_t n = pwrite(p->fd, p->bytes + at, p->length - at, (off_t)(p->offset + at));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += (size_t)n;
	}
	return 0;
}

static void
part_written(struct store_job *job) {
	struct part *p = container_of(job, struct part, job);
	struct analysis *a = analyses_find(p->all, p->analysis);

	close(p->fd);
	if (a) {
		a->writing = false;
		a->touched_ns = clock_wall_ns();
		if (job->result == 0)
			a->received += p->length;
		if (job->result == 0 && a->received == a->wish.bytes) {
			a->state = ANALYSIS_WAITING;
			analyses_next(p->all);
		}
	}
	p->done(p->context, p->analysis, a ? job->result : -ENOENT);
	free(p);
}

uint64_t
analysis_next_part(const struct analysis *a) {
	return (a->received + ANALYSIS_PART - 1) / ANALYSIS_PART;
}

int
analysis_put(
	struct analysis *a,
	uint64_t number,
	const void *bytes,
	size_t length,
	analysis_done done,
	void *context
) {
	if (number < analysis_next_part(a))
		return -EALREADY;
	if (number > analysis_next_part(a) || a->state != ANALYSIS_UPLOADING)
		return -ERANGE;
	if (length != MIN_OF((uint64_t)ANALYSIS_PART, a->wish.bytes - a->received))
		return -EINVAL;
	if (a->writing)
		return -EBUSY;
	struct part *p = malloc(sizeof *p + length);
	if (!p)
		return -ENOMEM;
	*p = (struct part){
		.job = {.run = write_part, .done = part_written},
		.all = a->all,
		.analysis = a->id,
		.fd = fcntl(a->fd, F_DUPFD_CLOEXEC, 3),
		.offset = a->received,
		.done = done,
		.context = context,
		.length = length,
	};
	memcpy(p->bytes, bytes, length);
	if (p->fd < 0) {
		free(p);
		return -errno;
	}
	a->writing = true;
	store_submit(a->all->core->store, &p->job);
	return 0;
}

// --- As the API shows it ---

void
analysis_view(const struct analysis *a, struct json *j) {
	static const char *const words[] = {
#define X(id, word) word,
		ANALYSIS_STATES(X)
#undef X
	};
	const struct fill *f = &a->fill;
	bool ready = a->state == ANALYSIS_READY;

	json_object(j);
	view_id(j, "id", "ana_", a->id);
	json_key_string(j, "name", a->wish.name);
	json_key_string(j, "state", words[a->state]);
	json_key_u64(j, "bytes", a->wish.bytes);
	json_key_u64(j, "received", a->received);
	json_key_u64(j, "part_bytes", ANALYSIS_PART);
	json_key_u64(j, "next_part", analysis_next_part(a));
	view_time(j, "created", a->created_ns);
	view_time(j, "expires", a->created_ns + EXPIRE_NS);
	json_key_string(j, "error", a->error[0] ? _(a->error) : NULL);
	json_key(j, "found");
	if (!ready) {
		json_null(j);
	} else {
		json_object(j);
		json_key_u64(j, "frames", f->frames);
		json_key_u64(j, "bytes", f->bytes);
		json_key_u64(j, "malformed", f->malformed);
		json_key_u64(j, "non_ip", f->non_ip);
		json_key_u64(j, "devices", a->result->state.devices_count);
		json_key_u64(j, "flows", f->flows);
		json_key_u64(j, "flows_left_out", f->flows - f->taken);
		view_time(j, "first", f->first_ns);
		view_time(j, "last", f->last_ns);
		json_end(j);
	}
	json_end(j);
}
