// SPDX-License-Identifier: BSD-3-Clause
// Backup and restore over HTTP.  A backup to restore comes in pieces, because a request carries at
// most 256 KiB; it is looked at before anything is changed, and put in place by starting again.

#include "control/backup/backup.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/store/db.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/log.h"
#include "platform/text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

LOG_DOMAIN("backup");

#define RESTART_S .3 // for the answer to leave

struct work {
	struct store_job job;
	struct core *core;
	struct http_later *later;
	char error[BACKUP_ERROR];
	char *bytes; // a backup, or a piece
	size_t length;
	uint64_t offset;
	bool apply;
	char sha256[65];
	struct json report;
	char kept[CONFIG_PATH + 64]; // where the state before is
};

static void
work_free(struct work *w) {
	json_free(&w->report);
	free(w->bytes);
	free(w);
}

static void
submit(struct http_request *r, struct core *c, struct work *w, store_run run, store_done done) {
	w->job = (struct store_job){.run = run, .done = done};
	w->core = c;
	w->later = http_later(r);
	store_submit(c->store, &w->job);
}

// False after it was answered, or when nobody waits any more.
static bool
went_well(struct http_request *r, const struct work *w) {
	if (w->job.result == 0 && r)
		return true;
	if (!r)
		return false;
	if (w->job.result == -ENOSPC)
		http_problem(r, PROBLEM_STORAGE_FULL, "Nothing was changed.", "%s", w->error);
	else if (w->job.result == -EINVAL)
		http_problem(r, PROBLEM_BAD_BACKUP, "Nothing was changed.", "%s", w->error);
	else
		http_problem(
			r,
			PROBLEM_STORAGE_FAILED,
			"Nothing was changed.",
			"%s",
			w->error[0] ? w->error : strerror(-w->job.result)
		);
	return false;
}

// --- Backup ---

static int
read_whole(const char *path, char **ret, size_t *ret_length) {
	FILE *f = fopen(path, "re");
	long n = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
	char *bytes = n >= 0 && n <= (long)BACKUP_BYTES_MAX ? malloc((size_t)n + 1) : NULL;
	int r = !f || n < 0 ? -EIO : n > (long)BACKUP_BYTES_MAX ? -EFBIG : bytes ? 0 : -ENOMEM;

	if (r == 0) {
		rewind(f);
		r = fread(bytes, 1, (size_t)n, f) == (size_t)n ? 0 : -EIO;
	}
	if (f)
		fclose(f);
	if (r < 0)
		free(bytes);
	else
		*ret = bytes;
	*ret_length = (size_t)n;
	return r;
}

static int
make_backup(struct store_db *db, struct store_job *job) {
	struct work *w = container_of(job, struct work, job);
	const struct config *c = w->core->config;
	char path[CONFIG_PATH + 32];

	snprintf(path, sizeof path, "%s/backup.tar.gz", c->state_dir);
	int r = backup_write(c, db->sqlite, path, w->error);
	if (r == 0)
		r = read_whole(path, &w->bytes, &w->length);
	unlink(path);
	return r;
}

static void
backup_made(struct store_job *job) {
	struct work *w = container_of(job, struct work, job);
	struct http_request *r = http_resume(w->later);
	char name[96], day[32];

	if (went_well(r, w)) {
		time_t now = (time_t)(clock_wall_ns() / NS_PER_S);
		struct tm utc;
		strftime(day, sizeof day, "%Y-%m-%d", gmtime_r(&now, &utc));
		snprintf(name, sizeof name, "attachment; filename=\"spin-%s.tar.gz\"", day);
		http_add_header(r, "content-disposition", name);
		http_reply(r, 200, "application/gzip", w->bytes, w->length);
	}
	work_free(w);
}

static struct work *
work_new(struct http_request *r) {
	struct work *w = calloc(1, sizeof *w);

	if (w)
		json_init(&w->report);
	else
		http_problem(r, PROBLEM_BUSY, NULL, "Out of memory.");
	return w;
}

void
api_get_backup(struct http_request *r, void *core) {
	struct work *w = work_new(r);

	if (w)
		submit(r, core, w, make_backup, backup_made);
}

// --- Upload ---

