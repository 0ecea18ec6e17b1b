// SPDX-License-Identifier: BSD-3-Clause
// What the policy says about one device as such, found once per policy and device slot.
//
// Threads: a worker's own cache.

#pragma once

#include "dataplane/worker.h"
#include "platform/policy_image.h"

#include <stdint.h>

struct subject_row {
	uint32_t epoch; // of the policy it was found in
	uint32_t row; // in devices, or POLICY_NO_ROW
	uint8_t actions; // enum policy_action
	uint8_t blocks_rest; // the profile's default verdict
	uint16_t pad;
	uint32_t limit; // row in limits + 1, 0: none
};

// `slot` is below shared->devices' capacity.
const struct subject_row *subject_find(struct worker *w, uint16_t slot);

// Is this slot somebody the policy can be about?
static inline bool
subject_is_device(uint16_t slot) {
	return slot != SLOT_NONE && slot != SLOT_UNKNOWN;
}

// Does the device as such let nothing pass, whatever it is?  For frames without an address.
static inline enum reason
subject_verdict(const struct subject_row *s) {
	if (s->actions & POLICY_ALLOW)
		return REASON_NONE;
	if (s->actions & POLICY_BLOCK)
		return REASON_DEVICE_BLOCKED;
	return s->blocks_rest ? REASON_PROFILE_BLOCKED : REASON_NONE;
}
