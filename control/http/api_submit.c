// SPDX-License-Identifier: BSD-3-Clause
// From a change to its answer: what could cut people off asks first, the rest is handed over, and
// the answer is written when it is done: what now holds, since when, and how to take it back.

#include "control/change_text.h"
#include "control/clock.h"
#include "control/confirm.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/shape.h"
#include "control/http/version.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/rule_check.h"
#include "control/rule_json.h"
#include "control/text/language.h"
#include "control/upkeep.h"
#include "control/view.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"
#define PATH_ROOM 128

void
api_reply(struct http_request *r, int status, struct json *j) {
	http_rewrite(r, j);
	if (j->failed)
		http_problem(r, PROBLEM_INTERNAL, NULL, "Out of memory.");
	else if (!shape_reply(r, status, j))
		http_reply_json(r, status, j->text, j->length);
	json_free(j);
}

// The path of the thing a change is about, without the action.
static const char *
path_of(uint64_t device, uint64_t destination, char ret[PATH_ROOM]) {
	char one[ID_TEXT];
	char other[ID_TEXT];

	id_text("dev_", device, one);
	id_text("dst_", destination, other);
	if (device && destination)
		snprintf(ret, PATH_ROOM, V1 "/devices/%s/destinations/%s", one, other);
	else
		snprintf(
			ret,
			PATH_ROOM,
			V1 "/%s/%s",
			device ? "devices" : "destinations",
			device ? one : other
		);
	return ret;
}

// What a patch can have changed, as it was.
static void
write_patch(const struct rule_spec *s, struct json *j) {
	json_object(j);
	json_key_bool(j, "enabled", !s->disabled);
	json_key(j, "schedule");
	rule_json_write_schedule(&s->schedule, j);
	view_time(j, "until", s->until_ns);
	json_key(j, "limit");
	rule_json_write_limit(&s->limits, j);
	json_key_string(j, "comment", s->comment[0] ? s->comment : NULL);
	json_end(j);
}

static void
write_undo_rule(const struct change *c, struct json *j) {
	const struct rule_spec *s = &c->rule_now;
	enum action action = (enum action)s->action;
	bool same = c->rule_had && c->rule_has && rule_spec_same(&c->rule_was, s)
		&& c->rule_was.disabled == s->disabled;
	bool patched = c->rule_had && c->rule_has && !same;
	bool pause = action == ACTION_PAUSE;
	char path[PATH_ROOM];
	char whole[PATH_ROOM + 16];
	char id[ID_TEXT];

	id_text("rule_", c->rule, id);
	if (!patched && (rule_spec_is_plain(s) || pause)) {
		path_of(s->device, s->destination, path);
		snprintf(
			whole,
			sizeof whole,
			"%s:%s",
			path,
			c->rule_has ? action_opposite(action) : action_word(action)
		);
		json_key_string(j, "method", "POST");
		json_key_string(j, "path", whole);
		if (pause && !c->rule_has) {
			json_key(j, "body");
			json_object(j);
			view_time(j, "until", s->until_ns);
			json_end(j);
		}
		return;
	}
	snprintf(
		whole, sizeof whole, V1 "/rules%s%s", c->rule_has ? "/" : "", c->rule_has ? id : ""
	);
	json_key_string(j, "method", patched ? "PATCH" : c->rule_has ? "DELETE" : "POST");
	json_key_string(j, "path", whole);
	if (patched) {
		json_key(j, "body");
		write_patch(&c->rule_was, j);
	} else if (!c->rule_has) {
		json_key(j, "body");
		rule_json_write(s, j);
	}
}

