// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists.h"

#include "control/clock.h"
#include "control/compile.h"
#include "control/dplink.h"
#include "control/lists_build.h"
#include "control/lists_read.h"
#include "control/store/image.h"
#include "platform/log.h"

#include <ev.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

LOG_DOMAIN("lists");

#define LOOK_EVERY_S 2

// What tells one version of a file from another.
struct version {
	struct timespec changed;
	off_t size;
	ino_t inode;
	int error;
};

struct sealed {
	int fd; // -1: none
	size_t length;
	uint64_t generation;
};

struct lists {
	const struct lists_config *config;
	const char *state_dir;
	struct ev_loop *loop;
	struct dplink *link;
	struct ev_async made;
	pthread_t thread;

	struct sealed image; // core: the newest
	bool on_its_way; // core: sent and not answered
	bool refused; // core: the newest was
	char why[128];

	pthread_mutex_t lock; // of what follows
	pthread_cond_t wake;
	bool stop;
	bool look; // now
	struct sealed fresh; // from the worker, for the loop
	struct sealed keep; // from the loop, to be written
	char trouble[256]; // what a person should know of the files

	struct version seen[LISTS_CONFIG_MAX]; // the worker's
	bool built;
	bool write_failed;
};

static void
drop(struct sealed *s) {
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static void
set_trouble(struct lists *l, const char *text) {
	pthread_mutex_lock(&l->lock);
	snprintf(l->trouble, sizeof l->trouble, "%s", text);
	pthread_mutex_unlock(&l->lock);
}

static struct version
version_of(const char *file) {
	struct stat st;

	if (stat(file, &st) != 0)
		return (struct version){.error = errno};
	return (struct version){
		.changed = st.st_mtim,
		.size = st.st_size,
		.inode = st.st_ino,
	};
}

static bool
same_version(const struct version *a, const struct version *b) {
	return a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec
		&& a->size == b->size && a->inode == b->inode && a->error == b->error;
}

// Remembers what the files are now; true when one is another than before.
static bool
files_changed(struct lists *l) {
	bool changed = false;

	for (unsigned int i = 0; i < l->config->count; i++) {
		struct version now = version_of(l->config->list[i].file);
		changed |= !same_version(&now, &l->seen[i]);
		l->seen[i] = now;
	}
	return changed;
}

// Adds every list; -errno with *ret_error when one cannot be read.
static int
read_files(struct lists *l, struct lists_build *b, char ret_error[LISTS_FINDING]) {
	int result = 0;

	for (unsigned int i = 0; i < l->config->count; i++) {
		struct lists_findings f = {0};
		char error[LISTS_FINDING];
		const char *name = l->config->list[i].name, *file = l->config->list[i].file;
		int r = lists_read_file(file, file, LISTS_FILE_MAX, i, b, &f, error);
		if (r < 0) {
			log_err("list '%s' cannot be read: %s", name, error);
			snprintf(
				ret_error,
				LISTS_FINDING,
				"The list '%s' cannot be read: %.160s.",
				name,
				error
			);
			result = r;
			continue;
		}
		for (unsigned int k = 0; k < f.kept; k++)
			log_warn("%s", f.text[k]);
		if (f.wrong > f.kept)
			log_warn(
				"list '%s': %lu more lines are no entries either",
				name,
				f.wrong - f.kept
			);
		log_info("list '%s': %lu entries", name, f.entries);
	}
	return result;
}

static void
hand_to_loop(struct lists *l, struct sealed s) {
	pthread_mutex_lock(&l->lock);
	drop(&l->fresh);
	l->fresh = s;
	pthread_mutex_unlock(&l->lock);
	ev_async_send(l->loop, &l->made);
}

static int
seal(struct lists *l, struct lists_build *b) {
	unsigned int n = l->config->count;
	struct sealed s = {.generation = clock_wall_ns()};
	void *image;

	uint64_t all = n == 64 ? UINT64_MAX : (1ull << n) - 1;
	int r = lists_build_finish(b, s.generation, n, all, &image, &s.length);
	if (r < 0)
		return r;
	s.fd = compile_seal(image, s.length);
	free(image);
	if (s.fd < 0)
		return s.fd;
	hand_to_loop(l, s);
	return 0;
}

static void
build(struct lists *l) {
	struct lists_build b;
	char error[LISTS_FINDING] = "";
	uint64_t key[2];

	if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key)
		return;
	lists_build_init(&b, key);
	int unread = read_files(l, &b, error);
	// What was in force is better than a list less; at the start there is nothing better.
	if (unread == 0 || !l->built) {
		int r = seal(l, &b);
		l->built |= r == 0;
		if (r < 0) {
			const char *why = r == -E2BIG ? "they are larger than 256 MiB together"
						      : strerror(-r);
			snprintf(error, sizeof error, "The lists could not be compiled: %s.", why);
			log_err("%s", error);
		}
	} else {
		log_warn("the lists stay as they were until all files can be read");
	}
	set_trouble(l, error);
	lists_build_fini(&b);
}

