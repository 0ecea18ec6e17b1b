// SPDX-License-Identifier: BSD-3-Clause
// capture: frames, live, to the standard output or a file.  captures: what the gateway keeps.

#include "control/spinctl/client.h"
#include "control/spinctl/connection.h"
#include "control/spinctl/rate.h"
#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"
#include "platform/base.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 2400
#define FOR_EVER_MS (-1)

static void
add(char path[PATH_BYTES], const char *key, const char *value) {
	size_t n = strlen(path);

	if (!value)
		return;
	n += (size_t
	)snprintf(path + n, PATH_BYTES - n, "%s%s=", strchr(path, '?') ? "&" : "?", key);
	for (; *value && n + 4 < PATH_BYTES; value++) {
		bool plain = (*value >= 'a' && *value <= 'z') || (*value >= 'A' && *value <= 'Z')
			|| (*value >= '0' && *value <= '9') || strchr("-_.", *value);
		n += (size_t
		)snprintf(path + n, PATH_BYTES - n, plain ? "%c" : "%%%02X", *value & 255);
	}
}

static int
write_path(struct cli *c, char path[PATH_BYTES]) {
	struct node node;
	char seconds[24];
	int r = EXIT_OK;

	snprintf(path, PATH_BYTES, "/api/v1/capture");
	if (c->argc) {
		r = resolve_device(c, c->argv[0], &node);
		add(path, "device", node.id);
	}
	if (r == EXIT_OK && c->destination) {
		r = resolve_destination(c, c->destination, &node);
		add(path, "destination", node.id);
	}
	unsigned long lasts = c->duration ? read_duration(c->duration) : 0;
	if (r == EXIT_OK && c->duration && !lasts)
		return usage(c->command, "\"%s\" is no time: write 30s, 10m or 2h", c->duration);
	snprintf(seconds, sizeof(seconds), "%lu", lasts);
	add(path, "filter", c->filter);
	add(path, "format", c->format);
	add(path, "snaplen", c->snaplen);
	add(path, "max_packets", c->count);
	add(path, "max_seconds", lasts ? seconds : NULL);
	add(path, "headers_only", c->headers_only ? "true" : NULL);
	return r;
}

// Whole chunks go out; *ret_last: the last one has come.
static int
pass_on(struct connection *s, int to, bool *ret_last) {
	size_t at = 0;

	while (!*ret_last) {
		char *line_end = memmem(s->buffer + at, s->have - at, "\r\n", 2);
		if (!line_end)
			break;
		size_t n = strtoul(s->buffer + at, NULL, 16);
		size_t start = (size_t)(line_end - s->buffer) + 2;
		if (s->have - start < n + 2)
			break;
		for (size_t done = 0; done < n;) {
			ssize_t wrote = write(to, s->buffer + start + done, n - done);
			if (wrote < 0 && errno == EINTR)
				continue;
			if (wrote < 0 && errno == EPIPE)
				return -1; // whoever read it has enough
			if (wrote <= 0) {
				fprintf(stderr, "spinctl: cannot write: %s\n", strerror(errno));
				return EXIT_FAILED;
			}
			done += (size_t)wrote;
		}
		*ret_last = n == 0;
		at = start + n + 2;
	}
	memmove(s->buffer, s->buffer + at, s->have - at);
	s->have -= at;
	return EXIT_OK;
}

static int
refused(struct connection *s) {
	struct answer a = {.status = s->status};

	int r = connection_body(s, &a);
	r = r ? r : answer_parse(&a);
	r = r ? r : answer_problem(&a);
	answer_free(&a);
	return r;
}

static int
stream(const struct cli *c, const char *path, int to) {
	struct connection s = {.fd = -1};
	bool last = false;
	int got = 1;

	int r = connection_request(c, &s, "GET", path, NULL);
	r = r ? r : connection_head(&s);
	if (r == EXIT_OK && s.status != 200) {
		r = refused(&s);
	} else if (r == EXIT_OK) {
		memmove(s.buffer, s.buffer + s.head, s.have - s.head);
		s.have -= s.head;
		r = pass_on(&s, to, &last);
		while (r == EXIT_OK && !last && (got = connection_receive(&s, FOR_EVER_MS)) > 0)
			r = pass_on(&s, to, &last);
		if (r == EXIT_OK && !last) {
			fputs("spinctl: the capture broke off: spin-control has gone\n", stderr);
			r = EXIT_NOT_RUNNING;
		}
	}
	connection_close(&s);
	return r < 0 ? EXIT_OK : r;
}

