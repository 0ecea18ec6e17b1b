// SPDX-License-Identifier: BSD-3-Clause

#include "control/rule_json_parts.h"

#include "control/text/language.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

bool
rule_json_wants_object(
	const struct json_doc *d,
	unsigned int node,
	const char *field,
	const char *right,
	struct rule_fault *f
) {
	if (json_is_object(d, node))
		return true;
	return rule_fault(f, field, right, "an object was expected");
}

bool
rule_json_unknown(const char *field, const char *key, const char *nearest, struct rule_fault *f) {
	char hint[96];

	snprintf(hint, sizeof hint, _("did you mean '%s'?"), nearest);
	return rule_fault(f, field, hint, "unknown field '%.40s'", key);
}

static bool
read_days(const struct json_doc *d, unsigned int node, uint8_t *ret, struct rule_fault *f) {
	uint8_t all = 0;

	for (unsigned int n = json_first(d, node); n; n = json_next(d, n)) {
		const char *text = json_text(d, n);
		uint8_t bits;
		if (!text || schedule_read_days(text, strlen(text), &bits) < 0)
			return rule_fault(
				f,
				"schedule/days",
				"write days as [\"mon\",\"sat\"]",
				"'%.40s' is no day of the week",
				text ? text : ""
			);
		all |= bits;
	}
	if (all)
		*ret = all;
	return all
		|| rule_fault(
			f,
			"schedule/days",
			"name at least one day, or leave days out for every day",
			"there is no day in it"
		);
}

static bool
read_time(
	const struct json_doc *d,
	unsigned int node,
	const char *field,
	uint16_t *ret,
	struct rule_fault *f
) {
	const char *text = json_text(d, node);

	if (text && schedule_read_time(text, strlen(text), ret) == 0)
		return true;
	return rule_fault(
		f,
		field,
		"write hours and minutes, as 22:00; from and to belong together",
		"'%.40s' is no time of day",
		text ? text : ""
	);
}

bool
rule_json_read_schedule(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
) {
	struct schedule v = {.days = SCHEDULE_EVERY_DAY};
	unsigned int days = json_get(d, node, "days");
	unsigned int from = json_get(d, node, "from");
	unsigned int to = json_get(d, node, "to");

	if (json_is_string(d, node))
		return rule_set_schedule(s, json_text(d, node), f);
	if (!rule_json_wants_object(
		    d,
		    node,
		    "schedule",
		    "write {\"days\":[\"mon\"],\"from\":\"22:00\",\"to\":\"06:00\"}",
		    f
	    ))
		return false;
	for (unsigned int n = json_first(d, node); n; n = json_next(d, n))
		if (n != days && n != from && n != to)
			return rule_json_unknown("schedule", json_key_of(d, n), "days", f);
	if (days && !read_days(d, days, &v.days, f))
		return false;
	if ((from || to)
	    && (!read_time(d, from, "schedule/from", &v.from, f)
		|| !read_time(d, to, "schedule/to", &v.to, f)))
		return false;
	s->schedule = v;
	return true;
}

bool
rule_json_read_until(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
) {
	const char *text = json_text(d, node);

	if (text && text_parse_time(text, &s->until_ns) == 0 && s->until_ns > 0) {
		s->until_ns -= s->until_ns % NS_PER_MS; // as it is written again
		return true;
	}
	return rule_fault(
		f,
		"until",
		"write it as 2026-11-26T18:00:00Z",
		"'%.40s' is no time",
		text ? text : ""
	);
}

bool
rule_json_read_limit(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *s,
	struct rule_fault *f
) {
	struct device_limits l = {0};
	const struct {
		const char *key;
		uint64_t *into;
		int64_t least;
		int64_t most;
	} rows[] = {
		{"up_bps", &l.up_bps, LIMIT_BPS_MIN, LIMIT_BPS_MAX},
		{"down_bps", &l.down_bps, LIMIT_BPS_MIN, LIMIT_BPS_MAX},
		{"new_flows_per_s", &l.new_flows, 1, LIMIT_FLOWS_MAX},
	};

	if (!rule_json_wants_object(d, node, "limit", "write {\"up_bps\": 2000000}", f))
		return false;
	for (unsigned int n = json_first(d, node); n; n = json_next(d, n)) {
		size_t i = 0;
		char hint[96];
		while (i < ARRAY_LEN(rows) && strcmp(rows[i].key, json_key_of(d, n)) != 0)
			i++;
		if (i == ARRAY_LEN(rows))
			return rule_json_unknown("limit", json_key_of(d, n), "up_bps", f);
		int64_t value = json_number(d, n, -1);
		if (value < rows[i].least || value > rows[i].most) {
			snprintf(
				hint,
				sizeof hint,
				_("write a whole number from %lld to %lld"),
				(long long)rows[i].least,
				(long long)rows[i].most
			);
			return rule_fault(f, "limit", hint, "%s is out of range", rows[i].key);
		}
		*rows[i].into = (uint64_t)value;
	}
	s->limits = l;
	return true;
}
