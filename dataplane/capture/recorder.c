// SPDX-License-Identifier: BSD-3-Clause
// Which lane a device has is looked up in a small table by its slot; the lane's owner says whether
// that is still so.  A home with more devices than lanes costs one look over a worker's lanes a
// millisecond at most.

#include "dataplane/capture/recorder.h"

#include "dataplane/capture/headers.h"
#include "dataplane/policy/subject.h"
#include "dataplane/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define SEALS_WANTED (F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)
#define RECORDER_IDLE (60 * NS_PER_S)
#define LOOK_EVERY NS_PER_MS
#define SLOTS 65536 // of devices, the most there can be

struct lane {
	uint64_t owner;
	uint64_t head;
	ns_t last;
};

struct recorder {
	void *at;
	size_t size;
	uint32_t lanes, slots;
	uint32_t share; // lanes of one worker
	struct {
		_Alignas(64) ns_t looked; // when it looked for a free lane
		unsigned int n;
		uint16_t touched[2 * BATCH_MAX]; // lanes, in this batch
	} turn[WORKERS_MAX]; // written: the worker
	struct lane *lane; // ours, whatever stands in the memory; each written by its worker
	uint16_t *lane_of[WORKERS_MAX]; // by device slot, 1 and up; written: the worker
};

static bool
is_sealed(int fd, size_t size) {
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & SEALS_WANTED) == SEALS_WANTED && fstat(fd, &st) == 0
		&& (size_t)st.st_size == size;
}

struct recorder *
recorder_new(int fd, const struct wire_recorder *w, unsigned int workers, const char **ret_why) {
	struct recorder *r = aligned_alloc(64, sizeof *r);

	*ret_why = "no memory for the flight recorder";
	if (!r) {
		errno = ENOMEM;
		return NULL;
	}
	memset(r, 0, sizeof *r);
	if (!recorder_fits(w->lanes, w->slots) || w->lanes < workers
	    || !is_sealed(fd, recorder_size(w->lanes, w->slots))) {
		*ret_why = "the recorder's memory is no memfd of the announced size, sealed "
			   "against resizing";
		free(r);
		errno = EINVAL;
		return NULL;
	}
	r->lanes = w->lanes;
	r->slots = w->slots;
	r->share = w->lanes / MAX_OF(workers, 1u);
	r->size = recorder_size(w->lanes, w->slots);
	void *at = mmap(NULL, r->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
	r->at = at == MAP_FAILED ? NULL : at;
	r->lane = calloc(r->lanes, sizeof *r->lane);
	bool ok = r->at && r->lane;
	for (unsigned int i = 0; i < workers; i++)
		ok = (r->lane_of[i] = calloc(SLOTS, sizeof **r->lane_of)) && ok;
	if (ok)
		return r;
	recorder_free(r);
	errno = ENOMEM;
	return NULL;
}

void
recorder_free(struct recorder *r) {
	if (!r)
		return;
	for (unsigned int i = 0; i < WORKERS_MAX; i++)
		free(r->lane_of[i]);
	free(r->lane);
	if (r->at)
		munmap(r->at, r->size);
	free(r);
}

static void
give(struct recorder *r, uint32_t n, uint64_t owner) {
	struct recorder_lane *there = recorder_lane(r->at, n);

	r->lane[n] = (struct lane){.owner = owner};
	atomic_store_explicit(&there->owner, 0, memory_order_release);
	atomic_store_explicit(&there->head, 0, memory_order_release);
	atomic_store_explicit(&there->owner, owner, memory_order_release);
}

// A lane that is free, or whose device is long silent; r->lanes: there is none.
static uint32_t
find(struct recorder *r, const struct worker *w, uint64_t owner, ns_t now) {
	uint32_t first = w->id * r->share, oldest = first;

	if (now - r->turn[w->id].looked < LOOK_EVERY && now >= r->turn[w->id].looked)
		return r->lanes;
	r->turn[w->id].looked = now;
	for (uint32_t n = first; n < first + r->share; n++) {
		if (r->lane[n].owner == owner)
			return n;
		if (r->lane[n].owner == 0 || r->lane[n].last < r->lane[oldest].last)
			oldest = n;
	}
	if (r->lane[oldest].owner && now < r->lane[oldest].last + RECORDER_IDLE)
		return r->lanes;
	give(r, oldest, owner);
	return oldest;
}

// The record in the lane of the device with this slot and MAC, or NULL.
static struct capture_record *
put(struct recorder *r, const struct worker *w, uint16_t slot, uint64_t owner, ns_t now) {
	uint16_t *lane_of = &r->lane_of[w->id][slot];
	uint32_t n = *lane_of ? *lane_of - 1u : r->lanes;

	if (n == r->lanes || r->lane[n].owner != owner) {
		n = find(r, w, owner, now);
		if (n == r->lanes)
			return NULL;
		*lane_of = (uint16_t)(n + 1);
	}
	r->lane[n].last = now;
	uint64_t record = r->lane[n].head++;
	r->turn[w->id].touched[r->turn[w->id].n++] = (uint16_t)n;
	return (struct capture_record *)(void *)recorder_slot(r->at, r->lanes, r->slots, n, record);
}

static uint64_t
mac_at(const uint8_t *bytes) {
	uint64_t mac = 0;

	memcpy(&mac, bytes, 6);
	return mac;
}

struct recorder_put
recorder_write(
	struct recorder *r,
	const struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *frame,
	uint32_t length
) {
	struct recorder_put done = {0};
	const uint16_t slots[2] = {b->src_slot[i], b->dst_slot[i]};

	if (length < 14)
		return done;
	uint32_t captured =
		MIN_OF(headers_end(frame, length, &b->facts[i]), (uint32_t)RECORDER_FRAME);
	for (int end = 0; end < 2; end++) {
		if (!subject_is_device(slots[end]) || slots[end] < SLOT_FIRST)
			continue;
		uint64_t owner = mac_at(frame + (end == 0 ? 6 : 0));
		struct capture_record *to = put(r, w, slots[end], owner, b->time[i]);
		if (!to)
			continue;
		*to = (struct capture_record){
			.size = RECORDER_SLOT,
			.captured = captured,
			.length = MAX_OF(b->length[i], captured),
			.port = b->port[i],
			.direction = end == 0 ? CAPTURE_OUTBOUND : CAPTURE_INBOUND,
			.time_ns = b->time[i],
		};
		memcpy(to + 1, frame, captured);
		done.record[end] = to;
	}
	return done;
}

void
recorder_seal(struct recorder *r, const struct worker *w) {
	for (unsigned int i = 0; i < r->turn[w->id].n; i++) {
		uint16_t n = r->turn[w->id].touched[i];
		struct recorder_lane *there = recorder_lane(r->at, n);
		atomic_store_explicit(&there->last_ns, r->lane[n].last, memory_order_relaxed);
		atomic_store_explicit(&there->head, r->lane[n].head, memory_order_release);
	}
	r->turn[w->id].n = 0;
}
