// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/capture/mirror.h"

#include "dataplane/capture/program.h"
#include "dataplane/worker.h"

#include <pcap/pcap.h>
#include <rte_rcu_qsbr.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define SEALS_WANTED (F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

// MADV_POPULATE_WRITE is younger than some headers.
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

_Static_assert(CAPTURE_LANES_MAX >= WORKERS_MAX, "a lane for each worker");
_Static_assert(CAPTURE_PORTS >= PORTS_MAX, "a count for each port");
_Static_assert(
	sizeof(struct bpf_insn) == sizeof(struct wire_capture_instruction),
	"as on the wire"
);

static bool
is_sealed(int fd, size_t size) {
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & SEALS_WANTED) == SEALS_WANTED && fstat(fd, &st) == 0
		&& (size_t)st.st_size == size;
}

struct mirror_ring *
mirror_ring_new(int fd, const struct wire_capture *c, unsigned int workers, const char **ret_why) {
	struct mirror_ring *r;

	if (!capture_ring_fits(c->lanes, c->lane_bytes) || c->lanes < workers) {
		*ret_why = "the ring has too few lanes, or lanes of a size that cannot be";
		errno = EINVAL;
		return NULL;
	}
	size_t size = capture_ring_size(c->lanes, c->lane_bytes);
	if (!is_sealed(fd, size)) {
		*ret_why = "the ring is no memfd of the announced size, sealed against resizing";
		errno = EPERM;
		return NULL;
	}
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED || !(r = aligned_alloc(64, sizeof *r))) {
		*ret_why = "the ring cannot be mapped";
		if (at != MAP_FAILED)
			munmap(at, size);
		errno = ENOMEM;
		return NULL;
	}
	memset(r, 0, sizeof *r);
	r->at = at;
	r->size = size;
	r->users = 1;
	for (uint32_t i = 0; i < c->lanes; i++)
		r->lane[i].end = capture_end_of(at, c->lanes, c->lane_bytes, i);
	// A worker must not fault; where the kernel is too old to ask it does, once a page.
	for (uint32_t i = 0; i < workers; i++) {
		madvise(capture_ring_lane(at, i), CAPTURE_PAGE, MADV_POPULATE_WRITE);
		madvise(r->lane[i].end.data, c->lane_bytes, MADV_POPULATE_WRITE);
	}
	return r;
}

void
mirror_ring_free(struct mirror_ring *r) {
	if (!r || --r->users)
		return;
	munmap(r->at, r->size);
	free(r);
}

static bool
copy_program(struct mirror_capture *c, const void *from, unsigned int n, const char **ret_why) {
	if (n == 0)
		return true;
	c->program = malloc(n * sizeof *c->program);
	if (!c->program) {
		*ret_why = "no memory for the filter";
		errno = ENOMEM;
		return false;
	}
	memcpy(c->program, from, n * sizeof *c->program);
	if (program_may_run(c->program, n))
		return true;
	*ret_why = "the filter's program cannot be run: it jumps or reads where it must not";
	errno = EINVAL;
	return false;
}

struct mirror_capture *
mirror_capture_new(const struct wire_capture *w, struct mirror_ring *ring, const char **ret_why) {
	const uint8_t *at = (const uint8_t *)(w + 1);
	struct mirror_capture *c = calloc(1, sizeof *c);

	*ret_why = "no memory for the capture";
	if (!c) {
		errno = ENOMEM;
		return NULL;
	}
	c->id = w->id;
	c->snaplen = w->snaplen ? MIN_OF(w->snaplen, CAPTURE_SNAPLEN_MAX) : CAPTURE_SNAPLEN_MAX;
	c->flags = w->flags;
	c->macs = w->macs;
	c->addresses = w->addresses;
	for (unsigned int i = 0; i < w->macs; i++, at += sizeof(struct wire_capture_mac))
		memcpy(&c->mac[i], at, 6);
	size_t bytes = w->addresses * sizeof *c->address;
	c->address = malloc(bytes ? bytes : 1);
	if (!c->address) {
		errno = ENOMEM;
		goto fail;
	}
	memcpy(c->address, at, bytes);
	if (!copy_program(c, at + bytes, w->instructions, ret_why))
		goto fail;
	c->ring = ring;
	ring->users++;
	return c;
fail:
	free(c->address);
	free(c->program);
	free(c);
	return NULL;
}

void
mirror_capture_free(struct mirror_capture *c) {
	if (!c)
		return;
	mirror_ring_free(c->ring);
	free(c->address);
	free(c->program);
	free(c);
}

int
mirror_publish(
	struct shared *s,
	const struct mirror *set,
	const struct mirror **ret_old,
	uint64_t *ret_token
) {
	struct mirror *copy = NULL;

	if (set->n || set->recorder) {
		copy = malloc(sizeof *copy);
		if (!copy)
			return -ENOMEM;
		*copy = *set;
	}
	*ret_old = atomic_exchange_explicit(
		&s->mirror, (const struct mirror *)copy, memory_order_acq_rel
	);
	*ret_token = rte_rcu_qsbr_start(s->qsbr);
	return 0;
}
