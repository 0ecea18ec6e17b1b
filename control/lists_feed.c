// SPDX-License-Identifier: BSD-3-Clause
// When a list is fetched, and what became of it.  spin-fetch does it: control gives it the address
// and an open file, waits for its few lines of answer, and ends it when it takes too long.

#include "control/clock.h"
#include "control/lists_fetch.h"
#include "control/lists_own.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

LOG_DOMAIN("lists");

#define FETCHING_MAX 4 // at once
#define BUSY_S 1.
#define RETRY_FIRST_S 60
#define RETRY_LAST_S (6 * 3600)

struct lists_feed {
	struct lists *l;
	struct lists_one *one;
	struct ev_timer due;
	uint64_t next_ns; // wall; 0: about to be fetched, being fetched or judged
	unsigned int failures; // since it went well last
	struct lists_fetch fetch;
	char etag[LISTS_TAG]; // of the copy
	char modified[LISTS_TAG];
	uint64_t fetched_ns;
	char new_etag[LISTS_TAG]; // of what is being judged
	char new_modified[LISTS_TAG];
};

bool
lists_feed_runs(const struct lists_feed *f) {
	return f && f->next_ns == 0;
}

uint64_t
lists_feed_next_ns(const struct lists_feed *f) {
	return f ? f->next_ns : 0;
}

// Between three and five quarters of it, so that a thousand homes do not ask in the same second.
static double
jittered(double seconds) {
	uint16_t any = 0;

	if (getrandom(&any, sizeof any, GRND_NONBLOCK) != (ssize_t)sizeof any)
		any = UINT16_MAX / 2;
	return seconds * (0.75 + 0.5 * any / UINT16_MAX);
}

static void
plan(struct lists_feed *f, double seconds) {
	struct ev_loop *loop = f->l->loop;

	ev_timer_stop(loop, &f->due);
	ev_timer_set(&f->due, seconds, 0.);
	ev_timer_start(loop, &f->due);
	bool soon = seconds <= BUSY_S;
	f->next_ns = soon ? 0 : clock_wall_ns() + (uint64_t)(seconds * NS_PER_S);
}

static void
plan_retry(struct lists_feed *f) {
	double most = MIN_OF((double)f->one->source->every_s, (double)RETRY_LAST_S);
	double wait = RETRY_FIRST_S;

	for (unsigned int i = 0; i < f->failures && wait < most; i++)
		wait *= 2;
	f->failures++;
	plan(f, jittered(MIN_OF(wait, most)));
}

static void
plan_next(struct lists_feed *f) {
	f->failures = 0;
	plan(f, jittered((double)f->one->source->every_s));
}

