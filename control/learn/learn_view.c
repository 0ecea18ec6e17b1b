// SPDX-License-Identifier: BSD-3-Clause

#include "control/learn/learn_view.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/decide.h"
#include "control/id.h"
#include "control/learn/learn_rule.h"
#include "control/lists_map.h"
#include "control/profile_write.h"
#include "control/service.h"
#include "control/view.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// An address of the gateway itself; false when it has none yet.
static bool
gateway_address(const struct state *s, struct ask *a) {
	for (size_t i = 0; i < s->devices_count; i++) {
		const struct device *d = s->devices[i];
		if (d->side != SIDE_HOST || d->addresses_count == 0)
			continue;
		a->family = d->addresses[0].family;
		memcpy(a->address, d->addresses[0].address, sizeof a->address);
		return true;
	}
	return false;
}

static bool
ask_of(const struct state *s, const struct device *d, const struct learn_row *row, struct ask *a) {
	*a = (struct ask){.device = d, .protocol = row->protocol, .port = row->port, .in = row->in};
	switch ((enum learn_object)row->object) {
	case LEARN_DOMAIN:
		a->names = row->name;
		a->names_length = strlen(row->name) + 1;
		return true;
	case LEARN_LOCAL: // an address that is at home in every home: all nodes of a link
		a->family = 6;
		memcpy(a->address, (const uint8_t[16]){0xff, 2, [15] = 1}, sizeof a->address);
		return true;
	case LEARN_GATEWAY:
		return gateway_address(s, a);
	default:
		a->family = row->family;
		memcpy(a->address, row->address, sizeof a->address);
		return true;
	}
}

// What the rules in force say of a row.  False while there are no rules.
static bool
judge(const struct core *c,
      const struct lists_header *lists,
      const struct device *d,
      const struct learn_row *row,
      struct told *ret) {
	struct ask a;

	if (!c->image || !ask_of(&c->state, d, row, &a))
		return false;
	decide(&c->state, c->image, lists, &a, ret);
	return true;
}

// Somebody's rule, or a list, stops it: that is decided.
static bool
is_refused(const struct told *t) {
	return t->answer.reason != REASON_NONE && (t->by != 0 || t->answer.list >= 0);
}

static void
view_object(const struct learn_row *row, struct json *j) {
	static const char *const kinds[LEARN_OBJECT_COUNT] = {
		[LEARN_DOMAIN] = "domain",
		[LEARN_ADDRESS] = "address",
		[LEARN_LOCAL] = "local",
		[LEARN_GATEWAY] = "gateway",
	};
	char text[TEXT_ADDRESS];

	json_key(j, "object");
	json_object(j);
	json_key_string(j, "kind", kinds[row->object]);
	json_key_string(
		j,
		"text",
		row->object == LEARN_DOMAIN ? row->name
			: row->object == LEARN_ADDRESS
			? text_address(row->family, row->address, text)
			: NULL
	);
	json_end(j);
}

static void
view_row(
	const struct core *c,
	const struct lists_header *lists,
	const struct device *d,
	const struct learn_row *row,
	size_t n,
	struct json *j
) {
	char service[SERVICE_TEXT], sentence[LEARN_SENTENCE] = "";
	struct rule_spec spec;
	struct told told;

	json_object(j);
	json_key_u64(j, "n", n);
	view_object(row, j);
	json_key_string(j, "service", service_text(row->protocol, row->port, service));
	json_key_string(j, "direction", row->in ? "in" : "out");
	view_time(j, "first_seen", row->first_ns);
	view_time(j, "last_seen", row->last_ns);
	json_key_u64(j, "packets", row->packets);
	json_key_string(
		j, "sentence", learn_rule(row, &spec) ? learn_sentence(&spec, sentence) : sentence
	);
	bool judged = judge(c, lists, d, row, &told);
	json_key(j, "passes");
	if (judged)
		json_bool(j, told.answer.reason == REASON_NONE);
	else
		json_null(j);
	json_key_bool(j, "refused", judged && is_refused(&told));
	json_end(j);
}

void
learn_view(const struct core *c, const struct device *d, struct json *j) {
	const struct lists_header *lists = lists_map(c->lists);
	const struct learning *l = d->learning;
	const char *state = !l			     ? "never"
		: learning_is_on(l, clock_wall_ns()) ? "learning"
						     : "ended";

	json_object(j);
	view_id(j, "device", "dev_", d->id);
	json_key_string(j, "state", state);
	view_time(j, "began", l ? l->began_ns : 0);
	view_time(j, "until", l ? l->until_ns : 0);
	json_key_u64(j, "left_out", l ? l->left_out : 0);
	json_key(j, "rows");
	json_array(j);
	for (size_t i = 0; l && i < l->count; i++)
		view_row(c, lists, d, &l->rows[i], i + 1, j);
	json_end(j);
	json_end(j);
	lists_unmap(lists);
}

static bool
is_said(const struct rule_spec *rules, size_t count, const struct rule_spec *one) {
	for (size_t i = 0; i < count; i++)
		if (rule_spec_same_traffic(&rules[i], one))
			return true;
	return false;
}

// What the base says already is left to it.
static bool
is_inherited(const struct profile *base, const struct rule_spec *one) {
	for (size_t i = 0; base && i < base->rules_count; i++) {
		struct rule_spec theirs = base->rules[i].spec;
		theirs.profile[0] = 0;
		if (theirs.action == ACTION_ALLOW && rule_spec_same(&theirs, one))
			return true;
	}
	return false;
}

static void
write_remark(const struct device *d, char *into, size_t room) {
	const struct learning *l = d->learning;
	char name[NAME_BYTES_MAX + 1], clean[200], mac[TEXT_MAC];
	char began[TEXT_TIME], until[TEXT_TIME], now[TEXT_TIME];

	profile_clean(device_name(d, name), clean, sizeof clean);
	snprintf(
		into,
		room,
		"What %s (%s) was seen to need\nfrom %.19sZ to %.19sZ; written %.19sZ.\n"
		"It is yours: change what you like.\n",
		clean,
		text_mac(d->mac, mac),
		text_time(l->began_ns, began),
		text_time(MIN_OF(l->until_ns, clock_wall_ns()), until),
		text_time(clock_wall_ns(), now)
	);
}

struct text *
learn_profile(
	const struct core *c,
	const struct device *d,
	const char *base,
	struct learn_choice *w
) {
	const struct learning *l = d->learning;
	const struct profile *from = profiles_find(&c->state.profiles, base);
	struct rule_spec *rules = malloc((l->count + 1) * sizeof *rules);
	const struct lists_header *lists = lists_map(c->lists);
	char remark[600], name[NAME_BYTES_MAX + 1], clean[120], description[200];
	struct told told;

	w->rules = w->refused = 0;
	for (size_t i = 0; rules && i < l->count; i++) {
		struct rule_spec *one = &rules[w->rules];
		if (w->without[i] || !learn_rule(&l->rows[i], one))
			continue;
		if (judge(c, lists, d, &l->rows[i], &told) && is_refused(&told))
			w->refused++;
		else if (!is_said(rules, w->rules, one) && !is_inherited(from, one))
			w->rules++;
	}
	lists_unmap(lists);
	profile_clean(device_name(d, name), clean, sizeof clean);
	snprintf(description, sizeof description, "Only what %s was seen to need.", clean);
	write_remark(d, remark, sizeof remark);
	const struct profile_draft draft = {
		.remark = remark,
		.description = description,
		.extends = base,
		.rules = rules,
		.count = w->rules,
	};
	struct text *t = rules ? profile_write(&draft) : NULL;
	free(rules);
	return t;
}
