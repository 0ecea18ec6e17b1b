// SPDX-License-Identifier: BSD-3-Clause
// Copies the frames that a running capture asked for, as they came in (a checksum that an offload
// left to us is filled in already).  Not called when nothing is captured.  Control sees a batch
// when it is sealed, behind tx: only then it is known what became of each frame.

#include "dataplane/capture/headers.h"
#include "dataplane/capture/mirror.h"
#include "dataplane/capture/recorder.h"
#include "dataplane/pipeline.h"

#include <pcap/pcap.h>
#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include <string.h>

#define WHOLE_MAX 16384 // of a frame in several buffers, to be seen by a filter

struct put {
	struct capture_record *record;
	unsigned int index;
};

// What waits for its reason.
static _Thread_local struct {
	unsigned int n;
	struct put put[(WIRE_CAPTURES_MAX + 2) * BATCH_MAX];
} turn;

// A frame's bytes in one piece.
struct piece {
	const uint8_t *bytes;
	uint32_t length;
};

static struct piece
whole(struct rte_mbuf *m) {
	static _Thread_local uint8_t scratch[WHOLE_MAX];

	if (likely(m->nb_segs == 1))
		return (struct piece){rte_pktmbuf_mtod(m, const uint8_t *), m->data_len};
	uint32_t length = MIN_OF(m->pkt_len, (uint32_t)WHOLE_MAX);
	return (struct piece){rte_pktmbuf_read(m, 0, length, scratch), length};
}

static inline uint64_t
mac_at(const uint8_t *bytes) {
	uint64_t mac = 0;

	memcpy(&mac, bytes, 6);
	return mac;
}

// Whether the frame is of one of the devices, and which way it goes.
static bool
is_of_device(const struct mirror_capture *c, const uint8_t *frame, uint8_t *ret_direction) {
	uint64_t to = mac_at(frame), from = mac_at(frame + 6);

	for (unsigned int i = 0; i < c->macs; i++) {
		if (c->mac[i] == from || c->mac[i] == to) {
			*ret_direction = c->mac[i] == from ? CAPTURE_OUTBOUND : CAPTURE_INBOUND;
			return true;
		}
	}
	return false;
}

static int
compare(const struct wire_capture_address *a, uint8_t family, const uint8_t address[16]) {
	if (a->family != family)
		return a->family < family ? -1 : 1;
	return memcmp(a->address, address, 16);
}

static bool
has_address(const struct mirror_capture *c, uint8_t family, const uint8_t address[16]) {
	unsigned int low = 0, high = c->addresses;

	while (low < high) {
		unsigned int middle = (low + high) / 2;
		int order = compare(&c->address[middle], family, address);
		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static uint8_t
direction_by_side(const struct worker *w, const struct batch *b, unsigned int i) {
	const struct shared *s = w->shared;
	unsigned int to = b->egress[i];

	if (s->port[b->port[i]].side == SIDE_WAN)
		return CAPTURE_INBOUND;
	return to < s->ports && s->port[to].side != SIDE_WAN ? CAPTURE_DIRECTION_UNKNOWN
							     : CAPTURE_OUTBOUND;
}

static bool
wants(const struct worker *w,
      const struct mirror_capture *c,
      const struct batch *b,
      unsigned int i,
      struct piece p,
      uint8_t *ret_direction) {
	const struct facts *f = &b->facts[i];

	*ret_direction = direction_by_side(w, b, i);
	if (c->macs && (p.length < 12 || !is_of_device(c, p.bytes, ret_direction)))
		return false;
	if (c->addresses
	    && (!(f->flags & FACT_IP)
		|| (!has_address(c, f->key.family, f->key.address[0])
		    && !has_address(c, f->key.family, f->key.address[1]))))
		return false;
	return !c->program || bpf_filter(c->program, p.bytes, b->length[i], p.length);
}

static void
count(_Atomic uint64_t *c) {
	uint64_t n = atomic_load_explicit(c, memory_order_relaxed);

	atomic_store_explicit(c, n + 1, memory_order_relaxed);
}

static void
copy(struct worker *w,
     const struct mirror_capture *c,
     const struct batch *b,
     unsigned int i,
     struct piece p,
     uint8_t direction) {
	struct capture_end *e = &c->ring->lane[w->id].end;
	uint32_t length = MIN_OF(p.length, c->snaplen);

	if (c->flags & WIRE_CAPTURE_HEADERS)
		length = MIN_OF(length, headers_end(p.bytes, p.length, &b->facts[i]));
	struct capture_record *r = length ? capture_put(e, length) : NULL;
	if (!r) {
		count(&e->lane->lost[b->port[i]]);
		return;
	}
	r->length = MAX_OF(b->length[i], length);
	r->port = b->port[i];
	r->direction = direction;
	r->time_ns = b->time[i];
	memcpy(r + 1, p.bytes, length);
	count(&e->lane->taken[b->port[i]]);
	turn.put[turn.n++] = (struct put){r, i};
}

static void
record(struct worker *w, const struct batch *b, unsigned int i, struct piece p) {
	struct recorder_put put = recorder_write(w->mirror->recorder, w, b, i, p.bytes, p.length);

	for (int end = 0; end < 2; end++)
		if (put.record[end])
			turn.put[turn.n++] = (struct put){put.record[end], i};
}

void
stage_mirror(struct worker *w, struct batch *b) {
	const struct mirror *m = w->mirror;
	uint8_t direction;

	for (unsigned int i = 0; i < b->n; i++) {
		struct piece p = whole(b->pkt[i]);
		for (unsigned int k = 0; k < m->n; k++)
			if (wants(w, m->capture[k], b, i, p, &direction))
				copy(w, m->capture[k], b, i, p, direction);
		if (m->recorder)
			record(w, b, i, p);
	}
}

void
mirror_seal(struct worker *w, const struct batch *b) {
	const struct mirror *m = w->mirror;

	for (unsigned int k = 0; k < turn.n; k++)
		turn.put[k].record->reason = b->reason[turn.put[k].index];
	turn.n = 0;
	for (unsigned int k = 0; k < m->n; k++)
		capture_publish(&m->capture[k]->ring->lane[w->id].end);
	if (m->recorder)
		recorder_seal(m->recorder, w);
}
