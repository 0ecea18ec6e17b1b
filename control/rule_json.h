// SPDX-License-Identifier: BSD-3-Clause
// A rule as JSON: what the API takes, what the store keeps.
//
//	{"action":"block", "subject":{"device":"dev_…","address":"192.0.2.7"}, "object":{"domain":"ads.example"},
//	 "service":{"name":"https"}, "direction":"out", "schedule":{"days":["mon"],"from":"22:00","to":"06:00"},
//	 "until":"2026-11-26T12:00:00Z", "limit":{"up_bps":2000000}, "comment":"…", "enabled":true}
//
// Threads: pure.
// Errors:  false and a fault.

#pragma once

#include "control/http/json_read.h"
#include "control/rule_spec.h"
#include "platform/json_write.h"

// A whole rule; the members beyond action and subject have defaults.
bool rule_json_read(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *ret,
	struct rule_fault *f
);
// One without a subject, for the rules of a profile.
bool rule_json_read_for_profile(
	const struct json_doc *d,
	unsigned int node,
	const char *profile,
	struct rule_spec *ret,
	struct rule_fault *f
);
// A merge patch of what may change: enabled, schedule, until, limit, comment.
bool rule_json_patch(
	const struct json_doc *d,
	unsigned int node,
	struct rule_spec *spec,
	struct rule_fault *f
);
// From text; for the store.
bool rule_json_parse(const char *text, struct rule_spec *ret);

// One object, in the form that rule_json_read takes.
void rule_json_write(const struct rule_spec *s, struct json *j);
// Members of it, for objects of others.
void rule_json_write_service(const struct rule_service *s, struct json *j);
void rule_json_write_schedule(const struct schedule *s, struct json *j);
void rule_json_write_limit(const struct device_limits *l, struct json *j);
