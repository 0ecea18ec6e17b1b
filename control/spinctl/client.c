// SPDX-License-Identifier: BSD-3-Clause
// The smallest client that is honest: deadlines on every wait, lengths checked, chunks decoded.

#include "control/spinctl/client.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define WAIT_MS 15000
#define STREAM_WAIT_MS 35000 // three heartbeats
#define REPLY_MAX (256u << 20)

struct connection {
	int fd;
	char *buffer;
	size_t have, size;
	size_t head; // bytes of the head, 0 until it is whole
	int status;
	long content_length; // -1: none
	bool chunked;
};

static int
not_running(const struct cli *c, const char *path, int error) {
	fprintf(
		stderr,
		"spinctl: spin-control is not running (no answer on %s: %s): start it with "
		"\"systemctl start spin-control\" or scripts/demo, or name its folder with "
		"--run-dir\n",
		path,
		strerror(error)
	);
	(void)c;
	return EXIT_NOT_RUNNING;
}

static int
open_socket(const struct cli *c, int *ret_fd) {
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int n = snprintf(to.sun_path, sizeof(to.sun_path), "%s/api.sock", c->run_dir);
	if (n < 0 || (size_t)n >= sizeof(to.sun_path)) {
		return usage(c->command, "the path %s is too long for a socket", c->run_dir);
	}
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		int error = errno;
		if (fd >= 0) {
			close(fd);
		}
		if (error == EACCES || error == EPERM) {
			fprintf(
				stderr,
				"spinctl: not allowed to use %s: run it as root or as a member of "
				"group spin-admin\n",
				to.sun_path
			);
			return EXIT_DENIED;
		}
		return not_running(c, to.sun_path, error);
	}
	*ret_fd = fd;
	return EXIT_OK;
}

static int
broken(const char *why) {
	fprintf(stderr, "spinctl: the answer of spin-control %s\n", why);
	return EXIT_FAILED;
}

static int
send_request(
	const struct cli *c,
	struct connection *s,
	const char *method,
	const char *path,
	const char *body
) {
	int r = open_socket(c, &s->fd);
	if (r) {
		return r;
	}
	char *text;
	size_t length = body ? strlen(body) : 0;
	int n = asprintf(
		&text,
		"%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %zu\r\n"
		"%s\r\n%s",
		method,
		path,
		length,
		body ? "Content-Type: application/json\r\n" : "",
		body ? body : ""
	);
	if (n < 0) {
		return broken("cannot be asked for: out of memory");
	}
	for (int at = 0; at < n;) {
		ssize_t sent = send(s->fd, text + at, (size_t)(n - at), MSG_NOSIGNAL);
		if (sent < 0) {
			free(text);
			return broken("cannot be asked for: the connection closed");
		}
		at += (int)sent;
	}
	free(text);
	return EXIT_OK;
}

// 1: more came; 0: the end; negative: an exit code was printed.
static int
receive(struct connection *s, int wait_ms) {
	if (s->size - s->have < 16384) {
		size_t size = s->size ? s->size * 2 : 65536;
		char *buffer = size <= REPLY_MAX ? realloc(s->buffer, size) : NULL;
		if (!buffer) {
			return -broken("is too large");
		}
		s->buffer = buffer;
		s->size = size;
	}
	struct pollfd p = {.fd = s->fd, .events = POLLIN};
	int r;
	do {
		r = poll(&p, 1, wait_ms);
	} while (r < 0 && errno == EINTR);
	if (r <= 0) {
		return -broken("did not come in time");
	}
	ssize_t n = recv(s->fd, s->buffer + s->have, s->size - s->have - 1, 0);
	if (n <= 0) {
		return 0;
	}
	s->have += (size_t)n;
	s->buffer[s->have] = 0;
	return 1;
}

static const char *
header(const struct connection *s, const char *name) {
	size_t n = strlen(name);
	for (const char *at = s->buffer; at && at < s->buffer + s->head;) {
		if (strncasecmp(at, name, n) == 0 && at[n] == ':') {
			return at + n + 1 + strspn(at + n + 1, " ");
		}
		at = strstr(at, "\r\n");
		at = at ? at + 2 : NULL;
	}
	return NULL;
}

static int
receive_head(struct connection *s) {
	while (!s->head) {
		int r = receive(s, WAIT_MS);
		if (r <= 0) {
			return r < 0 ? -r : broken("never came: the connection closed");
		}
		char *end = strstr(s->buffer, "\r\n\r\n");
		s->head = end ? (size_t)(end + 4 - s->buffer) : 0;
	}
	if (sscanf(s->buffer, "HTTP/1.1 %d", &s->status) != 1) {
		return broken("is not HTTP");
	}
	const char *length = header(s, "content-length");
	const char *coding = header(s, "transfer-encoding");
	s->content_length = length ? strtol(length, NULL, 10) : -1;
	s->chunked = coding && strncasecmp(coding, "chunked", 7) == 0;
	return EXIT_OK;
}

