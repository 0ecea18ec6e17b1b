// SPDX-License-Identifier: BSD-3-Clause

#include "control/store/recover.h"

#include "control/clock.h"
#include "platform/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

LOG_DOMAIN("store");

#define LOG_HEADER 32
#define LOG_SALTS 16
#define FRAME_HEADER 24
#define CHECKPOINT_FRAMES 32 // small, because a full state file system must not fill up with a log
#define AGAIN_NS (2 * NS_PER_S)

static int
open_log(const struct store_db *db, int flags) {
	char path[sizeof db->file + 8];

	snprintf(path, sizeof path, "%s-wal", db->file);
	return open(path, flags | O_CLOEXEC);
}

static bool
read_salts(int fd, uint8_t ret[8]) {
	return pread(fd, ret, 8, LOG_SALTS) == 8;
}

// SQLite's own automatic checkpoint is such a hook, too: this one stands in its place.
static int
on_commit(void *context, sqlite3 *sqlite, const char *name, int frames) {
	struct store_db *db = context;
	int fd = open_log(db, O_RDONLY);

	db->log_frames = frames;
	db->log_known = fd >= 0 && read_salts(fd, db->log_salts);
	if (fd >= 0)
		close(fd); // its locks are on the database, not on the log
	if (frames < CHECKPOINT_FRAMES)
		return SQLITE_OK;
	int code = sqlite3_wal_checkpoint_v2(sqlite, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if ((code & 0xff) == SQLITE_IOERR)
		db->broken = true; // the commit stands: it is in the log
	return SQLITE_OK;
}

void
db_watch_log(struct store_db *db) {
	sqlite3_wal_hook(db->sqlite, on_commit, db);
}

// The commit that failed may be in the log, whole: nobody was told that it is.
static int
cut_log(const struct store_db *db) {
	uint8_t salts[8];
	int fd = open_log(db, O_RDWR);

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	off_t keep = 0; // a log that was begun anew since, holds nothing else
	int r = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (db->log_known && read_salts(fd, salts)
	    && memcmp(salts, db->log_salts, sizeof salts) == 0)
		keep = LOG_HEADER + (off_t)db->log_frames * (FRAME_HEADER + db->page_bytes);
	struct stat st;
	if (r == 0 && fstat(fd, &st) < 0)
		r = errno;
	if (r == 0 && st.st_size > keep && ftruncate(fd, keep) < 0)
		r = errno;
	if (r == 0 && fsync(fd) < 0)
		r = errno;
	close(fd);
	return -r;
}

static int
drop_cached(const struct store_db *db) {
	int fd = open(db->file, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	int r = fsync(fd) < 0 ? errno : posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
	return -r;
}

int
db_recover(struct store_db *db) {
	char file[sizeof db->file], error[STORE_ERROR] = "";
	struct store_db fresh;

	if (clock_mono_ns() < db->tried_ns + AGAIN_NS)
		return -EROFS;
	db->tried_ns = clock_mono_ns();
	memcpy(file, db->file, sizeof file);
	if (db->sqlite) {
		sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		db_close(db);
	}
	int r = cut_log(db);
	if (r == 0)
		r = drop_cached(db);
	if (r < 0 || db_open(&fresh, file, error) < 0)
		return -EROFS;
	// It holds what was acknowledged, and nothing else: the trail ends where it did.
	fresh.audit = fresh.audit_next = db->audit;
	fresh.audit_file = db->audit_file;
	memcpy(fresh.state_dir, db->state_dir, sizeof fresh.state_dir);
	*db = fresh;
	db_watch_log(db);
	log_info("%s: opened anew after a failed write, and found whole", file);
	return 0;
}
