// SPDX-License-Identifier: BSD-3-Clause
// Lists: their filters, and the items that pass them.

#include "control/array.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/page.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/view.h"
#include "platform/text.h"

#include <string.h>

// A parameter that is true or false: *ret is 1, 0, or -1 when it is absent.
static bool
read_flag(struct http_request *r, const char *name, int *ret) {
	const char *text = http_query(r, name);

	*ret = -1;
	if (!text)
		return true;
	if (strcmp(text, "true") == 0 || strcmp(text, "1") == 0)
		*ret = 1;
	else if (strcmp(text, "false") == 0 || strcmp(text, "0") == 0)
		*ret = 0;
	if (*ret >= 0)
		return true;
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write true or false.",
		"'%.40s' is no value of '%s'.",
		text,
		name
	);
	return false;
}

// A parameter that names a device or destination: *ret is its id, 0 when it is absent.
static bool
read_id(struct http_request *r, const char *name, const char *prefix, uint64_t *ret) {
	const char *text = http_query(r, name);

	*ret = 0;
	if (!text || id_parse(prefix, text, ret))
		return true;
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write an id as the lists give it.",
		"'%.40s' is no id of a %s.",
		text,
		name
	);
	return false;
}

static bool
differs(int wanted, bool is) {
	return wanted >= 0 && wanted != is;
}

static const char *
profile_of(const struct core *c, const struct device *d) {
	const struct profiles *p = &c->state.profiles;
	const struct profile *own = d->profile[0] ? profiles_find(p, d->profile) : NULL;

	return own ? own->name : p->items[p->by_default].name;
}

static void
view_one_device(const struct core *c, const void *item, struct json *j) {
	view_device(c, item, false, j);
}

static void
view_one_destination(const struct core *c, const void *item, struct json *j) {
	view_destination(c, item, j);
}

static void
view_one_flow(const struct core *c, const void *item, struct json *j) {
	view_flow(c, item, j);
}

static void
view_one_rule(const struct core *c, const void *item, struct json *j) {
	view_rule(c, item, j);
}

static bool
has_mac(const struct state *s, const struct device *whole, const uint8_t mac[6]) {
	const struct device *d = device_by_mac(s, mac);

	return d && join_whole(s, d) == whole;
}

void
api_list_devices(struct http_request *r, void *core) {
	const struct core *c = core;
	const struct state *s = &c->state;
	const char *profile = http_query(r, "profile");
	const char *mac = http_query(r, "mac");
	const char *name = http_query(r, "name");
	char text[NAME_BYTES_MAX + 1];
	uint8_t wanted[6];
	int online;
	int blocked;
	struct page p;

	if (!read_flag(r, "online", &online) || !read_flag(r, "blocked", &blocked))
		return;
	if (mac && text_parse_mac(mac, wanted) < 0) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Write six pairs of hex digits: 02:00:00:00:00:01.",
			"'%.40s' is no MAC address.",
			mac
		);
		return;
	}
	if (!page_begin(&p, r, c, "dev_", device_orders, view_one_device))
		return;
	size_t i = array_position((void *const *)s->devices, s->devices_count, p.cursor + 1);
	for (; i < s->devices_count; i++) {
		const struct device *d = s->devices[i];
		if (join_is_part(s, d) || differs(online, join_sum(s, d, clock_wall_ns()).online)
		    || differs(blocked, d->actions & ACTION_BLOCK)
		    || (profile && strcmp(profile, profile_of(c, d)) != 0)
		    || (mac && !has_mac(s, d, wanted))
		    || (name && !strcasestr(device_name(d, text), name)))
			continue;
		if (!page_take(&p, d->id, d))
			break;
	}
	page_end(&p);
}

static bool
has_name(const struct destination *d, const char *part) {
	if (strcasestr(destination_label(d), part) || strcasestr(d->name, part))
		return true;
	for (unsigned int i = 0; i < d->names_count; i++)
		if (strcasestr(d->names[i].text, part))
			return true;
	return false;
}

static bool
has_device(const struct destination *d, uint64_t device) {
	const struct link *l;

	LIST_FOREACH (l, &d->links, of_destination)
		if (l->key.device == device)
			return true;
	return false;
}

