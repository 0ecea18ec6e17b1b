// SPDX-License-Identifier: BSD-3-Clause
// The schemas Notification and Mute of openapi.yaml.

#include "control/view.h"

#include "control/core.h"
#include "control/id.h"
#include "control/notify/own.h"
#include "control/text/language.h"

#include <stdio.h>

#define PATH 96

static void
action(struct json *j, const char *name, const char *method, const char *path) {
	json_object(j);
	json_key_string(j, "action", name);
	json_key_string(j, "method", method);
	json_key_string(j, "path", path);
	json_end(j);
}

static bool
is_of_incident(const struct notice *n) {
	return n->kind == NOTIFY_INCIDENT_FOUND || n->kind == NOTIFY_INCIDENT_ASKED
		|| n->kind == NOTIFY_INCIDENT_CONTAINED;
}

// What can be done about it, as requests.
static void
actions(const struct core *c, const struct notice *n, struct json *j) {
	static const char *const words[] = {"mute", "expected", "dismiss"};
	static const char *const decisions[] = {"contain", "dismiss"};
	char id[ID_TEXT], path[PATH];
	bool device = n->device && device_by_id(&c->state, n->device);

	json_key(j, "actions");
	json_array(j);
	id_text("note_", n->id, id);
	// The last argument of what tells of an incident is its id.
	for (size_t i = 0; is_of_incident(n) && i < ARRAY_LEN(decisions); i++) {
		snprintf(path, sizeof path, "/api/v1/incidents/%.40s:%s", n->args[3], decisions[i]);
		action(j, i == 0 ? "contain" : "release", "POST", path);
	}
	if (device) {
		snprintf(path, sizeof path, "/api/v1/notifications/%s:block", id);
		action(j, "block", "POST", path);
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		snprintf(path, sizeof path, "/api/v1/notifications/%s:%s", id, words[i]);
		action(j, words[i], "POST", path);
	}
	if (device)
		snprintf(path, sizeof path, "/api/v1/devices/%s", id_text("dev_", n->device, id));
	else if (n->kind == NOTIFY_LIST_OLD)
		snprintf(path, sizeof path, "/api/v1/lists/%.32s", n->args[0]);
	else
		snprintf(path, sizeof path, "/api/v1/health");
	action(j, "open", "GET", path);
	json_end(j);
}

void
notify_view(const struct core *c, const struct notice *n, struct json *j) {
	const struct notify_kind_row *row = notify_kind_row(n->kind);
	char text[NOTIFY_TEXT];

	json_object(j);
	view_id(j, "id", "note_", n->id);
	json_key_string(j, "message_key", row->key);
	json_key(j, "message_args");
	json_array(j);
	for (unsigned int i = 0; i < n->args_count; i++)
		json_string(j, n->args[i]);
	json_end(j);
	json_key_string(j, "text", notice_text(n, text));
	json_key_string(j, "why", _(row->why));
	json_key_string(j, "advice", _(row->advice));
	json_key_string(j, "severity", severity_word(row->severity));
	json_key_string(j, "confidence", confidence_word(row->confidence));
	view_id(j, "device", "dev_", n->device);
	json_key_u64(j, "count", n->count);
	view_time(j, "time", n->last_ns);
	view_time(j, "first_time", n->first_ns);
	view_time(j, "ended", n->ended_ns);
	json_key_bool(j, "read", n->read);
	json_key_string(j, "outcome", notice_outcome_word(n->outcome));
	actions(c, n, j);
	json_end(j);
}

void
notify_view_mute(const struct core *c, const struct notify_mute *m, struct json *j) {
	const char *key = m->kind < 0 ? NULL : notify_kind_row((enum notify_kind)m->kind)->key;
	char name[NAME_BYTES_MAX + 1];
	const struct device *d = device_by_id(&c->state, m->device);

	json_object(j);
	view_id(j, "id", "mute_", m->id);
	json_key_string(j, "message_key", key);
	view_id(j, "device", "dev_", m->device);
	json_key_string(j, "device_name", d ? device_name(d, name) : NULL);
	json_key_string(j, "about", m->first[0] ? m->first : NULL);
	view_time(j, "until", m->until_ns);
	json_key_bool(j, "expected", m->expected);
	json_end(j);
}
