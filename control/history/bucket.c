// SPDX-License-Identifier: BSD-3-Clause
// Numbers are LEB128, places are differences: an entry takes about 15 bytes, a third of what it
// would as a row of its own, and a page of the database holds the home's ten seconds.

#include "control/history/bucket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT 1

void
counts_add(struct history_counts *into, const struct history_counts *more) {
	into->packets_out += more->packets_out;
	into->bytes_out += more->bytes_out;
	into->packets_in += more->packets_in;
	into->bytes_in += more->bytes_in;
	into->dropped += more->dropped;
	into->flows += more->flows;
}

bool
counts_are_zero(const struct history_counts *c) {
	static const struct history_counts zero;

	return memcmp(c, &zero, sizeof zero) == 0;
}

void
bucket_reset(struct bucket *b) {
	b->total = (struct history_counts){0};
	b->count = 0;
}

void
bucket_free(struct bucket *b) {
	free(b->entries);
	*b = (struct bucket){0};
}

int
bucket_add(struct bucket *b, uint32_t place, uint32_t service, const struct history_counts *c) {
	if (b->count == b->room) {
		size_t room = b->room ? 2 * b->room : 64;
		struct bucket_entry *more = realloc(b->entries, room * sizeof *more);
		if (!more)
			return -ENOMEM;
		b->entries = more;
		b->room = room;
	}
	b->entries[b->count++] =
		(struct bucket_entry){.place = place, .service = service, .counts = *c};
	return 0;
}

static int
by_key(const void *one, const void *other) {
	const struct bucket_entry *a = one, *b = other;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return a->service < b->service ? -1 : a->service > b->service;
}

static uint64_t
weight(const struct bucket_entry *e) {
	// What was stopped is small, and what people look for.
	return e->counts.bytes_in + e->counts.bytes_out + 1000 * e->counts.dropped;
}

static int
by_weight(const void *one, const void *other) {
	uint64_t a = weight(one), b = weight(other);

	return a > b ? -1 : a < b ? 1 : by_key(one, other);
}

static void
join_same(struct bucket *b) {
	size_t kept = 0;

	qsort(b->entries, b->count, sizeof *b->entries, by_key);
	for (size_t i = 0; i < b->count; i++) {
		struct bucket_entry *last = kept ? &b->entries[kept - 1] : NULL;
		if (last && by_key(last, &b->entries[i]) == 0)
			counts_add(&last->counts, &b->entries[i].counts);
		else
			b->entries[kept++] = b->entries[i];
	}
	b->count = kept;
}

void
bucket_settle(struct bucket *b, size_t most) {
	if (b->count == 0)
		return;
	join_same(b);
	if (b->count <= most)
		return;
	qsort(b->entries, b->count, sizeof *b->entries, by_weight);
	for (size_t i = most - 1; i < b->count; i++) {
		b->entries[i].place = BUCKET_PLACE_OTHER;
		b->entries[i].service = BUCKET_SERVICE_OTHER;
	}
	join_same(b);
}

void
bytes_free(struct bytes *b) {
	free(b->data);
	*b = (struct bytes){0};
}

static int
bytes_reserve(struct bytes *b, size_t more) {
	if (b->length + more <= b->room)
		return 0;
	size_t room = 2 * b->room + more + 64;
	uint8_t *data = realloc(b->data, room);
	if (!data)
		return -ENOMEM;
	b->data = data;
	b->room = room;
	return 0;
}

int
bytes_put(struct bytes *b, uint64_t value) {
	if (bytes_reserve(b, 10) < 0)
		return -ENOMEM;
	for (; value >= 0x80; value >>= 7)
		b->data[b->length++] = (uint8_t)(value | 0x80);
	b->data[b->length++] = (uint8_t)value;
	return 0;
}

int
bytes_put_text(struct bytes *b, const void *data, size_t length) {
	if (bytes_put(b, length) < 0 || bytes_reserve(b, length) < 0)
		return -ENOMEM;
	if (length)
		memcpy(b->data + b->length, data, length);
	b->length += length;
	return 0;
}

bool
bytes_get(struct bucket_reader *r, uint64_t *ret) {
	uint64_t value = 0;

	for (unsigned int shift = 0; r->at < r->end && shift < 64; shift += 7) {
		uint8_t byte = *r->at++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*ret = value;
			return true;
		}
	}
	r->bad = true;
	return false;
}

static int
put_counts(struct bytes *b, const struct history_counts *c) {
	int r = bytes_put(b, c->packets_out);

	r |= bytes_put(b, c->bytes_out);
	r |= bytes_put(b, c->packets_in);
	r |= bytes_put(b, c->bytes_in);
	r |= bytes_put(b, c->dropped);
	return r | bytes_put(b, c->flows);
}

static bool
get_counts(struct bucket_reader *r, struct history_counts *ret) {
	return bytes_get(r, &ret->packets_out) && bytes_get(r, &ret->bytes_out)
		&& bytes_get(r, &ret->packets_in) && bytes_get(r, &ret->bytes_in)
		&& bytes_get(r, &ret->dropped) && bytes_get(r, &ret->flows);
}

int
bucket_pack(const struct bucket *b, struct bytes *ret) {
	uint32_t place = 0;

	ret->length = 0;
	int r = bytes_put(ret, FORMAT);
	r |= put_counts(ret, &b->total);
	r |= bytes_put(ret, b->count);
	for (size_t i = 0; i < b->count && r == 0; i++) {
		const struct bucket_entry *e = &b->entries[i];
		r |= bytes_put(ret, e->place - place);
		r |= bytes_put(ret, e->service);
		r |= put_counts(ret, &e->counts);
		place = e->place;
	}
	return r ? -ENOMEM : 0;
}

bool
bucket_read(
	struct bucket_reader *r,
	const void *data,
	size_t length,
	struct history_counts *ret_total
) {
	uint64_t format;

	*r = (struct bucket_reader){.at = data, .end = (const uint8_t *)data + length};
	if (!bytes_get(r, &format) || format != FORMAT || !get_counts(r, ret_total)
	    || !bytes_get(r, &r->left))
		r->bad = true;
	return !r->bad;
}

bool
bucket_next(struct bucket_reader *r, struct bucket_entry *ret) {
	uint64_t more, service;

	if (r->bad || r->left == 0)
		return false;
	r->left--;
	if (!bytes_get(r, &more) || !bytes_get(r, &service) || !get_counts(r, &ret->counts))
		return false;
	r->place += (uint32_t)more;
	ret->place = r->place;
	ret->service = (uint32_t)service;
	return true;
}

int
bucket_unpack(const void *data, size_t length, struct bucket *into) {
	struct history_counts total;
	struct bucket_reader r;
	struct bucket_entry e;

	if (!bucket_read(&r, data, length, &total))
		return -EBADMSG;
	counts_add(&into->total, &total);
	while (bucket_next(&r, &e))
		if (bucket_add(into, e.place, e.service, &e.counts) < 0)
			return -ENOMEM;
	return r.bad ? -EBADMSG : 0;
}
