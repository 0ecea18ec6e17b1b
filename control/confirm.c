// SPDX-License-Identifier: BSD-3-Clause
// Vital is what a household needs to get back in: the gateway itself, the way out, the server that
// answers its DNS questions, and the machine from which somebody is logged in here.

#include "control/confirm.h"

#include "control/core.h"
#include "control/identity/join.h"
#include "control/rule_check.h"
#include "control/rule_text.h"
#include "control/text/language.h"
#include "control/upkeep.h"
#include "control/vital.h"

#include <stdio.h>
#include <string.h>

#define DNS_PORT 53
// Of a rule about everything: sentences of their own.
#define ALL_GONE "Nobody would reach anything."
#define DNS_GONE "The home's DNS would be stopped with it."

static bool
covers(const struct rule_address *a, unsigned int family, const uint8_t address[16]) {
	if (a->family != family)
		return false;
	for (unsigned int bit = 0; bit < a->length; bit++)
		if ((a->bytes[bit / 8] ^ address[bit / 8]) & (0x80u >> (bit & 7)))
			return false;
	return true;
}

static bool
is_home(const struct state *s, const struct destination *to) {
	struct rule_address home[POLICY_HOME_MAX];
	size_t count = policy_home(s, home);

	for (size_t i = 0; i < count && to->kind == DESTINATION_ADDRESS; i++)
		if (covers(&home[i], to->key.family, to->key.address))
			return true;
	return to->local;
}

// Somebody's server of names: one at home, or one that half of the home asks.
static bool
answers_dns(const struct state *s, const struct destination *to) {
	const struct link *l;
	size_t askers = 0;

	LIST_FOREACH (l, &to->links, of_destination)
		for (unsigned int i = 0; i < l->services_count; i++)
			if ((l->services[i] & 0xffff) == DNS_PORT) {
				askers++;
				break;
			}
	return askers > 0 && (is_home(s, to) || (askers >= 2 && 2 * askers >= s->devices_count));
}

static const char *
role_of_address(const struct state *s, unsigned int family, const uint8_t address[16]) {
	const struct destination *to = destination_find_address(s, family, address);

	if (vital_is_router(family, address))
		return _("is the home's way out");
	if (vital_is_logged_in(family, address))
		return _("is where somebody is logged in from");
	if (to && answers_dns(s, to))
		return _("answers the home's DNS questions");
	return NULL;
}

static const char *
role_of_device(const struct state *s, const struct device *d) {
	const char *role = d->side == SIDE_HOST ? _("is the gateway itself") : NULL;

	for (const struct device *x = d; x && !role; x = join_next(s, d, x))
		for (unsigned int i = 0; i < x->addresses_count && !role; i++)
			role = role_of_address(s, x->addresses[i].family, x->addresses[i].address);
	return role;
}

static const char *
role_of_destination(const struct state *s, const struct destination *to) {
	const char *role = answers_dns(s, to) ? _("answers the home's DNS questions") : NULL;

	if (to->kind == DESTINATION_ADDRESS && !role)
		role = role_of_address(s, to->key.family, to->key.address);
	for (unsigned int i = 0; i < to->addresses_count && !role; i++)
		role = role_of_address(s, to->addresses[i].family, to->addresses[i].address);
	return role;
}

// Any vital address that the prefix covers.
static const char *
role_in_prefix(const struct state *s, const struct rule_address *a) {
	const char *role = vital_router_within(a, covers) ? _("holds the home's way out") : NULL;

	for (size_t i = 0; i < s->destinations_count && !role; i++) {
		const struct destination *to = s->destinations[i];
		if (to->kind == DESTINATION_ADDRESS && covers(a, to->key.family, to->key.address))
			role = role_of_destination(s, to);
	}
	return role;
}

static bool
is_about_dns(const struct rule_service *v) {
	return strcmp(v->name, "dns") == 0
		|| (!v->name[0] && v->protocol == 17
		    && (v->low == 0 || (v->low <= DNS_PORT && v->high >= DNS_PORT)));
}

// What a block would hit, as a role; NULL when nobody needs it.
static const char *
role_of_rule(const struct state *s, const struct rule_spec *r) {
	bool all = !r->service.name[0] && r->service.protocol == 0;
	const struct device *d = r->device ? device_by_id(s, r->device) : NULL;
	const struct destination *to = r->destination ? destination_by_id(s, r->destination) : NULL;

	if (r->subject == RULE_DEVICE)
		return d && all && r->object == RULE_ANY ? role_of_device(s, d) : NULL;
	const struct profile *p = profiles_find(&s->profiles, r->profile);
	if (r->subject == RULE_PROFILE && (!p || p != &s->profiles.items[s->profiles.by_default]))
		return NULL;
	if (!all && !is_about_dns(&r->service))
		return NULL;
	switch ((enum rule_object)r->object) {
	case RULE_ANY:
		return all ? _(ALL_GONE) : _(DNS_GONE);
	case RULE_NODE:
		return to ? role_of_destination(s, to) : NULL;
	case RULE_ADDRESS:
	case RULE_PREFIX:
		return role_in_prefix(s, &r->address);
	case RULE_LOCAL:
		return _("holds the home's router and its DNS");
	case RULE_GATEWAY:
		return _("is where this page comes from");
	default:
		return NULL;
	}
}

