// SPDX-License-Identifier: BSD-3-Clause

#include "control/notify/deliver.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/notify/send.h"
#include "control/view.h"
#include "platform/log.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

LOG_DOMAIN("notify");

#define QUIET_LOOK_S 60. // so often a queue that waits for the end of quiet hours looks

static const double retries_s[] = {5, 30, 120, 600, 3600};

struct way {
	struct deliver *all;
	const struct delivery *config;
	struct notice queue[DELIVER_QUEUE]; // the first is tried
	unsigned int count;
	unsigned int failures; // of the first
	struct child child;
	struct ev_timer timer; // until the first is tried
	bool quiet;
	uint64_t next_ns; // wall; when that is; 0: now, or nothing waits
	uint64_t sent, lost;
	uint64_t good_ns, bad_ns;
	char error[SEND_ERROR];
	// A test, which goes before what waits.
	struct child test;
	deliver_done done;
	void *context;
};

struct deliver {
	struct core *core;
	const char *program;
	unsigned int count;
	struct way way[];
};

// --- The queue ---

static void next(struct way *w);

static void
pop(struct way *w) {
	w->count--;
	memmove(w->queue, w->queue + 1, w->count * sizeof *w->queue);
	w->failures = 0;
}

static void
wait_for(struct way *w, double seconds) {
	w->next_ns = clock_wall_ns() + (uint64_t)(seconds * NS_PER_S);
	ev_timer_set(&w->timer, seconds, 0.);
	ev_timer_start(w->all->core->loop, &w->timer);
}

static void
failed(struct way *w, const char *why, bool for_good) {
	w->bad_ns = clock_wall_ns();
	snprintf(w->error, sizeof w->error, "%s", why);
	if (w->failures == 0) // what a program says may hold anything: it is shown, not logged
		log_warn("delivery '%s' failed; its state says why", w->config->name);
	if (for_good || w->failures == ARRAY_LEN(retries_s)) {
		w->lost++;
		pop(w);
		next(w);
		return;
	}
	wait_for(w, retries_s[w->failures++]);
}

static void
on_sent(void *context, const struct child_outcome *o) {
	struct way *w = context;
	char text[SEND_ERROR];
	bool for_good;
	const char *error = send_judge(w->config, o, text, &for_good);

	if (error) {
		failed(w, error, for_good);
		return;
	}
	w->good_ns = clock_wall_ns();
	w->error[0] = 0;
	w->sent++;
	pop(w);
	next(w);
}

static bool
is_quiet(const struct way *w) {
	time_t now = time(NULL);
	struct tm local;

	return schedule_is_set(&w->config->quiet) && localtime_r(&now, &local)
		&& schedule_holds(&w->config->quiet, &local);
}

// What is critical does not wait for the morning: it goes first.
static void
urgent_first(struct way *w) {
	for (unsigned int i = 1; i < w->count; i++)
		if (notify_kind_row(w->queue[i].kind)->severity == SEVERITY_CRITICAL
		    && notify_kind_row(w->queue[0].kind)->severity != SEVERITY_CRITICAL) {
			const struct notice first = w->queue[i];
			memmove(w->queue + 1, w->queue, i * sizeof *w->queue);
			w->queue[0] = first;
			w->failures = 0;
		}
}

static void
next(struct way *w) {
	if (w->count == 0 || child_runs(&w->child) || child_runs(&w->test)
	    || ev_is_active(&w->timer))
		return;
	w->next_ns = 0;
	w->quiet = false;
	urgent_first(w);
	if (notify_kind_row(w->queue[0].kind)->severity != SEVERITY_CRITICAL && is_quiet(w)) {
		w->quiet = true;
		wait_for(w, QUIET_LOOK_S);
		return;
	}
	int r = send_begin(
		&w->child, w->all->core, w->all->program, w->config, &w->queue[0], on_sent, w
	);
	if (r < 0) {
		char why[128];
		snprintf(why, sizeof why, "the program cannot be started: %s", strerror(-r));
		failed(w, why, false);
	}
}

static void
on_timer(struct ev_loop *loop, struct ev_timer *t, int revents) {
	(void)loop;
	(void)revents;
	next(t->data);
}

static bool
is_device(const struct core *c, const struct notice *n, const char *which) {
	const struct device *d = device_by_id(&c->state, n->device);
	char name[NAME_BYTES_MAX + 1];
	uint8_t mac[6];
	uint64_t id;

	if (!d)
		return false;
	if (id_parse("dev_", which, &id))
		return id == d->id;
	if (text_parse_mac(which, mac) == 0)
		return memcmp(mac, d->mac, sizeof mac) == 0;
	return strcasecmp(device_name(d, name), which) == 0;
}

