// SPDX-License-Identifier: BSD-3-Clause
// Changes after they were made: taken back, or kept.

#include "control/change_text.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/text/language.h"
#include "control/upkeep.h"
#include "control/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define V1 "/api/v1"

void
api_undo(struct http_request *r, void *core) {
	struct core *c = core;
	struct change change;

	if (!http_read(r, NULL, 0, NULL))
		return;
	if (!acts_undo(c, http_who(r), &change)) {
		http_problem(
			r,
			PROBLEM_NOTHING_TO_UNDO,
			NULL,
			"Everything that was done has been undone."
		);
		return;
	}
	api_submit(r, c, &change);
}

// The change in the path, or NULL after the problem was answered.
static struct change *
change_of_path(struct http_request *r, struct core *c) {
	const char *text = http_path(r, "change");
	uint64_t id = 0;
	struct change *h = id_parse("chg_", text, &id) ? acts_find(&c->acts, id) : NULL;

	if (!h)
		http_problem(
			r,
			PROBLEM_UNKNOWN_CHANGE,
			"GET " V1 "/changes lists what can be taken back, " V1
			"/changes?pending=true what waits for a word.",
			"There is no change '%.40s'.",
			text
		);
	return h;
}

void
api_undo_change(struct http_request *r, void *core) {
	struct core *c = core;
	struct change change;

	if (!http_read(r, NULL, 0, NULL))
		return;
	const struct change *h = change_of_path(r, c);
	if (!h)
		return;
	if (acts_undo_one(c, h->id, http_who(r), &change))
		api_submit(r, c, &change);
	else
		http_problem(
			r,
			PROBLEM_NOTHING_TO_UNDO,
			NULL,
			"%s",
			h->undone ? _("It was taken back already.")
				  : _("It took something back, or what it was about is gone.")
		);
}

static void
view_change(const struct core *core, const struct change *c, struct json *j) {
	static const char *const kinds[CHANGE_KIND_COUNT] = {
		[CHANGE_RULE] = "rule",
		[CHANGE_DEVICE] = "device",
		[CHANGE_DESTINATION] = "destination",
		[CHANGE_PROFILE] = "profile",
		[CHANGE_DEFAULT] = "default_profile",
	};
	char text[RULE_SENTENCE];

	json_object(j);
	view_id(j, "id", "chg_", c->id);
	json_key_string(j, "kind", kinds[c->kind]);
	json_key_bool(j, "removed", c->kind == CHANGE_RULE && !c->rule_has);
	json_key_string(j, "sentence", change_sentence(&core->state, c, text));
	view_time(j, "time", c->time_ns);
	json_key_string(j, "author", c->author);
	json_key_bool(j, "undone", c->undone);
	view_id(j, "undoes", "chg_", c->undoes);
	view_time(j, "confirm_until", c->undone ? 0 : c->confirm_ns);
	json_end(j);
}

// The newest first; there are at most ACT_HISTORY.
void
api_list_changes(struct http_request *r, void *core) {
	const struct core *c = core;
	bool pending;
	struct json j;

	if (!http_query_flag(r, "pending", &pending))
		return;
	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = c->acts.history_count; i-- > 0;) {
		const struct change *h = &c->acts.history[i];
		if (!pending || (h->confirm_ns && !h->undone))
			view_change(c, h, &j);
	}
	json_end(&j);
	json_key_string(&j, "next_cursor", NULL);
	json_end(&j);
	api_reply(r, 200, &j);
}

struct waiting {
	struct core *core;
	uint64_t change;
	struct http_later *later;
};

static void
confirmed(void *context, int result, const char *message) {
	struct waiting *w = context;
	struct http_request *r = http_resume(w->later);
	const struct change *h = acts_find(&w->core->acts, w->change);
	struct json j;

	if (r && result < 0) {
		http_problem(
			r,
			result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"It will still be taken back; check the state directory's disk and try "
			"again.",
			"%s",
			message
		);
	} else if (r && h) {
		json_init(&j);
		view_change(w->core, h, &j);
		api_reply(r, 200, &j);
	} else if (r) {
		http_problem(r, PROBLEM_UNKNOWN_CHANGE, NULL, "It is not known any more.");
	}
	free(w);
}

void
api_confirm_change(struct http_request *r, void *core) {
	struct core *c = core;
	const struct change *h = NULL;

	if (!http_read(r, NULL, 0, NULL) || !(h = change_of_path(r, c)))
		return;
	if (!h->confirm_ns || h->undone || h->reverting) {
		http_problem(
			r,
			PROBLEM_NOTHING_TO_CONFIRM,
			h->undone || h->reverting ? "Do it again, and confirm it in time." : NULL,
			"%s",
			h->undone || h->reverting ? _("It was taken back already.")
						  : _("It is kept already.")
		);
		return;
	}
	struct waiting *w = malloc(sizeof *w);
	if (!w) {
		http_problem(r, PROBLEM_INTERNAL, NULL, "Out of memory.");
		return;
	}
	*w = (struct waiting){.core = c, .change = h->id, .later = http_later(r)};
	if (!upkeep_confirm(c, h->id, confirmed, w))
		confirmed(w, -ENOMEM, _("Out of memory."));
}
