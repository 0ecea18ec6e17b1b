// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/inspect/ssdp.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define LINES_MAX 64

struct lines {
	const char *at;
	size_t left;
};

static struct ssdp_text
trim(const char *at, size_t length) {
	while (length > 0 && (at[0] == ' ' || at[0] == '\t')) {
		at++;
		length--;
	}
	while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
		length--;
	return (struct ssdp_text){at, length};
}

// False at the end, or at the empty line that ends the headers.
static bool
next_line(struct lines *l, struct ssdp_text *ret) {
	const char *end = memchr(l->at, '\n', l->left);
	size_t size = end ? (size_t)(end - l->at) : l->left;
	const char *at = l->at;

	l->at += size + (end != NULL);
	l->left -= size + (end != NULL);
	if (size > 0 && at[size - 1] == '\r')
		size--;
	*ret = (struct ssdp_text){at, size};
	return size > 0;
}

static bool
begins(struct ssdp_text t, const char *with) {
	size_t n = strlen(with);
	return t.length >= n && strncasecmp(t.at, with, n) == 0;
}

static bool
is_header(struct ssdp_text line, const char *name, struct ssdp_text *ret) {
	size_t n = strlen(name);

	if (!begins(line, name) || line.length == n || line.at[n] != ':')
		return false;
	*ret = trim(line.at + n + 1, line.length - n - 1);
	return true;
}

// "uuid:…::urn:…" is of the type behind the colons.
static struct ssdp_text
type_of(struct ssdp_text t) {
	const char *colons = memmem(t.at, t.length, "::", 2);

	if (!begins(t, "uuid:"))
		return t;
	if (colons == NULL)
		return (struct ssdp_text){0};
	size_t skip = (size_t)(colons - t.at) + 2;
	return (struct ssdp_text){t.at + skip, t.length - skip};
}

// "http://192.0.2.7:49152/…"
static void
read_location(struct ssdp_text t, struct ssdp_message *ret) {
	static const char scheme[] = "http://";
	unsigned int value = 0, parts = 0, digits = 0;

	if (!begins(t, scheme))
		return;
	for (size_t i = sizeof scheme - 1; i <= t.length && parts < 4; i++) {
		char c = i < t.length ? t.at[i] : '/';
		if (c >= '0' && c <= '9') {
			value = value * 10 + (unsigned int)(c - '0');
			if (++digits > 3)
				return;
			continue;
		}
		bool end = parts == 3 && (c == ':' || c == '/');
		if (digits == 0 || value > 255 || (c != '.' && !end) || (parts == 3 && !end))
			return;
		ret->location[parts++] = (uint8_t)value;
		value = digits = 0;
	}
	ret->has_location = parts == 4;
}

static bool
is_clean(struct ssdp_text t) {
	for (size_t i = 0; i < t.length; i++)
		if ((unsigned char)t.at[i] < 0x20 || t.at[i] == 0x7f)
			return false;
	return true;
}

int
ssdp_read(const uint8_t *message, size_t length, struct ssdp_message *ret) {
	struct lines l = {(const char *)message, length};
	struct ssdp_text line, value, usn = {0};
	struct ssdp_message m = {.has_location = false};

	if (length == 0 || !next_line(&l, &line))
		return -EBADMSG;
	bool notify = begins(line, "NOTIFY * HTTP/1.");
	if (begins(line, "M-SEARCH * HTTP/1."))
		return -ENOENT;
	if (!notify && !begins(line, "HTTP/1.1 200") && !begins(line, "HTTP/1.0 200"))
		return -EBADMSG;
	for (unsigned int i = 0; i < LINES_MAX && l.left > 0 && next_line(&l, &line); i++) {
		if (is_header(line, "SERVER", &value) && is_clean(value))
			m.server = value;
		else if (is_header(line, notify ? "NT" : "ST", &value) && is_clean(value))
			m.type = type_of(value);
		else if (is_header(line, "USN", &value) && is_clean(value))
			usn = type_of(value);
		else if (is_header(line, "LOCATION", &value))
			read_location(value, &m);
		else if (is_header(line, "NTS", &value) && begins(value, "ssdp:byebye"))
			return -ENOENT;
	}
	if (m.type.length == 0)
		m.type = usn;
	*ret = m;
	return 0;
}