static bool
wants(const struct way *w, const struct notice *n) {
	bool wanted = w->config->devices_count == 0;

	for (unsigned int i = 0; i < w->config->devices_count && !wanted; i++)
		wanted = is_device(w->all->core, n, w->config->devices[i]);
	return wanted && notify_kind_row(n->kind)->severity >= w->config->least;
}

static void
push(struct way *w, const struct notice *n) {
	if (w->count == DELIVER_QUEUE) {
		// The first may be under way; the oldest behind it is missed least.
		w->count--;
		memmove(w->queue + 1, w->queue + 2, (w->count - 1) * sizeof *w->queue);
		w->lost++;
	}
	w->queue[w->count++] = *n;
	// Something critical ends the wait for the morning, or for the next try.
	if (notify_kind_row(n->kind)->severity == SEVERITY_CRITICAL)
		ev_timer_stop(w->all->core->loop, &w->timer);
	next(w);
}

void
deliver_offer(struct deliver *d, const struct notice *n) {
	for (unsigned int i = 0; d && i < d->count; i++)
		if (wants(&d->way[i], n))
			push(&d->way[i], n);
}

// --- From outside ---

struct deliver *
deliver_new(struct core *c, const struct deliveries *config, const char *program) {
	struct deliver *d = calloc(1, sizeof *d + config->count * sizeof *d->way);

	if (!d)
		return NULL;
	d->core = c;
	d->program = program;
	d->count = config->count;
	for (unsigned int i = 0; i < d->count; i++) {
		struct way *w = &d->way[i];
		w->all = d;
		w->config = &config->one[i];
		ev_init(&w->timer, on_timer);
		w->timer.data = w;
	}
	return d;
}

void
deliver_free(struct deliver *d) {
	for (unsigned int i = 0; d && i < d->count; i++) {
		struct way *w = &d->way[i];
		child_end(&w->child);
		child_end(&w->test);
		ev_timer_stop(d->core->loop, &w->timer);
		if (w->done)
			w->done(w->context, "spin-control ends");
	}
	free(d);
}

int
deliver_find(const struct deliver *d, const char *name) {
	for (unsigned int i = 0; i < d->count; i++)
		if (strcmp(d->way[i].config->name, name) == 0)
			return (int)i;
	return -ENOENT;
}

unsigned int
deliver_count(const struct deliver *d) {
	return d->count;
}

static void
on_tested(void *context, const struct child_outcome *o) {
	struct way *w = context;
	deliver_done done = w->done;
	char text[SEND_ERROR];
	bool for_good;
	const char *error = send_judge(w->config, o, text, &for_good);

	w->done = NULL;
	if (error) {
		w->bad_ns = clock_wall_ns();
		snprintf(w->error, sizeof w->error, "%s", error);
	} else {
		w->good_ns = clock_wall_ns();
		w->error[0] = 0;
	}
	done(w->context, error);
	next(w);
}

int
deliver_test(struct deliver *d, unsigned int number, deliver_done done, void *context) {
	struct way *w = &d->way[number];
	struct notice n = {
		.id = id_new(),
		.kind = NOTIFY_TEST,
		.count = 1,
		.first_ns = clock_wall_ns(),
		.last_ns = clock_wall_ns(),
		.args_count = 1,
	};

	if (w->done || child_runs(&w->child))
		return -EBUSY;
	snprintf(n.args[0], NOTICE_ARG, "%s", w->config->name);
	int r = send_begin(&w->test, d->core, d->program, w->config, &n, on_tested, w);
	if (r < 0)
		return r;
	w->done = done;
	w->context = context;
	return 0;
}

void
deliver_view(const struct deliver *d, unsigned int number, struct json *j) {
	const struct way *w = &d->way[number];
	const struct delivery *c = w->config;
	char target[DELIVERY_ADDRESS], quiet[SCHEDULE_TEXT];
	bool hook = c->way == DELIVERY_WEBHOOK;

	json_object(j);
	json_key_string(j, "name", c->name);
	json_key_string(j, "way", delivery_way_word(c->way));
	json_key_string(j, "template", hook ? delivery_template_word(c->template) : NULL);
	json_key_string(j, "target", delivery_target(c, target));
	json_key_string(j, "severity", severity_word(c->least));
	json_key_string(
		j, "quiet", schedule_is_set(&c->quiet) ? schedule_text(&c->quiet, quiet) : NULL
	);
	json_key(j, "devices");
	json_array(j);
	for (unsigned int i = 0; i < c->devices_count; i++)
		json_string(j, c->devices[i]);
	json_end(j);
	json_key_u64(j, "queued", w->count);
	json_key_bool(j, "waits_for_quiet", w->quiet);
	json_key_u64(j, "sent", w->sent);
	json_key_u64(j, "lost", w->lost);
	view_time(j, "last_success", w->good_ns);
	view_time(j, "last_error", w->bad_ns);
	json_key_string(j, "error", w->error[0] ? w->error : NULL);
	view_time(j, "next_try", w->next_ns);
	json_end(j);
}
