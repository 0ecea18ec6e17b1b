// SPDX-License-Identifier: BSD-3-Clause
// What a restore would change, said before anything is; and whether what is in it can be used.

#include "control/backup/backup.h"
#include "control/store/db.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <sqlite3.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct plan {
	const struct config *config;
	const struct backup_set *set;
	const char *folder;
	struct json *j;
	char *error;
	FILE *file;
};

static const char *
staged(const struct plan *p, size_t i, char ret[CONFIG_PATH + 64]) {
	snprintf(ret, CONFIG_PATH + 64, "%s/%zu", p->folder, i);
	return ret;
}

static int
ask_number(sqlite3 *db, const char *sql, int64_t *ret) {
	sqlite3_stmt *s = NULL;
	int r = -EIO;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK
	    && sqlite3_step(s) == SQLITE_ROW) {
		*ret = sqlite3_column_int64(s, 0);
		r = 0;
	}
	sqlite3_finalize(s);
	return r;
}

static bool
is_whole(sqlite3 *db) {
	sqlite3_stmt *s = NULL;
	bool ok = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &s, NULL) == SQLITE_OK
		&& sqlite3_step(s) == SQLITE_ROW
		&& strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;

	sqlite3_finalize(s);
	return ok;
}

// It is looked at with no trust in what its schema says.
static int
check_database(struct plan *p, size_t i) {
	char path[CONFIG_PATH + 64];
	sqlite3 *db = NULL;
	int64_t version = 0, devices = 0, rules = 0;
	int r = -EINVAL;

	if (sqlite3_open_v2(
		    staged(p, i, path), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL
	    )
	    == SQLITE_OK) {
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		sqlite3_exec(db, "PRAGMA cell_size_check=ON", NULL, NULL, NULL);
		r = is_whole(db) ? ask_number(db, "PRAGMA user_version", &version) : -EINVAL;
	}
	if (r < 0) {
		snprintf(p->error, BACKUP_ERROR, _("The state database in it is damaged."));
	} else if (version < 1 || version > db_schema_version()) {
		snprintf(
			p->error,
			BACKUP_ERROR,
			_("Its state database is of a newer release (schema %lld, this one knows "
			  "%d): install that release first."),
			(long long)version,
			db_schema_version()
		);
		r = -EINVAL;
	} else if (ask_number(db, "SELECT count(*) FROM devices", &devices) < 0 || ask_number(db, "SELECT count(*) FROM rules", &rules) < 0) {
		snprintf(p->error, BACKUP_ERROR, _("The state database in it is not ours."));
		r = -EINVAL;
	}
	sqlite3_close(db);
	if (r == 0) {
		json_key_u64(p->j, "devices", (uint64_t)devices);
		json_key_u64(p->j, "rules", (uint64_t)rules);
	}
	return r;
}

// Each of its files as its reader takes it; how they fit together is found at the start, where what
// is wrong is told with its place.
static int
check_text(struct plan *p, size_t i) {
	const struct backup_item *item = &p->set->items[i];
	char path[CONFIG_PATH + 64], error[YAML_ERROR] = "";
	bool config = strncmp(item->name, "etc/", 4) == 0;
	int r = 0;

	if (config) {
		struct config *c = calloc(1, sizeof *c);
		if (!c)
			return -ENOMEM;
		config_defaults(c);
		r = config_load(c, staged(p, i, path), true, error);
		free(c);
	} else if (strncmp(item->name, "state/", 6) != 0) {
		struct yaml_tree tree;
		r = yaml_tree_load(staged(p, i, path), &tree, error);
		if (r == 0)
			yaml_tree_free(&tree);
	}
	if (r < 0) {
		size_t n = strlen(path);
		bool placed = strncmp(error, path, n) == 0;
		snprintf(
			p->error,
			BACKUP_ERROR,
			_("'%.100s' in it cannot be used: %.200s."),
			item->name,
			placed ? error + n : error
		);
	}
	return r;
}

