// SPDX-License-Identifier: BSD-3-Clause
// How we are, the graph, the figures, and the description of all this.

#include "control/clock.h"
#include "control/core.h"
#include "control/doctor.h"
#include "control/export/prometheus.h"
#include "control/graph.h"
#include "control/http/api.h"
#include "control/metrics.h"
#include "control/provider/provider.h"
#include "control/summary.h"
#include "control/text/language.h"
#include "control/view.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("api");

#define WINDOW_MAX_S 86400
#define OPENAPI_BYTES_MAX (1u << 20)

void
api_health(struct http_request *r, void *core) {
	enum role role = http_principal(r)->role;
	struct json j;

	json_init(&j);
	if (role == ROLE_NONE || role == ROLE_METRICS) {
		// Whoever only watches that we live needs no more.
		json_object(&j);
		json_key_string(&j, "status", core_health(core));
		json_end(&j);
	} else {
		view_health(core, &j);
	}
	api_reply(r, 200, &j);
}

void
api_health_checks(struct http_request *r, void *core) {
	struct doctor_finding list[DOCTOR_FINDINGS_MAX];
	const struct core *c = core;
	struct doctor_machine machine;
	struct json j;

	doctor_look("", &machine);
	// A clock that nobody set knows no day.
	machine.support_ended = machine.support_ended && !c->state.clock_untrusted;
	json_init(&j);
	doctor_write(list, doctor_judge(&machine, list), text_say, &j);
	api_reply(r, 200, &j);
}

void
api_summary(struct http_request *r, void *core) {
	const struct core *c = core;
	uint64_t window;
	struct json j;

	if (!http_query_number(r, "window", 1, WINDOW_MAX_S, GRAPH_WINDOW_S, &window))
		return;
	json_init(&j);
	json_object(&j);
	summary_write(&c->state, window, clock_wall_ns(), &j);
	json_key(&j, "provider");
	provider_view(c, http_principal(r), &j);
	json_end(&j);
	api_reply(r, 200, &j);
}

void
api_metrics(struct http_request *r, void *core) {
	const struct core *c = core;
	size_t length;
	bool open = metrics_wants_open(http_header(r, "accept"));
	char *text = metrics_text(core, open, &length);

	prometheus_asked(c->exports);
	if (text)
		http_reply(r, 200, open ? METRICS_OPEN_TYPE : METRICS_TYPE, text, length);
	else
		http_problem(r, PROBLEM_INTERNAL, NULL, "Out of memory.");
	free(text);
}

// Read when asked: it is small, rarely asked for, and then always the one on disk.
void
api_openapi(struct http_request *r, void *core) {
	const struct core *c = core;
	char path[CONFIG_PATH + 16];
	char *text = malloc(OPENAPI_BYTES_MAX);

	snprintf(path, sizeof path, "%s/openapi.yaml", c->config->data_dir);
	FILE *f = text ? fopen(path, "re") : NULL;
	if (f) {
		size_t length = fread(text, 1, OPENAPI_BYTES_MAX, f);
		http_reply(r, 200, "application/yaml", text, length);
		fclose(f);
	} else {
		log_warn("%s: cannot be read: %s", path, strerror(errno));
		http_problem(
			r,
			PROBLEM_NOT_FOUND,
			"Start spin-control with --data-dir DIR, where openapi.yaml lies.",
			"The description of the API is not installed."
		);
	}
	free(text);
}
