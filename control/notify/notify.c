// SPDX-License-Identifier: BSD-3-Clause

#include "control/array.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/id.h"
#include "control/notify/deliver.h"
#include "control/notify/own.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct notify *
notify_new(void) {
	struct notify *n = calloc(1, sizeof *n);

	if (n)
		n->stored = true;
	return n;
}

void
notify_free(struct notify *n) {
	if (!n)
		return;
	for (size_t i = 0; i < n->count; i++)
		free(n->held[i]);
	for (size_t i = 0; i < n->mutes_count; i++)
		free(n->mutes[i]);
	deliver_free(n->deliver);
	free(n->held);
	free(n);
}

void
notify_forget(struct notify *n, struct held *h) {
	if (h->written_ns && n->gone_count < ARRAY_LEN(n->gone))
		n->gone[n->gone_count++] = h->n.id;
	if (n->left_count < ARRAY_LEN(n->left))
		n->left[n->left_count++] = h->n.id;
	array_remove((void **)n->held, &n->count, h);
	free(h);
}

void
notify_forget_device(struct notify *n, uint64_t device) {
	for (size_t i = n->count; i-- > 0;)
		if (n->held[i]->n.device == device)
			notify_forget(n, n->held[i]);
}

// What is missed least: settled, then read, then unimportant; of these the oldest.
static unsigned int
worth(const struct notice *n) {
	if (n->outcome != NOTICE_OPEN)
		return 0;
	return n->read ? 1 : 2 + (unsigned int)notify_kind_row(n->kind)->severity;
}

void
notify_make_room(struct notify *n) {
	struct held *least = NULL;

	for (size_t i = 0; i < n->count; i++)
		if (!least || worth(&n->held[i]->n) < worth(&least->n))
			least = n->held[i];
	if (n->count >= NOTIFY_MAX)
		notify_forget(n, least);
}

static struct held *
add(struct notify *n) {
	notify_make_room(n);
	struct held *h = calloc(1, sizeof *h);
	if (!h)
		return NULL;
	h->n.id = id_new();
	if (array_insert((void ***)&n->held, &n->count, h) == 0)
		return h;
	free(h);
	return NULL;
}

static enum notice_outcome
outcome_of(const struct notify *n, const struct notice *one) {
	enum notice_outcome o = NOTICE_OPEN;

	for (size_t i = 0; i < n->mutes_count; i++)
		if (notify_mute_fits(n->mutes[i], one, one->last_ns)) {
			if (n->mutes[i]->expected)
				return NOTICE_EXPECTED;
			o = NOTICE_MUTED;
		}
	return o;
}

static struct held *
find_same(const struct notify *n, const struct notice *one) {
	for (size_t i = n->count; i-- > 0;) {
		struct held *h = n->held[i];
		if (notice_is_same(&h->n, one) && h->n.outcome == one->outcome
		    && h->n.last_ns + NOTIFY_SAME_NS > one->last_ns)
			return h;
	}
	return NULL;
}

static void
happened_again(const struct notify *n, struct held *h, const struct notice *one) {
	bool news = h->n.ended_ns || h->told_ns + NOTIFY_AGAIN_NS < one->last_ns;

	h->n.count++;
	h->n.last_ns = one->last_ns;
	h->n.ended_ns = 0;
	memcpy(h->n.args, one->args, sizeof h->n.args);
	h->changed = h->dirty = true;
	if (!news || one->outcome != NOTICE_OPEN)
		return;
	h->n.read = false;
	h->told_ns = one->last_ns;
	h->urgent = true;
	deliver_offer(n->deliver, &h->n);
}

static void
take(struct core *c, struct notice *one) {
	one->outcome = outcome_of(c->notify, one);
	struct held *h = find_same(c->notify, one);
	if (h) {
		happened_again(c->notify, h, one);
		return;
	}
	h = add(c->notify);
	if (!h)
		return;
	one->id = h->n.id;
	h->n = *one;
	h->n.read = one->read || one->outcome != NOTICE_OPEN;
	h->told_ns = one->last_ns;
	h->changed = h->dirty = h->urgent = true;
	if (!h->n.read)
		deliver_offer(c->notify->deliver, &h->n);
}

void
notify(struct core *c, enum notify_kind kind, const struct device *about, ...) {
	char name[NAME_BYTES_MAX + 1];
	struct notice one = {.kind = kind, .count = 1, .last_ns = clock_wall_ns()};
	const char *arg = about ? device_name(about, name) : NULL;
	va_list args;

	if (!c->notify)
		return; // a core that was not started
	one.first_ns = one.last_ns;
	one.device = about ? about->id : 0;
	// In a home that was not known yet every device is new: nobody has to be told of each.
	one.read =
		(kind == NOTIFY_NEW_DEVICE || kind == NOTIFY_NEW_RANDOM) && c->notify->first_home;
	va_start(args, about);
	if (!arg)
		arg = va_arg(args, const char *);
	for (; arg && one.args_count < NOTICE_ARGS; arg = va_arg(args, const char *))
		snprintf(one.args[one.args_count++], NOTICE_ARG, "%s", arg);
	va_end(args);
	take(c, &one);
}

int
notify_start(struct core *c) {
	c->notify->deliver = deliver_new(c, &c->config->notifications, c->config->post_program);
	return c->notify->deliver ? 0 : -ENOMEM;
}

void
notify_stop(struct core *c) {
	deliver_free(c->notify->deliver);
	c->notify->deliver = NULL;
}

struct deliver *
notify_deliver(const struct notify *n) {
	return n->deliver;
}

void
notify_end(struct core *c, enum notify_kind kind, const struct device *about) {
	uint64_t device = about ? about->id : 0;

	for (size_t i = 0; c->notify && i < c->notify->count; i++) {
		struct held *h = c->notify->held[i];
		if (h->n.kind != kind || h->n.device != device || h->n.ended_ns)
			continue;
		h->n.ended_ns = clock_wall_ns();
		h->changed = h->dirty = h->urgent = true;
	}
}

size_t
notify_count(const struct notify *n) {
	return n->count;
}

const struct notice *
notify_at(const struct notify *n, size_t i) {
	return &n->held[i]->n;
}

const struct notice *
notify_find(const struct notify *n, uint64_t id) {
	const struct held *h = array_find((void *const *)n->held, n->count, id);

	return h ? &h->n : NULL;
}

size_t
notify_mutes_count(const struct notify *n) {
	return n->mutes_count;
}

const struct notify_mute *
notify_mute_at(const struct notify *n, size_t i) {
	return n->mutes[i];
}

uint64_t
notify_unread(const struct notify *n, enum severity least) {
	uint64_t count = 0;

	for (size_t i = 0; i < n->count; i++) {
		const struct notice *one = &n->held[i]->n;
		count += !one->read && one->outcome == NOTICE_OPEN
			&& notify_kind_row(one->kind)->severity >= least;
	}
	return count;
}
