// SPDX-License-Identifier: BSD-3-Clause
// The event stream: chunks off, events out.

#include "control/spinctl/client.h"
#include "control/spinctl/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAM_WAIT_MS 35000 // three heartbeats

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
		char *text = size <= CONNECTION_BYTES_MAX ? realloc(f->text, size) : NULL;
		if (!text) {
			return answer_broken("has an event that is too large");
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
	int r = connection_request(c, &s, "GET", path, NULL);
	if (r == EXIT_OK) {
		r = connection_head(&s);
	}
	if (r == EXIT_OK && s.status != 200) {
		refused.status = s.status;
		r = connection_body(&s, &refused);
		if (r == EXIT_OK) {
			r = answer_parse(&refused);
		}
		r = r ? r : answer_problem(&refused);
		answer_free(&refused);
	} else if (r == EXIT_OK) {
		memmove(s.buffer, s.buffer + s.head, s.have - s.head + 1);
		s.have -= s.head;
		bool last = false;
		int got = 1;
		r = take_chunks(&s, &f, &last);
		while (r == EXIT_OK && !last && !ferror(stdout)) {
			got = connection_receive(&s, STREAM_WAIT_MS);
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
	connection_close(&s);
	return r;
}
