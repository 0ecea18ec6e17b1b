// SPDX-License-Identifier: BSD-3-Clause
// libarchive writes the tar: every tool there is reads what it makes.

#include "control/backup/backup.h"
#include "control/clock.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/text.h"

#include <sqlite3.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A copy of all that is committed; nobody else writes meanwhile, for this is the store's thread.
static int
copy_database(sqlite3 *db, const char *to, char ret_error[BACKUP_ERROR]) {
	sqlite3 *copy = NULL;
	int code = sqlite3_open_v2(
		to, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL
	);
	sqlite3_backup *b =
		code == SQLITE_OK ? sqlite3_backup_init(copy, "main", db, "main") : NULL;

	if (b) {
		sqlite3_backup_step(b, -1);
		code = sqlite3_backup_finish(b);
	}
	// The copy begins in WAL mode, as its source; in a backup it is one file.
	if (code == SQLITE_OK)
		code = sqlite3_exec(copy, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	if (code != SQLITE_OK || !b)
		snprintf(
			ret_error,
			BACKUP_ERROR,
			_("The state database cannot be copied: %.200s."),
			sqlite3_errmsg(copy)
		);
	sqlite3_close(copy);
	return code == SQLITE_OK && b ? 0 : code == SQLITE_FULL ? -ENOSPC : -EIO;
}

static void
write_manifest(const struct backup_set *s, struct json *j) {
	char now[TEXT_TIME];

	json_object(j);
	json_key_string(j, "format", BACKUP_FORMAT);
	json_key_u64(j, "version", BACKUP_VERSION);
	json_key_string(j, "release", SPIN_RELEASE);
	json_key_string(j, "created", text_time(clock_wall_ns(), now));
	json_key(j, "files");
	json_array(j);
	for (size_t i = 0; i < s->count; i++) {
		json_object(j);
		json_key_string(j, "name", s->items[i].name);
		json_key_u64(j, "size", s->items[i].size);
		json_key_string(j, "sha256", s->items[i].sha256);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static int
put_header(struct archive *a, const char *name, uint64_t size) {
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, name);
	archive_entry_set_size(e, (la_int64_t)size);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_mtime(e, (time_t)(clock_wall_ns() / NS_PER_S), 0);
	int code = archive_write_header(a, e);
	archive_entry_free(e);
	return code == ARCHIVE_OK ? 0 : -EIO;
}

static int
put_file(struct archive *a, const struct backup_item *i) {
	char buffer[16384];
	FILE *f = fopen(i->path, "re");
	uint64_t left = i->size;
	int r = f ? put_header(a, i->name, i->size) : -errno;

	while (r == 0 && left > 0) {
		size_t n = fread(buffer, 1, MIN_OF(sizeof buffer, left), f);
		if (n == 0 || archive_write_data(a, buffer, n) != (la_ssize_t)n)
			r = -EIO;
		left -= n;
	}
	if (f)
		fclose(f);
	return r;
}

static int
write_archive(const struct backup_set *s, const char *to, char ret_error[BACKUP_ERROR]) {
	struct archive *a = archive_write_new();
	struct json j;

	json_init(&j);
	write_manifest(s, &j);
	int r = a && !j.failed ? 0 : -ENOMEM;
	if (r == 0
	    && (archive_write_set_format_ustar(a) != ARCHIVE_OK
		|| archive_write_add_filter_gzip(a) != ARCHIVE_OK
		|| archive_write_open_filename(a, to) != ARCHIVE_OK))
		r = -EIO;
	if (r == 0)
		r = put_header(a, "manifest.json", j.length);
	if (r == 0 && archive_write_data(a, j.text, j.length) != (la_ssize_t)j.length)
		r = -EIO;
	for (size_t i = 0; i < s->count && r == 0; i++)
		r = put_file(a, &s->items[i]);
	if (r == 0 && archive_write_close(a) != ARCHIVE_OK)
		r = -EIO;
	int why = a ? archive_errno(a) : ENOMEM;
	if (r < 0)
		snprintf(
			ret_error,
			BACKUP_ERROR,
			_("%.200s cannot be written: %s."),
			to,
			why > 0 ? strerror(why)
				: _("the disk refused it, or a file changed meanwhile")
		);
	archive_write_free(a);
	json_free(&j);
	return r < 0 && why == ENOSPC ? -ENOSPC : r;
}

int
backup_write(const struct config *c, sqlite3 *db, const char *to, char ret_error[BACKUP_ERROR]) {
	struct backup_set *s = calloc(1, sizeof *s);
	char copy[CONFIG_PATH + 32];

	if (!s)
		return -ENOMEM;
	snprintf(copy, sizeof copy, "%s/backup.db", c->state_dir);
	unlink(copy);
	int r = backup_look(c, s, ret_error);
	if (r == 0)
		r = copy_database(db, copy, ret_error);
	if (r == 0 && s->count < BACKUP_FILES_MAX) {
		struct backup_item *i = &s->items[s->count++];
		snprintf(i->name, sizeof i->name, BACKUP_DATABASE);
		snprintf(i->path, sizeof i->path, "%s", copy);
		r = backup_hash(copy, &i->size, i->sha256);
	}
	if (r == 0)
		r = write_archive(s, to, ret_error);
	unlink(copy);
	free(s);
	return r;
}
