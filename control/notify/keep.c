// SPDX-License-Identifier: BSD-3-Clause
// Notifications on their way to the store and the browsers.  One write is under way at a time; what
// a person decides goes to the store first and holds when it was written, while what happened is
// shown at once and written when that can be.

#include "control/array.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/stream.h"
#include "control/id.h"
#include "control/notify/own.h"
#include "control/persist.h"
#include "control/store/notices.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COUNTS_NS (60 * NS_PER_S) // counts alone are written once a minute: flash wears
#define RETRY_NS (5 * NS_PER_S)
#define EVENT_BYTES (32 * 1024)

struct saving {
	struct store_notices job;
	struct core *core;
	struct notify_wish wish;
	notify_done done; // NULL: nobody waits
	void *context;
};

// --- What was kept ---

static void
load_notice(void *context, const struct notice *n) {
	struct notify *all = context;
	struct held *h = calloc(1, sizeof *h);

	if (!h)
		return;
	notify_make_room(all);
	h->n = *n;
	h->told_ns = n->last_ns;
	h->written_ns = 1; // long ago
	id_seen(n->id);
	if (array_insert((void ***)&all->held, &all->count, h) < 0)
		free(h);
}

static void
load_mute(void *context, const struct notify_mute *m) {
	struct notify *all = context;
	struct notify_mute *copy =
		all->mutes_count < NOTIFY_MUTES_MAX ? malloc(sizeof *copy) : NULL;

	if (!copy)
		return;
	*copy = *m;
	id_seen(m->id);
	all->mutes[all->mutes_count++] = copy;
}

// The newest device that was told of: one that came shortly before the end may not have been.  That
// what was told is forgotten again makes nobody new who is here for a day.
static uint64_t
newest_told(const struct notify *n, const struct state *s) {
	uint64_t day_ago = clock_wall_ns() - 86400 * NS_PER_S, told = 0;

	for (size_t i = 0; i < n->count; i++) {
		const struct notice *one = &n->held[i]->n;
		if (one->kind == NOTIFY_NEW_DEVICE || one->kind == NOTIFY_NEW_RANDOM)
			told = MAX_OF(told, one->device);
	}
	for (size_t i = 0; i < s->devices_count; i++)
		if (s->devices[i]->first_seen_ns < day_ago)
			told = MAX_OF(told, s->devices[i]->id);
	return told;
}

int
notify_load(struct core *c, char ret_error[STORE_ERROR]) {
	struct notify *n = c->notify;
	const struct state *s = &c->state;
	int r = store_load_notices(c->store, load_notice, load_mute, n, ret_error);

	n->first_home = s->devices_count == 0;
	n->newest_device = newest_told(n, s);
	n->looked_ns = clock_wall_ns();
	return r;
}

// --- What a person decided ---

static bool
is_meant(const struct notify_wish *w, const struct notice *n) {
	return w->notice ? n->id == w->notice : n->outcome == NOTICE_OPEN;
}

static void
apply(const struct notify_wish *w, struct notice *n) {
	if (w->sets_read)
		n->read = w->read;
	if (!w->sets_outcome)
		return;
	n->outcome = w->outcome;
	n->read = true;
}

static void
mutes_apply(struct notify *n, const struct notify_wish *w) {
	if (w->mutes)
		load_mute(n, &w->mute);
	for (size_t i = 0; w->unmutes && i < n->mutes_count; i++)
		if (n->mutes[i]->id == w->unmutes) {
			free(n->mutes[i]);
			n->mutes[i] = n->mutes[--n->mutes_count];
			return;
		}
}

static void
saving_free(struct saving *s) {
	free(s->job.notices);
	free(s->job.gone);
	free(s);
}

static void
decided(struct store_job *job) {
	struct saving *s = container_of(job, struct saving, job.job);
	struct notify *n = s->core->notify;

	persist_note(s->core, job);
	if (job->result == 0) {
		for (size_t i = 0; i < n->count; i++)
			if (is_meant(&s->wish, &n->held[i]->n)) {
				apply(&s->wish, &n->held[i]->n);
				n->held[i]->changed = true;
			}
		mutes_apply(n, &s->wish);
	}
	s->done(s->context, job->result, job->message);
	saving_free(s);
}

void
notify_decide(struct core *c, const struct notify_wish *w, notify_done done, void *context) {
	struct notify *n = c->notify;
	struct saving *s = calloc(1, sizeof *s);

	if (s)
		s->job.notices = malloc((n->count + 1) * sizeof *s->job.notices);
	if (!s || !s->job.notices) {
		free(s);
		done(context, -ENOMEM, "Out of memory.");
		return;
	}
	s->core = c;
	s->wish = *w;
	s->done = done;
	s->context = context;
	s->job.job = (struct store_job){.run = store_run_notices, .done = decided};
	for (size_t i = 0; (w->sets_read || w->sets_outcome) && i < n->count; i++)
		if (is_meant(w, &n->held[i]->n)) {
			s->job.notices[s->job.notices_count] = n->held[i]->n;
			apply(w, &s->job.notices[s->job.notices_count++]);
		}
	s->job.mutes = w->mutes;
	s->job.mute = w->mute;
	s->job.unmutes = w->unmutes;
	store_submit(c->store, &s->job.job);
}