void
api_list_destinations(struct http_request *r, void *core) {
	const struct core *c = core;
	const struct state *s = &c->state;
	const char *name = http_query(r, "name");
	const char *kind = http_query(r, "kind");
	uint64_t device;
	int blocked;
	struct page p;

	if (!read_flag(r, "blocked", &blocked) || !read_id(r, "device", "dev_", &device))
		return;
	if (kind && strcmp(kind, "domain") != 0 && strcmp(kind, "address") != 0) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Write domain or address.",
			"'%.40s' is no kind of destination.",
			kind
		);
		return;
	}
	if (!page_begin(&p, r, c, "dst_", destination_orders, view_one_destination))
		return;
	size_t i =
		array_position((void *const *)s->destinations, s->destinations_count, p.cursor + 1);
	for (; i < s->destinations_count; i++) {
		const struct destination *d = s->destinations[i];
		if (!d->visible || differs(blocked, d->actions & ACTION_BLOCK)
		    || (kind && (kind[0] == 'd') != (d->kind == DESTINATION_DOMAIN))
		    || (name && !has_name(d, name)) || (device && !has_device(d, device)))
			continue;
		if (!page_take(&p, d->id, d))
			break;
	}
	page_end(&p);
}

void
api_list_flows(struct http_request *r, void *core) {
	const struct core *c = core;
	const char *verdict = http_query(r, "verdict");
	const struct flow *f;
	uint64_t device;
	uint64_t destination;
	struct page p;

	if (!read_id(r, "device", "dev_", &device)
	    || !read_id(r, "destination", "dst_", &destination))
		return;
	if (verdict && strcmp(verdict, "forward") != 0 && strcmp(verdict, "drop") != 0) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Write forward or drop.",
			"'%.40s' is no verdict.",
			verdict
		);
		return;
	}
	if (!page_begin(&p, r, c, "flow_", flow_orders, view_one_flow))
		return;
	// The newest first: that is what people look for.
	TAILQ_FOREACH_REVERSE(f, &c->state.flows_by_birth, flow_list, by_birth) {
		bool dropped = f->wire.reason != REASON_NONE;
		if ((p.cursor && f->id >= p.cursor)
		    || (device && (!f->device || f->device->id != device))
		    || (destination && (!f->link || f->link->destination->id != destination))
		    || (verdict && (verdict[0] == 'd') != dropped))
			continue;
		if (!page_take(&p, f->id, f))
			break;
	}
	page_end(&p);
}

void
api_list_rules(struct http_request *r, void *core) {
	const struct core *c = core;
	const struct state *s = &c->state;
	const char *word = http_query(r, "action");
	const char *object = http_query(r, "object");
	const char *profile = http_query(r, "profile");
	enum action action = ACTION_BLOCK;
	enum rule_object kind = RULE_ANY;
	uint64_t device;
	uint64_t destination;
	bool set = true;
	struct page p;

	if (!read_id(r, "device", "dev_", &device)
	    || !read_id(r, "destination", "dst_", &destination))
		return;
	if (word && (!action_parse(word, &action, &set) || !set)) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Write block, allow, ignore, limit or pause.",
			"'%.40s' is no action of a rule.",
			word
		);
		return;
	}
	if (object && !rule_object_of(object, &kind)) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Write any, node, address, prefix, domain, suffix, country, list, local or "
			"gateway.",
			"'%.40s' is no object of a rule.",
			object
		);
		return;
	}
	if (!page_begin(&p, r, c, "rule_", rule_orders, view_one_rule))
		return;
	size_t i = array_position((void *const *)s->rules, s->rules_count, p.cursor + 1);
	for (; i < s->rules_count; i++) {
		const struct rule *rule = s->rules[i];
		if ((word && rule->spec.action != action) || (object && rule->spec.object != kind)
		    || (profile && strcmp(profile, rule->spec.profile) != 0)
		    || (device && (!rule->device || rule->device->id != device))
		    || (destination && (!rule->destination || rule->destination->id != destination)
		    ))
			continue;
		if (!page_take(&p, rule->id, rule))
			break;
	}
	page_end(&p);
}

// Profiles are few and have no ids: one page holds them all.
void
api_list_profiles(struct http_request *r, void *core) {
	const struct core *c = core;
	struct page p;

	if (!page_begin(&p, r, c, "profile_", NULL, NULL))
		return;
	for (size_t i = 0; i < c->state.profiles.count; i++)
		view_profile(c, &c->state.profiles.items[i], &p.j);
	page_end(&p);
}

void
api_get_device(struct http_request *r, void *core) {
	const struct device *d = api_device(r, core);
	struct json j;

	if (!d)
		return;
	json_init(&j);
	view_device(core, d, true, &j);
	api_reply(r, 200, &j);
}

void
api_get_destination(struct http_request *r, void *core) {
	const struct destination *d = api_destination(r, core);
	struct json j;

	if (!d)
		return;
	json_init(&j);
	view_destination_whole(core, d, &j);
	api_reply(r, 200, &j);
}