static void
write_image(struct lists *l, struct sealed s) {
	void *at = mmap(NULL, s.length, PROT_READ, MAP_SHARED, s.fd, 0);
	int r = at == MAP_FAILED ? -errno : 0;

	if (r == 0) {
		r = image_replace(l->state_dir, LISTS_FILE, at, s.length);
		munmap(at, s.length);
	}
	if (r < 0 && !l->write_failed)
		log_err("the lists for the dataplane's next start could not be written: %s",
			strerror(-r));
	l->write_failed = r < 0;
	drop(&s);
}

static void *
work(void *context) {
	struct lists *l = context;
	struct timespec until;

	pthread_mutex_lock(&l->lock);
	while (!l->stop) {
		struct sealed keep = l->keep;
		bool look = l->look;
		l->keep.fd = -1;
		l->look = false;
		pthread_mutex_unlock(&l->lock);
		if (keep.fd >= 0)
			write_image(l, keep);
		if (files_changed(l) || look)
			build(l);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += LOOK_EVERY_S;
		pthread_mutex_lock(&l->lock);
		while (!l->stop && !l->look && l->keep.fd < 0)
			if (l->config->count == 0)
				pthread_cond_wait(&l->wake, &l->lock);
			else if (pthread_cond_timedwait(&l->wake, &l->lock, &until) == ETIMEDOUT)
				break;
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

static void
send_image(struct lists *l) {
	if (l->image.fd < 0 || l->on_its_way || !dplink_is_up(l->link))
		return;
	int r = dplink_send_lists(l->link, l->image.generation, l->image.fd, l->image.length);
	l->on_its_way = r == 0;
	if (r == -EAGAIN)
		dplink_reset(l->link, "The dataplane does not read its link: connecting again.");
	else if (r < 0)
		log_err("the lists could not be handed over: %s", strerror(-r));
}

static void
on_made(struct ev_loop *loop, struct ev_async *w, int revents) {
	struct lists *l = w->data;

	(void)loop;
	(void)revents;
	pthread_mutex_lock(&l->lock);
	struct sealed fresh = l->fresh;
	l->fresh.fd = -1;
	pthread_mutex_unlock(&l->lock);
	if (fresh.fd < 0)
		return;
	drop(&l->image);
	l->image = fresh;
	send_image(l);
}

void
lists_up(struct lists *l) {
	l->on_its_way = false;
	send_image(l);
}

// In force: now it may be written for the next start.
static void
keep_image(struct lists *l) {
	struct sealed copy = l->image;

	copy.fd = dup(l->image.fd);
	pthread_mutex_lock(&l->lock);
	drop(&l->keep);
	l->keep = copy;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

void
lists_acked(struct lists *l, const struct wire_rules_ack *ack) {
	l->on_its_way = false;
	if (ack->generation != l->image.generation) { // a newer one was made since
		send_image(l);
		return;
	}
	l->refused = ack->status != 0;
	if (ack->status == 0) {
		log_info("lists %llu are in force", (unsigned long long)ack->generation);
		keep_image(l);
		return;
	}
	snprintf(l->why, sizeof l->why, "%.111s", ack->text);
	log_err("the dataplane refused the lists: %s", l->why);
}

void
lists_reload(struct lists *l) {
	pthread_mutex_lock(&l->lock);
	l->look = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

void
lists_message(const struct lists *l, char ret[256]) {
	struct lists *mine = (struct lists *)(uintptr_t)l; // the lock is not what it is about

	if (l->refused) {
		snprintf(ret, 256, "The dataplane refused the lists: %s", l->why);
		return;
	}
	pthread_mutex_lock(&mine->lock);
	memcpy(ret, l->trouble, sizeof l->trouble);
	pthread_mutex_unlock(&mine->lock);
}

int
lists_start(
	struct ev_loop *loop,
	const struct lists_config *config,
	const char *state_dir,
	struct dplink *link,
	struct lists **ret
) {
	struct lists *l = calloc(1, sizeof *l);
	pthread_condattr_t monotonic;
	sigset_t all, before;

	if (!l)
		return -ENOMEM;
	*l = (struct lists){
		.config = config,
		.state_dir = state_dir,
		.loop = loop,
		.link = link,
		.image.fd = -1,
		.fresh.fd = -1,
		.keep.fd = -1,
		.look = true,
	};
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&l->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	ev_async_init(&l->made, on_made);
	l->made.data = l;
	ev_async_start(loop, &l->made);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(&l->thread, NULL, work, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r != 0) {
		ev_async_stop(loop, &l->made);
		free(l);
		return -r;
	}
	*ret = l;
	return 0;
}

void
lists_stop(struct lists *l) {
	if (!l)
		return;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
	ev_async_stop(l->loop, &l->made);
	drop(&l->image);
	drop(&l->fresh);
	drop(&l->keep);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->wake);
	free(l);
}
