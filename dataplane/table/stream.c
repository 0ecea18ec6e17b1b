// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/table/stream.h"

#include "dataplane/table/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WAYS 8u

struct stream_table {
	struct stream *entry;
	uint8_t *bytes;
	uint32_t entries;
	uint32_t mask; // of bucket numbers
	uint32_t clock; // grows with each look
};

struct stream_table *
stream_table_new(uint32_t streams) {
	struct stream_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->entries = WAYS;
	while (t->entries < streams && t->entries < 4096)
		t->entries *= 2;
	t->mask = t->entries / WAYS - 1;
	t->entry = table_alloc(t->entries * sizeof *t->entry);
	t->bytes = table_alloc((size_t)t->entries * STREAM_ROOM);
	if (!t->entry || !t->bytes) {
		stream_table_free(t);
		errno = ENOMEM;
		return NULL;
	}
	for (uint32_t i = 0; i < t->entries; i++)
		t->entry[i].bytes = t->bytes + (size_t)i * STREAM_ROOM;
	return t;
}

void
stream_table_free(struct stream_table *t) {
	if (!t)
		return;
	table_free(t->entry, t->entries * sizeof *t->entry);
	table_free(t->bytes, (size_t)t->entries * STREAM_ROOM);
	free(t);
}

static struct stream *
bucket_of(struct stream_table *t, const struct stream_key *key) {
	return &t->entry[((key->flow ^ key->end) & t->mask) * WAYS];
}

static uint32_t
tick(struct stream_table *t) {
	if (++t->clock == 0)
		t->clock = 1;
	return t->clock;
}

struct stream *
stream_find(struct stream_table *t, const struct stream_key *key) {
	struct stream *bucket = bucket_of(t, key);

	for (unsigned int i = 0; i < WAYS; i++) {
		struct stream *s = &bucket[i];
		if (s->used == 0 || memcmp(&s->key, key, sizeof *key) != 0)
			continue;
		s->used = tick(t);
		return s;
	}
	return NULL;
}

struct stream *
stream_make(struct stream_table *t, const struct stream_key *key, uint32_t base) {
	struct stream *bucket = bucket_of(t, key);
	struct stream *s = bucket;

	for (unsigned int i = 1; i < WAYS && s->used != 0; i++)
		if (bucket[i].used == 0 || t->clock - bucket[i].used > t->clock - s->used)
			s = &bucket[i];
	s->key = *key;
	s->base = base;
	s->have = 0;
	s->pieces = 0;
	s->used = tick(t);
	memset(s->note, 0, sizeof s->note);
	return s;
}

void
stream_drop(struct stream *s) {
	s->used = 0;
}

// Copies [from, to) where nothing is yet; `bytes` is what belongs at `from`.
static void
copy_new(struct stream *s, uint32_t from, uint32_t to, const uint8_t *bytes) {
	uint32_t at = from;

	if (at < s->have)
		at = s->have;
	for (uint32_t i = 0; i < s->pieces && at < to; i++) {
		const struct stream_piece *p = &s->piece[i];
		if (p->from >= to)
			break;
		if (at < p->from)
			memcpy(s->bytes + at, bytes + (at - from), p->from - at);
		if (at < p->to)
			at = p->to;
	}
	if (at < to)
		memcpy(s->bytes + at, bytes + (at - from), to - at);
}

// The pieces that now follow without a hole become bytes in order.
static void
close_holes(struct stream *s) {
	uint32_t n = 0;

	while (n < s->pieces && s->piece[n].from <= s->have) {
		if (s->piece[n].to > s->have)
			s->have = s->piece[n].to;
		n++;
	}
	s->pieces -= n;
	memmove(s->piece, s->piece + n, s->pieces * sizeof s->piece[0]);
}

// Those that touch [from, to) become one with it.  False: no place for one more.
static bool
note_piece(struct stream *s, uint32_t from, uint32_t to) {
	uint32_t first = 0, last;

	while (first < s->pieces && s->piece[first].to < from)
		first++;
	for (last = first; last < s->pieces && s->piece[last].from <= to; last++)
		;
	if (first == last && s->pieces == STREAM_PIECES)
		return false;
	struct stream_piece joined = {(uint16_t)from, (uint16_t)to};
	if (first < last) {
		if (s->piece[first].from < from)
			joined.from = s->piece[first].from;
		if (s->piece[last - 1].to > to)
			joined.to = s->piece[last - 1].to;
	}
	memmove(s->piece + first + 1, s->piece + last, (s->pieces - last) * sizeof s->piece[0]);
	s->pieces = s->pieces - (last - first) + 1;
	s->piece[first] = joined;
	return true;
}

bool
stream_add(struct stream *s, uint32_t at, const uint8_t *bytes, size_t length, uint32_t room) {
	uint32_t from = at - s->base;

	if (from > UINT32_MAX / 2) { // in front of the base
		uint32_t before = s->base - at;
		if (length <= before)
			return true;
		bytes += before;
		length -= before;
		from = 0;
	}
	if (room > STREAM_ROOM)
		room = STREAM_ROOM;
	if (length == 0)
		return true;
	if (from >= room)
		return false;
	uint32_t to = length < room - from ? from + (uint32_t)length : room;
	if (to <= s->have)
		return true;
	if (from <= s->have) {
		copy_new(s, from, to, bytes);
		s->have = to;
	} else {
		struct stream before = *s;
		if (!note_piece(s, from, to))
			return false;
		copy_new(&before, from, to, bytes);
	}
	close_holes(s);
	return true;
}

void
stream_take(struct stream *s, uint32_t length) {
	uint32_t end = s->pieces ? s->piece[s->pieces - 1].to : s->have;
	uint32_t kept = 0;

	s->base += length;
	if (length < end)
		memmove(s->bytes, s->bytes + length, end - length);
	s->have = s->have > length ? s->have - length : 0;
	for (uint32_t i = 0; i < s->pieces; i++) {
		struct stream_piece p = s->piece[i];
		if (p.to <= length)
			continue;
		p.from = (uint16_t)(p.from > length ? p.from - length : 0);
		p.to = (uint16_t)(p.to - length);
		s->piece[kept++] = p;
	}
	s->pieces = kept;
	close_holes(s);
}
