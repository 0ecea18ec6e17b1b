// SPDX-License-Identifier: BSD-3-Clause
// What one device did in one span of time, as one packed row: its own counters, and what of them
// went to whom by which service.
//
// Shape:   total of the device, then entries by (place, service), each once, in order.  A place is
//          a destination by its number in history.db; place 0 is all that has no row of its own.  A
//          bucket of many entries is folded: the smallest become one of place 0, the sums stay.
// Units:   bytes are frame lengths; service is protocol << 16 | port of the responder.
// Threads: pure.
// Errors:  -ENOMEM; -EBADMSG for bytes that nobody packed.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUCKET_PLACE_OTHER 0
#define BUCKET_SERVICE_OTHER 0

struct history_counts {
	uint64_t packets_out;
	uint64_t bytes_out;
	uint64_t packets_in;
	uint64_t bytes_in;
	uint64_t dropped; // of those packets
	uint64_t flows; // that began
};

struct bucket_entry {
	uint32_t place;
	uint32_t service;
	struct history_counts counts;
};

struct bucket {
	struct history_counts total; // of the device's own counters
	struct bucket_entry *entries;
	size_t count;
	size_t room;
};

struct bytes {
	uint8_t *data;
	size_t length;
	size_t room;
};

void counts_add(struct history_counts *into, const struct history_counts *more);
bool counts_are_zero(const struct history_counts *c);

void bucket_reset(struct bucket *b); // empty, its memory kept
void bucket_free(struct bucket *b);
int bucket_add(struct bucket *b, uint32_t place, uint32_t service, const struct history_counts *c);
// Sorts, joins what is the same, and leaves at most `most` entries.
void bucket_settle(struct bucket *b, size_t most);

void bytes_free(struct bytes *b);
int bytes_put(struct bytes *b, uint64_t value);
int bytes_put_text(struct bytes *b, const void *data, size_t length);
// After bucket_settle.
int bucket_pack(const struct bucket *b, struct bytes *ret);
// Adds what is packed to the bucket; settle it afterwards.
int bucket_unpack(const void *data, size_t length, struct bucket *into);

// One after the other, without a bucket.
struct bucket_reader {
	const uint8_t *at;
	const uint8_t *end;
	uint64_t left;
	uint32_t place;
	bool bad;
};
bool bytes_get(struct bucket_reader *r, uint64_t *ret);
bool bucket_read(
	struct bucket_reader *r,
	const void *data,
	size_t length,
	struct history_counts *ret_total
);
bool bucket_next(struct bucket_reader *r, struct bucket_entry *ret);
