// SPDX-License-Identifier: BSD-3-Clause
// A lane is copied as it is, and what may have been overwritten meanwhile is left out: see
// platform/recorder_ring.h.  A frame between two devices lies in both lanes and is written once.

#include "control/capture/recorder_copy.h"

#include "platform/base.h"
#include "platform/wire_types.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct recorder_memory {
	void *at;
	uint32_t lanes, slots;
	atomic_uint users;
};

struct recorder_copy {
	struct recorder_memory *memory;
	unsigned int n;
	uint64_t macs[RECORDER_MACS_MAX];
};

// One record of the copy.
struct kept {
	uint64_t time;
	const uint8_t *slot;
};

struct kept_list {
	struct kept *at;
	size_t n;
	uint8_t *bytes;
};

struct recorder_memory *
recorder_memory_new(int fd, uint32_t lanes, uint32_t slots) {
	struct recorder_memory *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	m->lanes = lanes;
	m->slots = slots;
	atomic_store(&m->users, 1);
	m->at = mmap(NULL, recorder_size(lanes, slots), PROT_READ, MAP_SHARED, fd, 0);
	if (m->at == MAP_FAILED) {
		free(m);
		return NULL;
	}
	return m;
}

void
recorder_memory_free(struct recorder_memory *m) {
	if (!m || atomic_fetch_sub(&m->users, 1) != 1)
		return;
	munmap(m->at, recorder_size(m->lanes, m->slots));
	free(m);
}

static uint64_t
owner_of(const struct recorder_memory *m, uint32_t lane) {
	return atomic_load_explicit(&recorder_lane(m->at, lane)->owner, memory_order_acquire);
}

static uint64_t
head_of(const struct recorder_memory *m, uint32_t lane) {
	return atomic_load_explicit(&recorder_lane(m->at, lane)->head, memory_order_acquire);
}

static bool
is_wanted(uint64_t owner, const uint64_t *macs, unsigned int n) {
	for (unsigned int i = 0; i < n; i++)
		if (macs[i] == owner)
			return true;
	return owner != 0 && n == 0;
}

bool
recorder_memory_has(const struct recorder_memory *m, const uint64_t *macs, unsigned int n) {
	for (uint32_t i = 0; i < m->lanes; i++)
		if (is_wanted(owner_of(m, i), macs, n) && head_of(m, i) > 0)
			return true;
	return false;
}

unsigned int
recorder_memory_devices(const struct recorder_memory *m) {
	unsigned int n = 0;

	for (uint32_t i = 0; i < m->lanes; i++)
		n += owner_of(m, i) != 0;
	return n;
}

struct recorder_copy *
recorder_copy_new(struct recorder_memory *m, const uint64_t *macs, unsigned int n) {
	struct recorder_copy *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->memory = m;
	c->n = MIN_OF(n, (unsigned int)RECORDER_MACS_MAX);
	if (n)
		memcpy(c->macs, macs, c->n * sizeof *macs);
	atomic_fetch_add(&m->users, 1);
	return c;
}

void
recorder_copy_free(struct recorder_copy *c) {
	if (c)
		recorder_memory_free(c->memory);
	free(c);
}

static bool
is_good(const uint8_t *slot, const struct capture_about *about) {
	struct capture_record r;

	memcpy(&r, slot, sizeof r);
	return r.captured > 0 && r.captured <= RECORDER_FRAME && r.captured <= r.length
		&& r.port < about->ports && r.reason < REASON_COUNT;
}

static void
copy_lane(
	const struct recorder_copy *c,
	const struct capture_about *about,
	uint32_t lane,
	struct kept_list *l
) {
	const struct recorder_memory *m = c->memory;
	uint64_t owner = owner_of(m, lane);

	if (!is_wanted(owner, c->macs, c->n))
		return;
	uint64_t head = head_of(m, lane);
	uint64_t first = head > m->slots ? head - m->slots : 0;
	uint8_t *to = l->bytes + l->n * RECORDER_SLOT;
	for (uint64_t i = first; i < head; i++, to += RECORDER_SLOT)
		memcpy(to, recorder_slot(m->at, m->lanes, m->slots, lane, i), RECORDER_SLOT);
	atomic_thread_fence(memory_order_acquire);
	uint64_t now = head_of(m, lane);
	if (owner_of(m, lane) != owner || now < head)
		return; // the lane is another's
	to = l->bytes + l->n * RECORDER_SLOT;
	for (uint64_t i = first; i < head; i++, to += RECORDER_SLOT) {
		struct capture_record r;
		// From the beginning on nothing was ever overwritten.
		if ((now + RECORDER_AHEAD > m->slots && i < now + RECORDER_AHEAD - m->slots)
		    || !is_good(to, about))
			continue;
		memcpy(&r, to, sizeof r);
		uint8_t *place = l->bytes + l->n * RECORDER_SLOT;
		memmove(place, to, RECORDER_SLOT);
		l->at[l->n++] = (struct kept){r.time_ns, place};
	}
}

static int
by_time(const void *a, const void *b) {
	const struct kept *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->slot < y->slot ? -1 : x->slot > y->slot;
}

// The same frame from the other lane: only the direction differs.
static bool
is_same(const uint8_t *a, const uint8_t *b) {
	struct capture_record x, y;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x.time_ns == y.time_ns && x.length == y.length && x.port == y.port
		&& x.direction != y.direction && x.captured == y.captured
		&& memcmp(a + sizeof x, b + sizeof y, x.captured) == 0;
}

// Looks back over the frames of the same moment: a burst has one time.
static bool
was_written(const struct kept_list *l, size_t i) {
	for (size_t k = i; k-- > 0 && l->at[k].time == l->at[i].time;)
		if (is_same(l->at[k].slot, l->at[i].slot))
			return true;
	return false;
}

int64_t
recorder_copy_write(
	const struct recorder_copy *c,
	const struct capture_about *about,
	uint64_t offset,
	struct capture_bytes *out
) {
	const struct recorder_memory *m = c->memory;
	struct kept_list l = {0};
	int64_t written = -ENOMEM;
	size_t most = 0;

	for (uint32_t i = 0; i < m->lanes; i++)
		most += is_wanted(owner_of(m, i), c->macs, c->n) ? m->slots : 0;
	most += m->slots; // one that comes meanwhile
	l.bytes = malloc(most * RECORDER_SLOT);
	l.at = malloc(most * sizeof *l.at);
	for (uint32_t i = 0; l.bytes && l.at && i < m->lanes && l.n + m->slots <= most; i++)
		copy_lane(c, about, i, &l);
	if (l.bytes && l.at) {
		qsort(l.at, l.n, sizeof *l.at, by_time);
		written = 0;
	}
	for (size_t i = 0; written >= 0 && i < l.n; i++) {
		struct capture_record r;
		memcpy(&r, l.at[i].slot, sizeof r);
		if (was_written(&l, i))
			continue;
		capture_write_packet(
			out, about->format, &r, l.at[i].slot + sizeof r, r.time_ns + offset, 0
		);
		written++;
	}
	free(l.bytes);
	free(l.at);
	return out->failed ? -ENOMEM : written;
}
