// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/ip_lists.h"

#include "control/core.h"
#include "control/identity/join.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gathered {
	struct rule_address *at;
	size_t count, room;
	bool failed;
};

bool
ip_list_parse(const char *text, enum action *ret) {
	static const enum action lists[] = {ACTION_BLOCK, ACTION_IGNORE, ACTION_ALLOW};

	for (size_t i = 0; text[0] && i < ARRAY_LEN(lists); i++)
		if (strncmp(action_word(lists[i]), text, strlen(text)) == 0) {
			*ret = lists[i];
			return true;
		}
	return false;
}

static void
take(struct gathered *g, unsigned int family, const uint8_t bytes[16], unsigned int length) {
	if (g->count == g->room) {
		size_t room = g->room ? 2 * g->room : 64;
		struct rule_address *at = reallocarray(g->at, room, sizeof *at);
		if (!at) {
			g->failed = true;
			return;
		}
		g->at = at;
		g->room = room;
	}
	struct rule_address *one = &g->at[g->count++];
	*one = (struct rule_address){.family = (uint8_t)family, .length = (uint8_t)length};
	memcpy(one->bytes, bytes, 16);
}

static unsigned int
whole(unsigned int family) {
	return family == 4 ? 32 : 128;
}

static void
take_device(const struct state *s, const struct device *top, struct gathered *g) {
	for (const struct device *d = top; d; d = join_next(s, top, d))
		for (unsigned int i = 0; i < d->addresses_count; i++)
			take(g,
			     d->addresses[i].family,
			     d->addresses[i].address,
			     whole(d->addresses[i].family));
}

static void
take_destination(const struct destination *d, struct gathered *g) {
	if (d->kind == DESTINATION_ADDRESS)
		take(g, d->key.family, d->key.address, whole(d->key.family));
	for (unsigned int i = 0; d->kind == DESTINATION_DOMAIN && i < d->addresses_count; i++)
		take(g,
		     d->addresses[i].family,
		     d->addresses[i].address,
		     whole(d->addresses[i].family));
}

// Of everyone, about one address or network, without conditions.
static bool
is_entry(const struct rule_spec *s, enum action list) {
	return s->action == list && s->subject == RULE_EVERYONE
		&& (s->object == RULE_ADDRESS || s->object == RULE_PREFIX)
		&& s->direction == RULE_BOTH && !s->service.protocol && !s->service.name[0];
}

static int
compare(const void *a, const void *b) {
	const struct rule_address *x = a, *y = b;
	int order = (int)x->family - (int)y->family;

	if (order == 0)
		order = memcmp(x->bytes, y->bytes, 16);
	return order ? order : (int)x->length - (int)y->length;
}

static void
gather(const struct spin *s, enum action list, struct gathered *g) {
	const struct state *state = &s->core->state;

	for (size_t i = 0; i < state->devices_count; i++)
		if (state->devices[i]->actions & list && !join_is_part(state, state->devices[i]))
			take_device(state, state->devices[i], g);
	for (size_t i = 0; i < state->destinations_count; i++)
		if (state->destinations[i]->actions & list)
			take_destination(state->destinations[i], g);
	for (size_t i = 0; i < state->rules_count; i++) {
		const struct rule *r = state->rules[i];
		if (r->active && is_entry(&r->spec, list))
			take(g,
			     r->spec.address.family,
			     r->spec.address.bytes,
			     r->spec.object == RULE_PREFIX ? r->spec.address.length
							   : whole(r->spec.address.family));
	}
}

void
ip_list_write(const struct spin *s, enum action list, struct json *j) {
	struct gathered g = {.at = NULL};
	char text[64];

	gather(s, list, &g);
	if (g.count)
		qsort(g.at, g.count, sizeof *g.at, compare);
	json_array(j);
	for (size_t i = 0; i < g.count; i++) {
		const struct rule_address *a = &g.at[i];
		if (i > 0 && compare(a, a - 1) == 0)
			continue;
		if (a->length == whole(a->family))
			json_string(j, text_address(a->family, a->bytes, text));
		else
			json_string(j, rule_address_text(a, text));
	}
	json_end(j);
	j->failed |= g.failed;
	free(g.at);
}

void
ip_list_change_node(const struct spin_node *n, enum action list, bool on, struct change *ret) {
	*ret = (struct change){.kind = CHANGE_RULE, .rule_has = on};
	rule_spec_plain(&ret->rule_now, list, n->device, n->destination);
}

bool
ip_list_parse_entry(const char *text, enum action list, struct ip_list_entry *ret) {
	struct rule_spec spec = {.action = ACTION_BLOCK};
	struct rule_fault fault;
	bool prefix = strchr(text, '/') != NULL;

	// The original takes a network and forgets its mask; ignoring is of nodes alone.
	if ((prefix && list == ACTION_IGNORE)
	    || !rule_set_object(&spec, prefix ? RULE_PREFIX : RULE_ADDRESS, text, &fault))
		return false;
	*ret = (struct ip_list_entry){.list = list, .address = spec.address};
	if (!prefix || spec.address.length == whole(spec.address.family))
		ret->address.length = (uint8_t)whole(spec.address.family);
	return true;
}

static bool
spec_of(const struct ip_list_entry *e, struct rule_spec *ret) {
	bool prefix = e->address.length != whole(e->address.family);
	struct rule_fault fault;
	char text[64];

	*ret = (struct rule_spec){.action = (uint8_t)e->list};
	if (prefix)
		rule_address_text(&e->address, text);
	else
		text_address(e->address.family, e->address.bytes, text);
	return rule_set_object(ret, prefix ? RULE_PREFIX : RULE_ADDRESS, text, &fault);
}

// Whose address it is; for ignoring, where nobody is met, the bare address.
static struct spin_node
node_of(struct spin *s, const struct ip_list_entry *e, bool on) {
	struct state *state = &s->core->state;
	const struct rule_address *a = &e->address;

	if (a->length != whole(a->family))
		return (struct spin_node){.number = 0};
	struct spin_node n = spin_node_at(s, a->family, a->bytes);
	if (on && e->list == ACTION_IGNORE && !spin_node_is(&n))
		n = spin_node_of_destination(s, destination_of_address(state, a->family, a->bytes));
	// Blocking one address of a site is not blocking the site.
	if (on && e->list != ACTION_IGNORE)
		n.destination = NULL;
	return n;
}

bool
ip_list_change_entry(struct spin *s, const struct ip_list_entry *e, bool on, struct change *ret) {
	struct spin_node n = node_of(s, e, on);
	bool listed = spin_node_is(&n) && spin_node_actions(&n) & e->list;

	if (spin_node_is(&n) && listed != on) {
		ip_list_change_node(&n, e->list, on, ret);
		return true;
	}
	if (on && (spin_node_is(&n) || e->list == ACTION_IGNORE))
		return false;
	*ret = (struct change){.kind = CHANGE_RULE, .rule_has = on};
	if (!spec_of(e, &ret->rule_now))
		return false;
	const struct rule *r = rule_same(&s->core->state, &ret->rule_now);
	if (!r == !on)
		return false;
	ret->rule = r ? r->id : 0;
	return true;
}
