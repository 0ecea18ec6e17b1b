// SPDX-License-Identifier: BSD-3-Clause

#include "control/rule_json.h"

#include "control/id.h"
#include "control/rule_json_parts.h"
#include "control/text/language.h"
#include "control/yaml_tree.h"
#include "platform/base.h"

#include <stdio.h>
#include <string.h>

struct member {
	const char *key;
	bool (*read
	)(const struct json_doc *d, unsigned int node, struct rule_spec *s, struct rule_fault *f);
	bool may_change; // by a patch
};

static bool
wants_text(const struct json_doc *d, unsigned int node, const char *field, struct rule_fault *f) {
	if (json_is_string(d, node))
		return true;
	return rule_fault(f, field, "write it in quotes", "text was expected");
}

// A key that must be true where it is there.
static bool
wants_true(const struct json_doc *d, unsigned int node, const char *field, struct rule_fault *f) {
	if (json_flag(d, node, false))
		return true;
	return rule_fault(f, field, "write true, or name something else", "true was expected");
}

static bool
read_action(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
) {
	const char *text = json_text(d, node);
	enum action action;
	bool set;

	if (!wants_text(d, node, "action", f))
		return false;
	if (!action_parse(text, &action, &set) || !set)
		return rule_fault(
			f,
			"action",
			"write block, allow, ignore or limit",
			"'%.40s' is no action of a rule",
			text
		);
	s->action = (uint8_t)action;
	return true;
}

#define SUBJECT_FORM "write {\"everyone\": true}, {\"device\": \"dev_…\"} or {\"profile\": \"…\"}"

static bool
read_subject(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
) {
	unsigned int kinds = 0;

	if (!rule_json_wants_object(d, node, "subject", SUBJECT_FORM, f))
		return false;
	for (unsigned int n = json_first(d, node); n; n = json_next(d, n)) {
		const char *key = json_key_of(d, n);
		const char *text = json_text(d, n);
		if (strcmp(key, "everyone") == 0) {
			if (!wants_true(d, n, "subject/everyone", f))
				return false;
			s->subject = RULE_EVERYONE;
		} else if (strcmp(key, "device") == 0) {
			if (!text || !id_parse("dev_", text, &s->device))
				return rule_fault(
					f,
					"subject/device",
					"write its id as GET /api/v1/devices gives it",
					"'%.40s' is no id of a device",
					text ? text : ""
				);
			s->subject = RULE_DEVICE;
		} else if (strcmp(key, "profile") == 0) {
			if (!text || !text[0] || strlen(text) > RULE_PROFILE_MAX)
				return rule_fault(
					f,
					"subject/profile",
					"write a name as GET /api/v1/profiles gives it",
					"this is no name of a profile"
				);
			snprintf(s->profile, sizeof s->profile, "%s", text);
			s->subject = RULE_PROFILE;
		} else if (strcmp(key, "address") == 0) {
			if (!wants_text(d, n, "subject/address", f) || !rule_set_from(s, text, f))
				return false;
			continue;
		} else {
			return rule_json_unknown("subject", key, "device", f);
		}
		kinds++;
	}
	if (kinds == 1)
		return true;
	return rule_fault(
		f,
		"subject",
		SUBJECT_FORM,
		kinds ? "it names more than one subject" : "it names nobody"
	);
}

#define OBJECT_FORM                                                                                \
	_("write one of any, node, address, prefix, domain, suffix, country, list, local, gateway")

static bool
read_object(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
) {
	unsigned int n = json_is_object(d, node) ? json_first(d, node) : JSON_NONE;
	enum rule_object o;
	char field[48];

	if (!rule_json_wants_object(d, node, "object", OBJECT_FORM, f))
		return false;
	if (!n || json_next(d, n))
		return rule_fault(
			f,
			"object",
			OBJECT_FORM,
			n ? "it names more than one object" : "it names nothing"
		);
	const char *key = json_key_of(d, n);
	if (!rule_object_of(key, &o))
		return rule_fault(f, "object", OBJECT_FORM, "unknown field '%.40s'", key);
	snprintf(field, sizeof field, "object/%s", key);
	if (o == RULE_ANY || o == RULE_LOCAL || o == RULE_GATEWAY)
		return wants_true(d, n, field, f) && rule_set_object(s, o, "", f);
	if (!wants_text(d, n, field, f))
		return false;
	if (o != RULE_NODE)
		return rule_set_object(s, o, json_text(d, n), f);
	if (!rule_set_object(s, o, "", f) || !id_parse("dst_", json_text(d, n), &s->destination))
		return rule_fault(
			f,
			field,
			"write its id as GET /api/v1/destinations gives it, or name a domain",
			"'%.40s' is no id of a destination",
			json_text(d, n)
		);
	return true;
}

