// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/policy/question.h"

#include "dataplane/policy/destination.h"
#include "dataplane/policy/policy.h"
#include "dataplane/policy/subject.h"
#include "platform/policy_decide.h"
#include "platform/wire.h"

static bool
is_about_names(const struct policy_header *p, const struct policy_rule *r) {
	const struct policy_object *o = policy_rows(p, p->objects);
	uint32_t kind = o[r->object].kind;

	return kind == POLICY_NODE || kind == POLICY_DOMAIN || kind == POLICY_SUFFIX
		|| kind == POLICY_LIST;
}

enum reason
question_judge(struct worker *w, uint16_t slot, const struct name_chain *asked, uint64_t *ret_by) {
	const struct policy *p = w->policy;
	const struct policy_rule *rule = policy_rows(p->rules, p->rules->rules);
	struct policy_decision d = {.packet = {.direction = POLICY_OUT, .name_only = true}};
	struct destinations found;

	destination_match(p, asked, &found);
	if (found.n == 0 && found.lists == 0)
		return REASON_NONE;
	policy_decide_begin(&d, p->rules, &subject_find(w, slot)->s);
	destination_decide_name(p, asked, &found, &d);
	struct policy_answer a =
		policy_decide_end(&d, p->lists ? lists_blocking(p->lists, found.lists) : 0);
	if (a.reason == REASON_NONE)
		return REASON_NONE;
	if (a.list >= 0) {
		*ret_by = WIRE_HITS_LIST + (uint64_t)a.list;
		return a.reason;
	}
	if (a.rule == POLICY_NO_ROW || !is_about_names(p->rules, &rule[a.rule]))
		return REASON_NONE;
	*ret_by = rule[a.rule].id;
	return a.reason;
}
