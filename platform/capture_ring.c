// SPDX-License-Identifier: BSD-3-Clause

#include "platform/capture_ring.h"

#include "platform/base.h"

#include <errno.h>
#include <string.h>

bool
capture_ring_fits(uint32_t lanes, uint32_t lane_bytes) {
	return lanes >= 1 && lanes <= CAPTURE_LANES_MAX && lane_bytes >= CAPTURE_LANE_MIN
		&& lane_bytes <= CAPTURE_LANE_MAX && (lane_bytes & (lane_bytes - 1)) == 0;
}

struct capture_end
capture_end_of(void *ring, uint32_t lanes, uint32_t lane_bytes, uint32_t lane) {
	return (struct capture_end){
		.lane = capture_ring_lane(ring, lane),
		.data = capture_ring_data(ring, lanes, lane_bytes, lane),
		.bytes = lane_bytes,
	};
}

static struct capture_record *
record_at(struct capture_end *e, uint64_t at) {
	return (struct capture_record *)(void *)(e->data + (at & (e->bytes - 1)));
}

struct capture_record *
capture_put(struct capture_end *e, uint32_t captured) {
	uint64_t tail = atomic_load_explicit(&e->lane->tail, memory_order_acquire);
	uint64_t used = e->at - tail;
	uint32_t size = (uint32_t)(sizeof(struct capture_record) + ((captured + 7u) & ~7u));
	uint32_t left = e->bytes - (uint32_t)(e->at & (e->bytes - 1));
	uint32_t skip = left < size ? left : 0;

	if (used > e->bytes || (uint64_t)size + skip > e->bytes - used)
		return NULL;
	if (skip) {
		// Positions are multiples of 8, so there is always room for the size.
		memcpy(record_at(e, e->at), &(uint64_t){skip}, sizeof(uint64_t));
		e->at += skip;
	}
	struct capture_record *r = record_at(e, e->at);
	*r = (struct capture_record){.size = size, .captured = captured};
	e->at += size;
	return r;
}

void
capture_publish(struct capture_end *e) {
	atomic_store_explicit(&e->lane->head, e->at, memory_order_release);
}

int
capture_take(struct capture_end *e, struct capture_record *ret, const uint8_t **ret_frame) {
	for (;;) {
		uint64_t head = atomic_load_explicit(&e->lane->head, memory_order_acquire);
		uint64_t have = head - e->at;
		uint32_t left = e->bytes - (uint32_t)(e->at & (e->bytes - 1));
		uint64_t first;

		if (have == 0)
			return 0;
		if (have > e->bytes || (have & 7) || left < sizeof first)
			return -EPROTO;
		memcpy(&first, record_at(e, e->at), sizeof first);
		uint32_t size = (uint32_t)first;
		if (size == 0 || (size & 7) || size > left || size > have)
			return -EPROTO;
		if (first >> 32 == 0 && size == left) { // room before the end
			e->at += size;
			continue;
		}
		if (size < sizeof *ret)
			return -EPROTO;
		memcpy(ret, record_at(e, e->at), sizeof *ret);
		if (ret->size != size || ret->captured > size - sizeof *ret
		    || ret->captured > ret->length || ret->port >= CAPTURE_PORTS)
			return -EPROTO;
		*ret_frame = (const uint8_t *)record_at(e, e->at) + sizeof *ret;
		e->at += size;
		return 1;
	}
}

void
capture_release(struct capture_end *e) {
	atomic_store_explicit(&e->lane->tail, e->at, memory_order_release);
}

uint64_t
capture_waiting(const struct capture_end *e) {
	uint64_t have = atomic_load_explicit(&e->lane->head, memory_order_acquire) - e->at;

	return MIN_OF(have, (uint64_t)e->bytes);
}
