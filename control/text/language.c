// SPDX-License-Identifier: BSD-3-Clause

#include "control/text/language.h"

#include "control/text/catalogue.h"

#include <string.h>

static _Thread_local enum language spoken;

static const char *const tags[] = {
#define X(id, tag) tag,
	LANGUAGES(X)
#undef X
};

const char *
language_tag(enum language l) {
	return tags[l];
}

enum language
language_speak(enum language l) {
	enum language before = spoken;

	spoken = l;
	return before;
}

enum language
language_spoken(void) {
	return spoken;
}

const char *
text_say(const char *english) {
	size_t low = 0, high = english && spoken != LANGUAGE_ENGLISH ? catalogue_count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct catalogue_entry *e = &catalogue[middle];
		int order = strcmp(english, e->said[LANGUAGE_ENGLISH]);
		if (order == 0)
			return e->said[spoken] ? e->said[spoken] : english;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return english;
}
