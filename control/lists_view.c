// SPDX-License-Identifier: BSD-3-Clause
// The schema List of openapi.yaml.

#include "control/lists_own.h"
#include "platform/json_write.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

static void
moment(struct json *j, const char *key, uint64_t wall_ns) {
	char text[TEXT_TIME];

	json_key_string(j, key, wall_ns ? text_time(wall_ns, text) : NULL);
}

// Keys of paid feeds stand behind the question mark: they are nobody's business.
static void
url(struct json *j, const struct lists_source *s) {
	char text[LISTS_PATH + 4];
	size_t length = strcspn(s->url, "?#");

	snprintf(text, sizeof text, "%.*s%s", (int)length, s->url, s->url[length] ? "?…" : "");
	json_key_string(j, "url", s->url[0] ? text : NULL);
}

void
lists_view(const struct lists *l, unsigned int number, struct json *j) {
	struct lists *mine = (struct lists *)(uintptr_t)l; // the lock is not what it is about
	const struct lists_one *one = &l->one[number];
	const struct lists_source *s = one->source;

	pthread_mutex_lock(&mine->lock);
	const struct lists_facts f = one->facts;
	bool waits = one->asked || one->offered || one->working;
	pthread_mutex_unlock(&mine->lock);
	json_object(j);
	json_key_string(j, "name", s->name);
	json_key_string(j, "action", lists_action_word(s->action));
	json_key_string(j, "file", s->file[0] ? s->file : NULL);
	url(j, s);
	json_key_bool(j, "in_force", l->in_force >> one->bit & 1);
	json_key_bool(j, "refreshing", waits || lists_feed_runs(one->feed));
	json_key_string(j, "format", f.form);
	json_key_u64(j, "entries", f.entries);
	json_key_u64(j, "exceptions", f.exceptions);
	json_key_u64(j, "lines_skipped", f.skipped);
	json_key_u64(j, "lines_wrong", f.wrong);
	json_key_string(j, "first_wrong", f.first_wrong[0] ? f.first_wrong : NULL);
	json_key_u64(j, "bytes", f.bytes);
	json_key_u64(j, "hits", one->hits);
	moment(j, "last_hit", one->last_hit_ns);
	moment(j, "changed", f.have ? f.changed_ns : 0);
	moment(j, "fetched", f.have ? f.good_ns : 0);
	moment(j, "next_fetch", lists_feed_next_ns(one->feed));
	json_key_string(j, "error", f.error[0] ? f.error : NULL);
	moment(j, "error_time", f.error[0] ? f.error_ns : 0);
	json_end(j);
}
