// SPDX-License-Identifier: BSD-3-Clause
// A graphical client of the original, from a folder that the household chose.
//
// Shape:   "x" is <web_root>/x, or x.gz as the original stores most of its libraries.  The path is
//          opened below the folder by the kernel's own rule (openat2), so neither ".." nor a link
//          leads out of it.  Its pages have a policy of their own: they may do what the original's
//          do, and reach this host alone.
// Threads: the core thread; files are small and in the page cache.
// Source:  reference/spin.md 2.8.

#include "control/core.h"
#include "control/http/api_spin.h"
#include "control/http/match.h"
#include "control/http/static.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_MAX (8u << 20)
#define PATH_BYTES 256

static int
open_below(const char *root, const char *path) {
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int fd = folder < 0 ? -1 : (int)syscall(SYS_openat2, folder, path, &how, sizeof how);

	if (folder >= 0)
		close(folder);
	return fd;
}

// Whole in memory; NULL: it is no file of at most FILE_MAX.
static char *
read_file(int fd, size_t *ret_length) {
	struct stat st;
	char *text;
	size_t got = 0;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > (off_t)FILE_MAX
	    || !(text = malloc((size_t)st.st_size + 1)))
		return NULL;
	while (got < (size_t)st.st_size) {
		ssize_t n = read(fd, text + got, (size_t)st.st_size - got);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	*ret_length = got;
	return text;
}

char *
spin_web_file(const struct core *core, const char *name, size_t *ret_length) {
	const char *root = core->config->spin.web_root;
	int fd = root[0] ? open_below(root, name) : -1;
	char *text = fd < 0 ? NULL : read_file(fd, ret_length);

	if (fd >= 0)
		close(fd);
	return text;
}

// The broker's websocket is another port of the same host.
void
spin_web_policy(struct http_request *r) {
	char policy[900], host[300];
	const char *authority = http_host(r);
	size_t n = 0;

	for (const char *at = authority ? authority : ""; at[n] && n < sizeof host - 1; n++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]",
			    at[n]))
			break;
	snprintf(host, sizeof host, "%.*s", (int)n, authority ? authority : "");
	char *colon = strrchr(host, ':');
	if (colon && !strchr(colon, ']'))
		*colon = 0;
	snprintf(
		policy,
		sizeof policy,
		"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' "
		"'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws://%s:* "
		"wss://%s:*; object-src 'none'; base-uri 'none'; form-action 'self'; "
		"frame-ancestors 'none'",
		host,
		host
	);
	http_set_policy(r, policy);
}

static void
not_found(struct http_request *r) {
	http_reply(r, 404, "text/plain; charset=utf-8", "There is no such file.\n", 23);
}

// A folder without its slash: what its pages name would be looked for beside it.
static bool
send_to_folder(struct http_request *r, const char *root, const char *name, const char *path) {
	char location[3 * PATH_BYTES + 32];
	struct stat st;
	int fd = open_below(root, name);
	bool folder = fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);

	if (fd >= 0)
		close(fd);
	if (!folder || strlen(path) > 3 * PATH_BYTES)
		return false;
	snprintf(location, sizeof location, "/spin_graph%s/", path);
	http_add_header(r, "location", location);
	http_reply_empty(r, 302);
	return true;
}

static bool
send_one(struct http_request *r, const struct core *core, const char *path, const char *suffix) {
	char name[PATH_BYTES + 4];
	size_t length = 0;

	snprintf(name, sizeof name, "%s%s", path, suffix);
	char *text = spin_web_file(core, name, &length);
	if (!text)
		return false;
	spin_web_policy(r);
	http_add_header(r, "cache-control", "no-cache");
	if (suffix[0])
		http_add_header(r, "content-encoding", "gzip");
	http_reply(r, 200, static_type(path), text, length);
	free(text);
	return true;
}

// A page opens the capture page in a window of its own, and talks to it.
void
spin_file(struct http_request *r, struct core *core, const char *path) {
	const char *root = core->config->spin.web_root;
	const char *method = http_method(r);
	char name[PATH_BYTES];

	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
		http_add_header(r, "allow", "GET, HEAD");
		http_reply(r, 405, "text/plain; charset=utf-8", "Only GET.\n", 10);
		return;
	}
	if (!path[0]) {
		http_add_header(r, "location", "/spin_graph/");
		http_reply_empty(r, 302);
		return;
	}
	if (!root[0] || !match_decode(path + 1, strlen(path + 1), false, name, sizeof name - 12)
	    || name[0] == '/' || strstr(name, "//") || strchr(name, '\\')) {
		not_found(r);
		return;
	}
	if (!name[0] || name[strlen(name) - 1] == '/')
		strcat(name, "index.html");
	if (!send_one(r, core, name, "") && !send_one(r, core, name, ".gz")
	    && !send_to_folder(r, root, name, path))
		not_found(r);
}
