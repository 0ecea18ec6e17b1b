// SPDX-License-Identifier: BSD-3-Clause

#include "control/capture/keep.h"

#include "control/http/json_read.h"
#include "control/id.h"
#include "control/store/image.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

LOG_DOMAIN("captures");

#define KEPT_BYTES_MAX 8192
#define BLOCK_MIN 12 // of pcapng: type, length, length
#define PCAP_HEAD 24
#define PCAP_RECORD 16
#define PREFIX "cap_"

const char *
capture_end_name(enum capture_end_reason e) {
	static const char *const names[] = {
#define X(id, name) name,
		CAPTURE_ENDS(X)
#undef X
	};
	return (unsigned int)e < ARRAY_LEN(names) ? names[e] : "";
}

const char *
capture_file_name(const struct capture *c, char ret[CAPTURE_NAME]) {
	char id[ID_TEXT];

	snprintf(
		ret,
		CAPTURE_NAME,
		"%s.%s",
		id_text(PREFIX, c->id, id),
		c->about.format == CAPTURE_PCAP ? "pcap" : "pcapng"
	);
	return ret;
}

struct capture *
capture_new(uint64_t id) {
	struct capture *c = calloc(1, sizeof *c);

	if (c) {
		c->id = id;
		c->ring_fd = c->file = -1;
	}
	return c;
}

static void
paths(const char *state_dir,
      const struct capture *c,
      char ret_folder[CAPTURE_PATH],
      char ret_file[CAPTURE_PATH + CAPTURE_NAME],
      char ret_kept[CAPTURE_NAME]) {
	char name[CAPTURE_NAME], id[ID_TEXT];

	snprintf(ret_folder, CAPTURE_PATH, "%.1000s/" CAPTURE_FOLDER, state_dir);
	snprintf(
		ret_file,
		CAPTURE_PATH + CAPTURE_NAME,
		"%s/%s",
		ret_folder,
		capture_file_name(c, name)
	);
	snprintf(ret_kept, CAPTURE_NAME, "%s.json", id_text(PREFIX, c->id, id));
}

int
keep_write(const char *state_dir, const struct capture *c) {
	char folder[CAPTURE_PATH], file[CAPTURE_PATH + CAPTURE_NAME], kept[CAPTURE_NAME];
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_u64(&j, "kind", c->kind);
	json_key_u64(&j, "format", c->about.format);
	json_key_u64(&j, "snaplen", c->about.snaplen);
	json_key_bool(&j, "headers_only", c->headers_only);
	json_key_string(&j, "filter", c->about.filter);
	json_key_string(&j, "who", c->who);
	json_key_u64(&j, "outside", c->outside);
	json_key_u64(&j, "approved", c->approved.at_ns);
	json_key_string(&j, "approved_by", c->approved.by);
	json_key_string(&j, "approved_for", c->approved.reader);
	json_key_u64(&j, "device", c->device);
	json_key_u64(&j, "destination", c->destination);
	json_key_u64(&j, "began", c->began_ns);
	json_key_u64(&j, "ended", c->ended_ns);
	json_key_u64(&j, "end", c->end);
	json_key_u64(&j, "packets", atomic_load(&c->packets));
	json_key_u64(&j, "bytes", atomic_load(&c->bytes));
	json_key_u64(&j, "lost", atomic_load(&c->lost));
	json_key_u64(&j, "max_bytes", c->max_bytes);
	json_key_u64(&j, "max_packets", c->max_packets);
	json_key_u64(&j, "max_seconds", c->max_seconds);
	json_end(&j);
	paths(state_dir, c, folder, file, kept);
	int r = j.failed ? -ENOMEM : image_replace(folder, kept, j.text, j.length);
	json_free(&j);
	return r;
}

int
keep_remove(const char *state_dir, const struct capture *c) {
	char folder[CAPTURE_PATH], file[CAPTURE_PATH + CAPTURE_NAME], kept[CAPTURE_NAME];

	paths(state_dir, c, folder, file, kept);
	if (unlink(file) < 0 && errno != ENOENT)
		return -errno;
	int r = image_remove(folder, kept);
	return r == -ENOENT ? 0 : r; // no folder yet
}

// The length of the record at `at`, or 0 where there is no whole one.
static uint64_t
record_length(FILE *f, enum capture_format format, uint64_t at, uint64_t size) {
	uint32_t head[4];
	size_t want = format == CAPTURE_PCAP ? PCAP_RECORD : 8;

	if (size - at < BLOCK_MIN || fread(head, 1, want, f) != want)
		return 0;
	uint64_t length = format == CAPTURE_PCAP ? (uint64_t)PCAP_RECORD + head[2] : head[1];
	if (length < BLOCK_MIN || length > size - at
	    || fseeko(f, (off_t)(at + length), SEEK_SET) != 0)
		return 0;
	return length;
}

int
keep_repair(const char *state_dir, struct capture *c) {
	char folder[CAPTURE_PATH], path[CAPTURE_PATH + CAPTURE_NAME], kept[CAPTURE_NAME];
	uint64_t at = 0, packets = 0, n;
	struct stat st;

	paths(state_dir, c, folder, path, kept);
	FILE *f = fopen(path, "r+e");
	if (!f)
		return -errno;
	if (fstat(fileno(f), &st) < 0 || !S_ISREG(st.st_mode)) {
		fclose(f);
		return -EINVAL;
	}
	if (c->about.format == CAPTURE_PCAP && fseeko(f, at = PCAP_HEAD, SEEK_SET) != 0)
		at = 0;
	for (; (n = record_length(f, c->about.format, at, (uint64_t)st.st_size)) > 0; packets++)
		at += n;
	int r = ftruncate(fileno(f), (off_t)at) < 0 ? -errno : 0;
	fclose(f);
	atomic_store(&c->file_bytes, at);
	// The head has a block for the section and one a port; how many is not known any more.
	if (c->about.format == CAPTURE_PCAP)
		atomic_store(&c->packets, packets);
	return r < 0 ? r : keep_write(state_dir, c);
}

