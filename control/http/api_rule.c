// SPDX-License-Identifier: BSD-3-Clause
// Rules one by one: made, looked at, changed, taken away.

#include "control/core.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/rule_check.h"
#include "control/rule_json.h"
#include "control/view.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define V1 "/api/v1"

static struct rule *
rule_in_path(struct http_request *r, const struct core *c) {
	const char *text = http_path(r, "rule");
	uint64_t id;
	struct rule *rule = id_parse("rule_", text, &id) ? rule_by_id(&c->state, id) : NULL;

	if (!rule)
		http_problem(
			r,
			PROBLEM_UNKNOWN_RULE,
			"GET " V1 "/rules lists the rules; it may have been removed already.",
			"There is no rule '%.40s'.",
			text
		);
	return rule;
}

void
api_fault(struct http_request *r, enum problem p, const struct rule_fault *f) {
	char detail[300];
	char hint[240];

	snprintf(detail, sizeof detail, "%s%s%s.", f->field, f->field[0] ? ": " : "", f->what);
	size_t n = strlen(f->right);
	bool asks = n > 0 && f->right[n - 1] == '?';
	snprintf(hint, sizeof hint, "%s%s", f->right, asks ? "" : ".");
	if (hint[0] >= 'a' && hint[0] <= 'z')
		hint[0] = (char)(hint[0] - 'a' + 'A');
	http_problem_at(r, p, f->field, hint, detail);
}

void
api_get_rule(struct http_request *r, void *core) {
	const struct rule *rule = rule_in_path(r, core);
	struct json j;

	if (!rule)
		return;
	json_init(&j);
	view_rule(core, rule, &j);
	api_reply(r, 200, &j);
}

bool
api_read_rule(struct http_request *r, const struct core *c, struct rule_spec *ret) {
	struct json_doc *d = http_read_document(r);
	struct rule_fault f;

	if (!d)
		return false;
	bool good = rule_json_read(d, JSON_ROOT, ret, &f);
	json_doc_free(d);
	if (good && ret->action == ACTION_PAUSE)
		good = rule_fault(
			&f,
			"action",
			"POST " V1 "/devices/{id}:pause, with {\"minutes\": 60}",
			"a pause is not made this way"
		);
	if (good)
		good = rule_check_names(c, ret, &f);
	if (!good)
		api_fault(r, PROBLEM_BAD_RULE, &f);
	return good;
}

void
api_create_rule(struct http_request *r, void *core) {
	struct core *c = core;
	struct change change = {.kind = CHANGE_RULE, .rule_has = true};

	if (!api_read_rule(r, c, &change.rule_now))
		return;
	if (c->state.rules_count >= RULES_MAX) {
		http_problem(
			r,
			PROBLEM_TOO_MANY_RULES,
			"Remove some, or put names and addresses into a list.",
			"There are %d rules already.",
			RULES_MAX
		);
		return;
	}
	api_submit(r, c, &change);
}

void
api_edit_rule(struct http_request *r, void *core) {
	struct core *c = core;
	const struct rule *rule = rule_in_path(r, c);
	struct json_doc *d = rule ? http_read_document(r) : NULL;
	struct change change = {.kind = CHANGE_RULE, .rule_has = true};
	struct rule_fault f;

	if (!d)
		return;
	change.rule = rule->id;
	change.rule_now = rule->spec;
	bool empty = !json_first(d, JSON_ROOT);
	bool good = rule_json_patch(d, JSON_ROOT, &change.rule_now, &f);
	json_doc_free(d);
	if (empty) {
		http_problem(
			r,
			PROBLEM_BAD_BODY,
			"Send enabled, schedule, until, limit or comment; null takes one back.",
			"Nothing to change was given."
		);
		return;
	}
	if (!good || !rule_check_names(c, &change.rule_now, &f)) {
		api_fault(r, PROBLEM_BAD_RULE, &f);
		return;
	}
	api_submit(r, c, &change);
}

void
api_delete_rule(struct http_request *r, void *core) {
	const struct rule *rule = rule_in_path(r, core);
	struct change change = {.kind = CHANGE_RULE};

	if (!rule)
		return;
	change.rule = rule->id;
	change.rule_now = rule->spec;
	api_submit(r, core, &change);
}
