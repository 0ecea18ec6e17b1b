// SPDX-License-Identifier: BSD-3-Clause
// Devices and profiles of the older web API.
//
// Source:  reference/spin.md 3.6.

#include "control/confirm.h"
#include "control/core.h"
#include "control/export/spin/front.h"
#include "control/export/spin/own.h"
#include "control/export/spin/rpc.h"
#include "control/http/api.h"
#include "control/http/api_spin.h"
#include "control/identity/join.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct device *
device_of(struct spin_ask *a) {
	struct device *d = spin_device(a->spin, a->part[0]);

	if (!d)
		spin_error(a, 404, "Device not found");
	return d;
}

// The user's name, else what it calls itself, else its first address.
static const char *
name_of(const struct device *d, char ret[NAME_BYTES_MAX + 1]) {
	if (!d->user_name[0] && !d->hostname[0] && d->addresses_count)
		return text_address(d->addresses[0].family, d->addresses[0].address, ret);
	return device_name(d, ret);
}

static void
write_profiles(const struct core *c, const struct device *d, struct json *j) {
	const struct profiles *p = &c->state.profiles;

	json_array(j);
	json_string(j, d->profile[0] ? d->profile : p->items[p->by_default].name);
	json_end(j);
}

void
spin_write_device(const struct spin *s, const struct device *d, struct json *j) {
	char mac[TEXT_MAC], name[NAME_BYTES_MAX + 1];

	json_object(j);
	json_key(j, "appliedProfiles");
	write_profiles(s->core, d, j);
	json_key_string(j, "enforcement", d->actions & ACTION_BLOCK ? "block" : "");
	json_key_u64(j, "lastSeen", d->last_seen_ns / NS_PER_S);
	json_key_string(j, "logging", "");
	json_key_string(j, "mac", text_mac(d->mac, mac));
	json_key_string(j, "name", name_of(d, name));
	json_key_bool(j, "new", front_is_new(s->front, d));
	json_end(j);
}

void
spin_write_devices(const struct spin *s, struct json *j) {
	const struct state *state = &s->core->state;
	char mac[TEXT_MAC];

	json_object(j);
	for (size_t i = 0; i < state->devices_count; i++) {
		const struct device *d = state->devices[i];
		if (join_is_part(state, d))
			continue;
		json_key(j, text_mac(d->mac, mac));
		spin_write_device(s, d, j);
	}
	json_end(j);
}

void
spin_list_devices(struct spin_ask *a) {
	struct json j;

	json_init(&j);
	spin_write_devices(a->spin, &j);
	spin_reply_json(a, &j);
}

void
spin_get_profiles(struct spin_ask *a) {
	const struct device *d = device_of(a);
	struct json j;

	if (!d)
		return;
	json_init(&j);
	write_profiles(a->core, d, &j);
	spin_reply_json(a, &j);
}

struct setting {
	struct http_later *later;
};

static void
on_set(void *context, const struct change *c, const struct act_result *act) {
	struct setting *s = context;
	struct http_request *r = http_resume(s->later);

	(void)c;
	free(s);
	if (!r)
		return;
	struct spin_ask a = {.r = r};
	http_told(r); // the change tells of itself
	if (act->outcome == ACT_CONFIRMED || act->outcome == ACT_PENDING)
		http_reply_json(r, 200, "{}", 2);
	else
		spin_error(&a, act->outcome == ACT_FULL ? 507 : 500, act->message);
}

void
spin_set_profile(struct spin_ask *a) {
	const struct device *d = device_of(a);
	const char *name = d ? spin_field(a, "profile_id") : NULL;
	struct change c = {.kind = CHANGE_DEVICE};
	char cuts[CUTS_TEXT];
	struct rpc_who who;

	if (!d)
		return;
	if (!name || strlen(name) >= sizeof c.profile_now
	    || !profiles_find(&a->core->state.profiles, name)) {
		spin_error(a, 400, name ? "There is no such profile" : "Send profile_id");
		return;
	}
	c.device = d->id;
	memcpy(c.name_now, d->user_name, sizeof c.name_now);
	snprintf(c.profile_now, sizeof c.profile_now, "%s", name);
	c.limits_now = d->limits;
	c.choice_now = d->identity.choice;
	spin_who(a->r, &who);
	c.by = who.by;
	snprintf(c.author, sizeof c.author, "%.32s", who.by.who);
	snprintf(c.operation, sizeof c.operation, "editDevice");
	if (change_cuts(a->core, &c, cuts)) {
		spin_error(a, 409, cuts);
		return;
	}
	struct setting *s = malloc(sizeof *s);
	if (!s) {
		spin_error(a, 500, "Out of memory");
		return;
	}
	s->later = http_later(a->r);
	act_submit(a->core, &c, on_set, s);
}

void
spin_toggle_new(struct spin_ask *a) {
	const struct device *d = device_of(a);

	if (!d)
		return;
	if (front_toggle_new(a->spin->front, d))
		http_reply_json(a->r, 200, "{}", 2);
	else
		spin_error(a, 507, "Too many devices were marked");
}

void
spin_write_profiles(const struct core *c, struct json *j) {
	const struct profiles *p = &c->state.profiles;

	json_array(j);
	for (size_t i = 0; i < p->count; i++) {
		json_object(j);
		json_key_string(j, "id", p->items[i].name);
		json_key_string(j, "name", p->items[i].name);
		json_key_string(j, "description", p->items[i].description);
		json_key_string(
			j, "type", p->items[i].shipped ? "CREATED_BY_SYSTEM" : "CREATED_BY_USER"
		);
		json_end(j);
	}
	json_end(j);
}

void
spin_list_profiles(struct spin_ask *a) {
	struct json j;

	json_init(&j);
	spin_write_profiles(a->core, &j);
	spin_reply_json(a, &j);
}
