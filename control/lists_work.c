// SPDX-License-Identifier: BSD-3-Clause
// The worker: what came new is judged while the image of all lists is built; what does not pass is
// taken back out of the build, and the copy before it goes in instead.

#include "control/clock.h"
#include "control/compile.h"
#include "control/lists_own.h"
#include "control/store/image.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

LOG_DOMAIN("lists");

#define LOOK_EVERY_S 2
#define BACKGROUND 10 // nice(1)

static const char *
label_of(const struct lists_source *s) {
	return s->file[0] ? s->file : s->name;
}

static void
tell_findings(const struct lists_source *s, const struct lists_findings *f) {
	for (unsigned int k = 0; k < f->kept; k++)
		log_warn("%s", f->text[k]);
	if (f->wrong > f->kept)
		log_warn(
			"list '%s': %lu more lines are no entries either",
			s->name,
			f->wrong - f->kept
		);
}

static void
note_content(
	struct lists *l,
	struct lists_one *one,
	const struct lists_findings *f,
	const char *path
) {
	const struct lists_version v = lists_version_of(path);
	struct lists_facts *facts = &one->facts;

	pthread_mutex_lock(&l->lock);
	facts->have = true;
	facts->form = lists_form_of(f);
	facts->entries = f->entries;
	facts->exceptions = f->exceptions;
	facts->skipped = f->skipped;
	facts->wrong = f->wrong;
	facts->bytes = (uint64_t)v.size;
	facts->changed_ns = (uint64_t)v.changed.tv_sec * NS_PER_S + (uint64_t)v.changed.tv_nsec;
	memcpy(facts->first_wrong, f->text[0], sizeof facts->first_wrong);
	if (!f->kept)
		facts->first_wrong[0] = 0;
	if (one->candidate) {
		facts->error[0] = 0;
		facts->good_ns = clock_wall_ns();
	} else if (facts->good_ns == 0) {
		facts->good_ns = facts->changed_ns; // of a copy from before our time
	}
	pthread_mutex_unlock(&l->lock);
}

static void
judged(struct lists *l, struct lists_one *one, bool accepted) {
	pthread_mutex_lock(&l->lock);
	one->judged = true;
	one->accepted = accepted;
	pthread_mutex_unlock(&l->lock);
	ev_async_send(l->loop, &l->made);
}

static void
refuse(struct lists *l, struct lists_one *one, const char *why) {
	char path[LISTS_FILE_PATH], phrase[LISTS_FINDING];

	snprintf(phrase, sizeof phrase, "is refused: %.230s", why);
	lists_fail(l, one, phrase);
	unlink(lists_path(l, one->source, LISTS_NEW, path));
	one->candidate = false;
	judged(l, one, false);
}

// What came new of this list, if it passes.
static bool
add_candidate(struct lists *l, struct lists_one *one, struct lists_build *b) {
	const struct lists_source *s = one->source;
	struct lists_mark mark = lists_build_mark(b);
	char path[LISTS_FILE_PATH], why[LISTS_FINDING];
	struct lists_findings f;

	lists_path(l, s, LISTS_NEW, path);
	int r = lists_read_file(path, label_of(s), s->max, one->bit, b, &f, why);
	if (r == 0)
		r = lists_judge(&f, why);
	if (r == 0 && b->full) {
		snprintf(why, sizeof why, "it has too many entries: more than an image can hold");
		r = -E2BIG;
	}
	if (r < 0) {
		lists_build_back(b, mark);
		refuse(l, one, why);
		return false;
	}
	tell_findings(s, &f);
	note_content(l, one, &f, path);
	log_info("list '%s': %lu entries", s->name, f.entries);
	return true;
}

static bool
add_copy(struct lists *l, struct lists_one *one, struct lists_build *b) {
	char path[LISTS_FILE_PATH], why[LISTS_FINDING];
	struct lists_mark mark = lists_build_mark(b);
	struct lists_findings f;

	lists_path(l, one->source, LISTS_COPY, path);
	if (access(path, F_OK) != 0)
		return false;
	if (lists_read_file(path, label_of(one->source), LISTS_FILE_MAX, one->bit, b, &f, why)
	    < 0) {
		lists_build_back(b, mark);
		log_err("list '%s': its copy cannot be read: %s", one->source->name, why);
		return false;
	}
	note_content(l, one, &f, path);
	return true;
}

