// SPDX-License-Identifier: BSD-3-Clause
// How the state looks from outside: one JSON object each, the same in lists, answers and events.
//
// Shape:   the schemas Device, Destination, Flow, Rule, Health and Profile of openapi.yaml.
// Threads: the core thread.

#pragma once

#include "platform/json_write.h"

struct core;
struct destination;
struct device;
struct flow;
struct profile;
struct rule;
struct state_alert;
struct traffic;

// A whole with all its parts; `facts` too, where it is about this one device.
void view_device(const struct core *c, const struct device *d, bool facts, struct json *j);
void view_destination(const struct core *c, const struct destination *d, struct json *j);
void view_destination_whole(
	const struct core *c,
	const struct destination *d,
	struct json *j
); // with the lists that name it
void view_flow(const struct core *c, const struct flow *f, struct json *j);
void view_rule(const struct core *c, const struct rule *r, struct json *j);
void view_profile(const struct core *c, const struct profile *p, struct json *j);
void view_profile_whole(
	const struct core *c,
	const struct profile *p,
	struct json *j
); // with rules and text
void view_alert(const struct state_alert *a, struct json *j);
void view_dataplane(const struct core *c, struct json *j);
void view_health(const struct core *c, struct json *j);

// Members for objects of others: bits and sums, and "key": "2026-…", or null for 0.
void view_time(struct json *j, const char *key, uint64_t wall_ns);
void view_id(struct json *j, const char *key, const char *prefix, uint64_t id); // null for 0
void view_actions(struct json *j, uint8_t set);
void view_counts(struct json *j, const struct traffic *t);
