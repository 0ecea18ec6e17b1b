// SPDX-License-Identifier: BSD-3-Clause

#include "control/compile_order.h"

#include "platform/base.h"
#include "platform/wire_types.h"

#include <errno.h>
#include <stdlib.h>

// A rule and where it stands: compared from left to right, smaller goes first.
struct place {
	uint8_t class;
	uint8_t subject;
	uint8_t object;
	uint8_t service;
	uint32_t shortness; // of a prefix or a name
	uint8_t permits; // block before allow
	uint64_t created_ns;
	const struct compile_rule *rule;
};

static bool
any_port(const struct compile_rule *r) {
	return r->port_high == 0 || (r->port_low == 0 && r->port_high == UINT16_MAX);
}

static uint8_t
rank_of_subject(const struct compile_rule *r) {
	static const uint8_t ranks[] = {
		[COMPILE_DEVICE] = 1,
		[COMPILE_PROFILE] = 2,
		[COMPILE_EVERYONE] = 3,
	};

	return r->local_family ? 0 : ranks[r->subject];
}

// A rule about a service of everything stands between domains and countries.
static uint8_t
rank_of_object(const struct compile_rule *r, uint32_t kind) {
	static const uint8_t ranks[POLICY_KINDS] = {
		[POLICY_NODE] = 0,
		[POLICY_ADDRESS] = 1,
		[POLICY_GATEWAY] = 2,
		[POLICY_PREFIX] = 3,
		[POLICY_LOCAL] = 4,
		[POLICY_DOMAIN] = 5,
		[POLICY_SUFFIX] = 5,
		[POLICY_COUNTRY] = 7,
		[POLICY_LIST] = 8,
		[POLICY_ANY] = 9,
	};

	return kind == POLICY_ANY && r->protocol ? 6 : ranks[kind];
}

static int
compare(const void *one, const void *other) {
	const struct place *a = one;
	const struct place *b = other;

#define BY(field)                                                                                  \
	if (a->field != b->field)                                                                  \
	return a->field < b->field ? -1 : 1
	BY(class);
	BY(subject);
	BY(object);
	BY(shortness);
	BY(service);
	BY(permits);
#undef BY
	if (a->created_ns != b->created_ns)
		return a->created_ns > b->created_ns ? -1 : 1;
	return a->rule->id > b->rule->id ? -1 : a->rule->id < b->rule->id;
}

static void
place_rule(const struct compile *c, const struct compile_rule *r, struct place *ret) {
	const struct compile_object *o = c->objects.rows;

	o += r->object;
	*ret = (struct place){
		.class = (uint8_t)r->class,
		.subject = rank_of_subject(r),
		.object = rank_of_object(r, o->kind),
		.shortness = UINT32_MAX - o->length,
		.service = !r->protocol ? 2
			: any_port(r)	? 1
					: 0,
		.permits = r->action == POLICY_ALLOW,
		.created_ns = r->created_ns,
		.rule = r,
	};
}

// What a person is told when the rule stops something.
static enum reason
reason_of(const struct compile_rule *r, uint32_t kind) {
	bool whole = r->protocol == 0 && !r->local_family
		&& (r->direction == 0 || r->direction == POLICY_BOTH);

	if (r->action != POLICY_BLOCK)
		return REASON_NONE;
	if (r->class == POLICY_CLASS_CONTAIN)
		return REASON_DEVICE_PAUSED;
	if (r->class == POLICY_CLASS_PROFILE)
		return REASON_PROFILE_BLOCKED;
	if (r->class == POLICY_CLASS_LIST)
		return REASON_LIST_BLOCKED;
	if (whole && kind == POLICY_ANY && r->subject == COMPILE_DEVICE)
		return REASON_DEVICE_BLOCKED;
	if (whole && kind == POLICY_NODE && r->subject == COMPILE_DEVICE)
		return REASON_PAIR_BLOCKED;
	if (whole && kind == POLICY_NODE && r->subject == COMPILE_EVERYONE)
		return REASON_DESTINATION_BLOCKED;
	return REASON_RULE_BLOCKED;
}

static uint32_t
subject_of(const struct compile_rule *r) {
	if (r->subject == COMPILE_DEVICE)
		return policy_subject_of_device(r->subject_row);
	return r->subject == COMPILE_PROFILE ? policy_subject_of_profile(r->subject_row)
					     : POLICY_EVERYONE;
}

// The row of the address + 1.  Few rules have one.
static uint32_t
local_of(struct compile_sorted *s, const struct compile_rule *r) {
	const struct policy_local *at = s->locals.rows;
	struct policy_local row = {.family = r->local_family};

	if (!r->local_family)
		return 0;
	memcpy(row.address, r->local_address, policy_full_length(row.family) / 8);
	for (uint32_t i = 0; i < s->locals.count; i++)
		if (memcmp(&at[i], &row, sizeof row) == 0)
			return i + 1;
	return compile_append(&s->locals, &row, 1, &s->failed) + 1;
}

