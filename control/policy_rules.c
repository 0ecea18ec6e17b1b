// SPDX-License-Identifier: BSD-3-Clause
// Rules as people made them, and as profiles have them, to rules of the image.  A named service is
// one rule for each of its ports; all of them carry the id that the person's rule has.

#include "control/array.h"
#include "control/domain.h"
#include "control/identity/join.h"
#include "control/lists.h"
#include "control/policy_build.h"
#include "control/policy_home.h"

#include <string.h>

#define PORTS_MAX 65535

// The name becomes one of the object's; what devices resolved beneath it is noted as touched.
static void
add_name(struct policy_build *b, uint32_t object, const char *name, bool beneath) {
	uint8_t wire[DOMAIN_WIRE_MAX];
	size_t length = domain_wire(name, wire);

	if (length == 0)
		return;
	compile_object_name(&b->c, object, wire, length, beneath);
	const struct destination *d = destination_find_domain(b->s, domain_registrable(name));
	if (d)
		policy_known_touch(b, d);
}

static uint32_t
node_row(struct policy_build *b, const struct destination *d) {
	size_t at =
		array_position((void *const *)b->s->destinations, b->s->destinations_count, d->id);

	if (b->node_rows[at] != POLICY_NO_ROW)
		return b->node_rows[at];
	uint32_t row = b->node_rows[at] = compile_object(&b->c, POLICY_NODE);
	if (d->kind == DESTINATION_ADDRESS)
		compile_object_prefix(
			&b->c, row, d->key.family, d->key.address, policy_full_length(d->key.family)
		);
	else
		add_name(b, row, d->name, false);
	return row;
}

// Asked for by every rule about it, there is one; its prefixes go in once.
static uint32_t
local_row(struct policy_build *b) {
	struct rule_address home[POLICY_HOME_MAX];
	uint32_t row = compile_object(&b->c, POLICY_LOCAL);

	if (b->local_added)
		return row;
	b->local_added = true;
	size_t count = policy_home(b->s, home);
	for (size_t i = 0; i < count; i++)
		compile_object_prefix(&b->c, row, home[i].family, home[i].bytes, home[i].length);
	return row;
}

// A list that is not in force leaves the object empty: it matches nothing.
static uint32_t
listed_row(struct policy_build *b, enum policy_kind kind, const char *text) {
	uint32_t row = compile_object(&b->c, kind);
	int bit = -1;

	if (b->s->lists && kind == POLICY_LIST) {
		bit = lists_bit(b->s->lists, text);
	} else if (b->s->lists) {
		lists_want_country(b->s->lists, text); // in force a little later, then told again
		bit = lists_country_bit(b->s->lists, text);
	}
	if (bit >= 0)
		compile_object_list(&b->c, row, (unsigned int)bit);
	return row;
}

static uint32_t
object_row(struct policy_build *b, const struct rule_spec *s, const struct destination *to) {
	uint32_t row;

	switch ((enum rule_object)s->object) {
	case RULE_NODE:
		return node_row(b, to);
	case RULE_ADDRESS:
	case RULE_PREFIX:
		row = compile_object(
			&b->c, s->object == RULE_ADDRESS ? POLICY_ADDRESS : POLICY_PREFIX
		);
		compile_object_prefix(
			&b->c, row, s->address.family, s->address.bytes, s->address.length
		);
		return row;
	case RULE_DOMAIN:
	case RULE_SUFFIX:
		row = compile_object(
			&b->c, s->object == RULE_DOMAIN ? POLICY_DOMAIN : POLICY_SUFFIX
		);
		add_name(b, row, s->text, s->object == RULE_SUFFIX);
		return row;
	case RULE_COUNTRY:
		return listed_row(b, POLICY_COUNTRY, s->text);
	case RULE_LIST:
		return listed_row(b, POLICY_LIST, s->text);
	case RULE_LOCAL:
		return local_row(b);
	case RULE_GATEWAY:
		return compile_object(&b->c, POLICY_GATEWAY);
	case RULE_ANY:
	case RULE_OBJECT_COUNT:
		break;
	}
	return compile_object(&b->c, POLICY_ANY);
}

