// SPDX-License-Identifier: BSD-3-Clause
// Rows of what was granted and proposed: an id, a kind, and JSON.

#include "control/audit/audit_store.h"
#include "control/core.h"
#include "control/persist.h"
#include "control/provider/provider.h"
#include "control/store/db.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
write_row(struct store_db *db, const struct store_provider *p) {
	sqlite3_stmt *s = db_statement(db, p->body ? DB_PUT_PROVIDER : DB_DROP_PROVIDER);

	sqlite3_bind_int64(s, 1, (sqlite3_int64)p->id);
	if (p->body) {
		sqlite3_bind_text(s, 2, p->kind, -1, SQLITE_STATIC);
		sqlite3_bind_text(s, 3, p->body, -1, SQLITE_STATIC);
	}
	int r = db_run(db, s);
	return r < 0 ? r : audit_put(db, p->audit);
}

int
store_run_provider(struct store_db *db, struct store_job *job) {
	int r = db_begin(db);

	if (r == 0)
		r = db_end(db, write_row(db, (const struct store_provider *)(const void *)job));
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}

int
store_load_provider(
	struct store *st,
	void (*row)(void *context, uint64_t id, const char *kind, const char *body),
	void *context,
	char ret_error[STORE_ERROR]
) {
	struct store_db *db = store_database(st);
	sqlite3_stmt *s;
	int code;

	if (sqlite3_prepare_v2(
		    db->sqlite, "SELECT id,kind,body FROM provider ORDER BY id", -1, &s, NULL
	    )
	    != SQLITE_OK)
		return db_error(db);
	while ((code = sqlite3_step(s)) == SQLITE_ROW)
		row(context,
		    (uint64_t)sqlite3_column_int64(s, 0),
		    (const char *)sqlite3_column_text(s, 1),
		    (const char *)sqlite3_column_text(s, 2));
	int r = code == SQLITE_DONE ? 0 : db_error(db);
	sqlite3_finalize(s);
	if (r < 0)
		snprintf(ret_error, STORE_ERROR, "state.db: %s", db->message);
	return r;
}

struct keeping {
	struct store_provider job;
	struct core *core;
	provider_done done;
	void *context;
};

static void
kept(struct store_job *job) {
	struct keeping *k = container_of(job, struct keeping, job.job);

	persist_note(k->core, job);
	if (job->result == 0)
		audit_publish(k->core, k->job.audit);
	if (k->done)
		k->done(k->context, job->result, job->message);
	audit_free(k->job.audit);
	free(k->job.body);
	free(k);
}

void
provider_keep(
	struct core *c,
	uint64_t id,
	const char *kind,
	char *body,
	struct audit_entry *e,
	provider_done done,
	void *context
) {
	struct keeping *k = e ? calloc(1, sizeof *k) : NULL;

	if (!k) {
		free(body);
		audit_free(e);
		if (done)
			done(context, -ENOMEM, "Out of memory.");
		return;
	}
	*k = (struct keeping){
		.job = {.job = {.run = store_run_provider, .done = kept},
			.id = id,
			.kind = kind,
			.body = body,
			.audit = e},
		.core = c,
		.done = done,
		.context = context,
	};
	store_submit(c->store, &k->job.job);
}
