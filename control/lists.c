// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists.h"

#include "control/clock.h"
#include "control/dplink.h"
#include "control/lists_own.h"
#include "platform/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

LOG_DOMAIN("lists");

#define STALE_TURNS 3 // so many times `every` without news are worth a word

static void
drop(struct lists_sealed *s) {
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

void
lists_fail(struct lists *l, struct lists_one *one, const char *phrase) {
	struct lists_facts *f = &one->facts;

	pthread_mutex_lock(&l->lock);
	bool told = strcmp(f->error, phrase) == 0;
	snprintf(f->error, sizeof f->error, "%s", phrase);
	f->error_ns = clock_wall_ns();
	bool have = f->have;
	pthread_mutex_unlock(&l->lock);
	if (!told)
		log_err("list '%s' %s%s",
			one->source->name,
			phrase,
			have ? "; what was in force stays" : "");
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
	lists_feeds_judged(l);
	pthread_mutex_lock(&l->lock);
	struct lists_sealed fresh = l->fresh;
	l->fresh.fd = -1;
	bool ended = l->ended && l->retired;
	pthread_mutex_unlock(&l->lock);
	if (ended) {
		drop(&fresh);
		l->retired(l->context); // which may free it
		return;
	}
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
	struct lists_sealed copy = l->image;

	copy.fd = fcntl(l->image.fd, F_DUPFD_CLOEXEC, 0);
	pthread_mutex_lock(&l->lock);
	drop(&l->keep);
	l->keep = copy;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

bool
lists_acked(struct lists *l, const struct wire_rules_ack *ack) {
	l->on_its_way = false;
	if (ack->generation != l->image.generation) { // a newer one was made since
		send_image(l);
		return false;
	}
	l->refused = ack->status != 0;
	if (ack->status == 0) {
		bool other = l->in_force != l->image.holds;
		log_info("lists %llu are in force", (unsigned long long)ack->generation);
		l->in_force = l->image.holds;
		l->countries_in_force = l->image.countries;
		keep_image(l);
		return other;
	}
	snprintf(l->why, sizeof l->why, "%.111s", ack->text);
	log_err("the dataplane refused the lists: %s", l->why);
	return false;
}

void
lists_reload(struct lists *l) {
	pthread_mutex_lock(&l->lock);
	l->look = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

void
lists_refresh(struct lists *l, unsigned int number) {
	struct lists_one *one = &l->one[number];

	if (one->feed) {
		lists_feed_now(l, one);
		return;
	}
	pthread_mutex_lock(&l->lock);
	one->asked = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

// A server that is away for an hour is no trouble while there is a copy that is not old.
static bool
matters(const struct lists_one *one, uint64_t now) {
	const struct lists_facts *f = &one->facts;

	if (!f->error[0])
		return false;
	return !one->feed || !f->have
		|| now > f->good_ns + STALE_TURNS * one->source->every_s * NS_PER_S;
}

bool
lists_is_old(
	const struct lists *l,
	unsigned int number,
	char ret_name[LISTS_NAME_MAX + 1],
	char ret_why[256]
) {
	struct lists *mine = (struct lists *)(uintptr_t)l; // the lock is not what it is about
	const struct lists_one *one = &l->one[number];

	pthread_mutex_lock(&mine->lock);
	bool old = matters(one, clock_wall_ns());
	snprintf(ret_why, 256, "%s", one->facts.error);
	pthread_mutex_unlock(&mine->lock);
	memcpy(ret_name, one->source->name, LISTS_NAME_MAX + 1);
	return old;
}

void
lists_message(const struct lists *l, char ret[256]) {
	struct lists *mine = (struct lists *)(uintptr_t)l; // the lock is not what it is about
	uint64_t now = clock_wall_ns();

	if (l->refused) {
		snprintf(ret, 256, "The dataplane refused the lists: %s", l->why);
		return;
	}
	pthread_mutex_lock(&mine->lock);
	memcpy(ret, l->trouble, sizeof l->trouble);
	for (unsigned int i = 0; i < l->count && !ret[0]; i++)
		if (matters(&l->one[i], now))
			snprintf(
				ret,
				256,
				"The list '%s' %.200s.",
				l->one[i].source->name,
				l->one[i].facts.error
			);
	pthread_mutex_unlock(&mine->lock);
}

int
lists_find(const struct lists *l, const char *name) {
	for (unsigned int i = 0; i < l->count; i++)
		if (strcmp(l->one[i].source->name, name) == 0)
			return (int)i;
	return -ENOENT;
}

const char *
lists_name(const struct lists *l, unsigned int number) {
	return l->one[number].source->name;
}

unsigned int
lists_count(const struct lists *l) {
	return l->count;
}

int
lists_bit(const struct lists *l, const char *name) {
	int i = lists_find(l, name);

	if (i < 0 || !(l->in_force >> l->one[i].bit & 1))
		return -ENOENT;
	return (int)l->one[i].bit;
}

void
lists_hit(struct lists *l, unsigned int bit, uint64_t hits, uint64_t last_ns) {
	for (unsigned int i = 0; i < l->count; i++)
		if (l->one[i].bit == bit) {
			l->one[i].hits += hits;
			if (last_ns > l->one[i].last_hit_ns)
				l->one[i].last_hit_ns = last_ns;
		}
}

// Whose each bit is in the image that the dataplane starts with; none when there is no such image.
static void
read_names(struct lists *l, char ret[LISTS_MAX][LISTS_NAME]) {
	char path[LISTS_FILE_PATH];
	struct lists_header h;

	memset(ret, 0, LISTS_MAX * LISTS_NAME);
	snprintf(path, sizeof path, "%.1000s/" LISTS_FILE, l->setup.state_dir);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	bool good = read(fd, &h, sizeof h) == (ssize_t)sizeof h && h.magic == LISTS_MAGIC
		&& h.version == LISTS_VERSION;
	close(fd);
	for (unsigned int i = 0; good && i < LISTS_MAX; i++)
		snprintf(ret[i], LISTS_NAME, "%.*s", LISTS_NAME - 1, h.name[i]);
}

int
lists_take_bit(struct lists *l, const char *name, bool *ret_same) {
	char(*before)[LISTS_NAME] = l->before;
	int bit = -ENOSPC;

	*ret_same = false;
	for (int i = LISTS_MAX - 1; i >= 0; i--) {
		if (l->bit_name[i][0])
			continue;
		if (strcmp(before[i], name) == 0) {
			*ret_same = true;
			bit = i;
			break;
		}
		if (bit < 0 || !before[i][0] || before[bit][0])
			bit = i;
	}
	if (bit >= 0)
		snprintf(l->bit_name[bit], LISTS_NAME, "%s", name);
	return bit;
}

// Lists keep their bits first, so that none takes another's.
static void
take_bits(struct lists *l) {
	bool same;

	read_names(l, l->before);
	for (unsigned int turn = 0; turn < 2; turn++)
		for (unsigned int i = 0; i < l->count; i++) {
			const char *name = l->one[i].source->name;
			bool known = false;
			for (unsigned int k = 0; k < LISTS_MAX; k++)
				known |= strcmp(l->before[k], name) == 0;
			if (known != (turn == 0))
				continue;
			l->one[i].bit = (unsigned int)lists_take_bit(l, name, &same);
			if (same)
				l->in_force |= 1ull << l->one[i].bit;
		}
}

static int
start_thread(struct lists *l) {
	sigset_t all, before;

	ev_async_init(&l->made, on_made);
	l->made.data = l;
	ev_async_start(l->loop, &l->made);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(&l->thread, NULL, lists_work, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r != 0)
		ev_async_stop(l->loop, &l->made);
	return -r;
}

int
lists_start(
	struct ev_loop *loop,
	const struct lists_setup *setup,
	struct dplink *link,
	struct lists **ret
) {
	struct lists *l = calloc(1, sizeof *l);
	pthread_condattr_t monotonic;

	if (!l)
		return -ENOMEM;
	l->setup = *setup;
	l->loop = loop;
	l->link = link;
	l->count = setup->config->count;
	l->image.fd = l->fresh.fd = l->keep.fd = -1;
	l->look = true;
	for (unsigned int i = 0; i < l->count; i++)
		l->one[i] = (struct lists_one){.source = &setup->config->list[i], .asked = true};
	take_bits(l);
	lists_sweep(l);
	pthread_mutex_init(&l->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&l->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	int r = lists_feeds_prepare(l);
	if (r < 0) {
		lists_feeds_stop(l);
		free(l);
		return r;
	}
	*ret = l;
	return 0;
}

int
lists_run(struct lists *l) {
	int r = start_thread(l);

	if (r < 0)
		return r;
	l->thread_runs = true;
	lists_feeds_start(l);
	return 0;
}

void
lists_retire(struct lists *l, lists_ended done, void *context) {
	lists_feeds_stop(l);
	l->retired = done;
	l->context = context;
	pthread_mutex_lock(&l->lock);
	l->stop = true;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

void
lists_stop(struct lists *l) {
	if (!l)
		return;
	lists_feeds_stop(l);
	if (l->thread_runs) {
		pthread_mutex_lock(&l->lock);
		l->stop = true;
		pthread_cond_signal(&l->wake);
		pthread_mutex_unlock(&l->lock);
		pthread_join(l->thread, NULL);
		ev_async_stop(l->loop, &l->made);
	}
	drop(&l->image);
	drop(&l->fresh);
	drop(&l->keep);
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->wake);
	free(l);
}
