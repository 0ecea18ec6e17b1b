// SPDX-License-Identifier: BSD-3-Clause
// One flow: as the list has it, and as the line of EVE JSON that is written when it is over.

#include "control/core.h"
#include "control/export/eve/line.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/view.h"

#define V1 "/api/v1"

static const struct flow *
flow_in_path(struct http_request *r, const struct core *c) {
	const char *text = http_path(r, "flow");
	uint64_t id;
	const struct flow *f = id_parse("flow_", text, &id) ? flow_by_id(&c->state, id) : NULL;

	if (!f)
		http_problem(
			r,
			PROBLEM_UNKNOWN_FLOW,
			"GET " V1 "/flows lists those that are held; GET " V1
			"/history/flows those of before.",
			"There is no flow '%.40s' any more.",
			text
		);
	return f;
}

void
api_get_flow(struct http_request *r, void *core) {
	const struct flow *f = flow_in_path(r, core);
	struct json j;

	if (!f)
		return;
	json_init(&j);
	view_flow(core, f, &j);
	api_reply(r, 200, &j);
}

void
api_get_flow_eve(struct http_request *r, void *core) {
	const struct flow *f = flow_in_path(r, core);
	struct json j;

	if (!f)
		return;
	// Suricata's own words; "unknown" is its for one that goes on.
	const char *reason = f->wire.flags & WIRE_FLOW_ENDED ? "timeout"
		: f->ended				     ? "forced"
							     : "unknown";
	json_init(&j);
	eve_line_flow(f, reason, &j);
	api_reply(r, 200, &j);
}
