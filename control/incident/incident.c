// SPDX-License-Identifier: BSD-3-Clause
// The life of an incident: taken, searched, acted on, decided, over.

#include "control/incident/incident.h"

#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/device.h"
#include "control/id.h"
#include "control/incident/own.h"
#include "control/notify/notify.h"
#include "control/provider/provider.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const states[] = {
#define X(id, word, status) [INCIDENT_##id] = word,
	INCIDENT_STATES(X)
#undef X
};

const char *
incident_state_word(enum incident_state s) {
	return states[s];
}

struct incidents *
incidents_new(void) {
	return calloc(1, sizeof(struct incidents));
}

void
incident_free(struct incident *i) {
	if (i)
		free(i->document);
	free(i);
}

void
incidents_free(struct incidents *all) {
	for (size_t n = 0; all && n < all->count; n++)
		incident_free(all->at[n]);
	free(all);
}

void
incidents_load(struct core *c, uint64_t id, const char *body) {
	struct incidents *all = c->incidents;
	struct incident *i = all->count < INCIDENTS_MAX ? incident_read_kept(id, body) : NULL;

	if (i)
		all->at[all->count++] = i;
}

const struct incident *
incident_at(const struct core *c, size_t i) {
	const struct incidents *all = c->incidents;

	return i < all->count ? all->at[all->count - 1 - i] : NULL;
}

struct incident *
incident_of(const struct core *c, uint64_t id) {
	const struct incidents *all = c->incidents;

	for (size_t n = 0; n < all->count; n++)
		if (all->at[n]->id == id)
			return all->at[n];
	return NULL;
}

const struct incident *
incident_find(const struct core *c, uint64_t id) {
	return incident_of(c, id);
}

static bool
holds(const struct incident *i) {
	return i->state == INCIDENT_CONTAINED || i->state == INCIDENT_WAITING;
}

// Room for one more: the oldest that asks nothing of anybody goes.
static bool
make_room(struct core *c) {
	struct incidents *all = c->incidents;

	if (all->count < INCIDENTS_MAX)
		return true;
	for (size_t n = 0; n < all->count; n++) {
		struct incident *i = all->at[n];
		if (holds(i) || i->busy > 0)
			continue;
		provider_keep(c, i->id, INCIDENT_ROW, NULL, NULL, NULL, NULL);
		memmove(&all->at[n], &all->at[n + 1], (--all->count - n) * sizeof all->at[0]);
		incident_free(i);
		return true;
	}
	return false;
}

// --- One on its way ---

struct taking {
	struct core *core;
	struct incident *incident;
	bool listed;
	enum incident_state to; // once the rules are as they should be
	char who[INCIDENT_AUTHOR];
	struct containing rules;
	struct audit_entry *entry;
	incident_done done;
	void *context;
	bool tells; // the household hears of it
};

static void
tell(const struct taking *t, const struct incident *i) {
	char what[SCOPE_TEXT], id[ID_TEXT];

	for (unsigned int n = 0; n < i->n_matches; n++) {
		const struct device *d = device_by_id(&t->core->state, i->matches[n].device);
		enum notify_kind kind = i->state == INCIDENT_CONTAINED ? NOTIFY_INCIDENT_CONTAINED
			: i->state == INCIDENT_WAITING		       ? NOTIFY_INCIDENT_ASKED
								       : NOTIFY_INCIDENT_FOUND;
		if (d)
			notify(t->core,
			       kind,
			       d,
			       i->author,
			       scope_text(&i->scope, what),
			       id_text("inc_", i->id, id),
			       NULL);
	}
}

static void
finish(struct taking *t, int result, const char *message) {
	if (t->done)
		t->done(t->context, result < 0 ? NULL : t->incident, result, message);
	audit_free(t->entry);
	t->incident->busy--;
	if (!t->listed)
		incident_free(t->incident);
	free(t);
}

static void
kept(void *context, int result, const char *message) {
	struct taking *t = context;

	finish(t, result, message);
}

// Writes it down as it is now.
static void
keep(struct taking *t) {
	struct incident *i = t->incident;
	struct json j;

	json_init(&j);
	incident_write_kept(i, &j);
	struct audit_entry *e = t->entry;
	t->entry = NULL;
	if (j.failed) {
		json_free(&j);
		audit_free(e);
		finish(t, -ENOMEM, _("out of memory"));
		return;
	}
	provider_keep(t->core, i->id, INCIDENT_ROW, j.text, e, kept, t);
}

static void
settled(struct containing *k) {
	struct taking *t = k->context;
	struct incident *i = t->incident;

	if (k->failed > 0 && incident_rules(t->core, i) == 0 && t->to == INCIDENT_CONTAINED) {
		finish(t, -EIO, k->message);
		return;
	}
	// What would cut the household off is its own decision.
	i->state = t->to == INCIDENT_CONTAINED && incident_rules(t->core, i) == 0 ? INCIDENT_WAITING
										  : t->to;
	if (t->tells)
		tell(t, i);
	keep(t);
}

