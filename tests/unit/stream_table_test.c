// SPDX-License-Identifier: BSD-3-Clause
// Pieces put together: of streams and of datagrams, in any order, twice, overlapping, hostile.

#include "dataplane/table/datagram.h"
#include "dataplane/table/stream.h"
#include "tests/unit/seed.h"
#include "tests/unit/test.h"

#include <string.h>

#define TEXT "the quick brown fox jumps over the lazy dog"

static void
pieces_in_any_order(void **) {
	struct stream_table *t = stream_table_new(8);
	const size_t all = strlen(TEXT);

	uint64_t seed = seed_take();
	for (unsigned int run = 0; run < 2000; run++) {
		struct stream_key key = {run, 1, run & 1};
		uint32_t base = run % 2 ? UINT32_MAX - 10 : 1000; // it wraps
		struct stream *s = stream_make(t, &key, base);
		while (s->have < all) {
			size_t from = seed_next(&seed) % all;
			size_t n = 1 + seed_next(&seed) % 9;
			n = n < all - from ? n : all - from;
			stream_add(
				s,
				base + (uint32_t)from,
				(const uint8_t *)TEXT + from,
				n,
				STREAM_ROOM
			);
			assert_true(s->have <= all && s->pieces <= STREAM_PIECES);
			assert_memory_equal(s->bytes, TEXT, s->have);
		}
		assert_int_equal(s->have, all);
		assert_int_equal(s->pieces, 0);
		assert_ptr_equal(stream_find(t, &key), s);
	}
	stream_table_free(t);
}

static void
what_came_first_stays(void **) {
	struct stream_table *t = stream_table_new(8);
	struct stream_key key = {1, 1, 0};
	struct stream *s = stream_make(t, &key, 100);

	stream_add(s, 104, (const uint8_t *)"efgh", 4, STREAM_ROOM);
	stream_add(s, 300, (const uint8_t *)"", 0, STREAM_ROOM); // nothing makes no piece
	assert_int_equal(s->pieces, 1);
	stream_add(s, 98, (const uint8_t *)"..abcdEFGHij", 12, STREAM_ROOM);
	assert_int_equal(s->have, 10);
	assert_memory_equal(s->bytes, "abcdefghij", 10);
	stream_add(s, 100, (const uint8_t *)"XXXXXXXXXXXX", 12, STREAM_ROOM);
	assert_memory_equal(s->bytes, "abcdefghijXX", 12);
	stream_take(s, 5);
	assert_int_equal(s->base, 105);
	assert_memory_equal(s->bytes, "fghijXX", 7);
	stream_add(s, 90, (const uint8_t *)"old", 3, STREAM_ROOM); // long gone
	assert_int_equal(s->have, 7);
	stream_table_free(t);
}

static void
taking_more_than_there_is(void **) {
	struct stream_table *t = stream_table_new(8);
	struct stream_key key = {1, 1, 0};
	struct stream *s = stream_make(t, &key, 0);

	stream_add(s, 0, (const uint8_t *)"ab", 2, STREAM_ROOM);
	stream_add(s, 6, (const uint8_t *)"ghij", 4, STREAM_ROOM);
	stream_take(s, 8);
	assert_int_equal(s->base, 8);
	assert_int_equal(s->have, 2);
	assert_memory_equal(s->bytes, "ij", 2);
	stream_take(s, 70000);
	assert_int_equal(s->have, 0);
	stream_add(s, 70007, (const uint8_t *)"x--", 3, STREAM_ROOM);
	assert_int_equal(s->have, 2);
	stream_table_free(t);
}

