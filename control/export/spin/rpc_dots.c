// SPDX-License-Identifier: BSD-3-Clause
// dots_signal: a report of an attack, handed to control/incident, where the household's consent
// decides what becomes of it.
//
// Source:  reference/spin.md 4.8; RFC 9066.

#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/export/spin/rpc_own.h"
#include "control/incident/incident.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
on_taken(void *context, const struct incident *i, int result, const char *message) {
	struct rpc_call *c = context;

	(void)i;
	if (result < 0)
		rpc_fail(c, 1, "%s", message);
	rpc_end(c, NULL);
}

static void
take(struct rpc_call *c, const struct incident_report *report) {
	struct audit_entry *e = audit_new(&c->who.by, c->method->operation, clock_wall_ns());

	c->waits = true;
	int r = incident_take(c->spin->core, report, e, on_taken, c);
	if (r == 0)
		return;
	if (r == -EPERM)
		rpc_fail(c, 1, "DOTS support is not enabled in spind.conf");
	else
		rpc_fail(c, 1, "%s", strerror(-r));
}

void
rpc_dots_signal(struct rpc_call *c, struct json *j) {
	const struct rpc_value *v = &c->param[0];
	static struct incident_report report; // large; calls do not nest
	struct rule_fault fault;
	struct json_fault none;
	struct json_doc *d;

	(void)j;
	if (json_parse(v->json, v->json_length, &json_limits_body, &d, &none) < 0) {
		rpc_fail(c, 1, "%s", none.message);
		return;
	}
	report = (struct incident_report){.from_ns = 0};
	if (incident_read(d, &report, &fault)) {
		snprintf(report.author, sizeof report.author, "%s", c->who.by.who);
		take(c, &report);
	} else {
		rpc_fail(c, 1, "%s: %s; %s", fault.field, fault.what, fault.right);
	}
	json_doc_free(d);
}