// Joining is taken back by parting, and the other way round.
static void
write_undo_join(const struct core *core, const struct change *c, struct json *j) {
	const struct device *station = device_by_id(&core->state, c->device);
	bool joined = c->choice_now.joined;
	char id[ID_TEXT];
	char text[PATH_ROOM];

	id_text("dev_", joined ? c->choice_now.joined : c->choice_was.joined, id);
	snprintf(text, sizeof text, V1 "/devices/%s:%s", id, joined ? "part" : "join");
	json_key_string(j, "method", "POST");
	json_key_string(j, "path", text);
	json_key(j, "body");
	json_object(j);
	if (joined)
		json_key_string(j, "mac", station ? text_mac(station->mac, text) : NULL);
	else
		view_id(j, "with", "dev_", c->device);
	json_end(j);
}

void
api_write_undo(const struct core *core, const struct change *c, struct json *j) {
	char path[PATH_ROOM];

	json_key(j, "undo");
	json_object(j);
	if (c->kind == CHANGE_RULE) {
		write_undo_rule(c, j);
	} else if (c->chooses && c->choice_was.joined != c->choice_now.joined) {
		write_undo_join(core, c, j);
	} else if (c->kind == CHANGE_PROFILE) {
		snprintf(path, sizeof path, V1 "/profiles/%s", c->profile_now);
		json_key_string(j, "method", c->text_was ? "PUT" : "DELETE");
		json_key_string(j, "path", path);
		if (c->text_was) {
			json_key(j, "body");
			json_object(j);
			json_key_string(j, "yaml", c->text_was->text);
			json_end(j);
		}
	} else if (c->kind == CHANGE_DEFAULT) {
		json_key_string(j, "method", "POST");
		json_key_string(j, "path", V1 "/undo");
	} else {
		json_key_string(j, "method", "PATCH");
		json_key_string(j, "path", path_of(c->device, c->destination, path));
		json_key(j, "body");
		json_object(j);
		json_key_string(j, "name", c->name_was[0] ? c->name_was : NULL);
		if (c->kind == CHANGE_DEVICE)
			json_key_string(j, "profile", c->profile_was[0] ? c->profile_was : NULL);
		if (c->chooses)
			json_key_string(
				j,
				"kind",
				c->choice_was.kind != KIND_NONE
					? kind_name((enum kind)c->choice_was.kind)
					: NULL
			);
		if (c->chooses && c->choice_was.privacy != c->choice_now.privacy) {
			json_key(j, "privacy");
			if (c->choice_was.privacy)
				json_u64(j, c->choice_was.privacy - 1);
			else
				json_null(j);
		}
		json_end(j);
	}
	json_end(j);
}

static void
write_subject(
	const struct core *core,
	const struct change *c,
	const struct act_result *a,
	struct json *j
) {
	const struct device *d = device_by_id(&core->state, c->device);
	const struct destination *to = destination_by_id(&core->state, c->destination);
	const struct profile *p = profiles_find(&core->state.profiles, c->profile_now);

	if (c->kind == CHANGE_RULE) {
		json_key(j, "rule");
		if (a->rule)
			view_rule(core, a->rule, j);
		else
			json_null(j);
		if (a->rule)
			rule_warnings(core, a->rule->id, &a->rule->spec, j);
	} else if (c->kind == CHANGE_DEVICE && d) {
		json_key(j, "device");
		view_device(core, join_whole(&core->state, d), true, j);
	} else if (c->kind == CHANGE_DESTINATION && to) {
		json_key(j, "destination");
		view_destination(core, to, j);
	} else {
		json_key(j, "profile");
		if (p)
			view_profile_whole(core, p, j);
		else
			json_null(j);
		if (p)
			profile_warnings(core, p, j);
	}
}

void
api_write_force(const struct act_result *a, struct json *j) {
	json_key_u64(j, "generation", a->generation);
	if (a->outcome == ACT_CONFIRMED)
		json_key_u64(j, "confirmed_us", a->confirmed_us);
	else
		json_key_string(j, "message", _(a->message));
}