static bool
rule_cuts(const struct state *s, const struct change *change, char ret[CUTS_TEXT]) {
	const struct rule_spec *r = &change->rule_now;
	bool stops = r->action == ACTION_BLOCK || r->action == ACTION_PAUSE;
	const char *role = change->rule_has && stops && !r->disabled ? role_of_rule(s, r) : NULL;
	char text[RULE_TEXT];

	if (!role)
		return false;
	if (r->object == RULE_ANY && r->subject != RULE_DEVICE) {
		snprintf(ret, CUTS_TEXT, "%s", role);
		return true;
	}
	if (r->subject == RULE_DEVICE)
		rule_subject_text(s, r, text);
	else
		rule_object_begins(s, r, text);
	snprintf(ret, CUTS_TEXT, "%.160s %s.", text, role);
	return true;
}

static bool
is_stopped(const struct state *s, const struct device *d) {
	const struct profile *p = profiles_find(&s->profiles, d->profile);

	if (d->actions & ACTION_PAUSE || (d->actions & ACTION_POLICY) == ACTION_BLOCK)
		return true;
	p = p ? p : &s->profiles.items[s->profiles.by_default];
	return p->verdict == POLICY_DEFAULT_BLOCK && !(d->actions & ACTION_ALLOW);
}

// Joined it has the other's rules, parted its own again.
static bool
join_cuts(const struct state *s, const struct change *change, char ret[CUTS_TEXT]) {
	const struct device *d = device_by_id(s, change->device);
	const struct device *whole =
		change->choice_now.joined ? device_by_id(s, change->choice_now.joined) : d;
	const char *role = d && whole ? role_of_device(s, d) : NULL;
	char name[NAME_BYTES_MAX + 1];

	if (!role || !is_stopped(s, whole) || is_stopped(s, join_whole(s, d)))
		return false;
	snprintf(
		ret,
		CUTS_TEXT,
		whole == d ? _("%.160s %s, and would be stopped by its own rules.")
			   : _("%.160s %s, and would be stopped with the device that it becomes "
			       "part of."),
		device_name(d, name),
		role
	);
	return true;
}

static bool
device_cuts(const struct state *s, const struct change *change, char ret[CUTS_TEXT]) {
	const struct device *d = device_by_id(s, change->device);
	const struct profile *by_default = &s->profiles.items[s->profiles.by_default];
	const struct profile *now = profiles_find(&s->profiles, change->profile_now);
	const struct profile *was = d ? profiles_find(&s->profiles, d->profile) : NULL;
	const char *role = d ? role_of_device(s, d) : NULL;
	char name[NAME_BYTES_MAX + 1];

	if (d && change->chooses && change->choice_now.joined != d->identity.choice.joined)
		return join_cuts(s, change, ret);
	now = now ? now : by_default;
	was = was ? was : by_default;
	if (!role || now->verdict != POLICY_DEFAULT_BLOCK || was->verdict == POLICY_DEFAULT_BLOCK)
		return false;
	snprintf(
		ret,
		CUTS_TEXT,
		_("%.160s %s, and the profile '%s' blocks what it does not name."),
		device_name(d, name),
		role,
		now->name
	);
	return true;
}

static bool
profile_cuts(struct core *c, const struct change *change, char ret[CUTS_TEXT]) {
	const struct state *s = &c->state;
	const struct profile *was = profiles_find(&s->profiles, change->profile_now);
	size_t devices = was ? profile_devices(s, was) : 0;
	bool is_default = was && was == &s->profiles.items[s->profiles.by_default];

	if (!was || was->verdict == POLICY_DEFAULT_BLOCK || (devices == 0 && !is_default)
	    || core_profile_verdict(c, change->profile_now, change->text_now)
		    != POLICY_DEFAULT_BLOCK)
		return false;
	snprintf(
		ret,
		CUTS_TEXT,
		is_default && devices == 1 ? _(
			"%zu device and every new one would reach nothing that '%s' does not name."
		)
			: is_default ? _("%zu devices and every new one would reach nothing that "
					 "'%s' does not name.")
			: devices == 1
			? _("%zu device would reach nothing that '%s' does not name.")
			: _("%zu devices would reach nothing that '%s' does not name."),
		devices,
		was->name
	);
	return true;
}

static bool
default_cuts(const struct state *s, const struct change *change, char ret[CUTS_TEXT]) {
	const struct profile *was = &s->profiles.items[s->profiles.by_default];
	const struct profile *now = profiles_find(&s->profiles, change->profile_now);

	if (!now || now->verdict != POLICY_DEFAULT_BLOCK || was->verdict == POLICY_DEFAULT_BLOCK)
		return false;
	snprintf(
		ret,
		CUTS_TEXT,
		profile_devices(s, was) == 1
			? _("The default profile '%s' blocks what it does not name, for %zu device "
			    "and every new one.")
			: _("The default profile '%s' blocks what it does not name, for %zu "
			    "devices and every new one."),
		now->name,
		profile_devices(s, was)
	);
	return true;
}

bool
change_cuts(struct core *c, const struct change *change, char ret[CUTS_TEXT]) {
	switch (change->kind) {
	case CHANGE_RULE:
		return rule_cuts(&c->state, change, ret);
	case CHANGE_DEVICE:
		return device_cuts(&c->state, change, ret);
	case CHANGE_PROFILE:
		return profile_cuts(c, change, ret);
	case CHANGE_DEFAULT:
		return default_cuts(&c->state, change, ret);
	default:
		return false;
	}
}
