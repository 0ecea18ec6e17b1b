// SPDX-License-Identifier: BSD-3-Clause
// Positions only grow; each side keeps a copy of the other's and looks again only when it must, so
// that an event costs no line that moves between cores.

#include "dataplane/event.h"

#include "dataplane/table/memory.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define SKIP UINT32_MAX // type of the filler before the end of the buffer
#define RING_MIN 4096u

struct event_ring {
	uint8_t *bytes;
	uint64_t size;
	_Alignas(64) atomic_uint_fast64_t written; // written: producer
	uint64_t reserved; // producer's own
	uint64_t read_seen; // producer's copy of `read`
	_Alignas(64) atomic_uint_fast64_t read; // written: consumer
	uint64_t written_seen; // consumer's copy of `written`
};

struct event_ring *
event_ring_new(size_t bytes) {
	struct event_ring *r = aligned_alloc(64, sizeof *r);

	if (!r)
		return NULL;
	memset(r, 0, sizeof *r);
	r->size = RING_MIN;
	while (r->size < bytes)
		r->size *= 2;
	r->bytes = table_alloc(r->size);
	if (r->bytes)
		return r;
	free(r);
	errno = ENOMEM;
	return NULL;
}

void
event_ring_free(struct event_ring *r) {
	if (!r)
		return;
	table_free(r->bytes, r->size);
	free(r);
}

static struct event *
event_at(const struct event_ring *r, uint64_t position) {
	return (struct event *)(void *)(r->bytes + (position & (r->size - 1)));
}

void *
event_reserve(struct event_ring *r, uint32_t type, size_t size) {
	uint64_t need = sizeof(struct event) + ((size + 7) & ~(size_t)7);
	uint64_t at = atomic_load_explicit(&r->written, memory_order_relaxed);
	uint64_t to_end = r->size - (at & (r->size - 1));
	uint64_t total = need <= to_end ? need : to_end + need;

	if (total > r->size / 2)
		return NULL;
	if (at + total - r->read_seen > r->size) {
		r->read_seen = atomic_load_explicit(&r->read, memory_order_acquire);
		if (at + total - r->read_seen > r->size)
			return NULL;
	}
	if (total != need) {
		struct event *filler = event_at(r, at);
		filler->type = SKIP;
		filler->size = (uint32_t)(to_end - sizeof *filler);
		at += to_end;
	}
	struct event *e = event_at(r, at);
	e->type = type;
	e->size = (uint32_t)size;
	memset(e->payload, 0, need - sizeof *e);
	r->reserved = at + need;
	return e->payload;
}

void
event_commit(struct event_ring *r) {
	atomic_store_explicit(&r->written, r->reserved, memory_order_release);
}

static void
advance(struct event_ring *r, uint64_t at, const struct event *e) {
	uint64_t size = ((uint64_t)e->size + 7) & ~(uint64_t)7;
	atomic_store_explicit(&r->read, at + sizeof *e + size, memory_order_release);
}

const struct event *
event_peek(struct event_ring *r) {
	for (;;) {
		uint64_t at = atomic_load_explicit(&r->read, memory_order_relaxed);
		if (at == r->written_seen)
			r->written_seen = atomic_load_explicit(&r->written, memory_order_acquire);
		if (at == r->written_seen)
			return NULL;
		const struct event *e = event_at(r, at);
		if (e->type != SKIP)
			return e;
		advance(r, at, e);
	}
}

void
event_next(struct event_ring *r) {
	uint64_t at = atomic_load_explicit(&r->read, memory_order_relaxed);
	advance(r, at, event_at(r, at));
}

bool
event_has_room(const struct event_ring *r) {
	uint64_t at = atomic_load_explicit(&r->written, memory_order_relaxed);

	return at - r->read_seen <= r->size / 8 * 7;
}

void
event_look(struct event_ring *r) {
	r->read_seen = atomic_load_explicit(&r->read, memory_order_acquire);
}
