// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/stats.h"

#include "control/core.h"
#include "control/export/mqtt/client.h"
#include "control/export/spin/topics.h"
#include "platform/base.h"

#include <limits.h>
#include <stdio.h>

enum counter {
#define X(field, ...) STAT_##field,
	STATS(X)
#undef X
	STAT_COUNT
};
static_assert(STAT_COUNT <= ARRAY_LEN(((struct stats *)0)->told));

static const struct {
	const char *module, *name;
	unsigned int type;
} rows[] = {
#define X(field, module, name, type) {module, name, type},
	STATS(X)
#undef X
};

static void
tell(struct topics *t, enum counter i, uint64_t value) {
	char topic[96];
	struct json j;

	value = MIN_OF(value, (uint64_t)INT_MAX);
	json_init(&j);
	json_object(&j);
	json_key_string(&j, "module", rows[i].module);
	json_key_string(&j, "name", rows[i].name);
	json_key_u64(&j, "type", rows[i].type);
	json_key_u64(&j, "value", value);
	json_key_u64(&j, "count", value);
	json_end(&j);
	snprintf(topic, sizeof topic, "SPIN/stat/%s/%s", rows[i].module, rows[i].name);
	if (!j.failed)
		mqtt_retain(t->client, topic, j.text, j.length);
	json_free(&j);
}

void
stats_second(struct stats *s, struct topics *t) {
	const struct spin *spin = spin_of(t->core);
	const uint64_t now[] = {
		[STAT_reports4] = s->reports[0],
		[STAT_reports6] = s->reports[1],
		[STAT_blocked] = s->blocked,
		[STAT_answers] = s->answers,
		[STAT_queries] = s->queries,
		[STAT_nodes] = spin ? nodes_count(spin->nodes) : 0,
		[STAT_nodes_told] = s->nodes_told,
		[STAT_published] = s->published,
		[STAT_sent] = s->sent,
		[STAT_messages] = s->messages,
	};

	if (s->wait_s++ % STATS_S)
		return;
	for (enum counter i = 0; i < STAT_COUNT; i++) {
		if (now[i] == s->told[i])
			continue;
		s->told[i] = now[i];
		tell(t, i, now[i]);
	}
}
