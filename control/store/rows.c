// SPDX-License-Identifier: BSD-3-Clause

#include "control/store/rows.h"

#include <stdlib.h>
#include <string.h>

struct text *
text_new(const char *text, size_t length) {
	struct text *t = malloc(sizeof *t + length + 1);

	if (!t)
		return NULL;
	*t = (struct text){.holders = 1, .length = length};
	if (text)
		memcpy(t->text, text, length);
	t->text[length] = 0;
	return t;
}

struct text *
text_hold(struct text *t) {
	if (t)
		t->holders++;
	return t;
}

void
text_drop(struct text *t) {
	if (t && --t->holders == 0)
		free(t);
}
