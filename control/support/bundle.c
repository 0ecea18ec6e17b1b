// SPDX-License-Identifier: BSD-3-Clause

#include "control/support/bundle.h"

#include "control/clock.h"
#include "control/config_view.h"
#include "control/core.h"
#include "control/dplink.h"
#include "control/metrics.h"
#include "control/support/veil.h"
#include "control/text/language.h"
#include "control/view.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/log.h"
#include "platform/text.h"

#include <ev.h>
#include <sqlite3.h>

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#define PACKED_MAX (8u << 20)

struct file {
	const char *name;
	const char *says;
	char *text;
	size_t length;
};

struct bundle {
	struct file files[BUNDLE_FILES_MAX];
	size_t count;
	struct veil *mask;
	bool failed;
};

// Takes the text.
static void
add(struct bundle *b, const char *name, const char *says, char *text, size_t length) {
	if (!text || b->count == BUNDLE_FILES_MAX) {
		b->failed = true;
		free(text);
		return;
	}
	b->files[b->count++] = (struct file){name, says, text, length};
}

static void
add_json(struct bundle *b, const char *name, const char *says, struct json *j) {
	b->failed |= j->failed;
	add(b, name, says, j->text, j->length);
	json_init(j);
}

static void
add_versions(struct bundle *b, const struct core *c) {
	const struct wire_hello *hello = dplink_hello(c->link);
	struct utsname u;
	char text[TEXT_TIME];
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "made", text_time(clock_wall_ns(), text));
	json_key_string(&j, "spin_control", SPIN_RELEASE);
	json_key_string(&j, "spin_dataplane", hello->release[0] ? hello->release : NULL);
	json_key_string(&j, "sqlite", sqlite3_libversion());
	json_key_string(&j, "libarchive", archive_version_string());
	json_key_u64(
		&j, "libev", (uint64_t)ev_version_major() * 100 + (uint64_t)ev_version_minor()
	);
	if (uname(&u) == 0) {
		json_key_string(&j, "kernel", u.release);
		json_key_string(&j, "machine", u.machine);
	}
	json_end(&j);
	add_json(b, "versions.json", _("releases of programs, kernel and libraries"), &j);
}

static void
add_counts(struct bundle *b, const struct core *c) {
	const struct state *s = &c->state;
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_u64(&j, "devices", s->devices_count);
	json_key_u64(&j, "destinations", s->destinations_count);
	json_key_u64(&j, "rules", s->rules_count);
	json_key_u64(&j, "profiles", s->profiles.count);
	json_key_u64(&j, "kinds", s->kinds.count);
	json_key_u64(&j, "alerts", s->alerts_count);
	json_end(&j);
	add_json(b, "counts.json", _("how many of each there are"), &j);
}

static void
tell_names(struct bundle *b, const struct core *c) {
	const struct state *s = &c->state;

	for (size_t i = 0; i < s->devices_count; i++) {
		veil_name(b->mask, s->devices[i]->user_name, "device");
		veil_name(b->mask, s->devices[i]->hostname, "device");
	}
	for (size_t i = 0; i < s->destinations_count; i++)
		veil_name(b->mask, s->destinations[i]->user_name, "destination");
}

struct bundle *
bundle_gather(const struct core *c) {
	struct bundle *b = calloc(1, sizeof *b);
	struct json j;
	char *tail = malloc(LOG_TAIL_BYTES);

	if (!b || !tail || !(b->mask = veil_new())) {
		free(tail);
		bundle_free(b);
		return NULL;
	}
	tell_names(b, c);
	add_versions(b, c);
	json_init(&j);
	config_view_detailed(c, &j);
	add_json(b, "config.json", _("the configuration, without secrets"), &j);
	view_health(c, &j);
	add_json(b, "health.json", _("how all is"), &j);
	add_counts(b, c);
	size_t length;
	char *metrics = metrics_text(c, false, &length);
	add(b, "metrics.txt", _("the figures that Prometheus would read"), metrics, length);
	length = log_tail(tail);
	add(b, "log.txt", _("the end of the log of spin-control"), tail, length);
	return b;
}

void
bundle_free(struct bundle *b) {
	for (size_t i = 0; b && i < b->count; i++)
		free(b->files[i].text);
	if (b)
		veil_free(b->mask);
	free(b);
}

int
bundle_veil(struct bundle *b) {
	if (b->failed)
		return -ENOMEM;
	for (size_t i = 0; i < b->count; i++) {
		struct file *f = &b->files[i];
		size_t length;
		char *masked = veil_text(b->mask, f->text, f->length, &length);
		free(f->text);
		f->text = masked;
		f->length = masked ? length : 0;
		if (!masked)
			return -ENOMEM;
	}
	return 0;
}

static int
put(struct archive *a, const struct file *f) {
	struct archive_entry *e = archive_entry_new();
	char path[80];

	snprintf(path, sizeof path, "spin-support/%s", f->name);
	archive_entry_set_pathname(e, path);
	archive_entry_set_size(e, (la_int64_t)f->length);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_mtime(e, (time_t)(clock_wall_ns() / NS_PER_S), 0);
	int r = archive_write_header(a, e) == ARCHIVE_OK
			&& archive_write_data(a, f->text, f->length) == (la_ssize_t)f->length
		? 0
		: -EIO;
	archive_entry_free(e);
	return r;
}

int
bundle_pack(const struct bundle *b, char **ret, size_t *ret_length) {
	struct archive *a = archive_write_new();
	char *out = malloc(PACKED_MAX);
	int r = a && out && archive_write_set_format_ustar(a) == ARCHIVE_OK
			&& archive_write_add_filter_gzip(a) == ARCHIVE_OK
			&& archive_write_open_memory(a, out, PACKED_MAX, ret_length) == ARCHIVE_OK
		? 0
		: -ENOMEM;

	for (size_t i = 0; i < b->count && r == 0; i++)
		r = put(a, &b->files[i]);
	if (r == 0 && archive_write_close(a) != ARCHIVE_OK)
		r = -EIO;
	archive_write_free(a);
	if (r == 0)
		*ret = out;
	else
		free(out);
	return r;
}

void
bundle_write(const struct bundle *b, struct json *j) {
	json_object(j);
	json_key(j, "items");
	json_array(j);
	for (size_t i = 0; i < b->count; i++) {
		json_object(j);
		json_key_string(j, "name", b->files[i].name);
		json_key_string(j, "description", b->files[i].says);
		json_key(j, "text");
		json_string_n(j, b->files[i].text, b->files[i].length);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}