// That it goes back by itself, and how to keep it.
void
api_write_confirm(const struct change *c, struct json *j) {
	char id[ID_TEXT];
	char path[PATH_ROOM];

	if (!c->confirm_ns)
		return;
	id_text("chg_", c->id, id);
	snprintf(path, sizeof path, V1 "/changes/%s:confirm", id);
	json_key(j, "confirm");
	json_object(j);
	json_key_string(j, "change", id);
	json_key_string(j, "method", "POST");
	json_key_string(j, "path", path);
	view_time(j, "deadline", c->confirm_ns);
	json_end(j);
}

void
api_trouble(struct http_request *r, const struct act_result *a) {
	switch (a->outcome) {
	case ACT_REFUSED:
		http_problem(
			r,
			PROBLEM_DATAPLANE_REFUSED,
			"It is kept, but not in force: install the same release of both programs.",
			"%s",
			a->message
		);
		break;
	case ACT_FULL:
		http_problem(
			r,
			PROBLEM_STORAGE_FULL,
			"Free some space on the state directory's disk and try again; nothing was "
			"changed.",
			"%s",
			a->message
		);
		break;
	case ACT_FAILED:
		http_problem(
			r,
			PROBLEM_STORAGE_FAILED,
			"Nothing was changed; check the state directory's disk.",
			"%s",
			a->message
		);
		break;
	default:
		http_problem(r, PROBLEM_UNKNOWN_DESTINATION, NULL, "It is not known any more.");
	}
}

static void
answer(struct http_request *r, struct core *core, const struct change *c, const struct act_result *a
) {
	struct json j;
	char etag[API_ETAG];
	char text[RULE_SENTENCE];

	if (a->outcome != ACT_CONFIRMED && a->outcome != ACT_PENDING) {
		api_trouble(r, a);
		return;
	}
	json_init(&j);
	json_object(&j);
	write_subject(core, c, a, &j);
	json_key_string(&j, "sentence", change_sentence(&core->state, c, text));
	api_write_force(a, &j);
	api_write_confirm(c, &j);
	api_write_undo(core, c, &j);
	json_end(&j);
	const struct profile *p = profiles_find(&core->state.profiles, c->profile_now);
	if (c->kind == CHANGE_PROFILE && p)
		http_add_header(r, "etag", api_etag(p, etag));
	else
		version_tell(r, core);
	api_reply(r, a->outcome == ACT_CONFIRMED ? 200 : 202, &j);
}

struct pending {
	struct core *core;
	struct http_later *later;
};

static void
on_done(void *context, const struct change *c, const struct act_result *a) {
	struct pending *p = context;
	struct http_request *r = http_resume(p->later);

	if (r && a->told)
		http_told(r);
	if (r) // else nobody waits for the answer any more
		answer(r, p->core, c, a);
	free(p);
}

// Whether it may go on; false after the problem was answered.
bool
api_ask_first(struct http_request *r, struct core *core, struct change *c) {
	uint64_t within;
	bool confirmed;
	char text[CUTS_TEXT];

	if (!http_query_flag(r, "confirm", &confirmed)
	    || !http_query_number(
		    r, "confirm_within", CONFIRM_WITHIN_MIN, CONFIRM_WITHIN_MAX, 0, &within
	    ))
		return false;
	c->confirm_ns = within ? clock_wall_ns() + within * NS_PER_S : 0;
	if (confirmed || within || !change_cuts(core, c, text))
		return true;
	http_problem(
		r,
		PROBLEM_NEEDS_CONFIRMATION,
		"Add ?confirm=true to do it, or ?confirm_within=90 to have it taken back after 90 "
		"seconds unless you confirm it.",
		"This can cut people off: %s",
		text
	);
	return false;
}

void
api_submit(struct http_request *r, struct core *core, struct change *c) {
	struct pending *p = NULL;

	if (!api_ask_first(r, core, c))
		return;
	p = malloc(sizeof *p);
	if (!p) {
		http_problem(r, PROBLEM_INTERNAL, NULL, "Out of memory.");
		return;
	}
	api_author(r, c);
	*p = (struct pending){.core = core, .later = http_later(r)};
	act_submit(core, c, on_done, p);
}
