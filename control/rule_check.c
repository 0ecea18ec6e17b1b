// SPDX-License-Identifier: BSD-3-Clause

#include "control/rule_check.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/lists.h"
#include "control/rule_text.h"
#include "control/text/language.h"
#include "control/view.h"
#include "control/yaml_tree.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

size_t
profile_devices(const struct state *s, const struct profile *p) {
	bool is_default = p == &s->profiles.items[s->profiles.by_default];
	size_t devices = 0;

	for (size_t i = 0; i < s->devices_count; i++) {
		const char *name = s->devices[i]->profile;
		const struct profile *of = name[0] ? profiles_find(&s->profiles, name) : NULL;
		devices += of ? of == p : is_default;
	}
	return devices;
}

static bool
check_profile(const struct state *s, const char *name, struct rule_fault *f) {
	const char *nearest = s->profiles.items[0].name;
	unsigned int best = YAML_FAR;
	char hint[sizeof f->right];

	if (profiles_find(&s->profiles, name))
		return true;
	for (size_t i = 0; i < s->profiles.count; i++) {
		unsigned int far = yaml_distance(name, s->profiles.items[i].name);
		if (far < best) {
			best = far;
			nearest = s->profiles.items[i].name;
		}
	}
	snprintf(
		hint,
		sizeof hint,
		_("did you mean '%s'? GET /api/v1/profiles lists the profiles"),
		nearest
	);
	return rule_fault(f, "subject/profile", hint, "there is no profile '%.40s'", name);
}

static bool
check_list(const struct core *c, const char *name, struct rule_fault *f) {
	const struct lists_config *config = &c->config->lists;
	char hint[sizeof f->right] = N_("name a list of spin.yaml; there is none yet");
	size_t used = 0;

	if (lists_find(c->lists, name) >= 0)
		return true;
	for (unsigned int i = 0; i < config->count && used < sizeof hint; i++)
		used += (size_t)snprintf(
			hint + used,
			sizeof hint - used,
			"%s%s",
			i ? ", " : _("these lists are in spin.yaml: "),
			config->list[i].name
		);
	return rule_fault(f, "object/list", hint, "there is no list '%.40s'", name);
}

bool
rule_check_names(const struct core *c, const struct rule_spec *r, struct rule_fault *f) {
	const struct state *s = &c->state;
	const struct destination *to = r->destination ? destination_by_id(s, r->destination) : NULL;

	if (r->subject == RULE_DEVICE && !device_by_id(s, r->device))
		return rule_fault(
			f,
			"subject/device",
			"GET /api/v1/devices lists the devices with their ids",
			"there is no such device"
		);
	if (r->subject == RULE_PROFILE && !check_profile(s, r->profile, f))
		return false;
	if (r->object == RULE_NODE && !to)
		return rule_fault(
			f,
			"object/node",
			"GET /api/v1/destinations lists the destinations with their ids",
			"there is no such destination"
		);
	// DESIGN 9, the safety class: a promise that nothing would keep is not given.
	if (to && r->action != ACTION_IGNORE && destination_is_exempt(to))
		return rule_fault(
			f,
			"object/node",
			"block the device instead, or ignore the destination",
			"multicast and link-local addresses keep the home's network itself "
			"running, no rule about %.60s would apply",
			to->name
		);
	if (r->object == RULE_LIST)
		return check_list(c, r->text, f);
	if (r->until_ns && r->until_ns <= clock_wall_ns() && !s->clock_untrusted)
		return rule_fault(
			f, "until", "write a time to come", "the rule would be over already"
		);
	return true;
}

static bool
has_from(const struct device *d, const struct rule_address *from) {
	for (unsigned int i = 0; d && i < d->addresses_count; i++)
		if (d->addresses[i].family == from->family
		    && memcmp(d->addresses[i].address, from->bytes, 16) == 0)
			return true;
	return false;
}

