// SPDX-License-Identifier: BSD-3-Clause
// The graph of a window that is over.

#include "control/core.h"
#include "control/graph_past.h"
#include "control/http/api_history.h"

#include <stdlib.h>

struct drawing {
	struct api_asked asked; // first
	struct history_question q;
	struct history_answer a;
	struct flows_answer flows;
	struct graph_query graph;
};

static int
run_rows(struct hdb *db, struct history_ask *ask) {
	struct drawing *d = container_of(ask, struct drawing, asked.ask);

	int r = ask_counts(db, &d->q, &d->a);
	const struct flows_question closed = {
		.from_s = d->a.from_s,
		.to_s = d->a.to_s,
		.limit = ASK_ROWS_MAX,
		.dropped = -1,
	};
	return r == 0 && d->graph.group == GRAPH_BY_HOST ? ask_flows(db, &closed, &d->flows) : r;
}

static void
answered(struct history_ask *ask) {
	struct drawing *d = container_of(ask, struct drawing, asked.ask);
	struct http_request *r = api_history_answered(&d->asked);
	struct json j;

	if (r) {
		d->graph.now_ns = d->a.to_s * NS_PER_S;
		d->graph.window_s = d->a.to_s - d->a.from_s;
		json_init(&j);
		if (!graph_past_write(d->asked.core, &d->graph, &d->a, &d->flows, &j))
			j.failed = true;
		api_reply(r, 200, &j);
	}
	answer_free_counts(&d->a);
	free(d->flows.items);
	free(d);
}

void
api_graph_past(struct http_request *r, void *core, const struct graph_query *q) {
	struct core *c = core;
	struct drawing *d = calloc(1, sizeof *d);

	if (!d) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	d->graph = *q;
	if (!api_has_history(r, c) || !api_window(r, q->window_s, &d->q.from_s, &d->q.to_s)) {
		free(d);
		return;
	}
	d->q.group = ASK_BY_ROW;
	d->q.limit = ASK_ROWS_MAX;
	d->asked.ask.run = run_rows;
	d->asked.ask.then = answered;
	api_ask_history(r, c, &d->asked);
}
