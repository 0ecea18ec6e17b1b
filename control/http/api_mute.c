// SPDX-License-Identifier: BSD-3-Clause
// What is not to be heard of: muted for a while, or expected for good.

#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/notify/notify.h"
#include "platform/base.h"

#include <stddef.h>
#include <string.h>

#define MUTE_MINUTES 1440
#define MUTE_MINUTES_MAX (366 * 1440)

void
api_list_mutes(struct http_request *r, void *core) {
	const struct core *c = core;
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = 0; i < notify_mutes_count(c->notify); i++)
		notify_view_mute(c, notify_mute_at(c->notify, i), &j);
	json_end(&j);
	json_key_string(&j, "next_cursor", NULL);
	json_end(&j);
	api_reply(r, 200, &j);
}

// Things like this one, from now on.
static struct notify_mute
like(const struct notice *n) {
	struct notify_mute m = {.id = id_new(), .kind = (int)n->kind, .device = n->device};

	if (!n->device && notify_kind_row(n->kind)->by > 0)
		memcpy(m.first, n->args[0], sizeof m.first);
	return m;
}

static bool
has_room(struct http_request *r, const struct core *c) {
	if (notify_mutes_count(c->notify) < NOTIFY_MUTES_MAX)
		return true;
	http_problem(
		r,
		PROBLEM_TOO_MANY_MUTES,
		"DELETE some of those that GET /api/v1/notifications/mutes lists.",
		"There are %d already.",
		NOTIFY_MUTES_MAX
	);
	return false;
}

void
api_expect_notification(struct http_request *r, void *core) {
	const struct notice *n = api_notice(r, core);

	if (!n || !http_read(r, NULL, 0, NULL) || !has_room(r, core))
		return;
	struct notify_wish w = {
		.notice = n->id,
		.sets_outcome = true,
		.outcome = NOTICE_EXPECTED,
		.mutes = true,
		.mute = like(n),
	};
	w.mute.expected = true;
	api_decide(r, core, &w);
}

struct mute_body {
	struct json_text scope;
	struct json_number minutes;
};

static const struct json_field mute_fields[] = {
	{"scope", JSON_TEXT, offsetof(struct mute_body, scope), false, false, 1, 20},
	{"minutes",
	 JSON_NUMBER,
	 offsetof(struct mute_body, minutes),
	 false,
	 false,
	 1,
	 MUTE_MINUTES_MAX},
};

static bool
narrow(struct http_request *r, const char *scope, struct notify_mute *m) {
	bool known = true;

	if (strcmp(scope, "kind") == 0) {
		m->device = 0;
		m->first[0] = 0;
	} else if (strcmp(scope, "device") == 0 && m->device) {
		m->kind = -1;
		m->first[0] = 0;
	} else {
		known = strcmp(scope, "here") == 0;
	}
	if (!known)
		http_problem_at(
			r,
			PROBLEM_BAD_VALUE,
			"scope",
			"Write here (this of this one), kind (this of all) or device (all of this "
			"device, where it is about one).",
			"scope does not fit."
		);
	return known;
}

void
api_mute_notification(struct http_request *r, void *core) {
	const struct notice *n = api_notice(r, core);
	struct mute_body body;

	if (!n || !http_read(r, mute_fields, ARRAY_LEN(mute_fields), &body) || !has_room(r, core))
		return;
	struct notify_wish w = {
		.notice = n->id,
		.sets_outcome = true,
		.outcome = NOTICE_MUTED,
		.mutes = true,
		.mute = like(n),
	};
	uint64_t minutes = body.minutes.present ? (uint64_t)body.minutes.value : MUTE_MINUTES;
	w.mute.until_ns = clock_wall_ns() + minutes * 60 * NS_PER_S;
	if (narrow(r, body.scope.present ? body.scope.text : "here", &w.mute))
		api_decide(r, core, &w);
}

void
api_delete_mute(struct http_request *r, void *core) {
	const struct core *c = core;
	const char *text = http_path(r, "mute");
	struct notify_wish w = {.notice = 0};

	if (id_parse("mute_", text, &w.unmutes))
		for (size_t i = 0; i < notify_mutes_count(c->notify); i++)
			if (notify_mute_at(c->notify, i)->id == w.unmutes) {
				api_decide(r, core, &w);
				return;
			}
	http_problem(
		r,
		PROBLEM_UNKNOWN_MUTE,
		"GET /api/v1/notifications/mutes lists them.",
		"There is no mute '%.40s'.",
		text
	);
}
