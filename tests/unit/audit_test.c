// SPDX-License-Identifier: BSD-3-Clause
// The chain of the audit trail: whatever is altered, removed or put in shows, and where; what the
// store lets go by itself does not.

#include "control/audit/audit_store.h"
#include "control/clock.h"
#include "control/store/db.h"
#include "tests/unit/store_rig.h"

#include <sqlite3.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct audit_by anna = {"anna", "user", "session", "192.0.2.9"};

// --- The check alone ---

#define ROWS 6

struct row {
	uint64_t seq;
	char text[64];
	char previous[AUDIT_HASH];
	char hash[AUDIT_HASH];
	struct audit_head trimmed;
};

struct found {
	char text[512];
};

static void
on_fault(void *context, const char *sentence) {
	struct found *f = context;
	size_t n = strlen(f->text);

	snprintf(f->text + n, sizeof f->text - n, "%s%s", n ? " " : "", sentence);
}

static void
link_row(struct row *r, uint64_t seq, const char *previous) {
	r->seq = seq;
	snprintf(r->text, sizeof r->text, "{\"seq\":%" PRIu64 "}", seq);
	memcpy(r->previous, previous, sizeof r->previous);
	audit_hash(r->previous, r->text, strlen(r->text), r->hash);
}

static void
chain(struct row rows[ROWS]) {
	memset(rows, 0, ROWS * sizeof *rows);
	for (size_t i = 0; i < ROWS; i++)
		link_row(&rows[i], i + 1, i ? rows[i - 1].hash : AUDIT_BEGINNING);
}

static void
expect(const struct row *rows, size_t count, const struct audit_head *head, const char *what) {
	struct found f = {.text = ""};
	struct audit_check c = {.fault = on_fault, .context = &f};

	if (head)
		c.head = *head;
	for (size_t i = 0; i < count; i++) {
		struct audit_link l = {
			rows[i].text,
			strlen(rows[i].text),
			rows[i].seq,
			rows[i].previous,
			rows[i].hash,
			rows[i].trimmed,
		};
		audit_check_row(&c, &l);
	}
	audit_check_end(&c);
	assert_string_equal(f.text, what);
	assert_int_equal(c.faults > 0, what[0] != 0);
}

static void
an_untouched_chain_is_whole(void **) {
	struct row rows[ROWS];
	struct audit_head head = {ROWS, ""};

	chain(rows);
	memcpy(head.hash, rows[ROWS - 1].hash, sizeof head.hash);
	expect(rows, ROWS, &head, "");
	expect(rows, ROWS, NULL, "");
	head.seq = 4; // the file may be behind
	memcpy(head.hash, rows[3].hash, sizeof head.hash);
	expect(rows, ROWS, &head, "");
	expect(rows, 0, NULL, "");
	char known[AUDIT_HASH];
	audit_hash((const char[AUDIT_HASH]){""}, "", 0, known); // of a line feed
	assert_string_equal(
		known, "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"
	);
}

static void
what_was_altered_is_named(void **) {
	struct row rows[ROWS];

	chain(rows);
	rows[2].text[1] = '\'';
	expect(rows, ROWS, NULL, "Row 3 was altered after it was written.");
	chain(rows);
	rows[5].hash[9] ^= 1;
	expect(rows, ROWS, NULL, "Row 6 was altered after it was written.");
	chain(rows);
	rows[0].previous[9] = 'f';
	expect(rows,
	       ROWS,
	       NULL,
	       "Row 1 is not the beginning of this chain. Row 1 was altered after it was written.");
	// Hashed again: it is whole, and the next one does not follow it.
	chain(rows);
	rows[2].text[1] = '\'';
	audit_hash(rows[2].previous, rows[2].text, strlen(rows[2].text), rows[2].hash);
	expect(rows, ROWS, NULL, "Row 3 was replaced by another: row 4 does not follow it.");
	// The last one, hashed again: only what was kept apart tells.
	chain(rows);
	struct audit_head head = {ROWS, ""};
	memcpy(head.hash, rows[5].hash, sizeof head.hash);
	rows[5].text[1] = '\'';
	audit_hash(rows[5].previous, rows[5].text, strlen(rows[5].text), rows[5].hash);
	expect(rows, ROWS, NULL, "");
	expect(rows,
	       ROWS,
	       &head,
	       "Row 6 was replaced by another: it is not the one whose hash was kept apart.");
}