static void
settle(struct held *h, enum notice_outcome outcome) {
	h->n.outcome = outcome;
	h->n.read = true;
	h->blocking = 0;
	h->changed = h->dirty = h->urgent = true;
}

void
notify_await_block(struct core *c, uint64_t notice, const struct device *d) {
	struct held *h = array_find((void *const *)c->notify->held, c->notify->count, notice);

	if (h && d->actions & ACTION_BLOCK)
		settle(h, NOTICE_BLOCKED);
	else if (h)
		h->blocking = d->id;
}

void
notify_blocked(struct notify *n, uint64_t device) {
	for (size_t i = 0; i < n->count; i++)
		if (n->held[i]->blocking == device)
			settle(n->held[i], NOTICE_BLOCKED);
}

// --- What happened, to the store ---

static void
written(struct store_job *job) {
	struct saving *s = container_of(job, struct saving, job.job);
	struct notify *n = s->core->notify;

	n->writing = false;
	persist_note(s->core, job);
	n->failed_ns = job->result < 0 ? clock_mono_ns() : 0;
	for (size_t i = 0; job->result < 0 && i < s->job.notices_count; i++) {
		struct held *h = array_find((void *const *)n->held, n->count, s->job.notices[i].id);
		if (h)
			h->dirty = h->urgent = true;
	}
	for (size_t i = 0; job->result < 0 && i < s->job.gone_count; i++)
		if (n->gone_count < ARRAY_LEN(n->gone))
			n->gone[n->gone_count++] = s->job.gone[i];
	saving_free(s);
}

static bool
is_due(const struct held *h, uint64_t now, bool all) {
	return h->dirty && (all || h->urgent || now > h->written_ns + COUNTS_NS);
}

static void
save(struct core *c, uint64_t now, bool all) {
	struct notify *n = c->notify;
	struct saving *s = calloc(1, sizeof *s);

	if (s) {
		s->job.notices = malloc((n->count + 1) * sizeof *s->job.notices);
		s->job.gone = malloc((n->gone_count + 1) * sizeof *s->job.gone);
	}
	if (!s || !s->job.notices || !s->job.gone) {
		if (s)
			saving_free(s);
		return;
	}
	s->core = c;
	s->job.job = (struct store_job){.run = store_run_notices, .done = written};
	for (size_t i = 0; i < n->count; i++) {
		struct held *h = n->held[i];
		if (!is_due(h, now, all))
			continue;
		h->dirty = h->urgent = false;
		h->written_ns = now;
		s->job.notices[s->job.notices_count++] = h->n;
	}
	memcpy(s->job.gone, n->gone, n->gone_count * sizeof *n->gone);
	s->job.gone_count = n->gone_count;
	n->gone_count = 0;
	n->writing = true;
	store_submit(c->store, &s->job.job);
}

// --- And to the browsers ---

static void
publish(struct core *c) {
	struct notify *n = c->notify;
	bool some = n->left_count > 0;
	char id[ID_TEXT];
	struct json j;

	for (size_t i = 0; i < n->count && !some; i++)
		some = n->held[i]->changed;
	if (!some || !c->stream)
		return;
	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	enum language spoken = language_speak(LANGUAGE_ENGLISH); // it goes to everybody
	for (size_t i = n->count; i-- > 0 && j.length < EVENT_BYTES;) {
		if (!n->held[i]->changed)
			continue;
		n->held[i]->changed = false;
		notify_view(c, &n->held[i]->n, &j);
	}
	language_speak(spoken);
	json_end(&j);
	json_key(&j, "removed");
	json_array(&j);
	while (n->left_count > 0)
		json_string(&j, id_text("note_", n->left[--n->left_count], id));
	json_end(&j);
	json_key_u64(&j, "unread", notify_unread(n, SEVERITY_INFO));
	json_key_u64(&j, "critical", notify_unread(n, SEVERITY_CRITICAL));
	json_end(&j);
	if (!j.failed)
		stream_publish(c->stream, STREAM_NOTIFICATION, j.text, j.length);
	json_free(&j);
}

void
notify_flush(struct core *c, bool all) {
	struct notify *n = c->notify;
	uint64_t now = clock_mono_ns();
	bool due = n->gone_count > 0;

	publish(c);
	if ((n->writing || (n->failed_ns && now < n->failed_ns + RETRY_NS)) && !all)
		return;
	for (size_t i = 0; i < n->count && !due; i++)
		due = is_due(n->held[i], now, all);
	if (due)
		save(c, now, all);
}
