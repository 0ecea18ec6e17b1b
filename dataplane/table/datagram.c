// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/table/datagram.h"

#include "dataplane/table/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DATAGRAMS 64u
#define PIECES 16u
#define LIFE_US 60000000ull

// Addresses in the sender's order.
struct datagram_key {
	uint8_t source[16];
	uint8_t target[16];
	uint32_t id;
	uint16_t vlan[2];
	uint16_t pppoe;
	uint16_t side;
	uint8_t family;
	uint8_t tags;
	uint8_t pppoe_set;
	uint8_t used;
};

struct piece {
	uint32_t from, to;
};

struct datagram {
	struct datagram_key key;
	uint64_t begun_us;
	uint64_t order;
	uint32_t total; // 0: the last fragment has not come
	uint32_t pieces; // in order, apart from each other
	struct piece piece[PIECES];
	uint8_t bytes[DATAGRAM_ROOM];
};

struct datagram_table {
	struct datagram *entry;
	uint64_t order;
};

struct datagram_table *
datagram_table_new(void) {
	struct datagram_table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->entry = table_alloc(DATAGRAMS * sizeof *t->entry);
	if (t->entry)
		return t;
	free(t);
	errno = ENOMEM;
	return NULL;
}

void
datagram_table_free(struct datagram_table *t) {
	if (!t)
		return;
	table_free(t->entry, DATAGRAMS * sizeof *t->entry);
	free(t);
}

static struct datagram_key
key_of(const struct facts *f, uint32_t id) {
	unsigned int sender = f->flags & FACT_SWAPPED ? 1 : 0;
	struct datagram_key k = {
		.id = id,
		.vlan = {f->key.vlan[0], f->key.vlan[1]},
		.pppoe = f->key.pppoe,
		.side = f->key.side,
		.family = f->key.family,
		.tags = f->key.tags,
		.pppoe_set = f->key.flags & KEY_PPPOE ? 1 : 0,
		.used = 1,
	};

	memcpy(k.source, f->key.address[sender], 16);
	memcpy(k.target, f->key.address[sender ^ 1], 16);
	return k;
}

// The datagram of this key, or the place for a new one.
static struct datagram *
find(struct datagram_table *t, const struct datagram_key *k, uint64_t now_us) {
	struct datagram *oldest = t->entry;

	for (unsigned int i = 0; i < DATAGRAMS; i++) {
		struct datagram *d = &t->entry[i];
		if (d->key.used && memcmp(&d->key, k, sizeof *k) == 0) {
			if (now_us <= d->begun_us || now_us - d->begun_us <= LIFE_US)
				return d;
			d->key.used = 0;
		}
		if (oldest->key.used && (!d->key.used || d->order < oldest->order))
			oldest = d;
	}
	oldest->key = *k;
	oldest->begun_us = now_us;
	oldest->order = ++t->order;
	oldest->total = 0;
	oldest->pieces = 0;
	return oldest;
}

enum noted {
	NOTED_NEW,
	NOTED_KNOWN, // the same again: what came first stays
	NOTED_BAD, // it overlaps another, or there is no place to note it
};

static enum noted
note(struct datagram *d, uint32_t from, uint32_t to) {
	unsigned int i = 0;

	while (i < d->pieces && d->piece[i].to <= from)
		i++;
	if (i < d->pieces && d->piece[i].from < to)
		return d->piece[i].from == from && d->piece[i].to == to ? NOTED_KNOWN : NOTED_BAD;
	if (d->pieces == PIECES)
		return NOTED_BAD;
	memmove(d->piece + i + 1, d->piece + i, (d->pieces - i) * sizeof d->piece[0]);
	d->piece[i] = (struct piece){from, to};
	d->pieces++;
	return NOTED_NEW;
}

// Bytes from the first on, without a hole.
static uint32_t
in_order(const struct datagram *d) {
	uint32_t n = 0;

	for (unsigned int i = 0; i < d->pieces && d->piece[i].from == n; i++)
		n = d->piece[i].to;
	return n;
}

size_t
datagram_add(
	struct datagram_table *t,
	const struct facts *f,
	const struct fragment_id *id,
	const uint8_t *bytes,
	size_t length,
	uint64_t now_us,
	const uint8_t **ret_bytes
) {
	struct datagram_key k = key_of(f, id->id);
	uint32_t from = id->offset, to = from + id->length;

	if (length < id->length || (id->length == 0 && id->more))
		return 0; // cut, or nothing
	struct datagram *d = find(t, &k, now_us);
	if (!id->more && d->total != 0 && d->total != to) {
		d->key.used = 0; // two ends
		return 0;
	}
	enum noted noted = from < to ? note(d, from, to) : NOTED_KNOWN;
	if (noted == NOTED_BAD) {
		d->key.used = 0;
		return 0;
	}
	if (!id->more)
		d->total = to;
	if (noted == NOTED_NEW && from < DATAGRAM_ROOM)
		memcpy(d->bytes + from, bytes, to < DATAGRAM_ROOM ? to - from : DATAGRAM_ROOM - from
		);
	uint32_t n = in_order(d);
	if (n < DATAGRAM_ROOM && (d->total == 0 || n < d->total))
		return 0;
	if (n > DATAGRAM_ROOM)
		n = DATAGRAM_ROOM;
	d->key.used = 0;
	*ret_bytes = d->bytes;
	return n;
}
