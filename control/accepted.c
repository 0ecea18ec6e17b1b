// SPDX-License-Identifier: BSD-3-Clause

#include "control/accepted.h"

#include "control/core.h"
#include "control/persist.h"
#include "control/upkeep.h"
#include "platform/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("profile");

void
accepted_add(struct accepted *a, const char *name, const char *text, size_t length) {
	struct text *t = a->count < PROFILES_MAX ? text_new(text, length) : NULL;

	if (!t)
		return;
	struct accepted_profile *p = &a->item[a->count++];
	snprintf(p->name, sizeof p->name, "%s", name);
	p->text = t;
}

void
accepted_free(struct accepted *a) {
	for (size_t i = 0; i < a->count; i++)
		text_drop(a->item[i].text);
	a->count = 0;
}

static const struct text *
text_of(const struct accepted *a, const char *name) {
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->item[i].name, name) == 0)
			return a->item[i].text;
	return NULL;
}

static bool
is_accepted(const struct accepted *a, const struct profile *p) {
	const struct text *t = text_of(a, p->name);

	if (p->shipped)
		return t == NULL;
	return t && t->length == p->length && memcmp(t->text, p->text, t->length) == 0;
}

// The texts of before in place of those that were edited; false when there is nothing to compare.
static bool
put_back(struct core *c, struct profiles *before) {
	char error[PROFILE_ERROR];
	bool any = false;

	if (profiles_copy(&c->state.profiles, before, error) < 0)
		return false;
	for (size_t i = 0; i < c->state.profiles.count; i++) {
		const struct profile *p = &c->state.profiles.items[i];
		const struct text *t = text_of(&c->state.accepted, p->name);
		struct profiles *tried = NULL;
		if (is_accepted(&c->state.accepted, p))
			continue;
		log_warn("%s: was edited while spin-control was away", p->path);
		// One after the other, so that one that cannot be any more hides no other.
		if ((tried = calloc(1, sizeof *tried))
		    && core_try_profile(c, p->name, t, tried, error) == 0) {
			const struct profile *was = profiles_find(tried, p->name);
			any |= was
				&& profiles_put(
					   before,
					   was->name,
					   was->path,
					   was->shipped,
					   was->text,
					   was->length,
					   error
				   ) == 0;
			profiles_free(tried);
		}
		free(tried);
	}
	return any;
}

void
accepted_compare(struct core *c) {
	struct profiles *before = calloc(1, sizeof *before);

	c->state.profiles_moved = true; // the store hears of what was found
	if (before && c->state.accepted.known && put_back(c, before))
		core_edited_profiles(c, before);
	if (before)
		profiles_free(before);
	free(before);
	accepted_free(&c->state.accepted);
}

struct telling {
	struct store_accepted job;
	struct core *core;
};

static void
told(struct store_job *job) {
	struct telling *t = container_of(job, struct telling, job.job);

	persist_note(t->core, job);
	if (job->result < 0)
		t->core->state.profiles_moved = true;
	accepted_free(&t->job.accepted);
	free(t);
}

void
accepted_flush(struct core *c) {
	struct telling *t = c->state.profiles_moved ? calloc(1, sizeof *t) : NULL;

	if (!t)
		return;
	c->state.profiles_moved = false;
	t->core = c;
	t->job.job = (struct store_job){.run = store_run_accepted, .done = told};
	for (size_t i = 0; i < c->state.profiles.count; i++) {
		const struct profile *p = &c->state.profiles.items[i];
		if (!p->shipped)
			accepted_add(&t->job.accepted, p->name, p->text, p->length);
	}
	store_submit(c->store, &t->job.job);
}