static void
what_was_removed_is_named(void **) {
	struct row rows[ROWS];
	struct audit_head head = {ROWS, ""};

	chain(rows);
	memcpy(head.hash, rows[5].hash, sizeof head.hash);
	expect(rows, 4, &head, "Rows 5 to 6, the end, were removed.");
	expect(rows, 5, &head, "Row 6, the end, was removed.");
	expect(rows, 0, &head, "Rows 1 to 6, the end, were removed.");
	expect(rows + 2, 4, NULL, "Rows 1 to 2, the beginning, were removed.");
	memmove(rows + 2, rows + 4, 2 * sizeof *rows);
	expect(rows, 4, NULL, "Rows 3 to 4 were removed.");
	// Unless a row says that they went.
	chain(rows);
	rows[4].trimmed = (struct audit_head){.seq = 2};
	memcpy(rows[4].trimmed.hash, rows[1].hash, AUDIT_HASH);
	expect(rows + 2, 4, NULL, "");
	expect(rows + 3, 3, NULL, "Rows 1 to 3, the beginning, were removed.");
	rows[4].trimmed.hash[3] ^= 1;
	expect(rows + 2, 4, NULL, "Rows 1 to 2, the beginning, were removed.");
}

static void
what_was_put_in_is_named(void **) {
	struct row rows[ROWS + 1];

	chain(rows);
	rows[ROWS] = rows[2];
	expect(rows, ROWS + 1, NULL, "A row 3 stands after row 6: it was inserted.");
	// With a number and a hash that fit, in front of the real one.
	chain(rows);
	memmove(rows + 3, rows + 2, 4 * sizeof *rows);
	link_row(&rows[2], 3, rows[1].hash);
	rows[2].text[1] = '\'';
	audit_hash(rows[2].previous, rows[2].text, strlen(rows[2].text), rows[2].hash);
	expect(rows,
	       ROWS + 1,
	       NULL,
	       "A row 3 stands after row 3: it was inserted. "
	       "Row 3 was replaced by another: row 4 does not follow it.");
	// With a number of its own, and the next one hashed again to stand behind the real one.
	chain(rows);
	link_row(&rows[2], 3, rows[1].hash);
	link_row(&rows[3], 4, rows[1].hash);
	expect(rows, 4, NULL, "Row 3 was inserted.");
}

// --- In the store ---

static void
note(struct rig *r, const char *operation) {
	struct store_audit a = {
		.job.run = store_run_audit,
		.entry = audit_new(&anna, operation, clock_wall_ns()),
	};

	audit_object(a.entry, "dev_1", "TV \"big\"");
	assert_int_equal(run(r, &a.job), 0);
	audit_free(a.entry);
}

// What the file with these rows would be told.
static void
verify(struct rig *r, const char *what, uint64_t rows) {
	static struct store_audit_page p;
	struct found f = {.text = ""};
	struct audit_check c = {.fault = on_fault, .context = &f};

	p = (struct store_audit_page){.job.run = store_run_audit_page};
	p.query = (struct audit_query){.oldest_first = true, .limit = AUDIT_PAGE_MAX};
	assert_int_equal(run(r, &p.job), 0);
	c.head = p.head;
	for (size_t i = 0; i < p.count; i++) {
		struct json j;
		json_init(&j);
		audit_write(p.rows[i], &j);
		struct audit_link l = {
			j.text,
			j.length,
			p.rows[i]->seq,
			p.rows[i]->previous,
			p.rows[i]->hash,
			{0}};
		audit_trimmed(p.rows[i], &l.trimmed);
		audit_check_row(&c, &l);
		json_free(&j);
		audit_free(p.rows[i]);
	}
	audit_check_end(&c);
	assert_string_equal(f.text, what);
	assert_int_equal(c.rows, rows);
}