static void
disconnect(struct connection *s) {
	if (s->fd >= 0) {
		close(s->fd);
	}
	free(s->buffer);
}

static int
receive_body(struct connection *s, struct answer *ret) {
	size_t want = s->content_length >= 0 ? s->head + (size_t)s->content_length : SIZE_MAX;
	while (s->have < want) {
		int r = receive(s, WAIT_MS);
		if (r < 0) {
			return -r;
		}
		if (r == 0) {
			break;
		}
	}
	if (s->chunked || (want != SIZE_MAX && s->have < want)) {
		return broken("ended too early");
	}
	ret->length = s->have - s->head;
	ret->body = malloc(ret->length + 1);
	if (!ret->body) {
		return broken("is too large");
	}
	memcpy(ret->body, s->buffer + s->head, ret->length);
	ret->body[ret->length] = 0;
	return EXIT_OK;
}

static int
parse_body(struct answer *a) {
	struct json_fault fault;
	if (!a->length) {
		return EXIT_OK;
	}
	if (json_parse(a->body, a->length, &json_limits_reply, &a->doc, &fault) < 0) {
		return broken("is not JSON");
	}
	return EXIT_OK;
}

static int
print_problem(const struct answer *a) {
	const char *detail = a->doc ? json_text(a->doc, json_get(a->doc, JSON_ROOT, "detail")) : NULL;
	const char *hint = a->doc ? json_text(a->doc, json_get(a->doc, JSON_ROOT, "hint")) : NULL;
	const char *title = a->doc ? json_text(a->doc, json_get(a->doc, JSON_ROOT, "title")) : NULL;
	fprintf(
		stderr,
		"spinctl: %s%s%s\n",
		detail ? detail : title ? title : "spin-control refused",
		hint ? "; " : "",
		hint ? hint : ""
	);
	return a->status == 403 || a->status == 401 ? EXIT_DENIED : EXIT_FAILED;
}

int
client_ask(
	const struct cli *c,
	const char *method,
	const char *path,
	const char *body,
	struct answer *ret
) {
	struct connection s = {.fd = -1};
	*ret = (struct answer){0};
	int r = send_request(c, &s, method, path, body);
	if (r == EXIT_OK) {
		r = receive_head(&s);
	}
	if (r == EXIT_OK) {
		ret->status = s.status;
		r = receive_body(&s, ret);
	}
	if (r == EXIT_OK) {
		r = parse_body(ret);
	}
	disconnect(&s);
	if (r == EXIT_OK && ret->status >= 400) {
		r = print_problem(ret);
	}
	if (r) {
		answer_free(ret);
	}
	return r;
}

void
answer_free(struct answer *a) {
	json_doc_free(a->doc);
	free(a->body);
	*a = (struct answer){0};
}

// Adds a page's items to the text of all.
static int
add_items(char **all, size_t *length, const struct answer *page) {
	unsigned int items = json_get(page->doc, JSON_ROOT, "items");
	size_t n;
	const char *raw = json_raw_of(page->doc, items, &n);
	if (!json_is_array(page->doc, items)) {
		return broken("has no items");
	}
	if (!json_size(page->doc, items)) {
		return EXIT_OK;
	}
	bool first = !*length;
	char *grown = realloc(*all, *length + n + 16);
	if (!grown) {
		return broken("is too large");
	}
	*all = grown;
	*length += (size_t)sprintf(grown + *length, "%s", first ? "{\"items\":[" : ",");
	memcpy(grown + *length, raw + 1, n - 2); // without its brackets
	*length += n - 2;
	return EXIT_OK;
}

