// SPDX-License-Identifier: BSD-3-Clause
// From clues to a kind: weighted evidence, how sure one may be, and the evidence in sentences.
//
// Shape:   of each family of clues the strongest rule counts for a kind; the families are put
//          together as independent witnesses, and another kind's evidence makes one less sure.
// Units:   confidence in percent, 0 when nothing is known.
// Threads: pure.

#pragma once

#include "control/identity/kind_rules.h"

#define KIND_EVIDENCE_MAX 6
#define KIND_SENTENCE 192
#define KIND_SURE_ENOUGH 40 // below, it is a guess that helps nobody

struct kind_verdict {
	enum kind kind; // KIND_NONE: nothing, or too little
	unsigned int confidence;
	unsigned int evidence_count; // strongest first
	char evidence[KIND_EVIDENCE_MAX][KIND_SENTENCE];
};

void kind_judge(
	const struct kind_rules *k,
	const struct clue_text *clues,
	size_t n_clues,
	struct kind_verdict *ret
);
