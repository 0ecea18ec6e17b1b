// SPDX-License-Identifier: BSD-3-Clause

#include "control/provider/statistics.h"

#include "control/identity/identity.h"
#include "control/identity/join.h"
#include "control/state.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>

#define DAY_TEXT 10 // of RFC 3339

struct counting {
	struct json *j;
	bool withheld;
};

// One row, unless it would tell of a single thing.
static void
row(struct counting *c, const char *key, const char *word, uint64_t count) {
	if (count == 0)
		return;
	if (count < STATISTICS_LEAST) {
		c->withheld = true;
		return;
	}
	json_object(c->j);
	json_key_string(c->j, key, word);
	json_key_u64(c->j, "count", count);
	json_end(c->j);
}

static void
write_devices(struct counting *c, const struct state *s) {
	uint64_t counts[KIND_COUNT] = {0};

	for (size_t i = 0; i < s->devices_count; i++)
		if (!join_is_part(s, s->devices[i]))
			counts[identity_kind(s->devices[i])]++;
	for (int i = 0; i < KIND_COUNT; i++)
		row(c, "kind", i == KIND_NONE ? "unknown" : kind_name((enum kind)i), counts[i]);
}

static void
write_reasons(struct counting *c, const struct state *s) {
	for (unsigned int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		row(c, "reason", reason_name((enum reason)i), s->stats.reason_packets[i]);
}

static void
write_alerts(struct counting *c, const struct state *s) {
	for (unsigned int kind = 0; kind < ALERT_COUNT; kind++) {
		uint64_t n = 0;
		for (size_t i = 0; i < s->alerts_count; i++)
			n += s->alerts[i].kind == kind;
		row(c, "alert", alert_name((enum alert)kind), n);
	}
}

static void
write_measures(struct counting *c, const struct state *s) {
	static const enum action actions[] = {
		ACTION_BLOCK, ACTION_ALLOW, ACTION_IGNORE, ACTION_LIMIT, ACTION_PAUSE};

	for (size_t a = 0; a < ARRAY_LEN(actions); a++) {
		uint64_t n = 0;
		for (size_t i = 0; i < s->rules_count; i++)
			n += s->rules[i]->active && s->rules[i]->spec.action == actions[a];
		row(c, "action", action_word(actions[a]), n);
	}
}

void
statistics_write(const struct state *s, uint64_t now_ns, struct json *j) {
	static const struct {
		const char *key;
		void (*write)(struct counting *c, const struct state *s);
	} parts[] = {
		{"devices", write_devices},
		{"reasons", write_reasons},
		{"alerts", write_alerts},
		{"measures", write_measures},
	};
	struct counting c = {.j = j};
	char time[TEXT_TIME];

	json_object(j);
	text_time(now_ns, time);
	json_key(j, "day");
	json_string_n(j, time, DAY_TEXT);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		json_key(j, parts[i].key);
		json_array(j);
		parts[i].write(&c, s);
		json_end(j);
	}
	json_key_bool(j, "withheld", c.withheld);
	json_end(j);
}
