// SPDX-License-Identifier: BSD-3-Clause
// Acting on a device, a destination or a pair: what the request means becomes a change.

#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#define V1 "/api/v1"
#define PAUSE_MINUTES_MAX (7 * 24 * 60)
#define MORNING_HOUR 7

struct device *
api_device(struct http_request *r, const struct core *c) {
	const char *text = http_path(r, "device");
	uint64_t id;
	struct device *d = id_parse("dev_", text, &id) ? device_by_id(&c->state, id) : NULL;
	if (d)
		return join_whole(&c->state, d); // the id of a part is still its whole's

	http_problem(
		r,
		PROBLEM_UNKNOWN_DEVICE,
		"GET " V1 "/devices lists the devices with their ids.",
		"There is no device '%.40s'.",
		text
	);
	return NULL;
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

// What a pause was asked for.
struct pause {
	struct json_number minutes;
	struct json_text until;
};

static const struct json_field pause_fields[] = {
	{"minutes",
	 JSON_NUMBER,
	 offsetof(struct pause, minutes),
	 false,
	 false,
	 1,
	 PAUSE_MINUTES_MAX},
	{"until", JSON_TEXT, offsetof(struct pause, until), false, false, 1, 40},
};

// The next time that it is seven by the clock on the wall.
static uint64_t
next_morning(uint64_t now_ns) {
	time_t now = (time_t)(now_ns / NS_PER_S);
	struct tm local;

	if (!localtime_r(&now, &local))
		return now_ns + 12 * 3600 * NS_PER_S;
	if (local.tm_hour >= MORNING_HOUR)
		local.tm_mday++;
	local.tm_hour = MORNING_HOUR;
	local.tm_min = local.tm_sec = 0;
	local.tm_isdst = -1;
	return (uint64_t)mktime(&local) * NS_PER_S;
}

// When the pause shall end; false after the problem was answered.
static bool
read_pause(struct http_request *r, uint64_t *ret) {
	uint64_t now = clock_wall_ns();
	struct pause p;

	if (!http_read(r, pause_fields, ARRAY_LEN(pause_fields), &p))
		return false;
	*ret = now + 60ull * (p.minutes.present ? (uint64_t)p.minutes.value : 60) * NS_PER_S;
	if (!p.until.present || p.minutes.present)
		return true;
	if (strcmp(p.until.text, "morning") == 0)
		*ret = next_morning(now);
	else if (text_parse_time(p.until.text, ret) < 0 || *ret <= now) {
		http_problem_at(
			r,
			PROBLEM_BAD_VALUE,
			"until",
			"Write morning, or a time to come as 2026-11-26T18:00:00Z.",
			"until is no time to come."
		);
		return false;
	}
	return true;
}

static bool
read_action(struct http_request *r, bool device, enum action *ret, bool *ret_set) {
	const char *word = http_path(r, "action");

	if (action_parse(word, ret, ret_set) && *ret != ACTION_LIMIT
	    && (device || *ret != ACTION_PAUSE))
		return true;
	http_problem(
		r,
		PROBLEM_UNKNOWN_ACTION,
		device ? "Use block, unblock, allow, unallow, ignore, unignore, pause or resume."
		       : "Use block, unblock, allow, unallow, ignore or unignore.",
		"There is no action '%.40s'.",
		word
	);
	return false;
}

static void
act(struct http_request *r, struct core *core, const struct device *d, const struct destination *to
) {
	struct change c = {.kind = CHANGE_RULE};
	enum action action;

	if (!read_action(r, d && !to, &action, &c.rule_has))
		return;
	rule_spec_plain(&c.rule_now, action, d, to);
	if (action == ACTION_PAUSE && c.rule_has) {
		if (!read_pause(r, &c.rule_now.until_ns))
			return;
	} else if (!http_read(r, NULL, 0, NULL)) {
		return;
	}
	// DESIGN 9, the safety class: a promise that nothing would keep is not given.
	if (c.rule_has && action & ACTION_POLICY && to && destination_is_exempt(to)) {
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
