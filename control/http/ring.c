// SPDX-License-Identifier: BSD-3-Clause
// A plain array used as a ring.

#include "control/http/ring.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define HEAD_BYTES 128

int
ring_init(struct ring *r, unsigned int events_max, size_t bytes_max) {
	*r = (struct ring){.events_max = events_max, .bytes_max = bytes_max};
	r->first = r->next = 1; // 0 is the id from which nothing resumes
	if (getrandom(&r->epoch, sizeof(r->epoch), 0) != sizeof(r->epoch)) {
		return -EIO;
	}
	r->events = calloc(events_max, sizeof(*r->events));
	return r->events ? 0 : -ENOMEM;
}

static void
drop_oldest(struct ring *r) {
	struct ring_event *e = &r->events[r->first++ % r->events_max];
	r->bytes -= e->length;
	free(e->text);
	*e = (struct ring_event){0};
}

void
ring_fini(struct ring *r) {
	while (r->first < r->next) {
		drop_oldest(r);
	}
	free(r->events);
}

char *
ring_format(
	bool line,
	uint64_t epoch,
	uint64_t number,
	const char *name,
	const char *json,
	size_t length,
	size_t *ret_length
) {
	char *text = malloc(length + HEAD_BYTES);
	if (!text) {
		return NULL;
	}
	int n = snprintf(
		text,
		HEAD_BYTES,
		line ? "{\"id\":\"%016" PRIx64 "-%" PRIu64 "\",\"event\":\"%s\",\"data\":"
		     : "id: %016" PRIx64 "-%" PRIu64 "\nevent: %s\ndata: ",
		epoch,
		number,
		name
	);
	char *data = text + n;
	memcpy(data, json, length);
	// A line break in JSON is only white space; in the stream it would end the data.
	for (size_t i = 0; i < length; i++) {
		if (data[i] == '\n' || data[i] == '\r') {
			data[i] = ' ';
		}
	}
	memcpy(data + length, line ? "}\n" : "\n\n", 2);
	*ret_length = (size_t)n + length + 2;
	return text;
}

void
ring_add(struct ring *r, unsigned int type, const char *name, const char *json, size_t length) {
	size_t n = 0;
	char *text = ring_format(false, r->epoch, r->next, name, json, length, &n);
	while (r->first < r->next
	       && (!text || r->next - r->first == r->events_max || r->bytes + n > r->bytes_max)) {
		drop_oldest(r);
	}
	if (!text) {
		r->first = ++r->next;
		return;
	}
	r->events[r->next++ % r->events_max] = (struct ring_event){type, n, text};
	r->bytes += n;
}

const struct ring_event *
ring_at(const struct ring *r, uint64_t number) {
	return &r->events[number % r->events_max];
}

bool
ring_resume(const struct ring *r, const char *id, uint64_t *ret_next) {
	if (strspn(id, "0123456789abcdef") != 16 || id[16] != '-' || id[17] < '0' || id[17] > '9') {
		return false;
	}
	char *end;
	uint64_t epoch = strtoull(id, NULL, 16);
	errno = 0;
	uint64_t number = strtoull(id + 17, &end, 10);
	if (*end || errno || epoch != r->epoch || !number || number >= r->next
	    || number + 1 < r->first) {
		return false;
	}
	*ret_next = number + 1;
	return true;
}

const char *
ring_json(const struct ring_event *e, size_t *ret_length) {
	static const char before[] = "\ndata: ";
	const char *at = memmem(e->text, e->length, before, sizeof(before) - 1);
	at += sizeof(before) - 1; // ring_format put it there
	*ret_length = e->length - (size_t)(at - e->text) - 2;
	return at;
}