static void
settle(struct taking *t) {
	t->rules = (struct containing){
		.core = t->core,
		.incident = t->incident,
		.author = t->who,
		.then = settled,
		.context = t,
	};
	if (t->to == INCIDENT_CONTAINED)
		incident_contain(&t->rules);
	else
		incident_release(&t->rules);
}

static void
searched(void *context) {
	struct taking *t = context;
	enum incident_consent may = t->core->config->incidents_consent;

	if (t->incident->n_matches == 0)
		t->to = INCIDENT_NOTHING;
	else if (may == INCIDENT_MAY_ACT)
		t->to = INCIDENT_CONTAINED;
	else
		t->to = may == INCIDENT_MAY_ASK ? INCIDENT_WAITING : INCIDENT_INFORMED;
	if (!make_room(t->core)) {
		finish(t, -EMFILE, _("too many incidents wait"));
		return;
	}
	struct incidents *all = t->core->incidents;
	all->at[all->count++] = t->incident;
	t->listed = t->tells = true;
	settle(t);
}

static struct taking *
taking_new(
	struct core *c,
	struct incident *i,
	const char *who,
	struct audit_entry *e,
	incident_done done,
	void *context
) {
	struct taking *t = calloc(1, sizeof *t);

	if (!t) {
		audit_free(e);
		return NULL;
	}
	i->busy++;
	t->core = c;
	t->incident = i;
	t->entry = e;
	t->done = done;
	t->context = context;
	snprintf(t->who, sizeof t->who, "%s", who);
	return t;
}

// A report of the same one, which still holds.
static struct incident *
same(const struct core *c, const struct incident_report *report) {
	const struct incidents *all = c->incidents;

	for (size_t n = 0; report->scope.mid != SCOPE_MID_NONE && n < all->count; n++)
		if (holds(all->at[n]) && all->at[n]->scope.mid == report->scope.mid
		    && scope_same(&all->at[n]->scope, &report->scope)
		    && strcmp(all->at[n]->author, report->author) == 0)
			return all->at[n];
	return NULL;
}

static struct incident *
incident_new(const struct incident_report *report, uint64_t now) {
	struct incident *i = calloc(1, sizeof *i);

	if (!i || !(i->document = strndup(report->document, report->document_length))) {
		free(i);
		return NULL;
	}
	i->id = id_new();
	i->received_ns = now;
	i->scope = report->scope;
	i->to_ns = report->to_ns ? report->to_ns : now;
	i->from_ns = report->from_ns ? report->from_ns : i->to_ns - INCIDENT_WINDOW_S * NS_PER_S;
	i->until_ns = now + report->scope.lifetime_s * NS_PER_S;
	snprintf(i->author, sizeof i->author, "%s", report->author);
	snprintf(i->evidence, sizeof i->evidence, "%s", report->evidence);
	return i;
}

int
incident_take(
	struct core *c,
	const struct incident_report *report,
	struct audit_entry *e,
	incident_done done,
	void *context
) {
	uint64_t now = clock_wall_ns();
	struct incident *known = same(c, report);
	int r = c->config->incidents_consent == INCIDENT_MAY_OFF ? -EPERM : 0;
	struct incident *i = r == 0 && !known ? incident_new(report, now) : known;

	if (r < 0 || !i) {
		audit_free(e);
		return r < 0 ? r : -ENOMEM;
	}
	struct taking *t = taking_new(c, i, report->author, e, done, context);
	if (!t) {
		if (!known)
			incident_free(i);
		return -ENOMEM;
	}
	if (known) {
		t->listed = true;
		t->to = known->state;
		known->until_ns = now + report->scope.lifetime_s * NS_PER_S;
		settle(t);
	} else {
		incident_search(c, i, searched, t);
	}
	return 0;
}

int
incident_decide(
	struct core *c,
	uint64_t id,
	enum incident_word word,
	const char *who,
	struct audit_entry *e,
	incident_done done,
	void *context
) {
	static const enum incident_state to[] = {
		[INCIDENT_CONTAIN] = INCIDENT_CONTAINED,
		[INCIDENT_DISMISS] = INCIDENT_DISMISSED,
		[INCIDENT_WITHDRAW] = INCIDENT_WITHDRAWN,
	};
	struct incident *i = incident_of(c, id);
	struct taking *t = i ? taking_new(c, i, who, e, done, context) : NULL;

	if (!t) {
		if (!i)
			audit_free(e);
		return i ? -ENOMEM : -ENOENT;
	}
	t->listed = true;
	t->to = to[word];
	if (word == INCIDENT_CONTAIN && i->until_ns < clock_wall_ns())
		i->until_ns = clock_wall_ns() + i->scope.lifetime_s * NS_PER_S;
	settle(t);
	return 0;
}

void
incidents_second(struct core *c) {
	uint64_t now = clock_wall_ns();
	const struct incidents *all = c->incidents;

	for (size_t n = 0; n < all->count; n++) {
		struct incident *i = all->at[n];
		if (!holds(i) || i->until_ns > now)
			continue;
		struct taking *t = taking_new(c, i, i->author, NULL, NULL, NULL);
		if (!t)
			return;
		i->state = t->to = INCIDENT_OVER; // its rules end by themselves
		t->listed = true;
		keep(t);
	}
}
