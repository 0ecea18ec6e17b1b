// SPDX-License-Identifier: BSD-3-Clause
// Whether two stations are likely one device, and why.  It is only ever suggested: a household has
// two equal phones sooner than one thinks.
//
// Shape:   what is alike speaks for it as independent witnesses; what differs, or both being there
//          at once, ends it.
// Units:   confidence in percent; below LIKENESS_MIN nobody is bothered.
// Threads: pure.

#pragma once

#include <stdbool.h>
#include <stdint.h>

struct device;

#define LIKENESS_MIN 50
#define LIKENESS_EVIDENCE_MAX 5
#define LIKENESS_SENTENCE 224

struct likeness {
	unsigned int confidence; // 0: not alike
	unsigned int evidence_count;
	char evidence[LIKENESS_EVIDENCE_MAX][LIKENESS_SENTENCE];
};

// `others`: how many other stations have the name that both have.
void likeness_judge(
	const struct device *a,
	const struct device *b,
	unsigned int others,
	uint64_t now_ns,
	struct likeness *ret
);
// Both call themselves the same.
bool likeness_is_namesake(const struct device *a, const struct device *b);