static bool
read_service(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
) {
	static const char right[] =
		"write {\"name\": \"https\"} or {\"protocol\": \"tcp\", \"ports\": \"443\"}";
	char text[64] = "";

	if (!rule_json_wants_object(d, node, "service", right, f))
		return false;
	for (unsigned int n = json_first(d, node); n; n = json_next(d, n)) {
		const char *key = json_key_of(d, n);
		if (strcmp(key, "name") != 0 && strcmp(key, "protocol") != 0
		    && strcmp(key, "ports") != 0)
			return rule_json_unknown("service", key, "name", f);
		if (!wants_text(d, n, "service", f))
			return false;
	}
	const char *name = json_text(d, json_get(d, node, "name"));
	const char *protocol = json_text(d, json_get(d, node, "protocol"));
	const char *ports = json_text(d, json_get(d, node, "ports"));
	if (!name == !protocol || (name && ports))
		return rule_fault(
			f, "service", right, "it needs either a name, or a protocol and its ports"
		);
	int n = snprintf(
		text,
		sizeof text,
		"%s%s%s",
		name ? name : protocol,
		ports ? "/" : "",
		ports ? ports : ""
	);
	if (n >= (int)sizeof text)
		return rule_fault(f, "service", right, "it is too long");
	return rule_set_service(s, text, f);
}

static bool
read_direction(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
) {
	return wants_text(d, node, "direction", f) && rule_set_direction(s, json_text(d, node), f);
}

static bool
read_comment(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
) {
	return wants_text(d, node, "comment", f) && rule_set_comment(s, json_text(d, node), f);
}

static bool
read_enabled(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
) {
	bool on = json_flag(d, node, false);

	if (!on && json_flag(d, node, true))
		return rule_fault(f, "enabled", "write true or false", "it is neither");
	s->disabled = !on;
	return true;
}

static const struct member members[] = {
	{"action", read_action, false},
	{"subject", read_subject, false},
	{"object", read_object, false},
	{"service", read_service, false},
	{"direction", read_direction, false},
	{"schedule", rule_json_read_schedule, true},
	{"until", rule_json_read_until, true},
	{"limit", rule_json_read_limit, true},
	{"comment", read_comment, true},
	{"enabled", read_enabled, true},
};

// What null means: as if it had never been said.
static void
forget(struct rule_spec *s, const char *key) {
	if (strcmp(key, "schedule") == 0)
		s->schedule = (struct schedule){0};
	else if (strcmp(key, "until") == 0)
		s->until_ns = 0;
	else if (strcmp(key, "comment") == 0)
		s->comment[0] = 0;
	else if (strcmp(key, "limit") == 0)
		s->limits = (struct device_limits){0};
	else if (strcmp(key, "enabled") == 0)
		s->disabled = false;
}

static bool
read_members(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	bool patch,
	struct rule_fault *f
) {
	for (unsigned int n = json_first(d, node); n; n = json_next(d, n)) {
		const char *key = json_key_of(d, n);
		const struct member *m = NULL;
		const char *nearest = members[0].key;
		unsigned int best = YAML_FAR;
		for (size_t i = 0; i < ARRAY_LEN(members); i++) {
			unsigned int far = yaml_distance(key, members[i].key);
			if (far == 0)
				m = &members[i];
			if (far < best) {
				best = far;
				nearest = members[i].key;
			}
		}
		if (!m)
			return rule_json_unknown("", key, nearest, f);
		if (patch && !m->may_change)
			return rule_fault(
				f,
				key,
				"change enabled, schedule, until, limit or comment, or make "
				"another rule",
				"what a rule is about stays as it is"
			);
		if (json_is_null(d, n))
			forget(s, key);
		else if (!m->read(d, n, s, f))
			return false;
	}
	return rule_spec_check(s, f);
}

static bool
has_action(const struct json_doc *d, unsigned int node, struct rule_fault *f) {
	return json_get(d, node, "action")
		|| rule_fault(
			f,
			"action",
			"write block, allow, ignore or limit",
			"the rule does not say what to do"
		);
}

bool
rule_json_read(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *ret,
	struct rule_fault *f
) {
	struct rule_spec s = {0};

	if (!has_action(d, node, f))
		return false;
	if (!json_get(d, node, "subject"))
		return rule_fault(
			f, "subject", SUBJECT_FORM, "the rule does not say whom it is for"
		);
	if (!read_members(d, node, &s, false, f))
		return false;
	*ret = s;
	return true;
}

bool
rule_json_read_for_profile(
	const struct json_doc *d,
	unsigned int node,
	const char *profile,
	struct rule_spec *ret,
	struct rule_fault *f
) {
	struct rule_spec s = {.subject = RULE_PROFILE};

	snprintf(s.profile, sizeof s.profile, "%s", profile);
	if (json_get(d, node, "subject"))
		return rule_fault(
			f, "subject", "leave it out", "the profile says already whom it is for"
		);
	if (!has_action(d, node, f) || !read_members(d, node, &s, false, f))
		return false;
	*ret = s;
	return true;
}

bool
rule_json_patch(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *spec,
	struct rule_fault *f
) {
	struct rule_spec s = *spec;

	if (!read_members(d, node, &s, true, f))
		return false;
	*spec = s;
	return true;
}