int
client_list(const struct cli *c, const char *path, const char *query, struct answer *ret) {
	char *all = NULL;
	size_t length = 0;
	char cursor[256] = "";
	int r;
	do {
		char *target;
		struct answer page;
		if (asprintf(
			    &target,
			    "%s?limit=500%s%s%s%s",
			    path,
			    query && *query ? "&" : "",
			    query ? query : "",
			    *cursor ? "&cursor=" : "",
			    cursor
		    )
		    < 0) {
			return EXIT_FAILED;
		}
		r = client_ask(c, "GET", target, NULL, &page);
		free(target);
		if (r) {
			break;
		}
		r = add_items(&all, &length, &page);
		const char *next = json_text(page.doc, json_get(page.doc, JSON_ROOT, "next_cursor"));
		snprintf(cursor, sizeof(cursor), "%s", next ? next : "");
		answer_free(&page);
	} while (r == EXIT_OK && *cursor);
	*ret = (struct answer){.status = 200, .body = all, .length = length};
	if (r == EXIT_OK && !all) {
		ret->body = strdup("{\"items\":[]}");
		ret->length = strlen(ret->body);
	} else if (r == EXIT_OK) {
		memcpy(all + length, "]}", 3);
		ret->length += 2;
	}
	if (r == EXIT_OK) {
		r = parse_body(ret);
	}
	if (r) {
		answer_free(ret);
	}
	return r;
}

// --- Events ---

struct follower {
	client_event on_event;
	void *context;
	char *text; // the stream with the chunk framing taken off
	size_t have, size;
};

static void
hand_over(struct follower *f, char *event, char *end) {
	const char *type = "message", *id = "", *data = NULL;
	size_t length = 0;
	for (char *line = event; line < end;) {
		char *stop = memchr(line, '\n', (size_t)(end - line));
		stop = stop ? stop : end;
		*stop = 0;
		if (strncmp(line, "event: ", 7) == 0) {
			type = line + 7;
		} else if (strncmp(line, "id: ", 4) == 0) {
			id = line + 4;
		} else if (strncmp(line, "data: ", 6) == 0) {
			data = line + 6;
			length = (size_t)(stop - data);
		}
		line = stop + 1;
	}
	if (data) {
		f->on_event(f->context, type, id, data, length);
	}
}

static int
feed(struct follower *f, const char *bytes, size_t n) {
	if (f->have + n + 1 > f->size) {
		size_t size = (f->have + n + 1) * 2;
		char *text = size <= REPLY_MAX ? realloc(f->text, size) : NULL;
		if (!text) {
			return broken("has an event that is too large");
		}
		f->text = text;
		f->size = size;
	}
	memcpy(f->text + f->have, bytes, n);
	f->have += n;
	size_t from = 0;
	for (;;) {
		char *end = memmem(f->text + from, f->have - from, "\n\n", 2);
		if (!end) {
			break;
		}
		hand_over(f, f->text + from, end);
		from = (size_t)(end - f->text) + 2;
	}
	memmove(f->text, f->text + from, f->have - from);
	f->have -= from;
	return EXIT_OK;
}

// Takes whole chunks off the connection's buffer.
static int
take_chunks(struct connection *s, struct follower *f, bool *ret_last) {
	size_t at = 0;
	int r = EXIT_OK;
	while (r == EXIT_OK) {
		char *line_end = memmem(s->buffer + at, s->have - at, "\r\n", 2);
		if (!line_end) {
			break;
		}
		size_t n = strtoul(s->buffer + at, NULL, 16);
		size_t start = (size_t)(line_end - s->buffer) + 2;
		if (s->have - start < n + 2) {
			break;
		}
		if (!n) {
			*ret_last = true;
			break;
		}
		r = feed(f, s->buffer + start, n);
		at = start + n + 2;
	}
	memmove(s->buffer, s->buffer + at, s->have - at);
	s->have -= at;
	s->buffer[s->have] = 0;
	return r;
}

int
client_follow(const struct cli *c, const char *path, client_event on_event, void *context) {
	struct connection s = {.fd = -1};
	struct follower f = {.on_event = on_event, .context = context};
	struct answer refused = {0};
	int r = send_request(c, &s, "GET", path, NULL);
	if (r == EXIT_OK) {
		r = receive_head(&s);
	}
	if (r == EXIT_OK && s.status != 200) {
		refused.status = s.status;
		r = receive_body(&s, &refused);
		if (r == EXIT_OK) {
			r = parse_body(&refused);
		}
		r = r ? r : print_problem(&refused);
		answer_free(&refused);
	} else if (r == EXIT_OK) {
		memmove(s.buffer, s.buffer + s.head, s.have - s.head + 1);
		s.have -= s.head;
		bool last = false;
		int got = 1;
		r = take_chunks(&s, &f, &last);
		while (r == EXIT_OK && !last && !ferror(stdout)) {
			got = receive(&s, STREAM_WAIT_MS);
			if (got <= 0) {
				break;
			}
			r = take_chunks(&s, &f, &last);
		}
		if (got <= 0 || last) {
			fputs("spinctl: the stream ended: spin-control has gone\n", stderr);
			r = EXIT_NOT_RUNNING;
		}
	}
	free(f.text);
	disconnect(&s);
	return r;
}
