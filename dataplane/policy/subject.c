// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/policy/subject.h"

#include "dataplane/policy/policy.h"
#include "dataplane/table/device.h"

const struct subject_row *
subject_refresh(struct worker *w, uint16_t slot) {
	struct subject_row *r = &w->rows[slot];

	const uint8_t *mac = slot >= SLOT_FIRST ? w->shared->devices->slot[slot].mac : NULL;
	policy_subject_find(w->policy->rules, mac, &r->s);
	r->epoch = w->epoch;
	return r;
}
