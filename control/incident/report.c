// SPDX-License-Identifier: BSD-3-Clause
// A report as it comes in, and an incident as it is shown.

#include "control/clock.h"
#include "control/device.h"
#include "control/id.h"
#include "control/incident/own.h"
#include "control/view.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

#define DOTS "ietf-dots-signal-channel:mitigation-scope"
#define YEAR_2000_NS (946684800ull * NS_PER_S)
#define AROUND_S 600 // of SPIN's older report, which tells one moment

static bool
known_members(const struct json_doc *d, struct rule_fault *f) {
	static const char *const names[] = {DOTS, "incident", "from", "until", "evidence"};

	for (unsigned int n = json_first(d, JSON_ROOT); n; n = json_next(d, n)) {
		bool known = false;
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			known |= strcmp(json_key_of(d, n), names[i]) == 0;
		if (!known)
			return rule_fault(
				f,
				json_key_of(d, n),
				"the scope, from, until and evidence",
				"nobody knows that member"
			);
	}
	return true;
}

static bool
read_time(const struct json_doc *d, const char *key, uint64_t *ret, struct rule_fault *f) {
	unsigned int n = json_get(d, JSON_ROOT, key);
	const char *text = json_text(d, n);

	if (!n || (text && text_parse_time(text, ret) == 0))
		return true;
	return rule_fault(f, key, "a time as 2026-11-26T18:00:00Z", "it is no time");
}

static void
read_moment(const struct json_doc *d, struct incident_report *ret) {
	unsigned int incident = json_get(d, JSON_ROOT, "incident");
	unsigned int at = json_get(d, incident, "incident_timestamp");
	int64_t s = json_number(d, at ? at : json_get(d, incident, "timestamp"), 0);

	if (s <= AROUND_S || ret->from_ns || ret->to_ns)
		return;
	ret->from_ns = (uint64_t)(s - AROUND_S) * NS_PER_S;
	ret->to_ns = (uint64_t)(s + AROUND_S) * NS_PER_S;
}

static bool
check_window(const struct incident_report *p, struct rule_fault *f) {
	uint64_t now = clock_wall_ns();
	uint64_t to = p->to_ns ? p->to_ns : now;

	// What is before it could not be counted back from, and nothing was kept then.
	if (to < YEAR_2000_NS || (p->from_ns && p->from_ns < YEAR_2000_NS))
		return rule_fault(f, "from", "a time since the year 2000", "it is too long ago");
	if (p->from_ns && (p->from_ns >= to || to - p->from_ns > INCIDENT_WINDOW_MAX_S * NS_PER_S))
		return rule_fault(
			f, "from", "a time before until, by at most 31 days", "it is no window"
		);
	return true;
}

bool
incident_read(const struct json_doc *d, struct incident_report *ret, struct rule_fault *f) {
	unsigned int evidence = json_get(d, JSON_ROOT, "evidence");
	const char *text = json_text(d, evidence);

	ret->document = json_raw_of(d, JSON_ROOT, &ret->document_length);
	if (!known_members(d, f) || !scope_read(d, &ret->scope, f)
	    || !read_time(d, "from", &ret->from_ns, f) || !read_time(d, "until", &ret->to_ns, f))
		return false;
	read_moment(d, ret);
	if (evidence && (!text || strlen(text) > INCIDENT_TEXT))
		return rule_fault(f, "evidence", "a text of at most 500 bytes", "it is none");
	if (ret->document_length > INCIDENT_SCOPE_BYTES)
		return rule_fault(f, "", "at most 16 KiB", "the report is too long");
	snprintf(ret->evidence, sizeof ret->evidence, "%s", text ? text : "");
	return check_window(ret, f);
}

// --- Shown ---

static int
status_of(enum incident_state s) {
	static const int numbers[] = {
#define X(id, word, status) [INCIDENT_##id] = status,
		INCIDENT_STATES(X)
#undef X
	};

	return numbers[s];
}

void
incident_write_seen(const struct incident_match *m, struct json *j) {
	json_key_u64(j, "flows", m->flows);
	json_key_u64(j, "packets", m->packets);
	json_key_u64(j, "bytes", m->bytes);
	view_time(j, "first_seen", m->first_ns);
	view_time(j, "last_seen", m->last_ns);
}

static void
write_found(const struct incident *i, struct json *j) {
	struct incident_match all = {0};

	for (unsigned int n = 0; n < i->n_matches; n++) {
		const struct incident_match *m = &i->matches[n];
		all.flows += m->flows;
		all.packets += m->packets;
		all.bytes += m->bytes;
		all.first_ns = n ? MIN_OF(all.first_ns, m->first_ns) : m->first_ns;
		all.last_ns = MAX_OF(all.last_ns, m->last_ns);
	}
	json_key(j, "found");
	json_object(j);
	json_key_u64(j, "devices", i->n_matches + i->more_devices);
	incident_write_seen(&all, j);
	json_end(j);
}

static void
write_match(const struct core *c, const struct incident_match *m, struct json *j) {
	const struct device *d = device_by_id(&c->state, m->device);
	char name[NAME_BYTES_MAX + 1];

	json_object(j);
	view_id(j, "device", "dev_", m->device);
	json_key_string(j, "name", d ? device_name(d, name) : NULL);
	incident_write_seen(m, j);
	json_key(j, "rules");
	json_array(j);
	for (unsigned int n = 0; n < m->n_rules; n++) {
		char id[ID_TEXT];
		if (rule_by_id(&c->state, m->rules[n]))
			json_string(j, id_text("rule_", m->rules[n], id));
	}
	json_end(j);
	json_end(j);
}

// As a server of DOTS answers: RFC 9132 section 4.4.2.
static void
write_dots(const struct incident *i, struct json *j) {
	uint64_t now = clock_wall_ns();

	json_key(j, DOTS);
	json_object(j);
	json_key(j, "scope");
	json_array(j);
	json_object(j);
	if (i->scope.mid != SCOPE_MID_NONE)
		json_key_u64(j, "mid", (uint64_t)i->scope.mid);
	json_key_u64(j, "lifetime", i->until_ns > now ? (i->until_ns - now) / NS_PER_S : 0);
	json_key_u64(j, "status", (uint64_t)status_of(i->state));
	json_end(j);
	json_end(j);
	json_end(j);
}

void
incident_write(const struct core *c, const struct incident *i, bool outside, struct json *j) {
	char target[SCOPE_TEXT];

	json_object(j);
	view_id(j, "id", "inc_", i->id);
	json_key_string(j, "state", incident_state_word(i->state));
	json_key_string(j, "author", i->author);
	json_key_string(j, "target", scope_text(&i->scope, target));
	json_key_string(j, "evidence", i->evidence[0] ? i->evidence : NULL);
	view_time(j, "received", i->received_ns);
	view_time(j, "from", i->from_ns);
	view_time(j, "to", i->to_ns);
	view_time(j, "until", i->until_ns);
	json_key_bool(j, "past", i->past);
	write_found(i, j);
	json_key_u64(j, "rules", incident_rules(c, i));
	json_key(j, "matches");
	if (outside) {
		json_null(j);
	} else {
		json_array(j);
		for (unsigned int n = 0; n < i->n_matches; n++)
			write_match(c, &i->matches[n], j);
		json_end(j);
	}
	write_dots(i, j);
	json_end(j);
}
