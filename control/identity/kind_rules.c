// SPDX-License-Identifier: BSD-3-Clause

#include "control/identity/kind_rules.h"

#include "control/identity/glob.h"
#include "control/text/language.h"
#include "control/yaml_tree.h"
#include "platform/base.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static_assert(KIND_RULES_ERROR == YAML_ERROR);

static void
rule_clear(struct kind_rule *r) {
	for (unsigned int i = 0; i < r->conditions; i++) {
		for (unsigned int k = 0; k < r->when[i].count; k++)
			free(r->when[i].patterns[k]);
		free(r->when[i].patterns);
	}
	free(r->says);
	*r = (struct kind_rule){.kind = KIND_NONE};
}

static int
read_kind(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct kind_rule *rule = into;
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	if (r < 0)
		return r;
	if (kind_parse(text, &rule->kind))
		return 0;
	return yaml_tree_fault(
		ret_error,
		t,
		value->line,
		value->column,
		"there is no kind '%s': write one of %s",
		text,
		kind_list()
	);
}

static int
read_weight(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct kind_rule *rule = into;
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	if (r < 0)
		return r;
	char *end;
	unsigned long weight = strtoul(text, &end, 10);
	if (*end || text[0] < '0' || text[0] > '9' || weight < 1 || weight > KIND_WEIGHT_MAX)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%s' is no weight: write a number from 1 to %d",
			text,
			KIND_WEIGHT_MAX
		);
	rule->weight = (unsigned int)weight;
	return 0;
}

static int
read_says(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct kind_rule *rule = into;
	const char *text;
	int r = yaml_tree_text(t, value, KIND_PATTERN_MAX, &text, ret_error);

	if (r < 0)
		return r;
	rule->says = strdup(text);
	return rule->says ? 0 : -ENOMEM;
}

// NULL when the pattern can match what the clue holds.
static const char *
wrong_pattern(enum clue clue, const char *p) {
	size_t stars = strspn(p, "*?");

	if (!p[stars])
		return _("fits everything: write what must be seen");
	if (clue == CLUE_DHCP_OPTIONS && strspn(p, "0123456789,*?") != strlen(p))
		return _("is no list of options: write numbers as 1,3,6,15 and * for the rest");
	if ((clue == CLUE_SERVES || clue == CLUE_USES)
	    && (strncmp(p, "tcp/", 4) && strncmp(p, "udp/", 4)))
		return _("is no service: write tcp/PORT or udp/PORT");
	if ((clue == CLUE_SERVES || clue == CLUE_USES)
	    && (!p[4] || strspn(p + 4, "0123456789") != strlen(p + 4) || strlen(p + 4) > 5
		|| strtoul(p + 4, NULL, 10) > 65535))
		return _("is no service: write a port number behind tcp/ or udp/");
	if (clue == CLUE_MAC && strcmp(p, "random") != 0)
		return _("is nothing one can see of an address: write random");
	return NULL;
}

static int
add_pattern(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct kind_condition *c,
	char ret_error[YAML_ERROR]
) {
	const char *text;
	int r = yaml_tree_text(t, value, KIND_PATTERN_MAX, &text, ret_error);

	if (r < 0)
		return r;
	const char *wrong = wrong_pattern(c->clue, text);
	if (wrong)
		return yaml_tree_fault(
			ret_error, t, value->line, value->column, "'%s' %s", text, wrong
		);
	char *copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	c->patterns[c->count++] = copy;
	return 0;
}

static int
add_condition(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct kind_rule *rule,
	enum clue clue,
	char ret_error[YAML_ERROR]
) {
	unsigned int count = value->kind == YAML_LIST ? value->count : 1;

	if (rule->conditions == KIND_CONDITIONS_MAX || count == 0 || value->kind == YAML_MAP)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			rule->conditions == KIND_CONDITIONS_MAX
				? "more than 4 things to be seen: write a second rule"
				: "expected a pattern or a list of them"
		);
	char **patterns = calloc(count, sizeof *patterns);
	if (!patterns)
		return -ENOMEM;
	struct kind_condition *c = &rule->when[rule->conditions++];
	*c = (struct kind_condition){.clue = clue, .patterns = patterns};
	if (value->kind == YAML_TEXT)
		return add_pattern(t, value, c, ret_error);
	int r = 0;
	for (unsigned int i = 0; i < count && r == 0; i++)
		r = add_pattern(t, &t->nodes[value->items[i].node], c, ret_error);
	return r;
}

