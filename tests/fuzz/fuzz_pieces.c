// SPDX-License-Identifier: BSD-3-Clause
// Any order of pieces into a stream and a datagram: bytes in order are those that came first, as a
// plain array remembers them.
//
// Shape:   records of a kind, two bytes of place, one of length; a piece is filled with its number.
#include "dataplane/table/datagram.h"
#include "dataplane/table/stream.h"
#include "tests/fuzz/fuzz.h"

#define SIZE (2 * STREAM_ROOM + 512)

static uint8_t model[SIZE];
static bool there[SIZE];

static void
check(const struct stream *s, uint32_t taken) {
	must(s->have <= STREAM_ROOM && s->pieces <= STREAM_PIECES);
	for (uint32_t i = 0; i < s->have && taken + i < SIZE; i++)
		must(there[taken + i] && s->bytes[i] == model[taken + i]);
	for (uint32_t i = 0; i < s->pieces; i++) {
		uint32_t before = i ? s->piece[i - 1].to : s->have;
		must(s->piece[i].from > before && s->piece[i].to > s->piece[i].from);
		must(s->piece[i].to <= STREAM_ROOM);
	}
}

static void
run_stream(struct stream *s, const uint8_t *data, size_t size) {
	uint8_t piece[256];
	uint32_t base = s->base, taken = 0;

	memset(there, 0, sizeof there);
	for (uint8_t number = 1; size >= 4; data += 4, size -= 4, number++) {
		uint32_t at = ((uint32_t)data[1] << 8 | data[2]) % (SIZE - 256), n = data[3];
		if (data[0] % 8 == 7) {
			stream_take(s, n);
			taken += n;
			check(s, taken);
			if (taken > SIZE - 256)
				return;
			continue;
		}
		memset(piece, number, sizeof piece);
		uint32_t room = data[0] & 0x40 ? STREAM_ROOM / 4 : STREAM_ROOM;
		bool kept = stream_add(s, base + at, piece, n, room);
		for (uint32_t k = at; kept && k < at + n; k++)
			if (k >= taken && k - taken < room && !there[k]) {
				there[k] = true;
				model[k] = number;
			}
		check(s, taken);
	}
}

static void
run_datagrams(struct datagram_table *t, const uint8_t *data, size_t size) {
	uint8_t piece[256] = {0};
	struct facts f = {.key = {.family = 4}};
	const uint8_t *whole;

	for (uint64_t now = 1; size >= 4; data += 4, size -= 4, now += 1000) {
		struct fragment_id id = {
			.id = data[0] & 3,
			.offset = (uint16_t)((data[1] << 8 | data[2]) & 0xfff8),
			.length = data[3],
			.more = !(data[0] & 4),
		};
		size_t n = datagram_add(t, &f, &id, piece, id.length, now, &whole);
		must(n <= DATAGRAM_ROOM);
		if (n > 0)
			must(whole[n - 1] == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct stream_table *t = stream_table_new(8);
	struct datagram_table *d = datagram_table_new();

	must(t && d);
	if (size > 0) {
		struct stream_key key = {data[0], 1, 0};
		run_stream(
			stream_make(t, &key, data[0] & 1 ? UINT32_MAX - 99 : 5), data + 1, size - 1
		);
		run_datagrams(d, data + 1, size - 1);
	}
	stream_table_free(t);
	datagram_table_free(d);
	return 0;
}
