// SPDX-License-Identifier: BSD-3-Clause
// Files by path, whole in memory: the GUI is a handful of small ones.

#include "control/http/static.h"

#include "control/http/match.h"
#include "control/http/request.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 256
#define FILE_BYTES_MAX (8 * 1024 * 1024)

static const struct {
	const char *suffix;
	const char *type;
} types[] = {
	{".html", "text/html; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".mjs", "text/javascript; charset=utf-8"},
	{".json", "application/json"},
	{".map", "application/json"},
	{".webmanifest", "application/manifest+json"},
	{".svg", "image/svg+xml"},
	{".png", "image/png"},
	{".jpg", "image/jpeg"},
	{".ico", "image/x-icon"},
	{".woff2", "font/woff2"},
	{".txt", "text/plain; charset=utf-8"},
	{".md", "text/markdown; charset=utf-8"},
};

static const char not_built[] =
	"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<title>SPIN gateway</title></head>\n"
	"<body><h1>The GUI is not built</h1>\n"
	"<p>spin-control is running, but it finds no pages to show.</p>\n"
	"<p>In the checkout, run <code>npm --prefix web ci &amp;&amp; npm --prefix web run "
	"build</code>,\nor start with <code>scripts/demo</code>, which does it; "
	"<code>--web-dir</code> names another folder.</p>\n"
	"<p>The API answers meanwhile: <a href=\"/api/v1/health\">/api/v1/health</a>.</p>\n"
	"</body></html>\n";

const char *
static_type(const char *path) {
	const char *dot = strrchr(path, '.');
	for (size_t i = 0; dot && i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcasecmp(dot, types[i].suffix) == 0) {
			return types[i].type;
		}
	}
	return "application/octet-stream";
}

// "app-4XKQ7P2A.js": bundlers put eight or more letters and digits before the suffix.
static bool
has_hash(const char *path) {
	const char *dash = strrchr(path, '-');
	if (!dash) {
		return false;
	}
	size_t n = 0;
	bool digit_or_upper = false;
	for (const char *at = dash + 1; isalnum((unsigned char)*at); at++, n++) {
		digit_or_upper |= !islower((unsigned char)*at);
	}
	return n >= 8 && dash[1 + n] == '.' && digit_or_upper;
}

// No part may begin with a dot: neither ".." nor what is hidden.
static bool
is_safe(const char *path) {
	if (path[0] != '/' || strstr(path, "/.") || strchr(path, '\\')) {
		return false;
	}
	for (const char *at = path; *at; at++) {
		if ((unsigned char)*at < 0x20) {
			return false;
		}
	}
	return true;
}

static bool
accepts(struct http_request *r, const char *coding) {
	const char *at = http_header(r, "accept-encoding");
	size_t n = strlen(coding);
	while (at && *at) {
		at += strspn(at, " \t,");
		size_t length = strcspn(at, ",");
		if (length >= n && strncasecmp(at, coding, n) == 0
		    && !isalnum((unsigned char)at[n])) {
			char item[32];
			snprintf(item, sizeof(item), "%.*s", (int)length, at);
			const char *q = strstr(item, "q=");
			return !q || strtod(q + 2, NULL) > 0;
		}
		at += length;
	}
	return false;
}

struct file {
	int fd;
	struct stat st;
	const char *coding; // NULL: as it is
};

static bool
open_one(const char *dir, const char *path, const char *suffix, struct file *ret) {
	char name[PATH_MAX];
	int n = snprintf(name, sizeof(name), "%s%s%s", dir, path, suffix);
	if (n < 0 || (size_t)n >= sizeof(name)) {
		return false;
	}
	ret->fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (ret->fd < 0) {
		return false;
	}
	if (fstat(ret->fd, &ret->st) < 0 || !S_ISREG(ret->st.st_mode)
	    || ret->st.st_size > FILE_BYTES_MAX) {
		close(ret->fd);
		return false;
	}
	return true;
}

static bool
open_file(struct http_request *r, const char *dir, const char *path, struct file *ret) {
	static const char *const codings[][2] = {{"br", ".br"}, {"gzip", ".gz"}};
	for (size_t i = 0; i < 2; i++) {
		if (accepts(r, codings[i][0]) && open_one(dir, path, codings[i][1], ret)) {
			ret->coding = codings[i][0];
			return true;
		}
	}
	ret->coding = NULL;
	return open_one(dir, path, "", ret);
}

static bool
is_current(struct http_request *r, const char *etag) {
	const char *known = http_header(r, "if-none-match");
	// A list of quoted tags, weak or not, or "*": ours is long enough to be looked for as text.
	return known && (strstr(known, etag) || strcmp(known, "*") == 0);
}

static void
send_file(struct http_request *r, const char *path, struct file *f) {
	char etag[64];
	snprintf(
		etag,
		sizeof(etag),
		"\"%llx-%llx%s%s\"",
		(unsigned long long)f->st.st_mtim.tv_sec * 1000000000ull
			+ (unsigned long long)f->st.st_mtim.tv_nsec,
		(unsigned long long)f->st.st_size,
		f->coding ? "-" : "",
		f->coding ? f->coding : ""
	);
	http_add_header(r, "etag", etag);
	http_add_header(r, "vary", "accept-encoding");
	http_add_header(
		r,
		"cache-control",
		has_hash(path) ? "public, max-age=31536000, immutable" : "no-cache"
	);
	if (f->coding) {
		http_add_header(r, "content-encoding", f->coding);
	}
	if (is_current(r, etag)) {
		http_reply_empty(r, 304);
		return;
	}
	size_t size = (size_t)f->st.st_size;
	char *body = malloc(size ? size : 1);
	size_t got = 0;
	while (body && got < size) {
		ssize_t n = read(f->fd, body + got, size - got);
		if (n <= 0) {
			break;
		}
		got += (size_t)n;
	}
	if (!body || got < size) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "%s cannot be read now.", path);
	} else {
		http_reply(r, 200, static_type(path), body, size);
	}
	free(body);
}

static bool
is_absent(const char *web_dir) {
	char index[PATH_MAX];
	snprintf(index, sizeof(index), "%s/index.html", web_dir ? web_dir : "");
	return !web_dir || access(index, R_OK) < 0;
}

void
static_answer(struct http_request *r, const char *web_dir, const char *raw_path) {
	char path[PATH_BYTES];
	if (!match_decode(raw_path, strlen(raw_path), false, path, sizeof(path))
	    || !is_safe(path)) {
		http_problem(r, PROBLEM_NOT_FOUND, NULL, "There is no such page.");
		return;
	}
	const char *last = strrchr(path, '/') + 1;
	bool is_page = !strchr(last, '.');
	if (is_absent(web_dir)) {
		if (is_page) {
			http_reply(
				r, 503, "text/html; charset=utf-8", not_built, sizeof(not_built) - 1
			);
		} else {
			http_problem(
				r, PROBLEM_NOT_FOUND, "Build the GUI.", "There is no such file."
			);
		}
		return;
	}
	struct file f;
	const char *name = is_page ? "/index.html" : path;
	if (!open_file(r, web_dir, name, &f)) {
		http_problem(r, PROBLEM_NOT_FOUND, "Open / for the GUI.", "There is no such file.");
		return;
	}
	send_file(r, name, &f);
	close(f.fd);
}
