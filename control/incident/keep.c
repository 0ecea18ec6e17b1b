// SPDX-License-Identifier: BSD-3-Clause
// An incident as it is kept in the store, and back.

#include "control/id.h"
#include "control/incident/own.h"
#include "control/view.h"
#include "platform/json_write.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
incident_write_kept(const struct incident *i, struct json *j) {
	json_object(j);
	json_key_string(j, "state", incident_state_word(i->state));
	json_key_string(j, "author", i->author);
	json_key_string(j, "evidence", i->evidence);
	view_time(j, "received", i->received_ns);
	view_time(j, "from", i->from_ns);
	view_time(j, "to", i->to_ns);
	view_time(j, "until", i->until_ns);
	json_key_bool(j, "past", i->past);
	json_key_u64(j, "more_devices", i->more_devices);
	json_key(j, "document");
	json_raw(j, i->document, strlen(i->document));
	json_key(j, "matches");
	json_array(j);
	for (unsigned int n = 0; n < i->n_matches; n++) {
		const struct incident_match *m = &i->matches[n];
		json_object(j);
		view_id(j, "device", "dev_", m->device);
		incident_write_seen(m, j);
		json_key(j, "rules");
		json_array(j);
		for (unsigned int r = 0; r < m->n_rules; r++) {
			char id[ID_TEXT];
			json_string(j, id_text("rule_", m->rules[r], id));
		}
		json_end(j);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static uint64_t
time_of(const struct json_doc *d, unsigned int object, const char *key) {
	const char *text = json_text(d, json_get(d, object, key));
	uint64_t ns = 0;

	return text && text_parse_time(text, &ns) == 0 ? ns : 0;
}

static uint64_t
number_of(const struct json_doc *d, unsigned int object, const char *key) {
	int64_t n = json_number(d, json_get(d, object, key), 0);

	return n > 0 ? (uint64_t)n : 0;
}

static void
read_match(const struct json_doc *d, unsigned int node, struct incident_match *m) {
	const char *device = json_text(d, json_get(d, node, "device"));
	unsigned int rules = json_get(d, node, "rules");

	if (!device || !id_parse("dev_", device, &m->device))
		m->device = 0;
	m->flows = number_of(d, node, "flows");
	m->packets = number_of(d, node, "packets");
	m->bytes = number_of(d, node, "bytes");
	m->first_ns = time_of(d, node, "first_seen");
	m->last_ns = time_of(d, node, "last_seen");
	for (unsigned int n = json_first(d, rules); n && m->n_rules < INCIDENT_RULES;
	     n = json_next(d, n)) {
		const char *rule = json_text(d, n);
		if (rule && id_parse("rule_", rule, &m->rules[m->n_rules]))
			m->n_rules++;
	}
}

static bool
read_members(const struct json_doc *d, struct incident *i) {
	const char *state = json_text(d, json_get(d, JSON_ROOT, "state"));
	const char *author = json_text(d, json_get(d, JSON_ROOT, "author"));
	const char *evidence = json_text(d, json_get(d, JSON_ROOT, "evidence"));
	unsigned int matches = json_get(d, JSON_ROOT, "matches");
	size_t length = 0;
	const char *document = json_raw_of(d, json_get(d, JSON_ROOT, "document"), &length);

	i->state = INCIDENT_STATE_COUNT;
	for (int n = 0; state && n < INCIDENT_STATE_COUNT; n++)
		if (strcmp(state, incident_state_word((enum incident_state)n)) == 0)
			i->state = (enum incident_state)n;
	snprintf(i->author, sizeof i->author, "%s", author ? author : "");
	snprintf(i->evidence, sizeof i->evidence, "%s", evidence ? evidence : "");
	i->received_ns = time_of(d, JSON_ROOT, "received");
	i->from_ns = time_of(d, JSON_ROOT, "from");
	i->to_ns = time_of(d, JSON_ROOT, "to");
	i->until_ns = time_of(d, JSON_ROOT, "until");
	i->past = json_flag(d, json_get(d, JSON_ROOT, "past"), false);
	i->more_devices = (unsigned int)number_of(d, JSON_ROOT, "more_devices");
	for (unsigned int n = json_first(d, matches); n && i->n_matches < INCIDENT_DEVICES;
	     n = json_next(d, n))
		read_match(d, n, &i->matches[i->n_matches++]);
	i->document = document ? strndup(document, length) : NULL;
	return i->state != INCIDENT_STATE_COUNT && i->document;
}

static bool
read_scope(struct incident *i) {
	struct json_doc *d;
	struct json_fault fault;
	struct rule_fault f;

	if (json_parse(i->document, strlen(i->document), &json_limits_body, &d, &fault) < 0)
		return false;
	bool good = scope_read(d, &i->scope, &f);
	json_doc_free(d);
	return good;
}

struct incident *
incident_read_kept(uint64_t id, const char *body) {
	struct incident *i = calloc(1, sizeof *i);
	struct json_doc *d;
	struct json_fault fault;

	if (!i || json_parse(body, strlen(body), &json_limits_body, &d, &fault) < 0) {
		free(i);
		return NULL;
	}
	i->id = id;
	bool good = read_members(d, i);
	json_doc_free(d);
	if (good && read_scope(i))
		return i;
	incident_free(i);
	return NULL;
}
