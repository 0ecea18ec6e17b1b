// SPDX-License-Identifier: BSD-3-Clause
// A name that a device asks for, against the policy: would whatever follows be stopped for it?
//
// Shape:   only what speaks of names decides: a rule about a destination, a domain or a list.  An
//          allow for one service is enough to let the name be known; a block of one is not enough
//          to hide it.
// Threads: a worker's own call.

#pragma once

#include "dataplane/policy/judge.h"
#include "dataplane/table/name.h"

// *ret_by as judge_packet's.
enum reason
question_judge(struct worker *w, uint16_t slot, const struct name_chain *asked, uint64_t *ret_by);
