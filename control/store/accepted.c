// SPDX-License-Identifier: BSD-3-Clause
// The texts of profiles that were accepted, among the choices.

#include "control/store/db.h"

#include <stdio.h>
#include <string.h>

static int
put(struct store_db *db, const char *key, const char *text, size_t length) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_CHOICE);

	sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
	sqlite3_bind_text(s, 2, text, (int)length, SQLITE_STATIC);
	return db_run(db, s);
}

void
db_load_accepted(const char *key, sqlite3_stmt *s, struct accepted *ret) {
	const char *text = (const char *)sqlite3_column_text(s, 1);

	if (strcmp(key, DB_ACCEPTED_KNOWN) == 0)
		ret->known = true;
	else if (strncmp(key, DB_ACCEPTED, strlen(DB_ACCEPTED)) == 0 && text)
		accepted_add(
			ret, key + strlen(DB_ACCEPTED), text, (size_t)sqlite3_column_bytes(s, 1)
		);
}

int
db_put_accepted(struct store_db *db, const char *name, const struct text *t) {
	char key[sizeof DB_ACCEPTED + PROFILE_NAME_MAX];

	snprintf(key, sizeof key, DB_ACCEPTED "%s", name);
	if (t)
		return put(db, key, t->text, t->length);
	sqlite3_stmt *s = db_statement(db, DB_DROP_CHOICE);
	sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
	return db_run(db, s);
}

static int
write_texts(struct store_db *db, const struct accepted *a) {
	int r = db_run(db, db_statement(db, DB_DROP_ACCEPTED));

	for (size_t i = 0; i < a->count && r == 0; i++)
		r = db_put_accepted(db, a->item[i].name, a->item[i].text);
	return r < 0 ? r : put(db, DB_ACCEPTED_KNOWN, "yes", 3);
}

int
store_run_accepted(struct store_db *db, struct store_job *job) {
	const struct store_accepted *a = (const struct store_accepted *)(const void *)job;
	int r = db_begin(db);

	if (r == 0)
		r = db_end(db, write_texts(db, &a->accepted));
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}
