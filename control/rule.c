// SPDX-License-Identifier: BSD-3-Clause

#include "control/rule.h"

#include "control/array.h"
#include "control/id.h"
#include "control/state.h"

#include <stdio.h>
#include <stdlib.h>

struct rule *
rule_find(
	const struct state *s,
	enum action action,
	const struct device *d,
	const struct destination *to
) {
	for (size_t i = 0; i < s->rules_count; i++) {
		struct rule *r = s->rules[i];
		if (r->action == action && r->device == d && r->destination == to)
			return r;
	}
	return NULL;
}

struct rule *
rule_by_id(const struct state *s, uint64_t id) {
	return array_find((void *const *)s->rules, s->rules_count, id);
}

// Keeps the bit beside the thing it is about; false when there is no memory for the pair.
static bool
put_bit(struct state *s, const struct rule *r, bool set) {
	uint8_t *actions;

	if (r->device && r->destination) {
		struct link *l = link_get(s, r->device, r->destination);
		if (!l)
			return false;
		actions = &l->actions;
		if (set)
			r->destination->pair_rules++;
		else
			r->destination->pair_rules--;
	} else {
		actions = r->device ? &r->device->actions : &r->destination->actions;
	}
	*actions = (uint8_t)(set ? *actions | r->action : *actions & ~r->action);
	if (r->device)
		r->device->changed = true;
	if (r->destination)
		r->destination->changed = r->destination->visible = true;
	return true;
}

struct rule *
rule_set(
	struct state *s,
	uint64_t id,
	enum action action,
	struct device *d,
	struct destination *to,
	uint64_t created_ns,
	const char *author
) {
	struct rule *r = rule_find(s, action, d, to);

	if (r || (!d && !to))
		return r;
	r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	*r = (struct rule){
		.id = id ? id : id_new(),
		.action = action,
		.device = d,
		.destination = to,
		.created_ns = created_ns,
	};
	id_seen(r->id);
	snprintf(r->author, sizeof r->author, "%s", author);
	if (!put_bit(s, r, true))
		goto fail;
	if (array_insert((void ***)&s->rules, &s->rules_count, r) < 0) {
		put_bit(s, r, false);
		goto fail;
	}
	return r;
fail:
	free(r);
	return NULL;
}

void
rule_clear(struct state *s, struct rule *r) {
	put_bit(s, r, false);
	array_remove((void **)s->rules, &s->rules_count, r);
	free(r);
}
