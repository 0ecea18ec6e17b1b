// SPDX-License-Identifier: BSD-3-Clause
// Rows of the audit trail, read back.

#include "control/audit/audit_store.h"
#include "control/store/db.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
bind_query(sqlite3_stmt *s, const struct audit_query *q, char object[80]) {
	snprintf(object, 80, "\"id\":\"%s\"", q->object);
	sqlite3_bind_int64(s, 1, (sqlite3_int64)q->from);
	sqlite3_bind_int64(s, 2, (sqlite3_int64)q->since_ms);
	sqlite3_bind_int64(s, 3, (sqlite3_int64)(q->until_ms ? q->until_ms : INT64_MAX));
	sqlite3_bind_text(s, 4, q->who, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 5, q->operation, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 6, q->object[0] ? object : "", -1, SQLITE_STATIC);
	sqlite3_bind_int(s, 7, q->things_only);
	sqlite3_bind_int64(s, 8, (sqlite3_int64)q->limit);
	sqlite3_bind_text(s, 9, q->way, -1, SQLITE_STATIC);
}

int
store_run_audit_page(struct store_db *db, struct store_job *job) {
	struct store_audit_page *p = (struct store_audit_page *)(void *)job;
	char object[80];
	sqlite3_stmt *s = db_statement(
		db, p->query.oldest_first ? DB_READ_AUDIT_OLDEST : DB_READ_AUDIT_NEWEST
	);
	int r = 0;
	int code;

	p->count = 0;
	p->head = db->audit_file;
	p->query.limit = MIN_OF(p->query.limit, (size_t)AUDIT_PAGE_MAX);
	bind_query(s, &p->query, object);
	while ((code = sqlite3_step(s)) == SQLITE_ROW && p->count < AUDIT_PAGE_MAX) {
		p->rows[p->count] = audit_from_row(s);
		if (!p->rows[p->count]) {
			r = -ENOMEM;
			break;
		}
		p->count++;
	}
	if (r == 0 && code != SQLITE_DONE && code != SQLITE_ROW)
		r = db_error(db);
	sqlite3_reset(s);
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}
