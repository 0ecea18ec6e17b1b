// SPDX-License-Identifier: BSD-3-Clause

#include "control/capture/pipe.h"

#include "platform/base.h"

#include <stdlib.h>
#include <string.h>

struct pipe *
pipe_new(void) {
	struct pipe *p = calloc(1, sizeof *p);

	if (!p || !(p->bytes = malloc(PIPE_BYTES))) {
		free(p);
		return NULL;
	}
	atomic_store(&p->users, 2);
	return p;
}

void
pipe_free(struct pipe *p) {
	if (!p || atomic_fetch_sub(&p->users, 1) != 1)
		return;
	free(p->bytes);
	free(p);
}

size_t
pipe_room(const struct pipe *p) {
	uint64_t head = atomic_load_explicit(&p->head, memory_order_relaxed);

	return PIPE_BYTES - (size_t)(head - atomic_load_explicit(&p->tail, memory_order_acquire));
}

uint8_t *
pipe_space(const struct pipe *p, size_t *ret_room) {
	size_t at = atomic_load_explicit(&p->head, memory_order_relaxed) % PIPE_BYTES;

	*ret_room = MIN_OF(pipe_room(p), PIPE_BYTES - at);
	return p->bytes + at;
}

void
pipe_wrote(struct pipe *p, size_t n) {
	atomic_fetch_add_explicit(&p->head, n, memory_order_release);
}

void
pipe_put(struct pipe *p, const void *bytes, size_t n) {
	const uint8_t *from = bytes;

	while (n > 0) {
		size_t room;
		uint8_t *to = pipe_space(p, &room);
		size_t part = MIN_OF(room, n);
		if (part == 0)
			return;
		memcpy(to, from, part);
		pipe_wrote(p, part);
		from += part;
		n -= part;
	}
}

size_t
pipe_get(const struct pipe *p, const uint8_t **ret) {
	uint64_t tail = atomic_load_explicit(&p->tail, memory_order_relaxed);
	size_t have = (size_t)(atomic_load_explicit(&p->head, memory_order_acquire) - tail);
	size_t at = tail % PIPE_BYTES;

	*ret = p->bytes + at;
	return MIN_OF(MIN_OF(have, PIPE_BYTES - at), (size_t)PIPE_PIECE);
}

void
pipe_take(struct pipe *p, size_t n) {
	atomic_fetch_add_explicit(&p->tail, n, memory_order_release);
}

bool
pipe_is_over(const struct pipe *p) {
	const uint8_t *at;

	return atomic_load(&p->ended) && pipe_get(p, &at) == 0;
}
