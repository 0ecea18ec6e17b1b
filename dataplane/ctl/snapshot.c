// SPDX-License-Identifier: BSD-3-Clause
// The copy is bounded by the tables it comes from; it is taken in one go because their walks cannot
// be resumed, and sent in the pauses between events.

#include "dataplane/ctl/snapshot.h"

#include "dataplane/worker.h"
#include "platform/base.h"

#include <stdlib.h>
#include <string.h>

// Records as they were reported, each behind its type and size.
struct entry {
	uint32_t type;
	uint32_t size;
};

static struct {
	bool active;
	uint64_t request; // of control
	uint64_t number; // ours, told to the workers
	unsigned int workers_left;
	uint8_t *bytes;
	size_t used, size, at;
} snapshot;

static void
keep(void *unused, uint32_t type, const void *record, size_t size) {
	const struct entry e = {.type = type, .size = (uint32_t)size};
	size_t padded = (size + 7) & ~(size_t)7;

	(void)unused;
	if (snapshot.used + sizeof e + padded > snapshot.size) {
		size_t larger = MAX_OF(snapshot.size * 2, (size_t)1 << 16);
		uint8_t *bytes = realloc(snapshot.bytes, larger);
		if (!bytes)
			return; // this one is missing until the next snapshot
		snapshot.bytes = bytes;
		snapshot.size = larger;
	}
	memcpy(snapshot.bytes + snapshot.used, &e, sizeof e);
	memcpy(snapshot.bytes + snapshot.used + sizeof e, record, size);
	snapshot.used += sizeof e + padded;
}

void
snapshot_forget(void) {
	free(snapshot.bytes);
	snapshot.bytes = NULL;
	snapshot.used = snapshot.size = snapshot.at = 0;
	snapshot.active = false;
}

void
snapshot_begin(struct shared *s, uint64_t request, bool workers_running) {
	struct wire_device d;

	snapshot_forget();
	snapshot.active = true;
	snapshot.request = request;
	snapshot.number++;
	snapshot.workers_left = workers_running ? s->workers : 0;
	for (uint32_t slot = SLOT_OTHER; slot < shared_devices(s); slot++) {
		if (shared_device(s, slot, &d))
			keep(NULL, WIRE_DEVICE, &d, sizeof d);
	}
	shared_report(s, keep, NULL);
	for (unsigned int i = 0; workers_running && i < s->workers; i++)
		worker_report_all(s->worker[i], snapshot.number);
}

void
snapshot_flows_done(uint64_t number) {
	if (snapshot.active && number == snapshot.number && snapshot.workers_left)
		snapshot.workers_left--;
}

bool
snapshot_next(struct wire_writer *w) {
	struct entry e;

	if (!snapshot.active)
		return false;
	if (snapshot.at == snapshot.used) {
		if (snapshot.workers_left)
			return false;
		wire_begin(w, w->buffer, WIRE_SNAPSHOT_END, snapshot.request);
		snapshot_forget();
		return true;
	}
	memcpy(&e, snapshot.bytes + snapshot.at, sizeof e);
	uint32_t type = e.type;
	wire_begin(w, w->buffer, (enum wire_type)type, 0);
	while (snapshot.at < snapshot.used) {
		memcpy(&e, snapshot.bytes + snapshot.at, sizeof e);
		void *record = e.type == type ? wire_add(w, e.size) : NULL;
		if (!record)
			break;
		memcpy(record, snapshot.bytes + snapshot.at + sizeof e, e.size);
		snapshot.at += sizeof e + ((e.size + 7) & ~(size_t)7);
	}
	return true;
}
