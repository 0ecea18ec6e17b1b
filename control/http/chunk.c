// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/chunk.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES 512

struct chunk *
chunk_new(void) {
	struct chunk *c = calloc(1, sizeof(*c));
	if (c) {
		c->refs = 1;
	}
	return c;
}

struct chunk *
chunk_hold(struct chunk *c) {
	c->refs++;
	return c;
}

void
chunk_drop(struct chunk *c) {
	if (c && --c->refs == 0) {
		free(c->text);
		free(c);
	}
}

void
chunk_add(struct chunk *c, const char *text, size_t length) {
	size_t size = c->size ? c->size : FIRST_BYTES;
	while (size < c->length + length) {
		size *= 2;
	}
	if (size != c->size) {
		char *more = realloc(c->text, size);
		if (!more) {
			c->failed = true;
			return;
		}
		c->text = more;
		c->size = size;
	}
	memcpy(c->text + c->length, text, length);
	c->length += length;
}
