// SPDX-License-Identifier: BSD-3-Clause
// Which stations are one device: suggested with evidence, joined and parted by a person.

#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/identity/likeness.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"
#define SUGGESTIONS_MAX 16

struct suggestion {
	const struct device *device;
	struct likeness likeness;
};

static int
by_confidence(const void *one, const void *other) {
	const struct suggestion *a = one;
	const struct suggestion *b = other;

	return (int)b->likeness.confidence - (int)a->likeness.confidence;
}

// The most alike first.
static size_t
suggest(const struct state *s, const struct device *d, struct suggestion ret[SUGGESTIONS_MAX + 1]) {
	unsigned int namesakes = 0;
	size_t n = 0;

	for (size_t i = 0; i < s->devices_count; i++)
		namesakes += s->devices[i] != d && likeness_is_namesake(d, s->devices[i]);
	for (size_t i = 0; i < s->devices_count; i++) {
		const struct device *other = s->devices[i];
		if (other == d || join_is_part(s, other) || join_has_parts(s, other))
			continue;
		unsigned int others = namesakes - likeness_is_namesake(d, other);
		ret[n].device = other;
		likeness_judge(d, other, others, clock_wall_ns(), &ret[n].likeness);
		n += ret[n].likeness.confidence > 0;
		qsort(ret, n, sizeof *ret, by_confidence);
		n = MIN_OF(n, (size_t)SUGGESTIONS_MAX);
	}
	return n;
}

void
api_list_suggestions(struct http_request *r, void *core) {
	const struct core *c = core;
	const struct device *d = api_device(r, c);
	struct suggestion found[SUGGESTIONS_MAX + 1];
	char text[NAME_BYTES_MAX + 1];
	struct json j;

	if (!d)
		return;
	size_t n = suggest(&c->state, d, found);
	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = 0; i < n; i++) {
		const struct likeness *l = &found[i].likeness;
		json_object(&j);
		json_key_string(&j, "with", id_text("dev_", found[i].device->id, text));
		json_key_string(&j, "mac", text_mac(found[i].device->mac, text));
		json_key_string(&j, "name", device_name(found[i].device, text));
		json_key_u64(&j, "confidence", l->confidence);
		json_key(&j, "evidence");
		json_array(&j);
		for (unsigned int k = 0; k < l->evidence_count; k++)
			json_string(&j, l->evidence[k]);
		json_end(&j);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	api_reply(r, 200, &j);
}

// Of the station itself nothing changes but whose it is.
static void
submit(struct http_request *r, struct core *core, const struct device *station, uint64_t whole) {
	struct change c = {
		.kind = CHANGE_DEVICE,
		.device = station->id,
		.chooses = true,
		.choice_now = {.joined = whole, .kind = station->identity.choice.kind},
		.limits_now = station->limits,
	};

	memcpy(c.name_now, station->user_name, sizeof c.name_now);
	memcpy(c.profile_now, station->profile, sizeof c.profile_now);
	api_submit(r, core, &c);
}

struct join {
	struct json_text with;
};

void
api_join_device(struct http_request *r, void *core) {
	static const struct json_field fields[] = {
		{"with", JSON_TEXT, offsetof(struct join, with), true, false, 1, ID_TEXT},
	};
	const struct core *c = core;
	const struct device *d = api_device(r, c);
	struct join join;
	uint64_t id;

	if (!d || !http_read(r, fields, ARRAY_LEN(fields), &join))
		return;
	const struct device *with =
		id_parse("dev_", join.with.text, &id) ? device_by_id(&c->state, id) : NULL;
	if (!with) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_DEVICE,
			"GET " V1 "/devices lists the devices with their ids.",
			"There is no device '%.40s'.",
			join.with.text
		);
		return;
	}
	if (with == d) {
		http_problem(
			r, PROBLEM_BAD_VALUE, "Name two devices.", "A device is one with itself."
		);
		return;
	}
	if (d->side != SIDE_LAN || with->side != SIDE_LAN
	    || (join_is_part(&c->state, with) && with->identity.choice.joined != d->id)
	    || join_has_parts(&c->state, with)) {
		http_problem(
			r,
			PROBLEM_JOIN_CONFLICT,
			"Part what was joined before, then join them to one device; the gateway "
			"itself is nobody else.",
			"'%.40s' cannot be joined to it.",
			join.with.text
		);
		return;
	}
	submit(r, core, with, d->id);
}

struct part {
	struct json_text mac;
};

void
api_part_device(struct http_request *r, void *core) {
	static const struct json_field fields[] = {
		{"mac", JSON_TEXT, offsetof(struct part, mac), true, false, 1, TEXT_MAC},
	};
	const struct core *c = core;
	const struct device *d = api_device(r, c);
	struct part part;
	uint8_t mac[6];

	if (!d || !http_read(r, fields, ARRAY_LEN(fields), &part))
		return;
	const struct device *station =
		text_parse_mac(part.mac.text, mac) == 0 ? device_by_mac(&c->state, mac) : NULL;
	if (!station || station == d || join_whole(&c->state, station) != d) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Write the MAC of one that was joined to it: GET " V1
			"/devices/{device} lists them as joined.",
			"'%.40s' is not joined to this device.",
			part.mac.text
		);
		return;
	}
	submit(r, core, station, 0);
}
