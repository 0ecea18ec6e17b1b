// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/nodes_file.h"

#include "control/store/image.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE 64

static bool
has_room(struct nodes_text *t) {
	size_t size = t->size ? 2 * t->size : 4096;

	if (t->size - t->length >= LINE)
		return true;
	char *text = realloc(t->text, size);
	t->failed |= !text;
	if (!text)
		return false;
	t->text = text;
	t->size = size;
	return true;
}

void
nodes_text_begin(struct nodes_text *t, uint64_t next) {
	*t = (struct nodes_text){.next = next};
	if (has_room(t))
		t->length =
			(size_t)snprintf(t->text, LINE, "spin-nodes 1\nnext %" PRIu64 "\n", next);
}

void
nodes_text_add(struct nodes_text *t, uint64_t number, uint64_t thing) {
	if (has_room(t))
		t->length += (size_t
		)snprintf(t->text + t->length, LINE, "%" PRIu64 " %" PRIu64 "\n", number, thing);
}

int
nodes_text_write(const struct nodes_text *t, const char *state_dir) {
	return t->failed ? -ENOMEM : image_replace(state_dir, NODES_FILE, t->text, t->length);
}

void
nodes_text_free(struct nodes_text *t) {
	free(t->text);
	*t = (struct nodes_text){.text = NULL};
}

int
nodes_file_read(
	const char *path,
	uint64_t *ret_next,
	int (*row)(void *context, uint64_t number, uint64_t thing),
	void *context,
	char ret_error[NODES_ERROR]
) {
	char line[LINE + 8];
	uint64_t next = 0, number, thing, last = 0;
	unsigned int at = 0;
	char end;
	int r = 0;
	FILE *f = fopen(path, "re");

	if (!f && errno == ENOENT)
		return 0;
	if (!f) {
		snprintf(ret_error, NODES_ERROR, "%.100s: %s", path, strerror(errno));
		return -EIO;
	}
	while (r == 0 && fgets(line, sizeof line, f)) {
		at++;
		if (at == 1)
			r = strcmp(line, "spin-nodes 1\n") == 0 ? 0 : -EINVAL;
		else if (at == 2)
			r = sscanf(line, "next %" SCNu64 "%c", &next, &end) == 2 && end == '\n'
					&& next > 0
				? 0
				: -EINVAL;
		else if (sscanf(line, "%" SCNu64 " %" SCNu64 "%c", &number, &thing, &end) != 3 || end != '\n' || number <= last || number >= next || thing == 0)
			r = -EINVAL;
		else
			r = row(context, last = number, thing);
	}
	if (r == 0 && (ferror(f) || at < 2))
		r = -EINVAL;
	fclose(f);
	if (r == -EINVAL)
		snprintf(
			ret_error,
			NODES_ERROR,
			"%.100s:%u: is damaged: put a backup in its place, or remove it and the "
			"broker's retained messages",
			path,
			at
		);
	else if (r < 0)
		snprintf(ret_error, NODES_ERROR, "%s", strerror(-r));
	else
		*ret_next = next;
	return r;
}
