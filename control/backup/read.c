// SPDX-License-Identifier: BSD-3-Clause
// A file that somebody sent is believed nothing: its names only choose among our places, its files
// are written under numbers, and lengths and hashes must be what its own list says.

#include "control/backup/backup.h"
#include "control/http/json_read.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST_MAX (256u * 1024)

static int refuse(char ret_error[BACKUP_ERROR], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int
refuse(char ret_error[BACKUP_ERROR], const char *format, ...) {
	va_list list;

	va_start(list, format);
	vsnprintf(ret_error, BACKUP_ERROR, _(format), list);
	va_end(list);
	return -EINVAL;
}

// The list, as far as it names files that have a place here.
static int
read_files(
	const struct config *c,
	const struct json_doc *d,
	struct backup_set *s,
	char ret_error[BACKUP_ERROR]
) {
	unsigned int files = json_get(d, JSON_ROOT, "files");

	for (unsigned int n = json_first(d, files); n; n = json_next(d, n)) {
		const char *name = json_text(d, json_get(d, n, "name"));
		const char *sha256 = json_text(d, json_get(d, n, "sha256"));
		int64_t size = json_number(d, json_get(d, n, "size"), -1);
		struct backup_item *i = &s->items[s->count];
		if (s->count == BACKUP_FILES_MAX)
			return refuse(ret_error, "It has more than %d files.", BACKUP_FILES_MAX);
		if (!name || strlen(name) >= BACKUP_NAME || !sha256 || strlen(sha256) != 64
		    || size < 0 || size > (int64_t)BACKUP_CONTENT_MAX)
			return refuse(ret_error, "The list of its files is damaged.");
		*i = (struct backup_item){.size = (uint64_t)size};
		snprintf(i->name, sizeof i->name, "%s", name);
		snprintf(i->sha256, sizeof i->sha256, "%s", sha256);
		if (!backup_place(c, name, i->path, sizeof i->path))
			return refuse(ret_error, "'%.100s' belongs nowhere on a gateway.", name);
		for (size_t k = 0; k < s->count; k++)
			if (strcmp(s->items[k].name, name) == 0)
				return refuse(ret_error, "It has '%.100s' twice.", name);
		s->count++;
	}
	return 0;
}

static int
read_manifest(
	const struct config *c,
	const char *text,
	size_t length,
	struct backup_set *s,
	char ret_error[BACKUP_ERROR]
) {
	static const struct json_limits limits = {MANIFEST_MAX, 8192, 8};
	struct json_fault fault;
	struct json_doc *d;

	if (json_parse(text, length, &limits, &d, &fault) < 0)
		return refuse(ret_error, "The list of its files is damaged.");
	const char *format = json_text(d, json_get(d, JSON_ROOT, "format"));
	const char *release = json_text(d, json_get(d, JSON_ROOT, "release"));
	const char *created = json_text(d, json_get(d, JSON_ROOT, "created"));
	int64_t version = json_number(d, json_get(d, JSON_ROOT, "version"), 0);
	int r = 0;
	snprintf(s->release, sizeof s->release, "%.31s", release ? release : "");
	snprintf(s->created, sizeof s->created, "%.31s", created ? created : "");
	if (!format || strcmp(format, BACKUP_FORMAT) != 0 || version < 1)
		r = refuse(ret_error, "It is no backup of a SPIN gateway.");
	else if (version > BACKUP_VERSION)
		r =
			refuse(ret_error,
			       "It was made by a newer release (%.31s; backups of version %" PRId64
			       ", this one knows %d): install that release first.",
			       s->release,
			       version,
			       BACKUP_VERSION);
	else
		r = read_files(c, d, s, ret_error);
	json_doc_free(d);
	return r;
}

static int
extract(struct archive *a,
	const char *folder,
	size_t number,
	struct backup_item *i,
	char ret_error[BACKUP_ERROR]) {
	char path[CONFIG_PATH + 64], buffer[16384], sha256[65] = "";
	uint64_t size = 0;
	la_ssize_t n;

	snprintf(path, sizeof path, "%s/%zu", folder, number);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : 0;
	while (r == 0 && (n = archive_read_data(a, buffer, sizeof buffer)) != 0) {
		size += n > 0 ? (uint64_t)n : 0;
		if (n < 0 || size > i->size)
			r = refuse(ret_error, "'%.100s' in it is damaged.", i->name);
		else if (write(fd, buffer, (size_t)n) != n)
			r = -errno;
	}
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (fd >= 0)
		close(fd);
	if (r == 0)
		r = backup_hash(path, &size, sha256);
	if (r == 0 && (size != i->size || strcmp(sha256, i->sha256) != 0))
		r = refuse(ret_error, "'%.100s' in it is not what the list in it says.", i->name);
	i->here = r == 0;
	return r;
}

// The next entry after the manifest.
static int
take_entry(
	struct archive *a,
	struct archive_entry *e,
	const char *folder,
	struct backup_set *s,
	char ret_error[BACKUP_ERROR]
) {
	const char *name = archive_entry_pathname(e);

	for (size_t i = 0; name && i < s->count; i++) {
		if (strcmp(s->items[i].name, name) != 0)
			continue;
		if (s->items[i].here || archive_entry_filetype(e) != AE_IFREG)
			break;
		return extract(a, folder, i, &s->items[i], ret_error);
	}
	return refuse(ret_error, "'%.100s' in it is not in its list.", name ? name : "?");
}

static int
read_first(
	const struct config *c,
	struct archive *a,
	struct backup_set *s,
	char ret_error[BACKUP_ERROR]
) {
	struct archive_entry *e;
	char *text = malloc(MANIFEST_MAX + 1);
	int r = text ? 0 : -ENOMEM;

	if (r == 0
	    && (archive_read_next_header(a, &e) != ARCHIVE_OK || !archive_entry_pathname(e)
		|| strcmp(archive_entry_pathname(e), "manifest.json") != 0))
		r = refuse(ret_error, "It is no backup of a SPIN gateway.");
	la_ssize_t n = r == 0 ? archive_read_data(a, text, MANIFEST_MAX + 1) : 0;
	if (r == 0 && (n < 0 || n > (la_ssize_t)MANIFEST_MAX))
		r = refuse(ret_error, "The list of its files is damaged.");
	if (r == 0)
		r = read_manifest(c, text, (size_t)n, s, ret_error);
	free(text);
	return r;
}

static int
read_all(
	const struct config *c,
	struct archive *a,
	const char *folder,
	struct backup_set *s,
	char ret_error[BACKUP_ERROR]
) {
	struct archive_entry *e;
	uint64_t whole = 0;
	int code;
	int r = read_first(c, a, s, ret_error);

	for (size_t i = 0; i < s->count; i++)
		whole += s->items[i].size;
	if (r == 0 && whole > BACKUP_CONTENT_MAX)
		r = refuse(ret_error, "It holds more than 256 MiB.");
	while (r == 0 && (code = archive_read_next_header(a, &e)) != ARCHIVE_EOF)
		r = code == ARCHIVE_OK
			? take_entry(a, e, folder, s, ret_error)
			: refuse(ret_error, "It is damaged: %.200s.", archive_error_string(a));
	for (size_t i = 0; r == 0 && i < s->count; i++)
		if (!s->items[i].here)
			r = refuse(
				ret_error, "It is cut off: '%.100s' is missing.", s->items[i].name
			);
	return r;
}

int
backup_read(
	const struct config *c,
	const char *archive,
	const char *folder,
	struct backup_set *ret,
	char ret_error[BACKUP_ERROR]
) {
	struct archive *a = archive_read_new();

	ret->count = 0;
	ret_error[0] = 0;
	backup_clear(folder);
	int r = a ? 0 : -ENOMEM;
	if (r == 0 && mkdir(folder, 0700) < 0)
		r = -errno;
	if (r == 0
	    && (archive_read_support_filter_gzip(a) != ARCHIVE_OK
		|| archive_read_support_format_tar(a) != ARCHIVE_OK))
		r = -EIO;
	if (r == 0 && archive_read_open_filename(a, archive, 16384) != ARCHIVE_OK)
		r = refuse(ret_error, "It is no backup of a SPIN gateway.");
	if (r == 0)
		r = read_all(c, a, folder, ret, ret_error);
	if (r < 0 && !ret_error[0])
		snprintf(ret_error, BACKUP_ERROR, "%.200s: %s.", folder, strerror(-r));
	archive_read_free(a);
	return r;
}