bool
rule_matches_nothing(const struct core *c, const struct rule_spec *r, char ret[RULE_NOTE]) {
	const struct state *s = &c->state;
	const struct profile *p = profiles_find(&s->profiles, r->profile);

	ret[0] = 0;
	if (r->object == RULE_LIST && lists_bit(c->lists, r->text) < 0)
		snprintf(
			ret,
			RULE_NOTE,
			_("The list '%.32s' is not in force, so the rule matches nothing."),
			r->text
		);
	else if (r->object == RULE_COUNTRY && lists_country_bit(c->lists, r->text) == -ENOENT)
		snprintf(
			ret,
			RULE_NOTE,
			_("Which addresses are in %.2s is not known, so the rule matches nothing: "
			  "name an MMDB file of countries in spin.yaml."),
			r->text
		);
	else if (r->subject == RULE_PROFILE && p && profile_devices(s, p) == 0)
		snprintf(
			ret,
			RULE_NOTE,
			_("No device has the profile '%.32s', so the rule matches nothing."),
			r->profile
		);
	else if (r->subject == RULE_PROFILE && !p)
		snprintf(
			ret,
			RULE_NOTE,
			_("There is no profile '%.32s' any more, so the rule matches nothing."),
			r->profile
		);
	else if (r->from.family && !has_from(device_by_id(s, r->device), &r->from))
		snprintf(
			ret,
			RULE_NOTE,
			_("The device has not been seen with this address, so the rule matches "
			  "nothing.")
		);
	return ret[0] != 0;
}

static bool
judges(const struct rule_spec *r) {
	return (r->action == ACTION_BLOCK || r->action == ACTION_ALLOW) && !r->disabled;
}

static void
warn(struct json *j, const char *key, const char *message, uint64_t rule) {
	json_object(j);
	json_key_string(j, "key", key);
	json_key_string(j, "message", message);
	view_id(j, "rule", "rule_", rule);
	json_end(j);
}

// DESIGN 4: block and allow about the same traffic: allow stands in the higher class.
void
rule_warnings(const struct core *c, uint64_t id, const struct rule_spec *r, struct json *j) {
	const struct state *s = &c->state;
	char note[RULE_NOTE];
	char text[RULE_SENTENCE + 64];
	char sentence[RULE_SENTENCE];

	json_key(j, "warnings");
	json_array(j);
	if (rule_matches_nothing(c, r, note))
		warn(j, "matches_nothing", note, 0);
	for (size_t i = 0; judges(r) && i < s->rules_count; i++) {
		const struct rule *other = s->rules[i];
		if (other->id == id || !judges(&other->spec) || other->spec.action == r->action
		    || !rule_spec_same_traffic(&other->spec, r))
			continue;
		bool other_wins = other->spec.action == ACTION_ALLOW;
		snprintf(
			text,
			sizeof text,
			other_wins ? _("An allow goes before this block: \"%s\"")
				   : _("This allow goes before a block: \"%s\""),
			rule_sentence(s, &other->spec, sentence)
		);
		warn(j, "contradiction", text, other_wins ? other->id : id);
	}
	json_end(j);
}

// Inside a class, and all of a profile is one, block goes before allow.
static void
warn_of_pair(
	const struct core *c,
	const struct rule_spec *a,
	const struct rule_spec *b,
	struct json *j
) {
	char text[RULE_SENTENCE + 64];
	char sentence[RULE_SENTENCE];

	if (!judges(a) || !judges(b) || a->action == b->action || !rule_spec_same_traffic(a, b))
		return;
	snprintf(
		text,
		sizeof text,
		_("A block goes before this allow, which does nothing: \"%s\""),
		rule_sentence(&c->state, a->action == ACTION_ALLOW ? a : b, sentence)
	);
	warn(j, "contradiction", text, 0);
}

void
profile_warnings(const struct core *c, const struct profile *p, struct json *j) {
	char note[RULE_NOTE];

	json_key(j, "warnings");
	json_array(j);
	for (size_t i = 0; i < p->own_count; i++) {
		const struct rule_spec *r = &p->rules[i].spec;
		bool named = r->object == RULE_LIST || r->object == RULE_COUNTRY;
		if (named && rule_matches_nothing(c, r, note))
			warn(j, "matches_nothing", note, 0);
		for (size_t k = 0; k < i; k++)
			warn_of_pair(c, &p->rules[k].spec, r, j);
	}
	json_end(j);
}