static int
store_piece(struct store_db *db, struct store_job *job) {
	struct work *w = container_of(job, struct work, job);
	char path[CONFIG_PATH + 32];
	int r = 0;

	(void)db;
	snprintf(path, sizeof path, "%s/" BACKUP_UPLOAD, w->core->config->state_dir);
	int flags = O_WRONLY | O_CLOEXEC | (w->offset ? 0 : O_CREAT | O_TRUNC);
	int fd = open(path, flags, 0600);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	if (fd < 0 && errno != ENOENT) {
		r = -errno;
	} else if (end < 0 || (uint64_t)end != w->offset) {
		snprintf(
			w->error,
			sizeof w->error,
			_("The piece begins at %llu, and %lld bytes are here: go on there, or "
			  "begin "
			  "again at 0."),
			(unsigned long long)w->offset,
			(long long)(end < 0 ? 0 : end)
		);
		r = -EINVAL;
	} else if (w->offset + w->length > BACKUP_BYTES_MAX) {
		snprintf(w->error, sizeof w->error, _("A backup has at most 64 MiB."));
		r = -EINVAL;
	} else if (write(fd, w->bytes, w->length) != (ssize_t)w->length) {
		r = errno ? -errno : -EIO;
		if (ftruncate(fd, (off_t)w->offset) < 0)
			log_warn("%s cannot be cut: %s, ignoring", path, strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	return r;
}

static void
piece_stored(struct store_job *job) {
	struct work *w = container_of(job, struct work, job);
	struct http_request *r = http_resume(w->later);
	struct json j;

	if (went_well(r, w)) {
		json_init(&j);
		json_object(&j);
		json_key_u64(&j, "received", w->offset + w->length);
		json_end(&j);
		http_told(r); // the restore is told of, not its pieces
		api_reply(r, 200, &j);
	}
	work_free(w);
}

// RFC 4648 4, strictly; -1 when it is none.
static int
decode(const char *text, char *into) {
	size_t n = strlen(text), pad = 0;

	if (n % 4 != 0
	    || strspn(text,
		      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		      "0123456789+/")
			    + (pad = n && text[n - 1] == '=' ? 1 + (text[n - 2] == '=') : 0)
		    != n)
		return -1;
	int length = EVP_DecodeBlock((unsigned char *)into, (const unsigned char *)text, (int)n);
	return length < 0 ? -1 : length - (int)pad;
}

void
api_put_upload(struct http_request *r, void *core) {
	struct json_doc *d = http_read_document(r);
	struct work *w = d ? work_new(r) : NULL;

	if (!w) {
		json_doc_free(d);
		return;
	}
	const char *text = json_text(d, json_get(d, JSON_ROOT, "data"));
	int64_t offset = json_number(d, json_get(d, JSON_ROOT, "offset"), -1);
	int length = -1;
	if (text && offset >= 0 && json_size(d, JSON_ROOT) == 2
	    && (w->bytes = malloc(strlen(text) + 4)))
		length = decode(text, w->bytes);
	json_doc_free(d);
	if (length < 0) {
		http_problem(
			r,
			PROBLEM_BAD_BODY,
			"Send {\"offset\": N, \"data\": \"base64\"}, from 0 on.",
			"This is no piece of a backup."
		);
		work_free(w);
		return;
	}
	w->offset = (uint64_t)offset;
	w->length = (size_t)length;
	submit(r, core, w, store_piece, piece_stored);
}

// --- Restore ---

// The state before becomes a backup itself, that can be restored.
static int
keep_before(struct work *w, struct store_db *db) {
	const struct config *c = w->core->config;
	char day[32];
	time_t now = (time_t)(clock_wall_ns() / NS_PER_S);
	struct tm utc;

	strftime(day, sizeof day, "%Y-%m-%dT%H%M%SZ", gmtime_r(&now, &utc));
	snprintf(w->kept, sizeof w->kept, "%s/before-restore-%s.tar.gz", c->state_dir, day);
	return backup_write(c, db->sqlite, w->kept, w->error);
}

static int
look_at_upload(struct store_db *db, struct store_job *job) {
	struct work *w = container_of(job, struct work, job);
	const struct config *c = w->core->config;
	char upload[CONFIG_PATH + 32], folder[CONFIG_PATH + 32], sha256[65];
	struct backup_set *s = calloc(1, sizeof *s);
	uint64_t size;
	int r = s ? 0 : -ENOMEM;

	snprintf(upload, sizeof upload, "%s/" BACKUP_UPLOAD, c->state_dir);
	snprintf(folder, sizeof folder, "%s/" BACKUP_STAGING, c->state_dir);
	if (r == 0 && (backup_hash(upload, &size, sha256) < 0 || strcmp(sha256, w->sha256) != 0)) {
		snprintf(
			w->error,
			sizeof w->error,
			_("What was uploaded is not the file with this SHA-256: upload it again.")
		);
		r = -EINVAL;
	}
	if (r == 0)
		r = backup_read(c, upload, folder, s, w->error);
	if (r == 0)
		r = backup_plan(c, s, folder, &w->report, w->error);
	if (r == 0 && w->apply)
		r = keep_before(w, db);
	if (r == 0 && w->apply)
		r = backup_stage(c->state_dir);
	if (r < 0 || !w->apply)
		backup_clear(folder);
	if (w->apply && r == 0)
		unlink(upload);
	free(s);
	return r;
}

static void
on_restart(struct ev_loop *loop, struct ev_timer *t, int revents) {
	(void)revents;
	free(t);
	ev_break(loop, EVBREAK_ALL);
}

static void
restart(struct core *c) {
	struct ev_timer *t = malloc(sizeof *t);

	if (!t)
		abort();
	c->restart = true;
	log_info("starting again to restore a backup");
	ev_timer_init(t, on_restart, RESTART_S, 0.);
	ev_timer_start(c->loop, t);
}

static void
looked_at(struct store_job *job) {
	struct work *w = container_of(job, struct work, job);
	struct http_request *r = http_resume(w->later);
	struct json j;

	if (w->job.result == 0 && w->apply)
		restart(w->core);
	if (went_well(r, w)) {
		json_init(&j);
		json_object(&j);
		json_key(&j, "backup");
		json_raw(&j, w->report.text, w->report.length);
		json_key_bool(&j, "applied", w->apply);
		json_key_string(&j, "kept", w->apply ? w->kept : NULL);
		json_end(&j);
		if (w->apply)
			http_note(r, NULL, &w->report);
		else
			http_told(r); // nothing was done
		api_reply(r, w->apply ? 202 : 200, &j);
	}
	work_free(w);
}

struct restore_body {
	struct json_text sha256;
	struct json_flag apply;
};

void
api_restore(struct http_request *r, void *core) {
	static const struct json_field fields[] = {
		{"sha256", JSON_TEXT, offsetof(struct restore_body, sha256), true, false, 64, 64},
		{"apply", JSON_FLAG, offsetof(struct restore_body, apply), false, false, 0, 0},
	};
	struct restore_body body;
	struct work *w = http_read(r, fields, ARRAY_LEN(fields), &body) ? work_new(r) : NULL;

	if (!w)
		return;
	snprintf(w->sha256, sizeof w->sha256, "%.64s", body.sha256.text);
	w->apply = body.apply.present && body.apply.value;
	submit(r, core, w, look_at_upload, looked_at);
}
