// SPDX-License-Identifier: BSD-3-Clause
// Acting: what the request means becomes a change; the answer is written when the change is done.

#include "control/core.h"
#include "control/dplink.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"

struct device *
api_device(struct http_request *r, const struct core *c) {
	const char *text = http_path(r, "device");
	uint64_t id;
	struct device *d = id_parse("dev_", text, &id) ? device_by_id(&c->state, id) : NULL;

	if (!d)
		http_problem(
			r,
			PROBLEM_UNKNOWN_DEVICE,
			"GET " V1 "/devices lists the devices with their ids.",
			"There is no device '%.40s'.",
			text
		);
	return d;
}

struct destination *
api_destination(struct http_request *r, const struct core *c) {
	const char *text = http_path(r, "destination");
	uint64_t id;
	struct destination *d =
		id_parse("dst_", text, &id) ? destination_by_id(&c->state, id) : NULL;

	if (!d)
		http_problem(
			r,
			PROBLEM_UNKNOWN_DESTINATION,
			"GET " V1 "/destinations lists the destinations with their ids.",
			"There is no destination '%.40s'.",
			text
		);
	return d;
}

void
api_reply(struct http_request *r, int status, struct json *j) {
	if (j->failed)
		http_problem(r, PROBLEM_INTERNAL, NULL, "Out of memory.");
	else
		http_reply_json(r, status, j->text, j->length);
	json_free(j);
}

// The path of the thing a change is about, without the action.
static const char *
path_of(const struct change *c, char ret[96]) {
	char device[ID_TEXT];
	char destination[ID_TEXT];

	id_text("dev_", c->device, device);
	id_text("dst_", c->destination, destination);
	if (c->device && c->destination)
		snprintf(ret, 96, V1 "/devices/%s/destinations/%s", device, destination);
	else
		snprintf(
			ret,
			96,
			V1 "/%s/%s",
			c->device ? "devices" : "destinations",
			c->device ? device : destination
		);
	return ret;
}

static void
write_undo(const struct change *c, struct json *j) {
	char path[96];
	char whole[128];

	path_of(c, path);
	json_key(j, "undo");
	json_object(j);
	if (c->kind == CHANGE_RULE) {
		enum action action = (enum action)c->action;
		snprintf(
			whole,
			sizeof whole,
			"%s:%s",
			path,
			c->set ? action_opposite(action) : action_word(action)
		);
		json_key_string(j, "method", "POST");
		json_key_string(j, "path", whole);
		json_end(j);
		return;
	}
	json_key_string(j, "method", "PATCH");
	json_key_string(j, "path", path);
	json_key(j, "body");
	json_object(j);
	json_key_string(j, "name", c->name_was[0] ? c->name_was : NULL);
	if (c->kind == CHANGE_DEVICE)
		json_key_string(j, "profile", c->profile_was[0] ? c->profile_was : NULL);
	json_end(j);
	json_end(j);
}

static void
write_subject(
	const struct core *core,
	const struct change *c,
	const struct act_result *a,
	struct json *j
) {
	const struct device *d;
	const struct destination *to;

	if (c->kind == CHANGE_RULE) {
		json_key(j, "rule");
		if (a->rule)
			view_rule(core, a->rule, j);
		else
			json_null(j);
	} else if (c->kind == CHANGE_DEVICE && (d = device_by_id(&core->state, c->device))) {
		json_key(j, "device");
		view_device(core, d, j);
	} else if ((to = destination_by_id(&core->state, c->destination))) {
		json_key(j, "destination");
		view_destination(core, to, j);
	}
}

struct pending {
	struct core *core;
	struct http_later *later;
};

