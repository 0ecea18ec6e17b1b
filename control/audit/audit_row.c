// SPDX-License-Identifier: BSD-3-Clause

#include "control/audit/audit_row.h"

#include <sqlite3.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_LINE 128

static void
text_column(sqlite3_stmt *s, int at, char *into, size_t room) {
	const unsigned char *text = sqlite3_column_text(s, at);

	snprintf(into, room, "%s", text ? (const char *)text : "");
}

static uint64_t
u64_column(sqlite3_stmt *s, int at) {
	return (uint64_t)sqlite3_column_int64(s, at);
}

static char *
json_column(sqlite3_stmt *s, int at) {
	const unsigned char *text = sqlite3_column_text(s, at);

	return text ? strdup((const char *)text) : NULL;
}

struct audit_entry *
audit_from_row(sqlite3_stmt *s) {
	struct audit_entry *e = calloc(1, sizeof *e);
	const char *objects = (const char *)sqlite3_column_text(s, 7);

	if (!e)
		return NULL;
	e->seq = u64_column(s, 0);
	e->time_ms = u64_column(s, 1);
	text_column(s, 2, e->by.who, sizeof e->by.who);
	text_column(s, 3, e->by.role, sizeof e->by.role);
	text_column(s, 4, e->by.way, sizeof e->by.way);
	text_column(s, 5, e->by.source, sizeof e->by.source);
	text_column(s, 6, e->operation, sizeof e->operation);
	json_init(&e->objects);
	json_raw(&e->objects, objects ? objects : "", objects ? strlen(objects) : 0);
	e->before = json_column(s, 8);
	e->after = json_column(s, 9);
	text_column(s, 10, e->outcome, sizeof e->outcome);
	text_column(s, 11, e->reason, sizeof e->reason);
	e->times = u64_column(s, 12);
	e->change = u64_column(s, 13);
	e->undoes = u64_column(s, 14);
	text_column(s, 15, e->previous, sizeof e->previous);
	text_column(s, 16, e->hash, sizeof e->hash);
	return e;
}

void
audit_trimmed(const struct audit_entry *e, struct audit_head *ret) {
	*ret = (struct audit_head){.seq = 0};
	if (strcmp(e->operation, AUDIT_TRIM) == 0 && e->after
	    && sscanf(e->after,
		      "{\"to\":%" SCNu64 ",\"hash\":\"%64[0-9a-f]\"}",
		      &ret->seq,
		      ret->hash)
		    != 2)
		ret->seq = 0;
}

int
audit_read_head(const char *path, struct audit_head *ret) {
	char line[HEAD_LINE] = "";
	char hash[AUDIT_HASH];
	uint64_t seq;
	FILE *f = fopen(path, "re");

	if (!f)
		return -errno;
	size_t n = fread(line, 1, sizeof line - 1, f);
	fclose(f);
	line[n] = 0;
	if (sscanf(line, "%" SCNu64 " %64[0-9a-f]", &seq, hash) != 2
	    || strlen(hash) != AUDIT_HASH - 1)
		return -EINVAL;
	ret->seq = seq;
	memcpy(ret->hash, hash, sizeof hash);
	return 0;
}
