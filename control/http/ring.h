// SPDX-License-Identifier: BSD-3-Clause
// The last events as they go over the wire, numbered, for every reader and for those who return.
//
// Shape:   holds [first, next); the oldest go when events or bytes are too many.
// Threads: the loop's thread.
// Errors:  out of memory empties the ring and skips a number: nobody misses an event unknowingly.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring_event {
	unsigned int type;
	size_t length;
	char *text; // "id: …\nevent: …\ndata: …\n\n"
};

struct ring {
	uint64_t epoch; // of this process
	uint64_t first, next; // numbers; the first event is 1
	size_t bytes, bytes_max;
	unsigned int events_max;
	struct ring_event *events;
};

int ring_init(struct ring *r, unsigned int events_max, size_t bytes_max);
void ring_fini(struct ring *r);

void ring_add(struct ring *r, unsigned int type, const char *name, const char *json, size_t length);
const struct ring_event *ring_at(const struct ring *r, uint64_t number);
// Its JSON, ended by a line feed.
const char *ring_json(const struct ring_event *e, size_t *ret_length);
// Number after the one that `id` names; false when what followed it is no longer here.
bool ring_resume(const struct ring *r, const char *id, uint64_t *ret_next);

// One event as text, malloc'ed; NULL when out of memory.  `line`: as a line of JSON for scripts.
char *ring_format(
	bool line,
	uint64_t epoch,
	uint64_t number,
	const char *name,
	const char *json,
	size_t length,
	size_t *ret_length
);