static void
keep_meta(struct lists_feed *f) {
	struct lists *l = f->l;

	pthread_mutex_lock(&l->lock);
	snprintf(
		f->one->meta,
		sizeof f->one->meta,
		"url %s\nfetched %llu\netag %s\nmodified %s\n",
		f->one->source->url,
		(unsigned long long)f->fetched_ns,
		f->etag,
		f->modified
	);
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

static void
is_good(struct lists_feed *f) {
	struct lists *l = f->l;

	f->fetched_ns = clock_wall_ns();
	pthread_mutex_lock(&l->lock);
	f->one->facts.good_ns = f->fetched_ns;
	f->one->facts.error[0] = 0;
	pthread_mutex_unlock(&l->lock);
	keep_meta(f);
	plan_next(f);
}

static void
offer(struct lists_feed *f) {
	char from[LISTS_FILE_PATH], to[LISTS_FILE_PATH], phrase[LISTS_FINDING];
	struct lists *l = f->l;

	lists_path(l, f->one->source, LISTS_PART, from);
	lists_path(l, f->one->source, LISTS_NEW, to);
	if (rename(from, to) < 0) {
		snprintf(
			phrase, sizeof phrase, "cannot be stored: %.100s: %s", to, strerror(errno)
		);
		lists_fail(l, f->one, phrase);
		plan_retry(f);
		return;
	}
	pthread_mutex_lock(&l->lock);
	f->one->offered = true;
	f->one->judged = false;
	pthread_cond_signal(&l->wake);
	pthread_mutex_unlock(&l->lock);
}

static void
on_fetched(void *context, const struct lists_fetched *r) {
	struct lists_feed *f = context;
	char part[LISTS_FILE_PATH], phrase[LISTS_FINDING];

	f->l->fetching--;
	if (r->status != LISTS_FETCHED_NEW)
		unlink(lists_path(f->l, f->one->source, LISTS_PART, part));
	memcpy(f->new_etag, r->etag, sizeof f->new_etag);
	memcpy(f->new_modified, r->modified, sizeof f->new_modified);
	if (r->status == LISTS_FETCHED_NEW) {
		offer(f);
	} else if (r->status == LISTS_FETCHED_UNCHANGED) {
		log_info("list '%s': its server has nothing newer", f->one->source->name);
		is_good(f);
	} else {
		snprintf(phrase, sizeof phrase, "cannot be fetched: %.230s", r->error);
		lists_fail(f->l, f->one, phrase);
		plan_retry(f);
	}
}

void
lists_feeds_judged(struct lists *l) {
	for (unsigned int i = 0; i < l->count; i++) {
		struct lists_one *one = &l->one[i];
		pthread_mutex_lock(&l->lock);
		bool judged = one->judged && !one->offered, accepted = one->accepted;
		one->judged = judged ? false : one->judged;
		pthread_mutex_unlock(&l->lock);
		if (!judged || !one->feed || one->feed->next_ns != 0)
			continue;
		if (!accepted) {
			plan_retry(one->feed);
			continue;
		}
		memcpy(one->feed->etag, one->feed->new_etag, sizeof one->feed->etag);
		memcpy(one->feed->modified, one->feed->new_modified, sizeof one->feed->modified);
		is_good(one->feed);
	}
}

static void
begin(struct lists_feed *f) {
	const struct lists_source *s = f->one->source;
	char part[LISTS_FILE_PATH], copy[LISTS_FILE_PATH], phrase[LISTS_FINDING];
	struct lists *l = f->l;

	ev_timer_stop(l->loop, &f->due);
	bool have = access(lists_path(l, s, LISTS_COPY, copy), F_OK) == 0;
	const struct lists_fetch_job job = {
		.source = s,
		.program = l->setup.program,
		.path = lists_path(l, s, LISTS_PART, part),
		.etag = have ? f->etag : "",
		.modified = have ? f->modified : "",
	};
	int r = lists_fetch_begin(&f->fetch, l->loop, &job, on_fetched, f);
	if (r < 0) {
		snprintf(
			phrase,
			sizeof phrase,
			"cannot be fetched: %.150s cannot be started: %s",
			l->setup.program,
			strerror(-r)
		);
		lists_fail(l, f->one, phrase);
		plan_retry(f);
		return;
	}
	l->fetching++;
	f->next_ns = 0;
}

static void
on_due(struct ev_loop *loop, struct ev_timer *w, int revents) {
	struct lists_feed *f = w->data;

	(void)loop;
	(void)revents;
	if (f->l->fetching >= FETCHING_MAX)
		plan(f, BUSY_S);
	else
		begin(f);
}

void
lists_feed_now(struct lists *l, struct lists_one *one) {
	if (one->feed->next_ns == 0)
		return; // it is on its way
	if (l->fetching >= FETCHING_MAX)
		plan(one->feed, BUSY_S);
	else
		begin(one->feed);
}

// What was written beside the copy; of another address it says nothing.
static void
read_meta(struct lists_feed *f) {
	char path[LISTS_FILE_PATH], line[LISTS_META_MAX];
	bool ours = false;

	FILE *file = fopen(lists_path(f->l, f->one->source, LISTS_META, path), "re");
	while (file && fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = 0;
		char *value = strchr(line, ' ');
		if (!value)
			continue;
		*value++ = 0;
		if (strcmp(line, "url") == 0)
			ours = strcmp(value, f->one->source->url) == 0;
		else if (ours && strcmp(line, "fetched") == 0)
			f->fetched_ns = strtoull(value, NULL, 10);
		else if (ours && strcmp(line, "etag") == 0)
			snprintf(f->etag, sizeof f->etag, "%.255s", value);
		else if (ours && strcmp(line, "modified") == 0)
			snprintf(f->modified, sizeof f->modified, "%.255s", value);
	}
	if (file)
		fclose(file);
}

int
lists_feeds_prepare(struct lists *l) {
	for (unsigned int i = 0; i < l->count; i++) {
		struct lists_one *one = &l->one[i];
		if (!one->source->url[0])
			continue;
		struct lists_feed *f = calloc(1, sizeof *f);
		if (!f)
			return -ENOMEM;
		f->l = l;
		f->one = one;
		one->feed = f;
		ev_timer_init(&f->due, on_due, 0., 0.);
		f->due.data = f;
		read_meta(f);
		one->facts.good_ns = f->fetched_ns;
	}
	return 0;
}

void
lists_feeds_start(struct lists *l) {
	uint64_t now = clock_wall_ns();

	for (unsigned int i = 0; i < l->count; i++) {
		struct lists_feed *f = l->one[i].feed;
		char copy[LISTS_FILE_PATH];
		if (!f)
			continue;
		bool have = access(lists_path(l, f->one->source, LISTS_COPY, copy), F_OK) == 0;
		uint64_t due = f->fetched_ns + f->one->source->every_s * NS_PER_S;
		bool later = have && f->fetched_ns <= now && due > now;
		plan(f, later ? (double)(due - now) / NS_PER_S : 0.);
	}
}

void
lists_feeds_stop(struct lists *l) {
	for (unsigned int i = 0; i < l->count; i++) {
		struct lists_feed *f = l->one[i].feed;
		if (!f)
			continue;
		ev_timer_stop(l->loop, &f->due);
		lists_fetch_end(&f->fetch);
		free(f);
		l->one[i].feed = NULL;
	}
}