// Where the file is not ours to write, it stays, and that is said.
static bool
may_write(const char *path) {
	char folder[CONFIG_PATH + BACKUP_NAME];

	snprintf(folder, sizeof folder, "%s", path);
	char *slash = strrchr(folder, '/');
	if (slash)
		*slash = 0;
	if (access(folder, W_OK) == 0)
		return true;
	// A folder of ours that is yet to be made.
	char *above = errno == ENOENT ? strrchr(folder, '/') : NULL;
	if (!above)
		return false;
	*above = 0;
	return access(folder, W_OK) == 0;
}

static void
tell(struct plan *p, const char *name, const char *action, const char *why) {
	json_object(p->j);
	json_key_string(p->j, "name", name);
	json_key_string(p->j, "action", action);
	json_key_string(p->j, "why", why);
	json_end(p->j);
}

static void
plan_one(struct plan *p, size_t i, const struct backup_set *now) {
	const struct backup_item *item = &p->set->items[i];
	const struct backup_item *was = NULL;

	for (size_t k = 0; k < now->count; k++)
		if (strcmp(now->items[k].name, item->name) == 0)
			was = &now->items[k];
	bool database = strcmp(item->name, BACKUP_DATABASE) == 0;
	if (was && strcmp(was->sha256, item->sha256) == 0) {
		tell(p, item->name, "same", NULL);
	} else if (strpbrk(item->path, "\t\n") || !may_write(item->path)) {
		tell(p,
		     item->name,
		     "kept",
		     _("spin-control may not write there: compare it and copy it by hand"));
	} else {
		tell(p, item->name, was || database ? "replace" : "add", NULL);
		fprintf(p->file, "%zu\t%s\t%s\n", i, item->name, item->path);
	}
}

static void
plan_removals(struct plan *p, const struct backup_set *now) {
	for (size_t k = 0; k < now->count; k++) {
		const struct backup_item *item = &now->items[k];
		bool stays = false;
		for (size_t i = 0; i < p->set->count && !stays; i++)
			stays = strcmp(p->set->items[i].name, item->name) == 0;
		// One file of its own that the backup lacks says nothing about it.
		if (stays || !strstr(item->name, ".yaml") || strncmp(item->name, "etc/spin", 8) == 0
		    || strncmp(item->name, "organ", 5) == 0)
			continue;
		if (strpbrk(item->path, "\t\n") || !may_write(item->path)) {
			tell(p, item->name, "kept", _("spin-control may not remove it"));
			continue;
		}
		tell(p, item->name, "remove", NULL);
		fprintf(p->file, "-\t%s\t%s\n", item->name, item->path);
	}
}

static int
plan_files(struct plan *p, const struct backup_set *now) {
	char path[CONFIG_PATH + 64];

	snprintf(path, sizeof path, "%s/" BACKUP_PLAN, p->folder);
	p->file = fopen(path, "we");
	if (!p->file)
		return -errno;
	json_key(p->j, "items");
	json_array(p->j);
	for (size_t i = 0; i < p->set->count; i++)
		plan_one(p, i, now);
	plan_removals(p, now);
	json_end(p->j);
	int r = fflush(p->file) == 0 && fsync(fileno(p->file)) == 0 ? 0 : -errno;
	fclose(p->file);
	return r;
}

int
backup_plan(
	const struct config *c,
	const struct backup_set *s,
	const char *folder,
	struct json *j,
	char ret_error[BACKUP_ERROR]
) {
	struct plan p = {c, s, folder, j, ret_error, NULL};
	struct backup_set *now = calloc(1, sizeof *now);
	bool database = false;
	int r = now ? backup_look(c, now, ret_error) : -ENOMEM;

	json_object(j);
	json_key_string(j, "release", s->release);
	json_key_string(j, "created", s->created);
	for (size_t i = 0; i < s->count && r == 0; i++) {
		bool is_database = strcmp(s->items[i].name, BACKUP_DATABASE) == 0;
		r = is_database ? check_database(&p, i) : check_text(&p, i);
		database |= is_database;
	}
	if (r == 0 && !database) {
		snprintf(ret_error, BACKUP_ERROR, _("It has no state database."));
		r = -EINVAL;
	}
	if (r == 0)
		r = plan_files(&p, now);
	json_end(j);
	if (r < 0 && !ret_error[0])
		snprintf(ret_error, BACKUP_ERROR, "%.200s: %s.", folder, strerror(-r));
	free(now);
	return r;
}
