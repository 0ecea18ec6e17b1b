// SPDX-License-Identifier: BSD-3-Clause

#include "control/capture/subject.h"

#include "control/capture/capture.h"
#include "control/identity/join.h"
#include "control/state.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(DESTINATION_ADDRESSES_MAX < 128, "all of a destination fit");

static unsigned int
write_macs(const struct state *s, const struct device *whole, struct wire_capture_mac *to) {
	unsigned int n = 0;

	for (const struct device *d = whole; d && n < WIRE_CAPTURE_MACS_MAX;
	     d = join_next(s, whole, d)) {
		to[n] = (struct wire_capture_mac){0};
		memcpy(to[n++].mac, d->mac, 6);
	}
	return n;
}

static int
compare(const void *a, const void *b) {
	return memcmp(a, b, sizeof(struct wire_capture_address));
}

static void
write_address(struct wire_capture_address *to, uint8_t family, const uint8_t address[16]) {
	*to = (struct wire_capture_address){.family = family};
	memcpy(to->address, address, family == 4 ? 4 : 16);
}

// One that has no address yet matches nothing: family 0 is no packet's.
static unsigned int
write_addresses(const struct destination *d, struct wire_capture_address *to) {
	unsigned int n = 0;

	for (unsigned int i = 0; d && i < d->addresses_count; i++)
		write_address(&to[n++], d->addresses[i].family, d->addresses[i].address);
	if (d && d->key.family)
		write_address(&to[n++], d->key.family, d->key.address);
	if (n == 0)
		to[n++] = (struct wire_capture_address){0};
	qsort(to, n, sizeof *to, compare);
	return n;
}

size_t
subject_write(const struct state *s, const struct capture *c, uint8_t ret[SUBJECT_BYTES]) {
	uint8_t *at = ret + sizeof(struct wire_capture);
	struct wire_capture w = {
		.id = c->id,
		.snaplen = c->about.snaplen,
		.lanes = CAPTURE_LANES_MAX,
		.lane_bytes = c->lane_bytes,
		.flags = c->headers_only ? WIRE_CAPTURE_HEADERS : 0,
		.instructions = (uint16_t)c->filter.count,
	};

	if (c->device) {
		const struct device *d = device_by_id(s, c->device);
		struct wire_capture_mac none = {0};
		w.macs = (uint16_t)(d ? write_macs(s, d, (void *)at) : 0);
		if (w.macs == 0) { // it is gone: nobody has this MAC
			memcpy(at, &none, sizeof none);
			w.macs = 1;
		}
	}
	at += w.macs * sizeof(struct wire_capture_mac);
	if (c->destination)
		w.addresses =
			(uint16_t)write_addresses(destination_by_id(s, c->destination), (void *)at);
	at += w.addresses * sizeof(struct wire_capture_address);
	memcpy(at, c->filter.code, c->filter.count * sizeof *c->filter.code);
	memcpy(ret, &w, sizeof w);
	return wire_capture_size(&w);
}

uint64_t
subject_hash(const uint8_t *record, size_t length) {
	uint64_t h = 0xcbf29ce484222325ull; // FNV-1a

	for (size_t i = 0; i < length; i++)
		h = (h ^ record[i]) * 0x100000001b3ull;
	return h;
}
