// SPDX-License-Identifier: BSD-3-Clause
// The graph: how it is asked for, and that of now.

#include "control/clock.h"
#include "control/core.h"
#include "control/graph.h"
#include "control/http/api.h"

#include <string.h>

#define WINDOW_MAX_S 86400

static bool
read_group(struct http_request *r, enum graph_group *ret) {
	static const char *const names[] = {"domain", "organisation", "host"};
	const char *text = http_query(r, "group");

	*ret = GRAPH_BY_DOMAIN;
	for (size_t i = 0; text && i < ARRAY_LEN(names); i++)
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum graph_group)i;
			return true;
		}
	if (!text)
		return true;
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write group=domain, group=organisation or group=host, or leave it out.",
		"'%.40s' is no way to group destinations.",
		text
	);
	return false;
}

bool
api_graph_asked(struct http_request *r, struct graph_query *q) {
	uint64_t limit;

	if (!read_group(r, &q->group)
	    || !http_query_number(r, "limit", 1, GRAPH_LIMIT_MAX, GRAPH_NODES_MAX, &limit)
	    || !http_query_flag(r, "ignored", &q->ignored)
	    || !http_query_flag(r, "multicast", &q->multicast))
		return false;
	q->limit = limit;
	return true;
}

void
api_graph(struct http_request *r, void *core) {
	const struct core *c = core;
	struct graph_query q = {
		.now_ns = clock_wall_ns(),
		.generation = c->state.generation,
	};
	struct json j;

	if (!http_query_number(r, "window", 1, WINDOW_MAX_S, GRAPH_WINDOW_S, &q.window_s)
	    || !api_graph_asked(r, &q))
		return;
	if (http_query(r, "from") || http_query(r, "to")) {
		api_graph_past(r, core, &q);
		return;
	}
	json_init(&j);
	if (!graph_write(&c->state, &q, &j))
		j.failed = true;
	api_reply(r, 200, &j);
}