static void
no_more_than_there_is_room_for(void **) {
	static uint8_t much[2 * STREAM_ROOM];
	struct stream_table *t = stream_table_new(8);
	struct stream_key key = {1, 1, 0};
	struct stream *s = stream_make(t, &key, 0);

	for (uint32_t i = 0; i < STREAM_PIECES; i++)
		assert_true(stream_add(s, 10 + 4 * i, much, 2, STREAM_ROOM));
	assert_false(stream_add(s, 4000, much, 2, STREAM_ROOM)); // one hole too many
	assert_true(stream_add(s, 12, much, 2, STREAM_ROOM)); // joins two
	assert_true(stream_add(s, 4000, much, 2, STREAM_ROOM));
	assert_false(stream_add(s, STREAM_ROOM, much, 1, STREAM_ROOM));
	assert_false(stream_add(s, 100, much, 1, 100));
	assert_true(stream_add(s, 0, much, sizeof much, STREAM_ROOM));
	assert_int_equal(s->have, STREAM_ROOM);
	for (uint32_t i = 2; i < 1000; i++) // the oldest gives way, and only of its bucket
		stream_make(t, &(struct stream_key){i, 1, 0}, 0);
	assert_null(stream_find(t, &key));
	assert_non_null(stream_find(t, &(struct stream_key){999, 1, 0}));
	assert_null(stream_find(t, &(struct stream_key){999, 2, 0})); // another life of that flow
	stream_table_free(t);
}

struct part {
	unsigned int from, length;
	bool last;
};

static size_t
datagram(
	struct datagram_table *t,
	uint32_t id,
	const struct part *p,
	unsigned int n,
	const uint8_t *data,
	const uint8_t **ret
) {
	struct facts f = {.key = {.family = 4}};
	size_t r = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct fragment_id k = {id, (uint16_t)p[i].from, (uint16_t)p[i].length, !p[i].last};
		r = datagram_add(t, &f, &k, data + p[i].from, p[i].length, 1000, ret);
		if (i + 1 < n)
			assert_int_equal(r, 0);
	}
	return r;
}

static void
datagrams_from_fragments(void **) {
	static const struct {
		struct part part[4];
		unsigned int n;
		size_t whole; // 0: it never is
	} cases[] = {
		{{{0, 16, false}, {16, 5, true}}, 2, 21},
		{{{16, 5, true}, {0, 16, false}}, 2, 21},
		{{{16, 16, false}, {32, 3, true}, {0, 16, false}}, 3, 35},
		{{{0, 16, false}, {0, 16, false}, {16, 5, true}}, 3, 21}, // the same again
		{{{0, 16, false}, {8, 16, false}, {16, 5, true}}, 3, 0}, // overlap
		{{{0, 24, false}, {8, 8, false}, {24, 5, true}}, 3, 0},
		{{{16, 5, true}, {24, 5, true}, {0, 16, false}}, 3, 0}, // two ends
		{{{0, 16, false}, {24, 5, true}}, 2, 0}, // a hole
		{{{0, 4096, false}}, 1, 4096}, // as much as is kept
		{{{4000, 1000, true}, {0, 4000, false}}, 2, 4096},
	};
	static uint8_t data[8192];
	const uint8_t *whole;

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 7 + (i >> 8));
	for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct datagram_table *t = datagram_table_new();
		size_t n = datagram(t, i, cases[i].part, cases[i].n, data, &whole);
		assert_int_equal(n, cases[i].whole);
		if (n)
			assert_memory_equal(whole, data, n);
		datagram_table_free(t);
	}
}

static void
datagrams_are_few(void **) {
	struct datagram_table *t = datagram_table_new();
	static uint8_t data[64];
	const uint8_t *whole;

	for (uint32_t id = 0; id < 65; id++)
		datagram(t, id, (struct part[]){{0, 16, false}}, 1, data, &whole);
	assert_int_equal(datagram(t, 0, (struct part[]){{16, 5, true}}, 1, data, &whole), 0);
	assert_int_equal(datagram(t, 64, (struct part[]){{16, 5, true}}, 1, data, &whole), 21);
	struct facts f = {.key = {.family = 4}};
	struct fragment_id late = {63, 16, 5, false}, cut = {62, 16, 5, false};
	assert_int_equal(datagram_add(t, &f, &cut, data, 4, 1000, &whole), 0);
	assert_int_equal(datagram_add(t, &f, &late, data, 5, 61000000, &whole), 0);
	datagram_table_free(t);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_in_any_order),
		cmocka_unit_test(what_came_first_stays),
		cmocka_unit_test(taking_more_than_there_is),
		cmocka_unit_test(no_more_than_there_is_room_for),
		cmocka_unit_test(datagrams_from_fragments),
		cmocka_unit_test(datagrams_are_few),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
