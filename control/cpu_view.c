// SPDX-License-Identifier: BSD-3-Clause
// The cores, and which of them forward: a worker polls while packets come, so that its core looks
// busier to Linux than it is.

#include "control/core.h"
#include "control/cpu.h"
#include "control/dplink.h"
#include "control/text/language.h"

static void
key_percent(struct json *j, const char *key, int percent) {
	json_key(j, key);
	if (percent < 0)
		json_null(j);
	else
		json_u64(j, (uint64_t)percent);
}

static void
view_workers(const struct state *s, uint16_t core, struct json *j) {
	json_key(j, "workers");
	json_array(j);
	for (unsigned int i = 0; i < WIRE_WORKERS_MAX; i++) {
		if (s->stats.worker_core[i] != (uint64_t)core + 1)
			continue;
		json_object(j);
		json_key_u64(j, "worker", i);
		key_percent(
			j,
			"busy_percent",
			s->worker_busy_percent[i] == WORKER_NOT_TOLD ? CPU_NOT_KNOWN
								     : s->worker_busy_percent[i]
		);
		json_end(j);
	}
	json_end(j);
}

void
cpu_view(const struct core *c, struct json *j) {
	static const struct state nobody;
	static const struct cpu_reading none;
	const struct cpu_reading *now = &none, *before = &none;
	uint64_t apart_ns = 0;

	if (c->cpu)
		cpu_look(c->cpu, &now, &before, &apart_ns);
	json_key(j, "cpu");
	json_object(j);
	json_key(j, "seconds");
	json_seconds(j, apart_ns);
	json_key_string(
		j,
		"note",
		_("A core that forwards polls while packets come and looks busy for it; what its "
		  "worker really had to do is told beside it.")
	);
	json_key(j, "cores");
	json_array(j);
	for (size_t i = 0; i < now->count; i++) {
		const struct cpu_times *t = &now->core[i];
		json_object(j);
		json_key_u64(j, "core", t->core);
		key_percent(j, "busy_percent", cpu_busy_percent(before, t));
		view_workers(dplink_is_up(c->link) ? &c->state : &nobody, t->core, j);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}
