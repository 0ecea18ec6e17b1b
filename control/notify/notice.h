// SPDX-License-Identifier: BSD-3-Clause
// One notification, and one wish not to hear of something: as they are held, and as they are kept.
//
// Units:   times are wall nanoseconds; 0: never.
// Threads: the core thread; copies travel to the store thread.

#pragma once

#include "control/notify/kind.h"

#include <stdint.h>

#define NOTICE_ARGS 4
#define NOTICE_ARG 256

// What became of it; what is no longer open does not ask for anybody's attention.
#define NOTICE_OUTCOMES(X)                                                                         \
	X(OPEN, "open")                                                                            \
	X(BLOCKED, "blocked") /* by its button */                                                  \
	X(MUTED, "muted") /* it came while such things were not to be heard of */                  \
	X(EXPECTED, "expected") /* somebody said so, of this one or of one like it */              \
	X(DISMISSED, "dismissed")

enum notice_outcome {
#define X(id, word) NOTICE_##id,
	NOTICE_OUTCOMES(X)
#undef X
	NOTICE_OUTCOME_COUNT
};

const char *notice_outcome_word(enum notice_outcome o);
bool notice_outcome_parse(const char *word, enum notice_outcome *ret);

struct notice {
	uint64_t id;
	enum notify_kind kind;
	enum notice_outcome outcome;
	bool read;
	uint64_t device; // 0: about none
	uint64_t count; // how often it happened
	uint64_t first_ns;
	uint64_t last_ns;
	uint64_t ended_ns; // when what it tells of was over; 0: it is not, or has no end
	unsigned int args_count;
	char args[NOTICE_ARGS][NOTICE_ARG];
};

// Things like these are muted: all that is given must fit.
struct notify_mute {
	uint64_t id;
	int kind; // enum notify_kind; -1: any
	uint64_t device; // 0: any
	char first[NOTICE_ARG]; // the first argument, of kinds that go by it; empty: any
	uint64_t until_ns; // 0: for good
	bool expected; // said so by a person, so they come as expected, not as muted
};

// Text and arguments of it, as its sentence wants them.
const char *notice_text(const struct notice *n, char ret[NOTIFY_TEXT]);
// The same thing again: of the same kind, about the same device, and of those that go by arguments
// with the same ones.
bool notice_is_same(const struct notice *a, const struct notice *b);
bool notify_mute_fits(const struct notify_mute *m, const struct notice *n, uint64_t now_ns);
