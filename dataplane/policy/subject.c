// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/policy/subject.h"

#include "dataplane/policy/policy.h"
#include "dataplane/table/device.h"

const struct subject_row *
subject_find(struct worker *w, uint16_t slot) {
	struct subject_row *s = &w->rows[slot];
	const struct policy_header *p = w->policy->rules;

	if (s->epoch == w->epoch)
		return s;
	uint32_t row = POLICY_NO_ROW;
	if (slot >= SLOT_FIRST)
		row = policy_find_device(p, w->shared->devices->slot[slot].mac);
	const struct policy_device *device = policy_rows(p, p->devices);
	const struct policy_profile *profile = policy_rows(p, p->profiles);
	uint32_t its = row == POLICY_NO_ROW ? p->default_profile : device[row].profile;
	*s = (struct subject_row){
		.epoch = w->epoch,
		.row = row,
		.limit = row == POLICY_NO_ROW ? 0 : device[row].limit,
		.actions = row == POLICY_NO_ROW ? 0 : device[row].actions,
		.blocks_rest = profile[its].default_verdict == POLICY_DEFAULT_BLOCK,
	};
	return s;
}
