// SPDX-License-Identifier: BSD-3-Clause
// Rules and profiles, as they look from outside.

#include "control/core.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/rule_check.h"
#include "control/rule_json.h"
#include "control/rule_text.h"
#include "control/text/language.h"
#include "control/view.h"

#include <string.h>

static void
view_subject(const struct core *c, const struct rule_spec *r, struct json *j) {
	const struct device *d =
		r->subject == RULE_DEVICE ? device_by_id(&c->state, r->device) : NULL;
	char text[RULE_TEXT];
	char address[64];

	json_key(j, "subject");
	json_object(j);
	json_key_string(j, "kind", rule_subject_key((enum rule_subject)r->subject));
	view_id(j, "id", "dev_", r->device);
	if (d)
		json_key_string(j, "name", device_name(d, text));
	else if (r->subject == RULE_PROFILE)
		json_key_string(j, "name", r->profile);
	else
		json_key_string(j, "name", rule_subject_text(&c->state, r, text));
	json_key_string(j, "address", r->from.family ? rule_address_text(&r->from, address) : NULL);
	json_end(j);
}

// The two that were there first keep the words that programs know them by.
static void
view_object(const struct core *c, const struct rule_spec *r, struct json *j) {
	enum rule_object o = (enum rule_object)r->object;
	char text[RULE_TEXT];
	char address[64];

	json_key(j, "object");
	json_object(j);
	json_key_string(
		j,
		"kind",
		o == RULE_ANY		 ? "everything"
			: o == RULE_NODE ? "destination"
					 : rule_object_key(o)
	);
	view_id(j, "id", "dst_", r->destination);
	json_key_string(
		j, "name", o == RULE_ANY ? _("Everything") : rule_object_text(&c->state, r, text)
	);
	json_key_string(
		j,
		"value",
		r->address.family    ? rule_address_text(&r->address, address)
			: r->text[0] ? r->text
				     : NULL
	);
	json_end(j);
}

static void
view_spec(const struct core *c, const struct rule_spec *r, struct json *j) {
	char sentence[RULE_SENTENCE];

	json_key_string(j, "action", action_word((enum action)r->action));
	view_subject(c, r, j);
	view_object(c, r, j);
	json_key(j, "service");
	rule_json_write_service(&r->service, j);
	json_key_string(j, "direction", rule_direction_word((enum rule_direction)r->direction));
	json_key(j, "schedule");
	rule_json_write_schedule(&r->schedule, j);
	view_time(j, "until", r->until_ns);
	json_key(j, "limit");
	rule_json_write_limit(&r->limits, j);
	json_key_string(j, "comment", r->comment[0] ? r->comment : NULL);
	json_key_bool(j, "enabled", !r->disabled);
	json_key_string(j, "sentence", rule_sentence(&c->state, r, sentence));
}

// The rules of a station that is part of another device sleep.
static bool
is_in_force(const struct core *c, const struct rule *r) {
	if (r->device && join_is_part(&c->state, r->device))
		return false;
	return r->spec.action == ACTION_IGNORE || !core_is_pending(c);
}

void
view_rule(const struct core *c, const struct rule *r, struct json *j) {
	char note[RULE_NOTE];

	json_object(j);
	view_id(j, "id", "rule_", r->id);
	view_spec(c, &r->spec, j);
	json_key_bool(j, "active", r->active);
	json_key_string(j, "note", rule_matches_nothing(c, &r->spec, note) ? note : NULL);
	json_key_u64(j, "hits", r->hits);
	view_time(j, "last_hit", r->last_hit_ns);
	view_time(j, "created", r->created_ns);
	json_key_string(j, "author", r->author);
	json_key_bool(j, "in_force", is_in_force(c, r));
	json_end(j);
}

static void
view_profile_rules(const struct core *c, const struct profile *p, struct json *j) {
	json_key(j, "rules");
	json_array(j);
	for (size_t i = 0; i < p->rules_count; i++) {
		const struct profile_rule *r = &p->rules[i];
		char note[RULE_NOTE];
		json_object(j);
		json_key_string(j, "from", r->from[0] ? r->from : NULL);
		json_key(j, "n");
		if (r->from[0])
			json_null(j);
		else
			json_u64(j, i + 1);
		view_spec(c, &r->spec, j);
		json_key_bool(j, "active", r->active);
		json_key_string(j, "note", rule_matches_nothing(c, &r->spec, note) ? note : NULL);
		json_key_u64(j, "hits", r->hits);
		view_time(j, "last_hit", r->last_hit_ns);
		json_end(j);
	}
	json_end(j);
}

static void
view_profile_members(const struct core *c, const struct profile *p, struct json *j) {
	const struct state *s = &c->state;
	bool is_default = p == &s->profiles.items[s->profiles.by_default];

	json_key_string(j, "name", p->name);
	json_key_string(j, "description", p->description);
	json_key_string(j, "extends", p->extends[0] ? p->extends : NULL);
	json_key_string(j, "default", p->verdict == POLICY_DEFAULT_BLOCK ? "block" : "allow");
	json_key_bool(j, "is_default", is_default);
	json_key_bool(j, "shipped", p->shipped);
	json_key_u64(j, "devices", profile_devices(s, p));
	json_key_u64(j, "rule_count", p->rules_count);
}

void
view_profile(const struct core *c, const struct profile *p, struct json *j) {
	json_object(j);
	view_profile_members(c, p, j);
	json_end(j);
}

void
view_profile_whole(const struct core *c, const struct profile *p, struct json *j) {
	json_object(j);
	view_profile_members(c, p, j);
	view_profile_rules(c, p, j);
	json_key_string(j, "yaml", p->text);
	json_end(j);
}