struct kept {
	struct json_number kind, format, snaplen, device, destination, began, ended, end;
	struct json_number packets, bytes, lost, max_bytes, max_packets, max_seconds;
	struct json_flag headers_only;
	struct json_text filter, who;
	struct json_number outside, approved; // these are not in older files
	struct json_text approved_by, approved_for;
};

#define NUMBER(field)                                                                              \
	{ #field, JSON_NUMBER, offsetof(struct kept, field), true, false, 0, INT64_MAX }
static const struct json_field fields[] = {
	NUMBER(kind),
	NUMBER(format),
	NUMBER(snaplen),
	NUMBER(device),
	NUMBER(destination),
	NUMBER(began),
	NUMBER(ended),
	NUMBER(end),
	NUMBER(packets),
	NUMBER(bytes),
	NUMBER(lost),
	NUMBER(max_bytes),
	NUMBER(max_packets),
	NUMBER(max_seconds),
	{"headers_only", JSON_FLAG, offsetof(struct kept, headers_only), true, false, 0, 0},
	{"filter", JSON_TEXT, offsetof(struct kept, filter), true, false, 0, 512},
	{"who", JSON_TEXT, offsetof(struct kept, who), true, false, 0, 63},
	{"outside", JSON_NUMBER, offsetof(struct kept, outside), false, false, 0, INT64_MAX},
	{"approved", JSON_NUMBER, offsetof(struct kept, approved), false, false, 0, INT64_MAX},
	{"approved_by", JSON_TEXT, offsetof(struct kept, approved_by), false, false, 0, 63},
	{"approved_for", JSON_TEXT, offsetof(struct kept, approved_for), false, false, 0, 63},
};

static bool
read_kept(const char *text, size_t length, struct capture *c) {
	static struct kept k; // large; one thread
	struct json_fault fault;

	if (json_read(text, length, fields, ARRAY_LEN(fields), &k, &fault) < 0)
		return false;
	c->kind = k.kind.value == CAPTURE_KIND_RECORDER ? CAPTURE_KIND_RECORDER : CAPTURE_KIND_FILE;
	c->about.format = k.format.value == CAPTURE_PCAP ? CAPTURE_PCAP : CAPTURE_PCAPNG;
	c->about.snaplen = (uint32_t)k.snaplen.value;
	c->headers_only = k.headers_only.value;
	c->device = (uint64_t)k.device.value;
	c->destination = (uint64_t)k.destination.value;
	c->began_ns = (uint64_t)k.began.value;
	c->ended_ns = (uint64_t)k.ended.value;
	c->end = k.end.value < CAPTURE_END_COUNT ? (enum capture_end_reason)k.end.value
						 : CAPTURE_END_FAILED;
	atomic_store(&c->packets, (uint64_t)k.packets.value);
	atomic_store(&c->bytes, (uint64_t)k.bytes.value);
	atomic_store(&c->lost, (uint64_t)k.lost.value);
	c->max_bytes = (uint64_t)k.max_bytes.value;
	c->max_packets = (uint64_t)k.max_packets.value;
	c->max_seconds = (uint64_t)k.max_seconds.value;
	snprintf(c->about.filter, sizeof c->about.filter, "%.512s", k.filter.text);
	snprintf(c->who, sizeof c->who, "%.63s", k.who.text);
	if (k.outside.present)
		c->outside = (uint64_t)k.outside.value;
	if (k.approved.present && k.approved_by.present && k.approved_for.present) {
		struct capture_approval *a = &c->approval;
		a->at_ns = (uint64_t)k.approved.value;
		snprintf(a->by, sizeof a->by, "%.63s", k.approved_by.text);
		snprintf(a->reader, sizeof a->reader, "%.63s", k.approved_for.text);
		c->approved = *a;
	}
	c->phase = CAPTURE_ENDED;
	return true;
}

static struct capture *
load_one(int folder, const char *name, uint64_t id) {
	char text[KEPT_BYTES_MAX], file[CAPTURE_NAME];
	struct capture *c = NULL;
	struct stat st;

	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
	if (fd >= 0)
		close(fd);
	if (n > 0 && (c = capture_new(id)) && read_kept(text, (size_t)n, c)
	    && fstatat(folder, capture_file_name(c, file), &st, AT_SYMLINK_NOFOLLOW) == 0
	    && S_ISREG(st.st_mode)) {
		atomic_store(&c->file_bytes, (uint64_t)st.st_size);
		return c;
	}
	free(c);
	return NULL;
}

void
keep_load(const char *state_dir, void (*take)(void *context, struct capture *c), void *context) {
	char path[CAPTURE_PATH], id[ID_TEXT];
	struct dirent *e;
	uint64_t number;

	snprintf(path, sizeof path, "%.1000s/" CAPTURE_FOLDER, state_dir);
	DIR *folder = opendir(path);
	while (folder && (e = readdir(folder))) {
		size_t length = strcspn(e->d_name, ".");
		snprintf(id, sizeof id, "%.*s", (int)MIN_OF(length, sizeof id - 1), e->d_name);
		if (!id_parse(PREFIX, id, &number) || strcmp(e->d_name + length, ".json") != 0)
			continue;
		struct capture *c = load_one(dirfd(folder), e->d_name, number);
		if (c)
			take(context, c);
		else
			log_warn("captures/%s describes no capture here, ignoring", e->d_name);
	}
	if (folder)
		closedir(folder);
}