static void
set_action(
	struct policy_build *b,
	const struct rule_spec *s,
	bool profile,
	struct compile_rule *r
) {
	switch ((enum action)s->action) {
	case ACTION_BLOCK:
		r->class = POLICY_CLASS_BLOCK;
		r->action = POLICY_BLOCK;
		break;
	case ACTION_ALLOW:
		r->class = POLICY_CLASS_ALLOW;
		r->action = POLICY_ALLOW;
		break;
	case ACTION_PAUSE:
		r->class = POLICY_CLASS_CONTAIN;
		r->action = POLICY_BLOCK;
		return;
	case ACTION_LIMIT:
		r->class = POLICY_CLASS_LIMIT;
		r->action = POLICY_LIMIT;
		r->limit = policy_limit_row(b, &s->limits);
		return;
	case ACTION_IGNORE:
		break;
	}
	if (profile)
		r->class = POLICY_CLASS_PROFILE;
}

static uint8_t
direction_of(const struct rule_spec *s) {
	return s->direction == RULE_OUT	  ? POLICY_OUT
		: s->direction == RULE_IN ? POLICY_IN
					  : POLICY_BOTH;
}

// Once for each port of its service.
static void
add_services(struct policy_build *b, const struct rule_spec *s, struct compile_rule *row) {
	size_t at = 0;
	uint16_t port;

	if (!s->service.name[0]) {
		row->protocol = s->service.protocol;
		row->port_low = s->service.low;
		row->port_high = s->service.high;
		compile_rule(&b->c, row);
		return;
	}
	while (service_next(s->service.name, &at, &row->protocol, &port)) {
		row->port_low = port;
		row->port_high = port;
		compile_rule(&b->c, row);
	}
}

// Once for each MAC that the device has.
static void
add_stations(struct policy_build *b, const struct rule *r, struct compile_rule *row) {
	row->subject = COMPILE_DEVICE;
	for (const struct device *d = r->device; d; d = join_next(b->s, r->device, d)) {
		row->subject_row = policy_device_row(b, d);
		add_services(b, &r->spec, row);
	}
}

static void
add_rule(struct policy_build *b, const struct rule *r) {
	const struct rule_spec *s = &r->spec;
	const struct profile *p = profiles_find(&b->s->profiles, s->profile);
	struct compile_rule row = {
		.id = r->id,
		.created_ns = r->created_ns,
		.direction = direction_of(s),
		.local_family = s->from.family,
	};

	if (!r->active || s->action == ACTION_IGNORE || (s->subject == RULE_PROFILE && !p))
		return;
	memcpy(row.local_address, s->from.bytes, sizeof row.local_address);
	if (s->subject == RULE_DEVICE && join_is_part(b->s, r->device))
		return; // its own rules sleep
	if (p) {
		row.subject = COMPILE_PROFILE;
		row.subject_row = (uint32_t)(p - b->s->profiles.items);
	}
	set_action(b, s, false, &row);
	row.object = object_row(b, s, r->destination);
	if (s->subject != RULE_DEVICE)
		add_services(b, s, &row);
	else
		add_stations(b, r, &row);
}

// Among the rules of one profile the nearer one is as if it were newer.
static void
add_profile(struct policy_build *b, const struct profile *p) {
	for (size_t i = 0; i < p->rules_count; i++) {
		const struct profile_rule *r = &p->rules[i];
		struct compile_rule row = {
			.id = r->id,
			.created_ns = PROFILE_RULES_MAX - i,
			.direction = direction_of(&r->spec),
			.subject = COMPILE_PROFILE,
			.subject_row = (uint32_t)(p - b->s->profiles.items),
		};
		if (!r->active)
			continue;
		set_action(b, &r->spec, true, &row);
		row.object = object_row(b, &r->spec, NULL);
		add_services(b, &r->spec, &row);
	}
}

void
policy_add_rules(struct policy_build *b) {
	const struct state *s = b->s;

	for (size_t i = 0; i < s->rules_count; i++)
		add_rule(b, s->rules[i]);
	for (size_t i = 0; i < s->profiles.count; i++)
		add_profile(b, &s->profiles.items[i]);
}
