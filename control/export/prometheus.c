// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/prometheus.h"

#include "control/clock.h"
#include "control/export/adapters.h"
#include "control/export/export.h"
#include "control/text/language.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct prometheus {
	uint64_t asked_ns; // wall
	uint64_t answers;
};

static bool
wanted(const struct config *c) {
	(void)c;
	return true; // it costs nothing until somebody asks, with a token of the role metrics
}

static int
start(struct core *c, void **ret, char ret_error[EXPORT_ERROR]) {
	(void)c;
	*ret = calloc(1, sizeof(struct prometheus));
	if (!*ret)
		snprintf(ret_error, EXPORT_ERROR, "out of memory");
	return *ret ? 0 : -ENOMEM;
}

static void
status(const void *self, struct export_status *ret) {
	const struct prometheus *p = self;

	snprintf(ret->where, sizeof ret->where, "/metrics");
	ret->contact_ns = p->asked_ns;
	ret->sent = p->answers;
}

void
prometheus_asked(struct exports *e) {
	struct prometheus *p = exports_self(e, &adapter_prometheus);

	if (!p)
		return;
	p->asked_ns = clock_wall_ns();
	p->answers++;
}

const struct export_adapter adapter_prometheus = {
	.name = "prometheus",
	.title = N_("Prometheus and OpenMetrics"),
	.tells = N_("Left the gateway: counters, when somebody asked with a token"),
	.wanted = wanted,
	.start = start,
	.stop = free,
	.status = status,
};
