// SPDX-License-Identifier: BSD-3-Clause
// The other way: a rule written as JSON, and read back from the store.

#include "control/id.h"
#include "control/rule_json.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

static void
write_subject(const struct rule_spec *s, struct json *j) {
	char text[64];

	json_key(j, "subject");
	json_object(j);
	if (s->subject == RULE_DEVICE) {
		json_key_string(j, "device", id_text("dev_", s->device, text));
		if (s->from.family)
			json_key_string(j, "address", rule_address_text(&s->from, text));
	} else if (s->subject == RULE_PROFILE) {
		json_key_string(j, "profile", s->profile);
	} else {
		json_key_bool(j, "everyone", true);
	}
	json_end(j);
}

static void
write_object(const struct rule_spec *s, struct json *j) {
	enum rule_object o = (enum rule_object)s->object;
	const char *key = rule_object_key(o);
	char text[64];

	json_key(j, "object");
	json_object(j);
	if (o == RULE_ANY || o == RULE_LOCAL || o == RULE_GATEWAY)
		json_key_bool(j, key, true);
	else if (o == RULE_NODE)
		json_key_string(j, key, id_text("dst_", s->destination, text));
	else if (s->address.family)
		json_key_string(j, key, rule_address_text(&s->address, text));
	else
		json_key_string(j, key, s->text);
	json_end(j);
}

void
rule_json_write_service(const struct rule_service *s, struct json *j) {
	char text[2 * SERVICE_TEXT];

	if (!s->name[0] && s->protocol == 0) {
		json_null(j);
		return;
	}
	json_object(j);
	if (s->name[0]) {
		json_key_string(j, "name", s->name);
	} else {
		json_key_string(j, "protocol", service_protocol(s->protocol, text));
		if (s->low) {
			snprintf(
				text,
				sizeof text,
				s->low == s->high ? "%u" : "%u-%u",
				s->low,
				s->high
			);
			json_key_string(j, "ports", text);
		}
	}
	json_end(j);
}

void
rule_json_write_schedule(const struct schedule *s, struct json *j) {
	char text[16];

	if (!schedule_is_set(s)) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key(j, "days");
	json_array(j);
	for (unsigned int day = 0; day < 7; day++)
		if (s->days >> day & 1)
			json_string(j, schedule_day(day));
	json_end(j);
	snprintf(text, sizeof text, "%02u:%02u", s->from / 60 % 24, s->from % 60);
	json_key_string(j, "from", text);
	snprintf(text, sizeof text, "%02u:%02u", s->to / 60 % 24, s->to % 60);
	json_key_string(j, "to", text);
	json_end(j);
}

void
rule_json_write_limit(const struct device_limits *l, struct json *j) {
	if (!l->up_bps && !l->down_bps && !l->new_flows) {
		json_null(j);
		return;
	}
	json_object(j);
	if (l->up_bps)
		json_key_u64(j, "up_bps", l->up_bps);
	if (l->down_bps)
		json_key_u64(j, "down_bps", l->down_bps);
	if (l->new_flows)
		json_key_u64(j, "new_flows_per_s", l->new_flows);
	json_end(j);
}

void
rule_json_write(const struct rule_spec *s, struct json *j) {
	char time[TEXT_TIME];

	json_object(j);
	json_key_string(j, "action", action_word((enum action)s->action));
	write_subject(s, j);
	write_object(s, j);
	json_key(j, "service");
	rule_json_write_service(&s->service, j);
	json_key_string(j, "direction", rule_direction_word((enum rule_direction)s->direction));
	json_key(j, "schedule");
	rule_json_write_schedule(&s->schedule, j);
	json_key_string(j, "until", s->until_ns ? text_time(s->until_ns, time) : NULL);
	json_key(j, "limit");
	rule_json_write_limit(&s->limits, j);
	json_key_string(j, "comment", s->comment[0] ? s->comment : NULL);
	json_key_bool(j, "enabled", !s->disabled);
	json_end(j);
}

// What was checked when it was written; a hand that changed it since is not trusted.
bool
rule_json_parse(const char *text, struct rule_spec *ret) {
	struct json_fault json_fault;
	struct rule_fault fault;
	struct json_doc *d;

	if (json_parse(text, strlen(text), &json_limits_body, &d, &json_fault) < 0)
		return false;
	bool good = rule_json_read(d, JSON_ROOT, ret, &fault);
	json_doc_free(d);
	return good;
}
