// SPDX-License-Identifier: BSD-3-Clause
// The profiles together: who inherits what, and what the set remembers.

#include "control/profile.h"
#include "control/rule.h"
#include "control/rule_json.h"
#include "control/text/language.h"
#include "control/yaml_tree.h"
#include "platform/siphash.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What a profile's rule says, and where: the same text has the same id after every reload.
static uint64_t
id_of(const struct profile *p, const struct rule_spec *spec) {
	static const uint64_t key[2] = {0x5350494e72756c65, 0x70726f66696c6573};
	struct json j;

	json_init(&j);
	json_array(&j);
	json_string(&j, p->name);
	rule_json_write(spec, &j);
	json_end(&j);
	uint64_t hash = j.failed ? 0 : siphash24(key, j.text, j.length);
	json_free(&j);
	return RULE_OF_PROFILE | hash >> 2;
}

static int __attribute__((format(printf, 3, 4)))
fault_at_extends(const struct profile *p, char *ret_error, const char *format, ...) {
	const struct yaml_tree t = {.file = p->path};
	char what[PROFILE_ERROR];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof what, _(format), arguments);
	va_end(arguments);
	return yaml_tree_fault(ret_error, &t, p->extends_line, p->extends_column, "%.300s", what);
}

static const char *
nearest_profile(const struct profiles *p, const char *name) {
	const char *nearest = p->items[0].name;
	unsigned int best = YAML_FAR;

	for (size_t i = 0; i < p->count; i++) {
		unsigned int far = yaml_distance(name, p->items[i].name);
		if (far < best) {
			best = far;
			nearest = p->items[i].name;
		}
	}
	return nearest;
}

// The whole chain upwards exists and ends.
static int
check_chain(const struct profiles *p, const struct profile *one, char *ret_error) {
	const struct profile *at = one;

	for (size_t steps = 0; at->extends[0]; steps++) {
		const struct profile *up = profiles_find(p, at->extends);
		if (!up)
			return fault_at_extends(
				at,
				ret_error,
				"there is no profile '%s': did you mean '%s'?",
				at->extends,
				nearest_profile(p, at->extends)
			);
		if (up == one || steps >= p->count)
			return fault_at_extends(
				one,
				ret_error,
				"'%s' would inherit from itself by way of '%s': take one 'extends' "
				"out",
				one->name,
				one->extends
			);
		at = up;
	}
	return 0;
}

// Whoever is nearer decides: an inherited rule about the same traffic gives way.
static bool
is_contradicted(const struct profile *p, const struct rule_spec *spec) {
	for (size_t i = 0; i < p->rules_count; i++) {
		struct rule_spec mine = p->rules[i].spec;
		snprintf(mine.profile, sizeof mine.profile, "%s", spec->profile);
		bool limit = mine.action == ACTION_LIMIT;
		if (rule_spec_same_traffic(&mine, spec) && limit == (spec->action == ACTION_LIMIT))
			return true;
	}
	return false;
}

static int
inherit(struct profile *p, const struct profile *from, char *ret_error) {
	size_t most = p->rules_count + from->own_count;
	struct profile_rule *more = realloc(p->rules, (most + 1) * sizeof *more);

	if (!more) {
		snprintf(ret_error, PROFILE_ERROR, _("%.300s: out of memory"), p->path);
		return -ENOMEM;
	}
	p->rules = more;
	size_t count = p->rules_count;
	for (size_t i = 0; i < from->own_count; i++) {
		if (is_contradicted(p, &from->rules[i].spec))
			continue;
		more[count] = from->rules[i];
		snprintf(more[count].from, sizeof more->from, "%s", from->name);
		snprintf(more[count].spec.profile, sizeof more->spec.profile, "%s", p->name);
		count++;
	}
	p->rules_count = count;
	if (!p->has_verdict && from->has_verdict)
		p->verdict = from->verdict;
	if (count > PROFILE_RULES_MAX)
		return fault_at_extends(
			p,
			ret_error,
			"more than %d rules with what is inherited: a list does this better",
			PROFILE_RULES_MAX
		);
	return 0;
}

static int
resolve_one(struct profiles *p, struct profile *one, char *ret_error) {
	bool decided = one->has_verdict;
	int r = check_chain(p, one, ret_error);

	for (const struct profile *at = one; r == 0 && at->extends[0];) {
		at = profiles_find(p, at->extends);
		r = inherit(one, at, ret_error);
		one->has_verdict = one->has_verdict || at->has_verdict;
	}
	one->has_verdict = decided;
	return r;
}

int
profiles_resolve(struct profiles *p, char ret_error[PROFILE_ERROR]) {
	int r = 0;

	for (size_t i = 0; i < p->count; i++) {
		struct profile *one = &p->items[i];
		for (size_t k = 0; k < one->own_count; k++) {
			one->rules[k].id = id_of(one, &one->rules[k].spec);
			one->rules[k].active = true;
		}
	}
	for (size_t i = 0; i < p->count && r == 0; i++)
		r = resolve_one(p, &p->items[i], ret_error);
	return r;
}

int
profiles_copy(const struct profiles *from, struct profiles *ret, char ret_error[PROFILE_ERROR]) {
	*ret = (struct profiles){.count = 0};
	for (size_t i = 0; i < from->count; i++) {
		const struct profile *one = &from->items[i];
		int r = profiles_put(
			ret, one->name, one->path, one->shipped, one->text, one->length, ret_error
		);
		if (r < 0) {
			profiles_free(ret);
			return r;
		}
	}
	ret->by_default = from->by_default;
	return 0;
}

const struct profile *
profiles_find(const struct profiles *p, const char *name) {
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->items[i].name, name) == 0)
			return &p->items[i];
	return NULL;
}

int
profiles_set_default(struct profiles *p, const char *name) {
	const struct profile *found = profiles_find(p, name);

	if (!found)
		return -ENOENT;
	p->by_default = (size_t)(found - p->items);
	return 0;
}

void
profiles_count_hits(struct profiles *p, uint64_t id, uint64_t hits, uint64_t last_ns) {
	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < p->items[i].rules_count; k++) {
			struct profile_rule *r = &p->items[i].rules[k];
			if (r->id != id)
				continue;
			r->hits += hits;
			if (last_ns > r->last_hit_ns)
				r->last_hit_ns = last_ns;
		}
}

void
profiles_restore(
	struct profiles *p,
	uint64_t id,
	bool active,
	uint64_t hits,
	uint64_t last_hit_ns
) {
	for (size_t i = 0; i < p->count && id & RULE_OF_PROFILE; i++)
		for (size_t k = 0; k < p->items[i].rules_count; k++) {
			struct profile_rule *r = &p->items[i].rules[k];
			if (r->id != id)
				continue;
			r->active = active;
			r->hits = hits;
			r->last_hit_ns = last_hit_ns;
		}
}

static const struct profile_rule *
rule_with_id(const struct profiles *p, uint64_t id) {
	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < p->items[i].own_count; k++)
			if (p->items[i].rules[k].id == id)
				return &p->items[i].rules[k];
	return NULL;
}

void
profiles_remember(struct profiles *p, const struct profiles *was) {
	for (size_t i = 0; i < p->count; i++)
		for (size_t k = 0; k < p->items[i].rules_count; k++) {
			struct profile_rule *r = &p->items[i].rules[k];
			const struct profile_rule *old = rule_with_id(was, r->id);
			if (!old)
				continue;
			r->hits = old->hits;
			r->last_hit_ns = old->last_hit_ns;
			r->active = old->active;
		}
}
