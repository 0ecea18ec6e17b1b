// SPDX-License-Identifier: BSD-3-Clause
// What the policy says about one device as such, found once per policy and device slot.
//
// Threads: a worker's own cache.

#pragma once

#include "dataplane/worker.h"
#include "platform/policy_decide.h"

#include <stdint.h>

struct subject_row {
	struct policy_subject s;
	uint32_t epoch; // of the policy it was found in
	uint32_t pad;
};

// `slot` is below shared->devices' capacity.
const struct subject_row *subject_refresh(struct worker *w, uint16_t slot);

static inline const struct subject_row *
subject_find(struct worker *w, uint16_t slot) {
	const struct subject_row *r = &w->rows[slot];
	return __builtin_expect(r->epoch == w->epoch, 1) ? r : subject_refresh(w, slot);
}

// Is this slot somebody the policy can be about?
static inline bool
subject_is_device(uint16_t slot) {
	return slot != SLOT_NONE && slot != SLOT_UNKNOWN;
}