static void
describe(
	const struct lists *l,
	const struct lists_one *one,
	struct lists_build *b,
	uint64_t *blocks
) {
	uint64_t bit = 1ull << one->bit;

	(void)l;
	lists_build_list(b, one->bit, one->source->name);
	if (one->source->action == LISTS_ACTION_BLOCK)
		*blocks |= bit;
	if (one->source->action == LISTS_ACTION_ALLOW)
		b->allows |= bit;
}

static void
hand_to_loop(struct lists *l, struct lists_sealed s) {
	pthread_mutex_lock(&l->lock);
	if (l->fresh.fd >= 0)
		close(l->fresh.fd);
	l->fresh = s;
	pthread_mutex_unlock(&l->lock);
	ev_async_send(l->loop, &l->made);
}

static int
seal(struct lists *l, struct lists_build *b, uint64_t blocks, uint64_t holds) {
	struct lists_sealed s = {.holds = holds, .countries = l->countries_seen};
	unsigned int upto = LISTS_MAX;
	void *image;

	s.generation = clock_wall_ns();
	while (upto > 0 && !b->list_name[upto - 1][0])
		upto--;
	int r = lists_build_finish(b, s.generation, upto, blocks, &image, &s.length);
	if (r < 0)
		return r;
	s.fd = compile_seal(image, s.length);
	free(image);
	if (s.fd < 0)
		return s.fd;
	hand_to_loop(l, s);
	return 0;
}

// Of what all lists have in common.
static void
set_trouble(struct lists *l, const char *why) {
	pthread_mutex_lock(&l->lock);
	snprintf(
		l->trouble,
		sizeof l->trouble,
		why[0] ? "The lists stay as they were: %.220s." : "%s",
		why
	);
	pthread_mutex_unlock(&l->lock);
}

// The candidates become the copies, or nothing does.
static void
settle(struct lists *l, int result, const char *why) {
	bool blamed = false;

	for (unsigned int i = 0; i < l->count; i++) {
		struct lists_one *one = &l->one[i];
		if (!one->candidate)
			continue;
		if (result < 0) {
			refuse(l, one, why);
			blamed = true;
			continue;
		}
		int r = lists_accept(l, one->source);
		if (r < 0)
			log_err("list '%s' could not be stored for the next start: %s",
				one->source->name,
				strerror(-r));
		one->candidate = false;
		judged(l, one, true);
	}
	if (result < 0)
		log_err("the lists stay as they were: %s", why);
	if (result == 0 || !blamed)
		set_trouble(l, result < 0 ? why : "");
}

static void
build(struct lists *l, bool changed) {
	uint64_t key[2], blocks = 0, holds = 0;
	char why[LISTS_FINDING] = "";
	struct lists_build b;

	if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key)
		return;
	lists_build_init(&b, key);
	for (unsigned int i = 0; i < l->count; i++) {
		struct lists_one *one = &l->one[i];
		bool fresh = one->candidate && add_candidate(l, one, &b);
		changed |= fresh;
		describe(l, one, &b, &blocks);
		if (fresh || add_copy(l, one, &b))
			holds |= 1ull << one->bit;
	}
	// With a country less, rules would stop to mean what they did.
	int r = changed ? lists_add_countries(l, &b, &holds, why) : 0;
	if (changed && (r == 0 || !l->built)) {
		bool lacking = r < 0;
		r = seal(l, &b, blocks, holds);
		l->built |= r == 0;
		if (r == -E2BIG)
			snprintf(why, sizeof why, "they are larger than 256 MiB together");
		else if (r < 0)
			snprintf(why, sizeof why, "%s", strerror(-r));
		settle(l, r, why);
		if (lacking)
			set_trouble(l, why);
	} else if (changed) {
		settle(l, r, why);
		set_trouble(l, why);
	}
	lists_build_fini(&b);
}

