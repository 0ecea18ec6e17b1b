// SPDX-License-Identifier: BSD-3-Clause
// The domains that rules name.  When a device learns a name beneath one of them, the image for the
// next start of the dataplane is out of date; nothing else asks.  Rules change seldom, so the index
// is thrown away and gathered again at the next question.

#include "control/rule.h"
#include "control/state.h"

#include <stdlib.h>
#include <string.h>

void
rule_names_clear(struct state *s) {
	for (size_t i = 0; i < s->rule_names.capacity; i++)
		free(s->rule_names.slots[i]);
	map_fini(&s->rule_names);
	map_init(&s->rule_names, rule_names_key);
	s->rule_names_gathered = false;
}

const void *
rule_names_key(const void *item, size_t *ret_length) {
	*ret_length = strlen(item);
	return item;
}

static void
add(struct state *s, const char *name) {
	char *copy = map_find(&s->rule_names, name, strlen(name)) ? NULL : strdup(name);

	if (copy && map_put(&s->rule_names, copy) < 0)
		free(copy);
}

static void
add_spec(struct state *s, const struct rule_spec *spec, const struct destination *to) {
	if (spec->action == ACTION_IGNORE || spec->disabled)
		return;
	if (spec->object == RULE_DOMAIN || spec->object == RULE_SUFFIX)
		add(s, spec->text);
	else if (to && to->kind == DESTINATION_DOMAIN)
		add(s, to->name);
}

static void
gather(struct state *s) {
	for (size_t i = 0; i < s->rules_count; i++)
		add_spec(s, &s->rules[i]->spec, s->rules[i]->destination);
	for (size_t i = 0; i < s->profiles.count; i++)
		for (size_t k = 0; k < s->profiles.items[i].rules_count; k++)
			add_spec(s, &s->profiles.items[i].rules[k].spec, NULL);
	s->rule_names_gathered = true;
}

bool
rules_name_any(struct state *s, const char *names, size_t length) {
	if (!s->rule_names_gathered)
		gather(s);
	if (s->rule_names.count == 0)
		return false;
	for (const char *name = names; name < names + length; name += strlen(name) + 1)
		for (const char *at = name; at; at = strchr(at, '.')) {
			at += *at == '.';
			if (map_find(&s->rule_names, at, strlen(at)))
				return true;
		}
	return false;
}
