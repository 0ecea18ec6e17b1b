// SPDX-License-Identifier: BSD-3-Clause
// The sentences with their translations, as catalogue.py makes them of the .po files.
//
// Shape:   sorted by the English sentence; NULL where a language has none.

#pragma once

#include "control/text/language.h"

struct catalogue_entry {
	const char *said[LANGUAGE_COUNT];
};

extern const struct catalogue_entry catalogue[];
extern const size_t catalogue_count;