static void
answer(struct http_request *r, struct core *core, const struct change *c, const struct act_result *a
) {
	static const char until[] =
		"Free some space on the state directory's disk and try again; nothing was changed.";
	struct json j;

	switch (a->outcome) {
	case ACT_CONFIRMED:
	case ACT_PENDING:
		break;
	case ACT_REFUSED:
		http_problem(
			r,
			PROBLEM_DATAPLANE_REFUSED,
			"It is kept, but not in force: install the same release of both programs.",
			"%s",
			a->message
		);
		return;
	case ACT_FULL:
		http_problem(r, PROBLEM_STORAGE_FULL, until, "%s", a->message);
		return;
	case ACT_FAILED:
		http_problem(
			r,
			PROBLEM_STORAGE_FAILED,
			"Nothing was changed; check the state directory's disk.",
			"%s",
			a->message
		);
		return;
	case ACT_GONE:
		http_problem(r, PROBLEM_UNKNOWN_DESTINATION, NULL, "It is not known any more.");
		return;
	}
	json_init(&j);
	json_object(&j);
	write_subject(core, c, a, &j);
	json_key_u64(&j, "generation", a->generation);
	if (a->outcome == ACT_CONFIRMED)
		json_key_u64(&j, "confirmed_us", a->confirmed_us);
	else
		json_key_string(&j, "message", a->message);
	write_undo(c, &j);
	json_end(&j);
	api_reply(r, a->outcome == ACT_CONFIRMED ? 200 : 202, &j);
}

static void
on_done(void *context, const struct change *c, const struct act_result *a) {
	struct pending *p = context;
	struct http_request *r = http_resume(p->later);

	if (r) // else nobody waits for the answer any more
		answer(r, p->core, c, a);
	free(p);
}

void
api_submit(struct http_request *r, struct core *core, struct change *c) {
	struct pending *p = malloc(sizeof *p);

	if (!p) {
		http_problem(r, PROBLEM_INTERNAL, NULL, "Out of memory.");
		return;
	}
	if (!c->author[0])
		snprintf(c->author, sizeof c->author, "%s", http_who(r));
	*p = (struct pending){.core = core, .later = http_later(r)};
	act_submit(core, c, on_done, p);
}

static void
act(struct http_request *r, struct core *core, const struct device *d, const struct destination *to
) {
	const char *word = http_path(r, "action");
	struct change c = {
		.kind = CHANGE_RULE,
		.device = d ? d->id : 0,
		.destination = to ? to->id : 0,
	};
	enum action action;

	if (!action_parse(word, &action, &c.set)) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_ACTION,
			"Use block, unblock, allow, unallow, ignore or unignore.",
			"There is no action '%.40s'.",
			word
		);
		return;
	}
	if (!http_read(r, NULL, 0, NULL))
		return;
	// DESIGN 9, the safety class: a promise that nothing would keep is not given.
	if (c.set && action & ACTION_POLICY && to && destination_is_exempt(to)) {
		http_problem(
			r,
			PROBLEM_NEVER_RULED,
			"Block the device instead, or ignore the destination.",
			"Multicast and link-local addresses keep the home's network itself "
			"running, "
			"so no rule about %s would apply.",
			to->name
		);
		return;
	}
	c.action = (uint8_t)action;
	api_submit(r, core, &c);
}

void
api_act_device(struct http_request *r, void *core) {
	const struct device *d = api_device(r, core);

	if (d)
		act(r, core, d, NULL);
}

void
api_act_destination(struct http_request *r, void *core) {
	const struct destination *to = api_destination(r, core);

	if (to)
		act(r, core, NULL, to);
}

void
api_act_pair(struct http_request *r, void *core) {
	const struct device *d = api_device(r, core);
	const struct destination *to = d ? api_destination(r, core) : NULL;

	if (to)
		act(r, core, d, to);
}

void
api_delete_rule(struct http_request *r, void *core) {
	const struct core *c = core;
	const char *text = http_path(r, "rule");
	uint64_t id;
	const struct rule *rule = id_parse("rule_", text, &id) ? rule_by_id(&c->state, id) : NULL;

	if (!rule) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_RULE,
			"GET " V1 "/rules lists the rules; it may have been removed already.",
			"There is no rule '%.40s'.",
			text
		);
		return;
	}
	struct change change = {
		.kind = CHANGE_RULE,
		.action = (uint8_t)rule->action,
		.device = rule->device ? rule->device->id : 0,
		.destination = rule->destination ? rule->destination->id : 0,
	};
	api_submit(r, core, &change);
}

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
