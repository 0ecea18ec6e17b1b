// SPDX-License-Identifier: BSD-3-Clause
// What is known of one device, each fact with its source and its times.
//
// Shape:   a set of (clue, source, text).  Of a clue with room for one text the newer replaces the
//          older, of others the one seen longest ago gives way, so that no clue pushes out another.
// Units:   wall nanoseconds; confidence in percent.
// Threads: the core thread.
// Errors:  without memory a fact is forgotten.

#pragma once

#include "control/identity/clue.h"
#include "platform/wire_types.h"

struct fact {
	uint8_t clue; // enum clue
	uint8_t source; // enum source
	uint64_t first_ns;
	uint64_t seen_ns;
	char *text;
};

struct facts {
	struct fact *items;
	unsigned int count;
};

// True when this was not known.  `text` is clean (facts_clean); an empty one says nothing.
bool
facts_note(struct facts *f, enum clue clue, enum source source, const char *text, uint64_t seen_ns);
// As it was kept: with the time it was first seen.
void facts_restore(struct facts *f, const struct fact *kept);
void facts_free(struct facts *f);

// The newest of a clue, from any source; NULL: none.
const struct fact *facts_newest(const struct facts *f, enum clue clue);
// The device's name for itself: by the order of fact_confidence, then the newest; NULL: none.
const struct fact *facts_hostname(const struct facts *f);
unsigned int facts_count(const struct facts *f, enum clue clue);

// How far one may trust what comes from there.
unsigned int fact_confidence(enum source s);
enum clue clue_of_fact(enum fact_kind k);

// What a device says of itself is a stranger's text: no control characters, UTF-8 only.  `ret` is
// filled up with zeros; returns its length.
size_t facts_clean(const char *text, size_t length, char *ret, size_t size);
