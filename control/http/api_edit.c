// SPDX-License-Identifier: BSD-3-Clause
// Editing: names, profiles and limits.

#include "control/core.h"
#include "control/http/api.h"
#include "control/identity/join.h"
#include "platform/base.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define V1 "/api/v1"

struct edit {
	struct json_text name;
	struct json_text profile;
	struct json_text kind;
	struct json_number privacy;
	struct json_object limits;
	struct json_number up;
	struct json_number down;
	struct json_number new_flows;
};

#define LIMIT(field) JSON_NUMBER, offsetof(struct edit, field), false, true
static const struct json_field edit_fields[] = {
	{"name", JSON_TEXT, offsetof(struct edit, name), false, true, 1, NAME_CHARACTERS_MAX},
	{"profile", JSON_TEXT, offsetof(struct edit, profile), false, true, 1, PROFILE_NAME_MAX},
	{"kind", JSON_TEXT, offsetof(struct edit, kind), false, true, 1, 32},
	{"privacy", JSON_NUMBER, offsetof(struct edit, privacy), false, true, 0, PRIVACY_LEVEL_MAX},
	{"limits", JSON_OBJECT, offsetof(struct edit, limits), false, true, 0, 0},
	{"limits/up_bps", LIMIT(up), LIMIT_BPS_MIN, LIMIT_BPS_MAX},
	{"limits/down_bps", LIMIT(down), LIMIT_BPS_MIN, LIMIT_BPS_MAX},
	{"limits/new_flows_per_s", LIMIT(new_flows), 1, LIMIT_FLOWS_MAX},
};

static void
take_text(const struct json_text *t, const char *was, char *into, size_t room) {
	const char *text = !t->present ? was : t->null ? "" : t->text;

	size_t length = strnlen(text, room - 1);
	memcpy(into, text, length);
	memset(into + length, 0, room - length);
}

static uint64_t
take_number(const struct json_number *n, uint64_t was) {
	return !n->present ? was : n->null ? 0 : (uint64_t)n->value;
}

// What is not named in the object stays as it is.
static struct device_limits
take_limits(const struct edit *e, const struct device_limits *was) {
	if (e->limits.null)
		return (struct device_limits){0};
	return (struct device_limits){
		.up_bps = take_number(&e->up, was->up_bps),
		.down_bps = take_number(&e->down, was->down_bps),
		.new_flows = take_number(&e->new_flows, was->new_flows),
	};
}

static bool
name_is_taken(const struct core *c, const struct device *d, const char *name) {
	for (size_t i = 0; name[0] && i < c->state.devices_count; i++)
		if (c->state.devices[i] != d && !join_is_part(&c->state, c->state.devices[i])
		    && strcasecmp(c->state.devices[i]->user_name, name) == 0)
			return true;
	return false;
}

// False when there is no such kind; the problem has been answered.
static bool
take_kind(struct http_request *r, const struct json_text *t, struct change *c) {
	enum kind kind = KIND_NONE;

	if (!t->present)
		return true;
	c->chooses = true;
	if (!t->null && !kind_parse(t->text, &kind)) {
		http_problem(
			r, PROBLEM_BAD_VALUE, kind_list(), "There is no kind '%.32s'.", t->text
		);
		return false;
	}
	c->choice_now.kind = kind;
	return true;
}

void
api_edit_device(struct http_request *r, void *core) {
	const struct device *d = api_device(r, core);
	struct change c = {.kind = CHANGE_DEVICE};
	struct edit e;

	if (!d || !http_read(r, edit_fields, ARRAY_LEN(edit_fields), &e))
		return;
	if (!e.name.present && !e.profile.present && !e.limits.present && !e.kind.present
	    && !e.privacy.present) {
		http_problem(
			r,
			PROBLEM_BAD_BODY,
			"Send {\"name\":\"…\"}, {\"profile\":\"…\"}, {\"kind\":\"…\"}, "
			"{\"privacy\":1}, {\"limits\":{…}} or several; null is what was learned, "
			"the default "
			"profile, or no limits.",
			"Nothing to change was given."
		);
		return;
	}
	c.device = d->id;
	take_text(&e.name, d->user_name, c.name_now, sizeof c.name_now);
	take_text(&e.profile, d->profile, c.profile_now, sizeof c.profile_now);
	c.limits_now = take_limits(&e, &d->limits);
	c.choice_now = d->identity.choice;
	if (!take_kind(r, &e.kind, &c))
		return;
	if (e.privacy.present) {
		c.chooses = true;
		c.choice_now.privacy = e.privacy.null ? 0 : (uint64_t)e.privacy.value + 1;
	}
	if (c.profile_now[0] && e.profile.present
	    && !profiles_find(&((struct core *)core)->state.profiles, c.profile_now)) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_PROFILE,
			"GET " V1 "/profiles lists the profiles.",
			"There is no profile '%.40s'.",
			c.profile_now
		);
		return;
	}
	if (e.name.present && name_is_taken(core, d, c.name_now)) {
		http_problem(
			r,
			PROBLEM_NAME_CONFLICT,
			"Choose a name that tells the two apart.",
			"Another device is called '%.64s'.",
			c.name_now
		);
		return;
	}
	api_submit(r, core, &c);
}

void
api_edit_destination(struct http_request *r, void *core) {
	const struct destination *to = api_destination(r, core);
	struct change c = {.kind = CHANGE_DESTINATION};
	struct edit e = {.name.present = false};

	if (!to || !http_read(r, edit_fields, 1, &e))
		return;
	if (!e.name.present) {
		http_problem(
			r,
			PROBLEM_BAD_BODY,
			"Send {\"name\":\"…\"}; null is the learned name.",
			"Nothing to change was given."
		);
		return;
	}
	c.destination = to->id;
	take_text(&e.name, "", c.name_now, sizeof c.name_now);
	api_submit(r, core, &c);
}