// Where the bytes go; negative after it was said.
static int
open_output(const struct cli *c) {
	bool to_file = c->write && strcmp(c->write, "-") != 0;
	int to = STDOUT_FILENO;

	if (to_file)
		to = open(c->write, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (to < 0)
		fprintf(stderr, "spinctl: %s: %s\n", c->write, strerror(errno));
	return to;
}

int
run_capture(struct cli *c) {
	char path[PATH_BYTES];
	bool to_file = c->write && strcmp(c->write, "-") != 0;

	if (!to_file && isatty(STDOUT_FILENO))
		return usage(
			c->command,
			"a terminal cannot show it: --write FILE, or | wireshark -k -i -"
		);
	int r = write_path(c, path);
	if (r)
		return r;
	signal(SIGPIPE, SIG_IGN);
	int to = open_output(c);
	if (to < 0)
		return EXIT_FAILED;
	return stream(c, path, to);
}

int
run_recorder(struct cli *c) {
	char path[RESOLVE_ID_BYTES + 64];
	struct node device;
	struct answer a;

	int r = resolve_device(c, c->argv[0], &device);
	if (r)
		return r;
	snprintf(path, sizeof(path), "/api/v1/devices/%s:freeze", device.id);
	r = client_ask(c, "POST", path, NULL, &a);
	if (r)
		return r;
	const char *id = json_text(a.doc, json_get(a.doc, JSON_ROOT, "id"));
	snprintf(path, sizeof(path), "/api/v1/captures/%.40s/download", id ? id : "");
	if (c->write) {
		int to = open_output(c);
		r = to < 0 ? EXIT_FAILED : stream(c, path, to);
	} else if (c->json) {
		puts(a.body);
	} else {
		printf("frozen: %s\n", id ? id : "");
	}
	answer_free(&a);
	return r;
}

static const char *
text_at(const struct json_doc *d, unsigned int node, const char *key) {
	return json_text(d, json_get(d, node, key));
}

static int
list_captures(const struct cli *c) {
	struct answer a;
	int r = client_ask(c, "GET", "/api/v1/captures", NULL, &a);

	if (r)
		return r;
	if (c->json) {
		puts(a.body);
		answer_free(&a);
		return EXIT_OK;
	}
	struct table t = {
		8,
		{"CAPTURE", "STATE", "DEVICE", "FILTER", ">PACKETS", ">LOST", ">SIZE", "BEGAN"},
		NULL,
		0,
		0};
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	for (unsigned int n = json_first(a.doc, items); n; n = json_next(a.doc, n)) {
		char text[24], size[SIZE_BYTES], when[SIZE_BYTES];
		const char *end = text_at(a.doc, n, "end");
		table_cell(&t, text_at(a.doc, n, "id"));
		table_cell(&t, end ? end : text_at(a.doc, n, "state"));
		table_cell(&t, text_at(a.doc, n, "device_name"));
		table_cell(&t, text_at(a.doc, n, "filter"));
		for (int i = 0; i < 2; i++) {
			const char *key = i ? "lost" : "packets";
			int64_t value = json_number(a.doc, json_get(a.doc, n, key), 0);
			snprintf(text, sizeof(text), "%" PRId64, value);
			table_cell(&t, text);
		}
		int64_t bytes = json_number(a.doc, json_get(a.doc, n, "file_bytes"), 0);
		table_cell(&t, text_size((uint64_t)bytes, size));
		table_cell(&t, text_when(text_at(a.doc, n, "began"), when));
	}
	table_print(&t);
	answer_free(&a);
	return EXIT_OK;
}

int
run_captures(struct cli *c) {
	char path[128];
	struct answer a;

	if (c->argc == 0)
		return list_captures(c);
	static const struct {
		const char *word, *method, *suffix, *done;
	} verbs[] = {
		{"stop", "POST", ":stop", "stopped"},
		{"approve", "POST", ":approve", "approved"},
		{"token", "POST", ":token", NULL},
		{"remove", "DELETE", "", "removed"},
	};
	size_t v = 0;
	while (v < ARRAY_LEN(verbs) && strcmp(c->argv[0], verbs[v].word) != 0)
		v++;
	if (c->argc != 2 || v == ARRAY_LEN(verbs))
		return usage(c->command, "say: stop, approve, token or remove, and the CAPTURE");
	for (const char *at = c->argv[1]; *at; at++)
		if (!strchr("_0123456789abcdefghijklmnopqrstuvwxyz", *at))
			return usage(c->command, "\"%s\" is no capture's id", c->argv[1]);
	snprintf(path, sizeof(path), "/api/v1/captures/%.40s%s", c->argv[1], verbs[v].suffix);
	int r = client_ask(c, verbs[v].method, path, NULL, &a);
	if (r)
		return r;
	if (c->json)
		puts(a.length ? a.body : "{}");
	else
		puts(verbs[v].done ? verbs[v].done : text_at(a.doc, JSON_ROOT, "token"));
	answer_free(&a);
	return EXIT_OK;
}