static void
do_sql(const char *sql) {
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path_of("state.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
it_goes_on_over_a_restart(void **) {
	static struct rig r;

	rig_open(&r);
	verify(&r, "", 0);
	note(&r, "one");
	note(&r, "two");
	verify(&r, "", 2);
	rig_close(&r);
	rig_open(&r);
	note(&r, "three");
	verify(&r, "", 3);
	rig_close(&r);
	// As after kill -9 between the commit and the file.
	FILE *f = fopen(path_of(AUDIT_HEAD_FILE), "r+e");
	char line[128] = "";
	struct audit_head head;
	assert_non_null(f);
	assert_true(fread(line, 1, sizeof line - 1, f) > 0);
	fclose(f);
	assert_int_equal(audit_read_head(path_of(AUDIT_HEAD_FILE), &head), 0);
	assert_int_equal(head.seq, 3);
	rig_open(&r);
	note(&r, "four");
	rig_close(&r);
	f = fopen(path_of(AUDIT_HEAD_FILE), "we");
	assert_non_null(f);
	fputs(line, f);
	fclose(f);
	rig_open(&r);
	verify(&r, "", 4);
	note(&r, "five");
	verify(&r, "", 5);
	rig_close(&r);
}

// The chain goes on, and the hole stays.
static void
a_cut_at_the_end_shows_for_ever(void **) {
	static struct rig r;

	do_sql("DELETE FROM audit WHERE seq>3");
	rig_open(&r);
	verify(&r, "Rows 4 to 5, the end, were removed.", 3);
	note(&r, "six");
	verify(&r, "Rows 4 to 5 were removed.", 4);
	rig_close(&r);
	rig_open(&r);
	verify(&r, "Rows 4 to 5 were removed.", 4);
	rig_close(&r);
	do_sql("UPDATE audit SET who='eve' WHERE seq=2");
	rig_open(&r);
	verify(&r, "Row 2 was altered after it was written. Rows 4 to 5 were removed.", 4);
	rig_close(&r);
	do_sql("DELETE FROM audit");
	unlink(path_of(AUDIT_HEAD_FILE));
}

struct trimming {
	struct store_job job;
	uint64_t rows_max;
	uint64_t oldest_ms;
};

static int
run_trim(struct store_db *db, struct store_job *job) {
	const struct trimming *t = (const struct trimming *)(const void *)job;
	int r = db_begin(db);

	return r < 0 ? r : db_end(db, audit_trim(db, t->rows_max, t->oldest_ms));
}

static void
what_is_too_much_goes_and_is_told(void **) {
	static struct rig r;
	struct trimming t = {.job.run = run_trim, .rows_max = 150, .oldest_ms = 0};

	rig_open(&r);
	for (int i = 0; i < 300; i++)
		note(&r, "one");
	assert_int_equal(run(&r, &t.job), 0);
	verify(&r, "", 151);
	assert_int_equal(run(&r, &t.job), 0); // one too many is not worth a row
	verify(&r, "", 151);
	t = (struct trimming){.job.run = run_trim, .rows_max = 1000, .oldest_ms = INT64_MAX};
	assert_int_equal(run(&r, &t.job), 0);
	verify(&r, "", 1); // who tells of it
	rig_close(&r);
	do_sql("DELETE FROM audit WHERE seq=(SELECT min(seq) FROM audit)");
	rig_open(&r);
	verify(&r, "Rows 1 to 302, the end, were removed.", 0);
	rig_close(&r);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_untouched_chain_is_whole),
		cmocka_unit_test(what_was_altered_is_named),
		cmocka_unit_test(what_was_removed_is_named),
		cmocka_unit_test(what_was_put_in_is_named),
		cmocka_unit_test(it_goes_on_over_a_restart),
		cmocka_unit_test(a_cut_at_the_end_shows_for_ever),
		cmocka_unit_test(what_is_too_much_goes_and_is_told),
	};
	char command[64];

	if (!mkdtemp(directory))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof command, "rm -r %s", directory);
	return system(command) == 0 ? failed : 1;
}
