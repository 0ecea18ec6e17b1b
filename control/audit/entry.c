// SPDX-License-Identifier: BSD-3-Clause

#include "control/audit/entry.h"

#include "control/id.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOO_LONG "{\"too_long\":true}"

struct audit_entry *
audit_new(const struct audit_by *by, const char *operation, uint64_t wall_ns) {
	struct audit_entry *e = calloc(1, sizeof *e);

	if (!e)
		return NULL;
	e->by = *by;
	e->time_ms = wall_ns / NS_PER_MS;
	e->times = 1;
	snprintf(e->operation, sizeof e->operation, "%s", operation);
	snprintf(e->outcome, sizeof e->outcome, "done");
	json_init(&e->objects);
	json_array(&e->objects);
	return e;
}

void
audit_free(struct audit_entry *e) {
	if (!e)
		return;
	json_free(&e->objects);
	free(e->before);
	free(e->after);
	free(e);
}

void
audit_object(struct audit_entry *e, const char *id, const char *name) {
	if (!e)
		return;
	json_object(&e->objects);
	json_key_string(&e->objects, "id", id);
	json_key_string(&e->objects, "name", name);
	json_end(&e->objects);
}

char *
audit_copy_json(const char *text, size_t length) {
	return length > AUDIT_JSON_MAX ? strdup(TOO_LONG) : strndup(text, length);
}

void
audit_set(char **at, struct json *j) {
	if (!j->failed) {
		free(*at);
		*at = audit_copy_json(j->text, j->length);
	}
	json_free(j);
}

static void
write_raw(struct json *j, const char *key, const char *text) {
	json_key(j, key);
	if (text)
		json_raw(j, text, strlen(text));
	else
		json_null(j);
}

static void
write_id(struct json *j, const char *key, const char *prefix, uint64_t id) {
	char text[ID_TEXT];

	json_key_string(j, key, id ? id_text(prefix, id, text) : NULL);
}

static void
write_members(struct audit_entry *e, struct json *j) {
	char time[TEXT_TIME];

	if (e->objects.depth > 0)
		json_end(&e->objects);
	json_object(j);
	write_id(j, "id", "aud_", e->seq);
	json_key_u64(j, "seq", e->seq);
	json_key_string(j, "time", text_time(e->time_ms * NS_PER_MS, time));
	json_key_string(j, "who", e->by.who);
	json_key_string(j, "role", e->by.role);
	json_key_string(j, "way", e->by.way);
	json_key_string(j, "source", e->by.source);
	json_key_string(j, "operation", e->operation);
	write_raw(j, "objects", e->objects.text);
	write_raw(j, "before", e->before);
	write_raw(j, "after", e->after);
	json_key_string(j, "outcome", e->outcome);
	json_key_string(j, "reason", e->reason[0] ? e->reason : NULL);
	json_key_u64(j, "times", e->times);
	write_id(j, "change", "chg_", e->change);
	write_id(j, "undoes", "chg_", e->undoes);
	j->failed |= e->objects.failed;
}

void
audit_write(struct audit_entry *e, struct json *j) {
	write_members(e, j);
	json_end(j);
}

void
audit_write_line(struct audit_entry *e, struct json *j) {
	write_members(e, j);
	json_key_string(j, "previous", e->previous);
	json_key_string(j, "hash", e->hash);
	json_end(j);
}
