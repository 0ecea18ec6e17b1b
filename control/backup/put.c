// SPDX-License-Identifier: BSD-3-Clause
// A staged restore, put in place before anything is opened.  Every step can be done again.

#include "control/backup/backup.h"
#include "control/store/db.h"
#include "control/store/image.h"
#include "control/store/store.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/log.h"

#include <sqlite3.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

LOG_DOMAIN("backup");

#define PLAN_LINE (BACKUP_NAME + CONFIG_PATH + BACKUP_NAME + 32)

// What a restore does not take back: the audit trail; numbers that only grow, because the
// dataplane has seen the higher ones; and tokens that were revoked.  Nobody stays logged in.
static const char keep[] = "BEGIN IMMEDIATE;"
			   "DELETE FROM audit;"
			   "INSERT INTO audit SELECT * FROM now.audit;"
			   "INSERT INTO meta(key,value) SELECT key,value FROM now.meta WHERE true "
			   "ON CONFLICT(key) DO UPDATE SET value=max(value,excluded.value);"
			   "DELETE FROM tokens WHERE (SELECT count(*) FROM now.users)>0 "
			   "AND hash NOT IN (SELECT hash FROM now.tokens);"
			   "DELETE FROM sessions;"
			   "COMMIT;";

void
backup_clear(const char *folder) {
	char path[CONFIG_PATH + 300];
	DIR *d = opendir(folder);

	for (struct dirent *e; d && (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(folder);
}

bool
backup_is_staged(const char *state_dir) {
	char path[CONFIG_PATH + 32];

	snprintf(path, sizeof path, "%s/" BACKUP_STAGED "/" BACKUP_PLAN, state_dir);
	return access(path, F_OK) == 0;
}

static int
run(sqlite3 *db, const char *sql) {
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -EIO;
}

static int
carry_over(const char *from, const char *to, char ret_error[BACKUP_ERROR]) {
	sqlite3 *db = NULL;
	char *attach = sqlite3_mprintf("ATTACH %Q AS now", to);
	int r = attach ? 0 : -ENOMEM;

	if (r == 0
	    && sqlite3_open_v2(from, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
		    != SQLITE_OK)
		r = -EIO;
	if (r == 0)
		r = run(db, attach);
	if (r == 0)
		r = run(db, keep);
	if (r == 0)
		r = run(db, "DETACH now");
	if (r < 0)
		snprintf(ret_error, BACKUP_ERROR, "%.200s: %.150s", from, sqlite3_errmsg(db));
	sqlite3_free(attach);
	sqlite3_close(db);
	return r;
}

// An older schema is brought to ours first, as at any start; that also brings a log home.
static int
merge(const char *from, const char *to, char ret_error[BACKUP_ERROR]) {
	char error[STORE_ERROR], aside[CONFIG_PATH + BACKUP_NAME + 16];
	int r = db_bring_up(from, error);

	if (r < 0) {
		snprintf(ret_error, BACKUP_ERROR, "%.380s", error);
		return r;
	}
	if (access(to, F_OK) < 0)
		return 0;
	if (db_bring_up(to, error) == 0)
		return carry_over(from, to, ret_error);
	// That may be why somebody restores.
	log_warn("%s; its audit trail is not carried over", error);
	snprintf(aside, sizeof aside, "%s.damaged", to);
	return rename(to, aside) < 0 ? -errno : 0;
}

static int
sync_folder_of(const char *path) {
	char folder[CONFIG_PATH + BACKUP_NAME];

	snprintf(folder, sizeof folder, "%s", path);
	char *slash = strrchr(folder, '/');
	if (slash)
		*slash = 0;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 || fsync(fd) < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	return r;
}

static int
put_database(const char *from, const char *to, char ret_error[BACKUP_ERROR]) {
	if (access(from, F_OK) < 0)
		return 0; // an earlier attempt came so far
	int r = merge(from, to, ret_error);
	if (r < 0)
		return r;
	static const char *const logs[] = {"-wal", "-shm"};
	for (size_t i = 0; i < ARRAY_LEN(logs); i++) {
		char path[CONFIG_PATH + BACKUP_NAME + 8];
		snprintf(path, sizeof path, "%s%s", to, logs[i]);
		unlink(path); // empty: it was closed just now
		snprintf(path, sizeof path, "%s%s", from, logs[i]);
		unlink(path);
	}
	return rename(from, to) < 0 ? -errno : sync_folder_of(to);
}

static int
put_file(const char *from, const char *to) {
	char folder[CONFIG_PATH + BACKUP_NAME];
	char *text = NULL;
	long length = -1;
	FILE *f = fopen(from, "re");

	if (!f)
		return -errno;
	if (fseek(f, 0, SEEK_END) == 0 && (length = ftell(f)) >= 0) {
		rewind(f);
		text = malloc((size_t)length + 1);
	}
	int r = text && fread(text, 1, (size_t)length, f) == (size_t)length ? 0 : -EIO;
	fclose(f);
	snprintf(folder, sizeof folder, "%s", to);
	char *name = strrchr(folder, '/');
	if (r == 0 && name) {
		*name++ = 0;
		r = store_make_directory(folder);
		if (r == 0)
			r = image_replace(folder, name, text, (size_t)length);
		// Keys stay as closed as they were made.
		if (r == 0 && strstr(to, "/tls/"))
			chmod(to, 0600);
	}
	free(text);
	return r;
}

static int
put_line(const char *folder, char *line, char ret_error[BACKUP_ERROR]) {
	char from[CONFIG_PATH + 64];
	char *save = NULL;
	const char *number = strtok_r(line, "\t\n", &save);
	const char *name = strtok_r(NULL, "\t\n", &save);
	const char *to = strtok_r(NULL, "\t\n", &save);
	int r;

	if (!number || !name || !to)
		return 0;
	snprintf(from, sizeof from, "%s/%.8s", folder, number);
	if (strcmp(number, "-") == 0)
		r = unlink(to) < 0 && errno != ENOENT ? -errno : 0;
	else if (strcmp(name, BACKUP_DATABASE) == 0)
		r = put_database(from, to, ret_error);
	else
		r = put_file(from, to);
	if (r < 0 && !ret_error[0])
		snprintf(ret_error, BACKUP_ERROR, "%.200s: %s", to, strerror(-r));
	if (r == 0)
		log_info("restored %s", name);
	return r;
}

int
backup_put(const char *state_dir, char ret_error[BACKUP_ERROR]) {
	char folder[CONFIG_PATH + 16], path[CONFIG_PATH + 32], line[PLAN_LINE];
	int r = 0;

	ret_error[0] = 0;
	snprintf(folder, sizeof folder, "%s/" BACKUP_STAGED, state_dir);
	snprintf(path, sizeof path, "%s/" BACKUP_PLAN, folder);
	FILE *f = fopen(path, "re");
	if (!f)
		return -errno;
	while (r == 0 && fgets(line, sizeof line, f))
		r = put_line(folder, line, ret_error);
	fclose(f);
	if (r == 0) {
		unlink(path); // done: what follows is tidying
		sync_folder_of(path);
		backup_clear(folder);
	}
	return r;
}

int
backup_stage(const char *state_dir) {
	char from[CONFIG_PATH + 32], to[CONFIG_PATH + 32];

	snprintf(from, sizeof from, "%s/" BACKUP_STAGING, state_dir);
	snprintf(to, sizeof to, "%s/" BACKUP_STAGED, state_dir);
	backup_clear(to);
	return rename(from, to) < 0 ? -errno : sync_folder_of(to);
}

int
backup_restore_now(const struct config *c, const char *archive, char ret_error[BACKUP_ERROR]) {
	char folder[CONFIG_PATH + 32];
	struct backup_set *s = calloc(1, sizeof *s);
	struct json j;
	int r = s ? store_make_directory(c->state_dir) : -ENOMEM;

	json_init(&j);
	ret_error[0] = 0;
	snprintf(folder, sizeof folder, "%s/" BACKUP_STAGING, c->state_dir);
	if (r == 0)
		r = backup_read(c, archive, folder, s, ret_error);
	if (r == 0)
		r = backup_plan(c, s, folder, &j, ret_error);
	if (r == 0)
		r = backup_stage(c->state_dir);
	else
		backup_clear(folder);
	if (r == 0)
		r = backup_put(c->state_dir, ret_error);
	if (r < 0 && !ret_error[0])
		snprintf(ret_error, BACKUP_ERROR, "%.200s: %s.", folder, strerror(-r));
	json_free(&j);
	free(s);
	return r;
}