static void
write_image(struct lists *l, struct lists_sealed s) {
	void *at = mmap(NULL, s.length, PROT_READ, MAP_SHARED, s.fd, 0);
	int r = at == MAP_FAILED ? -errno : 0;

	if (r == 0) {
		r = image_replace(l->setup.state_dir, LISTS_FILE, at, s.length);
		munmap(at, s.length);
	}
	if (r < 0 && !l->write_failed)
		log_err("the lists for the dataplane's next start could not be written: %s",
			strerror(-r));
	l->write_failed = r < 0;
	close(s.fd);
}

static void
write_meta(struct lists *l, struct lists_one *one) {
	char text[LISTS_META_MAX], folder[LISTS_FILE_PATH], name[LISTS_NAME_MAX + 16];

	pthread_mutex_lock(&l->lock);
	memcpy(text, one->meta, sizeof text);
	one->meta[0] = 0;
	pthread_mutex_unlock(&l->lock);
	if (!text[0])
		return;
	snprintf(folder, sizeof folder, "%.1000s/" LISTS_FOLDER, l->setup.state_dir);
	snprintf(name, sizeof name, "%s" LISTS_META, one->source->name);
	int r = image_replace(folder, name, text, strlen(text));
	if (r < 0)
		log_warn(
			"list '%s': when it was fetched could not be written: %s, ignoring",
			one->source->name,
			strerror(-r)
		);
}

// Whether there is something to judge.
static bool
look_at(struct lists *l, struct lists_one *one, bool look) {
	char error[LISTS_FINDING];

	pthread_mutex_lock(&l->lock);
	bool asked = one->asked || look;
	bool offered = one->offered;
	one->asked = one->offered = false;
	one->working = asked || offered;
	pthread_mutex_unlock(&l->lock);
	one->candidate |= offered;
	if (!one->source->file[0])
		return one->candidate;
	struct lists_version now = lists_version_of(one->source->file);
	if (!asked && lists_version_same(&now, &one->seen))
		return false;
	one->seen = now;
	one->candidate = lists_copy_source(l, one->source, error) == 0;
	if (!one->candidate) {
		lists_fail(l, one, error);
		judged(l, one, false);
	}
	return one->candidate;
}

static void
rest(struct lists *l) {
	pthread_mutex_lock(&l->lock);
	for (unsigned int i = 0; i < l->count; i++)
		l->one[i].working = false;
	pthread_mutex_unlock(&l->lock);
}

static void
turn(struct lists *l, bool look) {
	bool changed = false, countries = lists_countries_changed(l);

	for (unsigned int i = 0; i < l->count; i++) {
		write_meta(l, &l->one[i]);
		changed |= look_at(l, &l->one[i], look || countries);
	}
	if (!changed && !countries && l->built)
		return;
	build(l, countries || !l->built);
	if (!l->built)
		build(l, true); // what came new was too much: then what was there before
	l->built = true;
}

static bool
has_work(const struct lists *l) {
	bool work = l->stop || l->look || l->keep.fd >= 0 || l->countries != l->countries_seen;

	for (unsigned int i = 0; i < l->count && !work; i++)
		work = l->one[i].asked || l->one[i].offered || l->one[i].meta[0];
	return work;
}

void *
lists_work(void *context) {
	struct lists *l = context;
	struct timespec until;
	bool files = l->setup.country_file[0] != 0;

	for (unsigned int i = 0; i < l->count; i++)
		files |= l->one[i].source->file[0] != 0;
	// On a box of two processors the other one forwards frames: a list can wait.
	setpriority(PRIO_PROCESS, (id_t)gettid(), BACKGROUND);
	pthread_mutex_lock(&l->lock);
	while (!l->stop) {
		struct lists_sealed keep = l->keep;
		bool look = l->look;
		l->keep.fd = -1;
		l->look = false;
		pthread_mutex_unlock(&l->lock);
		if (keep.fd >= 0)
			write_image(l, keep);
		turn(l, look);
		rest(l);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += LOOK_EVERY_S;
		pthread_mutex_lock(&l->lock);
		while (!has_work(l))
			if (!files)
				pthread_cond_wait(&l->wake, &l->lock);
			else if (pthread_cond_timedwait(&l->wake, &l->lock, &until) == ETIMEDOUT)
				break;
	}
	l->ended = true;
	pthread_mutex_unlock(&l->lock);
	ev_async_send(l->loop, &l->made);
	return NULL;
}
