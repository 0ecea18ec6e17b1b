// SPDX-License-Identifier: BSD-3-Clause
// A backup that is put in place twice, or whose putting was cut off, leaves the same state.

#include "control/backup/backup.h"
#include "control/store/db.h"
#include "platform/json_write.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char folder[] = "/tmp/spin-backup-XXXXXX";
static struct config *config;

static void
shell(const char *format) {
	char command[400];

	snprintf(command, sizeof command, "cd %s && %s", folder, format);
	assert_int_equal(system(command), 0);
}

static int
make(void **) {
	config = calloc(1, sizeof *config);
	if (!mkdtemp(folder) || !config)
		return -1;
	snprintf(config->file, sizeof config->file, "%s/etc/spin.yaml", folder);
	snprintf(config->profiles_dir, sizeof config->profiles_dir, "%s/etc/profiles", folder);
	snprintf(config->kinds_dir, sizeof config->kinds_dir, "%s/etc/kinds", folder);
	snprintf(config->organisations, sizeof config->organisations, "%s/etc/o.yaml", folder);
	snprintf(config->state_dir, sizeof config->state_dir, "%s/state", folder);
	shell("mkdir -p etc/conf.d etc/profiles etc/kinds state/tls && "
	      "echo 'server_names: true' > etc/spin.yaml && "
	      "echo 'log_level: warn' > etc/conf.d/a.yaml && echo key > state/tls/ca.key");
	return 0;
}

static int
drop(void **) {
	char command[100];

	snprintf(command, sizeof command, "rm -r %s", folder);
	free(config);
	return system(command);
}

static sqlite3 *
open_database(const char *name) {
	char path[200], error[STORE_ERROR];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/state/%s", folder, name);
	assert_int_equal(db_bring_up(path, error), 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

static int
count(sqlite3 *db, const char *what) {
	sqlite3_stmt *s;

	assert_int_equal(sqlite3_prepare_v2(db, what, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	int n = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return n;
}

static void
run(sqlite3 *db, const char *sql) {
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void
check(void) {
	sqlite3 *db = open_database("state.db");

	assert_int_equal(count(db, "SELECT count(*) FROM devices"), 1);
	assert_int_equal(count(db, "SELECT value FROM meta WHERE key='generation'"), 70);
	assert_int_equal(count(db, "SELECT count(*) FROM sessions"), 0);
	sqlite3_close(db);
	shell("grep -q 'server_names: true' etc/spin.yaml && grep -q warn etc/conf.d/a.yaml && "
	      "test ! -e etc/conf.d/late.yaml && grep -q key state/tls/ca.key && "
	      "test $(stat -c %a state/tls/ca.key) = 600 && test ! -e state/restore");
}

static void
putting_twice_is_putting_once(void **) {
	struct backup_set *s = calloc(1, sizeof *s);
	char archive[200], staging[200], error[BACKUP_ERROR] = "";
	sqlite3 *db = open_database("state.db");
	struct json j;

	run(db,
	    "INSERT INTO devices(id,mac) VALUES(1,x'020000000001');"
	    "INSERT INTO meta VALUES('generation',7);"
	    "INSERT INTO sessions(id,user,hash) VALUES(1,1,x'01');");
	snprintf(archive, sizeof archive, "%s/backup.tar.gz", folder);
	snprintf(staging, sizeof staging, "%s/state/" BACKUP_STAGING, folder);
	if (backup_write(config, db, archive, error) < 0)
		fail_msg("%s", error);
	run(db, "DELETE FROM devices; UPDATE meta SET value=70 WHERE key='generation'");
	sqlite3_close(db);
	shell("echo 'server_names: false' > etc/spin.yaml && rm etc/conf.d/a.yaml && "
	      "touch etc/conf.d/late.yaml && echo other > state/tls/ca.key");
	json_init(&j);
	if (backup_read(config, archive, staging, s, error) < 0
	    || backup_plan(config, s, staging, &j, error) < 0)
		fail_msg("%s", error);
	assert_false(backup_is_staged(config->state_dir));
	assert_int_equal(backup_stage(config->state_dir), 0);
	assert_true(backup_is_staged(config->state_dir));
	shell("cp -r state/restore again");
	if (backup_put(config->state_dir, error) < 0)
		fail_msg("%s", error);
	check();
	// Cut off behind the database, and before it.
	shell("cp -r again state/restore && awk '/state.db/ {print $1}' again/plan | "
	      "(read n && rm state/restore/$n)");
	assert_int_equal(backup_put(config->state_dir, error), 0);
	check();
	shell("cp -r again state/restore && rm etc/conf.d/a.yaml");
	assert_int_equal(backup_put(config->state_dir, error), 0);
	check();
	json_free(&j);
	free(s);
}

int
main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(putting_twice_is_putting_once)};

	return cmocka_run_group_tests(tests, make, drop);
}