#define X(id, name, ...)                                                                           \
	static int read_##id(                                                                      \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		void *into,                                                                        \
		char ret_error[YAML_ERROR]                                                         \
	) {                                                                                        \
		return add_condition(t, value, into, CLUE_##id, ret_error);                        \
	}
CLUES(X)
#undef X

static const struct yaml_key rule_keys[] = {
	{"kind", read_kind, true},
	{"weight", read_weight, true},
	{"says", read_says, false},
#define X(id, name, ...) {name, read_##id, false},
	CLUES(X)
#undef X
};

static void
note_ports(struct kind_rules *k, const struct kind_rule *r) {
	for (unsigned int i = 0; i < r->conditions; i++) {
		const struct kind_condition *c = &r->when[i];
		bool serves = c->clue == CLUE_SERVES;
		for (unsigned int p = 0; (serves || c->clue == CLUE_USES) && p < c->count; p++) {
			bool udp = c->patterns[p][0] == 'u';
			unsigned long port = strtoul(c->patterns[p] + 4, NULL, 10);
			k->ports[serves][udp][port / 64] |= 1ull << (port % 64);
		}
	}
}

static int
read_rule(
	const struct yaml_tree *t,
	const struct yaml_tree_node *node,
	struct kind_rules *k,
	char ret_error[YAML_ERROR]
) {
	struct kind_rule rule = {.kind = KIND_NONE};
	int r = yaml_tree_read(t, node, rule_keys, ARRAY_LEN(rule_keys), &rule, ret_error);

	if (r == 0 && rule.conditions == 0)
		r = yaml_tree_fault(
			ret_error,
			t,
			node->line,
			node->column,
			"nothing must be seen: add a clue, as 'mdns_service: _ipp._tcp'"
		);
	if (r == 0 && k->count == KIND_RULES_MAX)
		r = yaml_tree_fault(
			ret_error,
			t,
			node->line,
			node->column,
			"more than %d rules: put patterns into one list",
			KIND_RULES_MAX
		);
	if (r < 0) {
		rule_clear(&rule);
		return r;
	}
	if ((k->count & (k->count - 1)) == 0) {
		void *more = realloc(k->rules, MAX_OF(k->count * 2, (size_t)1) * sizeof *k->rules);
		if (!more) {
			rule_clear(&rule);
			return -ENOMEM;
		}
		k->rules = more;
	}
	k->rules[k->count++] = rule;
	note_ports(k, &rule);
	return 0;
}

static int
read_rules(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	if (value->kind != YAML_LIST)
		return yaml_tree_fault(
			ret_error, t, value->line, value->column, "expected a list of rules"
		);
	int r = 0;
	for (unsigned int i = 0; i < value->count && r == 0; i++)
		r = read_rule(t, &t->nodes[value->items[i].node], into, ret_error);
	return r;
}

static const struct yaml_key keys[] = {{"rules", read_rules, true}};

static int
read_tree(struct kind_rules *k, struct yaml_tree *t, char ret_error[KIND_RULES_ERROR]) {
	size_t before = k->count;
	int r = yaml_tree_read(t, &t->nodes[0], keys, ARRAY_LEN(keys), k, ret_error);

	if (r == -ENOMEM)
		snprintf(ret_error, KIND_RULES_ERROR, _("%s: out of memory"), t->file);
	while (r < 0 && k->count > before)
		rule_clear(&k->rules[--k->count]);
	yaml_tree_free(t);
	return r;
}

static int
is_yaml(const struct dirent *e) {
	const char *dot = strrchr(e->d_name, '.');

	return dot && dot != e->d_name && strcmp(dot, ".yaml") == 0;
}

static int
load_file(
	struct kind_rules *k,
	const char *directory,
	const char *file,
	char ret_error[KIND_RULES_ERROR]
) {
	struct yaml_tree tree;
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", directory, file);
	int r = yaml_tree_load(path, &tree, ret_error);
	return r < 0 ? r : read_tree(k, &tree, ret_error);
}

int
kind_rules_load(struct kind_rules *k, const char *directory, char ret_error[KIND_RULES_ERROR]) {
	struct dirent **entries;
	int n = scandir(directory, &entries, is_yaml, alphasort);
	int r = 0;

	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0) {
		r = -errno;
		snprintf(
			ret_error,
			KIND_RULES_ERROR,
			_("%.300s: cannot be read: %s"),
			directory,
			strerror(-r)
		);
		return r;
	}
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = load_file(k, directory, entries[i]->d_name, ret_error);
		free(entries[i]);
	}
	free(entries);
	return r;
}

int
kind_rules_parse(
	struct kind_rules *k,
	const char *file,
	const char *text,
	size_t length,
	char ret_error[KIND_RULES_ERROR]
) {
	struct yaml_tree tree;
	int r = yaml_tree_parse(file, text, length, &tree, ret_error);

	return r < 0 ? r : read_tree(k, &tree, ret_error);
}

void
kind_rules_free(struct kind_rules *k) {
	while (k->count > 0)
		rule_clear(&k->rules[--k->count]);
	free(k->rules);
	k->rules = NULL;
}

bool
kind_rules_want_port(const struct kind_rules *k, enum clue clue, bool udp, uint16_t port) {
	return k->ports[clue == CLUE_SERVES][udp][port / 64] >> (port % 64) & 1;
}

bool
kind_rules_want(const struct kind_rules *k, enum clue clue, const char *text) {
	for (size_t i = 0; i < k->count; i++)
		for (unsigned int n = 0; n < k->rules[i].conditions; n++) {
			const struct kind_condition *c = &k->rules[i].when[n];
			for (unsigned int p = 0; c->clue == clue && p < c->count; p++)
				if (glob_fits(c->patterns[p], text))
					return true;
		}
	return false;
}
