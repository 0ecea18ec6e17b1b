// SPDX-License-Identifier: BSD-3-Clause

#include "control/audit/audit.h"

#include "control/audit/audit_store.h"
#include "control/core.h"
#include "control/http/stream.h"
#include "control/persist.h"
#include "platform/log.h"

#include <errno.h>
#include <stdlib.h>

LOG_DOMAIN("audit");

struct noting {
	struct store_audit job;
	struct core *core;
	audit_done done;
	void *context;
};

void
audit_publish(struct core *c, struct audit_entry *e) {
	struct json j;

	if (!c->stream || !e || !e->seq)
		return;
	json_init(&j);
	audit_write_line(e, &j);
	if (!j.failed)
		stream_publish(c->stream, STREAM_AUDIT, j.text, j.length);
	json_free(&j);
}

static void
noted(struct store_job *job) {
	struct noting *n = container_of(job, struct noting, job.job);

	persist_note(n->core, job);
	if (job->result == 0)
		audit_publish(n->core, n->job.entry);
	if (n->done)
		n->done(n->context, job->result, job->message);
	audit_free(n->job.entry);
	free(n);
}

void
audit_submit(struct core *c, struct audit_entry *e, audit_done done, void *context) {
	struct noting *n = e ? calloc(1, sizeof *n) : NULL;

	if (!n) {
		log_err("out of memory: something was done that the audit trail does not tell");
		audit_free(e);
		if (done)
			done(context, -ENOMEM, "Out of memory.");
		return;
	}
	*n = (struct noting){
		.job = {.job = {.run = store_run_audit, .done = noted}, .entry = e},
		.core = c,
		.done = done,
		.context = context,
	};
	store_submit(c->store, &n->job.job);
}
