// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/rules_words.h"

#include "tests/unit/test.h"

#include <string.h>

// Cuts [from, upto) at spaces.
static struct words *
cut(const char *from, size_t length) {
	static struct words w;

	assert_true(length < sizeof w.text);
	memcpy(w.text, from, length);
	w.text[length] = 0;
	w.n = 0;
	for (char *word = strtok(w.text, " "); word; word = strtok(NULL, " ")) {
		assert_true(w.n < WORDS);
		w.word[w.n++] = word;
	}
	return &w;
}

const char *
words_next(const char *text, struct words **ret) {
	size_t length = strcspn(text, ";");

	*ret = cut(text, length);
	return text[length] ? text + length + 1 : NULL;
}
