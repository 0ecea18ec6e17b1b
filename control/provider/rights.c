// SPDX-License-Identifier: BSD-3-Clause

#include "control/provider/rights.h"

#include "control/text/language.h"

#include <stdlib.h>
#include <string.h>

static const char *const rows[][2] = {
#define X(id, word, meaning) {word, N_(meaning)},
	RIGHTS(X)
#undef X
};

const char *
right_word(enum right r) {
	return r < RIGHT_COUNT ? rows[r][0] : "none";
}

const char *
right_meaning(enum right r) {
	return r < RIGHT_COUNT ? rows[r][1] : "";
}

bool
right_parse(const char *word, enum right *ret) {
	for (int i = 0; i < RIGHT_COUNT; i++)
		if (strcmp(rows[i][0], word) == 0) {
			*ret = (enum right)i;
			return true;
		}
	return false;
}

static int
compare(const void *key, const void *row) {
	return strcmp(key, ((const struct right_row *)row)->operation);
}

bool
right_of(const char *operation, enum right *ret) {
	const struct right_row *row =
		bsearch(operation, rights_table, rights_table_count, sizeof rights_table[0], compare
		);

	if (row)
		*ret = row->right;
	return row != NULL;
}