static void
write_rule(const struct compile *c, struct compile_sorted *s, const struct compile_rule *r) {
	const struct compile_object *o = c->objects.rows;
	const struct policy_rule row = {
		.id = r->id,
		.subject = subject_of(r),
		.object = r->object,
		.local = local_of(s, r),
		.limit = r->action == POLICY_LIMIT ? r->limit + 1 : 0,
		.port_low = any_port(r) ? 0 : r->port_low,
		.port_high = any_port(r) ? UINT16_MAX : r->port_high,
		.protocol = r->protocol,
		.direction = r->direction ? r->direction : POLICY_BOTH,
		.class = (uint8_t)r->class,
		.action = (uint8_t)r->action,
		.reason = (uint8_t)reason_of(r, o[r->object].kind),
	};

	s->deciding += r->action != POLICY_LIMIT;
	compile_append(&s->rules, &row, 1, &s->failed);
}

// A rule by object and subject, then by precedence.
struct key {
	uint32_t object;
	uint32_t subject;
	uint32_t row;
};

static int
compare_keys(const void *one, const void *other) {
	const struct key *a = one;
	const struct key *b = other;

	if (a->object != b->object)
		return a->object < b->object ? -1 : 1;
	if (a->subject != b->subject)
		return a->subject < b->subject ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static void
write_runs(struct compile_sorted *s, const struct key *key, uint32_t count) {
	struct policy_object *object = s->objects.rows;
	struct policy_run *run = NULL;

	for (uint32_t i = 0; i < count && !s->failed; i++) {
		struct policy_object *o = &object[key[i].object];
		uint32_t at = compile_append(&s->run_rules, &key[i].row, 1, &s->failed);
		bool same = i > 0 && key[i].object == key[i - 1].object
			&& key[i].subject == key[i - 1].subject;
		if (!same) {
			const struct policy_run fresh = {
				.subject = key[i].subject,
				.rules = at,
				.first = key[i].row,
			};
			uint32_t row = compile_append(&s->runs, &fresh, 1, &s->failed);
			if (o->count++ == 0)
				o->runs = row;
			run = (struct policy_run *)s->runs.rows + row;
		}
		if (!s->failed)
			run->count++;
	}
}

static int
make_runs(const struct compile *c, struct compile_sorted *s) {
	const struct compile_object *object = c->objects.rows;
	const struct policy_rule *rule = s->rules.rows;
	struct key *key = malloc((s->rules.count + 1) * sizeof *key);

	if (!key)
		return -ENOMEM;
	for (uint32_t i = 0; i < c->objects.count; i++) {
		const struct policy_object row = {.kind = object[i].kind};
		compile_append(&s->objects, &row, 1, &s->failed);
	}
	for (uint32_t i = 0; i < s->rules.count; i++)
		key[i] = (struct key){rule[i].object, rule[i].subject, i};
	qsort(key, s->rules.count, sizeof *key, compare_keys);
	if (!s->failed)
		write_runs(s, key, s->rules.count);
	free(key);
	return s->failed ? -ENOMEM : 0;
}

int
compile_sort(const struct compile *c, struct compile_sorted *ret) {
	const struct compile_rule *rule = c->rules.rows;
	uint32_t count = c->rules.count;

	*ret = (struct compile_sorted){
		.rules.size = sizeof(struct policy_rule),
		.locals.size = sizeof(struct policy_local),
		.objects.size = sizeof(struct policy_object),
		.runs.size = sizeof(struct policy_run),
		.run_rules.size = sizeof(uint32_t),
	};
	struct place *place = malloc((count + 1) * sizeof *place);
	if (!place)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++) {
		if (rule[i].object >= c->objects.count) {
			free(place);
			return -EINVAL;
		}
		place_rule(c, &rule[i], &place[i]);
	}
	qsort(place, count, sizeof *place, compare);
	for (uint32_t i = 0; i < count; i++)
		write_rule(c, ret, place[i].rule);
	free(place);
	return ret->failed ? -ENOMEM : make_runs(c, ret);
}

void
compile_sorted_free(struct compile_sorted *s) {
	free(s->rules.rows);
	free(s->locals.rows);
	free(s->objects.rows);
	free(s->runs.rows);
	free(s->run_rules.rows);
}

uint32_t
compile_append(struct compile_rows *r, const void *rows, uint32_t count, bool *failed) {
	if (r->count + count > r->room) {
		uint32_t room = MAX_OF(r->room * 2, r->count + count + 15);
		void *more = realloc(r->rows, (size_t)room * r->size);
		if (!more) {
			*failed = true;
			return 0;
		}
		r->rows = more;
		r->room = room;
	}
	memcpy((char *)r->rows + (size_t)r->count * r->size, rows, (size_t)count * r->size);
	r->count += count;
	return r->count - count;
}
