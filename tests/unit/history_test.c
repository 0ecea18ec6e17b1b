// SPDX-License-Identifier: BSD-3-Clause
// What is written into the history is there in every tier, to the byte, whatever the clock does.

#include "control/history/batch.h"
#include "control/history/tier.h"
#include "platform/base.h"
#include "tests/unit/history_rig.h"

#include <string.h>
#include <unistd.h>

struct both {
	struct history_counts total, entries;
};

static struct both
sum_tier(struct hdb *db, unsigned int tier, uint64_t from_s, uint64_t to_s) {
	sqlite3_stmt *s = hdb_statement(db, HDB_RANGE_0 + tier);
	struct both sum = {0};

	sqlite3_bind_int64(s, 1, tier_key(from_s, 0));
	sqlite3_bind_int64(s, 2, tier_key(to_s, 0));
	while (sqlite3_step(s) == SQLITE_ROW) {
		struct history_counts total;
		struct bucket_reader r;
		struct bucket_entry e;
		assert_true(bucket_read(
			&r, sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1), &total
		));
		counts_add(&sum.total, &total);
		while (bucket_next(&r, &e))
			counts_add(&sum.entries, &e.counts);
		assert_false(r.bad);
	}
	sqlite3_reset(s);
	return sum;
}

static void
same(const struct history_counts *a, const struct history_counts *b) {
	assert_memory_equal(a, b, sizeof *a);
}

static struct history_batch *
random_batch(uint64_t time_s, uint64_t *seed, struct both *ret_sum) {
	struct history_batch *b = batch_of(time_s);
	char name[32];

	for (unsigned int i = 0; i < 5; i++) {
		snprintf(name, sizeof name, "p%u.example", (unsigned int)(seed_next(seed) % 40));
		bool known = false;
		for (size_t k = 1; k < b->places_count && !known; k++)
			known = strcmp(b->places[k].name, name) == 0;
		if (!known)
			add_place(b, PLACE_DOMAIN, name);
	}
	for (unsigned int i = 0; i < 12; i++) {
		struct history_counts c = some_counts(seed);
		b->rows[b->rows_count++] = (struct batch_row){
			.device = 1 + seed_next(seed) % 6,
			.place = (uint32_t)(seed_next(seed) % b->places_count),
			.service = (uint32_t)(6 << 16 | (seed_next(seed) % 3)),
			.counts = c,
		};
		counts_add(&ret_sum->entries, &c);
		ret_sum->total.flows += c.flows;
	}
	for (unsigned int i = 0; i < 6; i++) {
		struct history_counts c = some_counts(seed);
		c.flows = 0;
		b->totals[b->totals_count++] = (struct batch_total){.device = 1 + i, .counts = c};
		counts_add(&ret_sum->total, &c);
	}
	return b;
}

// All that is before the newest whole span of a tier is in it, and in all finer ones.
static void
check_tiers(struct history_writer *w, const struct both *all) {
	struct both finest = sum_tier(&w->db, 0, 0, 1ull << 40);

	same(&finest.total, &all->total);
	same(&finest.entries, &all->entries);
	for (unsigned int tier = 1; tier < TIERS; tier++) {
		uint64_t until = w->db.rolled_s[tier];
		// Behind it may be what came while the clock ran ahead.
		struct both whole = sum_tier(&w->db, tier, 0, until);
		struct both fine = sum_tier(&w->db, 0, 0, until);
		same(&whole.total, &fine.total);
		same(&whole.entries, &fine.entries);
	}
}

static void
test_tiers_agree(void **state) {
	uint64_t seed = seed_take(), now = NOON;
	struct history_writer w;
	struct both all = {0};

	(void)state;
	writer_open(&w);
	for (unsigned int i = 0; i < 1500; i++) {
		write_now(&w, random_batch(now, &seed, &all));
		now += 10 * (1 + seed_next(&seed) % 20);
		if (seed_next(&seed) % 100 == 0) // the clock goes back, or far ahead
			now = seed_next(&seed) % 2 ? now - 3 * 3600 : now + 5 * 3600;
		if (seed_next(&seed) % 200 == 0) { // a restart
			writer_close(&w, false);
			writer_open(&w);
		}
	}
	assert_true(w.db.rolled_s[3] > NOON);
	check_tiers(&w, &all);
	writer_close(&w, true);
}

// A device that talks to everybody is folded; no byte is lost.
static void
test_folding_keeps_sums(void **state) {
	uint64_t seed = seed_take();
	struct bucket b = {.count = 0}, again = {.count = 0};
	struct history_counts sum = {0}, after = {0};
	struct bytes packed = {0};

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		struct history_counts c = some_counts(&seed);
		counts_add(&sum, &c);
		assert_int_equal(bucket_add(&b, i % 1000, i, &c), 0);
	}
	bucket_settle(&b, 256);
	assert_true(b.count <= 256);
	assert_int_equal(bucket_pack(&b, &packed), 0);
	assert_int_equal(bucket_unpack(packed.data, packed.length, &again), 0);
	assert_int_equal(again.count, b.count);
	for (size_t i = 0; i < again.count; i++)
		counts_add(&after, &again.entries[i].counts);
	same(&sum, &after);
	// Whatever the bytes are, they are read within their bounds.
	for (unsigned int i = 0; i < 20000; i++) {
		size_t length = seed_next(&seed) % packed.length;
		uint8_t *copy = malloc(length + 1); // so that a sanitizer sees the end
		memcpy(copy, packed.data, length);
		if (length)
			copy[seed_next(&seed) % length] = (uint8_t)seed_next(&seed);
		struct flow_row row = {.id = 0};
		bucket_reset(&again);
		bucket_unpack(copy, length, &again);
		flow_row_unpack(copy, length, &row);
		free(copy);
	}
	bytes_free(&packed);
	bucket_free(&b);
	bucket_free(&again);
}

static uint64_t
ask(struct history_writer *w, const char *sql) {
	uint64_t n = 0;

	if (hdb_ask(&w->db, sql, &n) < 0)
		fail_msg("%s: %s", sql, w->db.message);
	return n;
}

static struct flow_row
flow_at(uint64_t started_s, uint32_t place, uint32_t place_2) {
	struct flow_row f = {
		.id = started_s * 1000 << 20,
		.device = 3,
		.place = place,
		.place_2 = place_2,
		.started_ns = started_s * NS_PER_S,
		.ended_ns = (started_s + 7) * NS_PER_S,
		.service = 6 << 16 | 443,
		.family = 4,
		.counts = {.packets_out = 3, .bytes_out = 200},
		.port = 50000,
		.has_address = true,
		.address = {203, 0, 113, 7},
		.community = {1, 2, 3},
		.name = "www.shop.example",
	};
	return f;
}

static struct flow_row
first_flow(struct history_writer *w, const char *ret_place[1]) {
	static char name[64];
	struct flow_row f = {.id = 0};
	sqlite3_stmt *s;

	sqlite3_prepare_v2(
		w->db.sqlite,
		"SELECT level,body,name FROM flows LEFT JOIN places ON n=place ORDER BY flows.id",
		-1,
		&s,
		NULL
	);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	f.level = (uint8_t)sqlite3_column_int(s, 0);
	assert_int_equal(
		flow_row_unpack(sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1), &f),
		0
	);
	const char *text = (const char *)sqlite3_column_text(s, 2);
	snprintf(name, sizeof name, "%s", text ? text : "");
	ret_place[0] = name;
	sqlite3_finalize(s);
	return f;
}

static void
age_to(struct history_writer *w, uint64_t now_s) {
	struct history_batch *b = batch_of(now_s);

	b->steady = true;
	w->batches = 0; // the step is due
	write_now(w, b);
}

static void
test_connections_age(void **state) {
	struct history_writer w;
	const char *place;

	(void)state;
	writer_open(&w);
	struct history_batch *b = batch_of(NOON);
	uint32_t domain = add_place(b, PLACE_DOMAIN, "shop.example");
	uint32_t owner = add_place(b, PLACE_ORGANISATION, "Shop");
	b->flows[b->flows_count++] = flow_at(NOON - 60, domain, owner);
	write_now(&w, b);
	struct flow_row f = first_flow(&w, &place);
	assert_string_equal(f.name, "www.shop.example");
	assert_string_equal(place, "shop.example");
	assert_true(f.has_address);
	assert_int_equal(f.port, 50000);
	assert_memory_equal(f.community, ((uint8_t[]){1, 2, 3, 0}), 4);

	age_to(&w, NOON + DAY);
	f = first_flow(&w, &place);
	assert_int_equal(f.level, 1);
	assert_string_equal(f.name, "");
	assert_string_equal(place, "shop.example");
	assert_false(f.has_address);
	assert_int_equal(f.port, 0);
	assert_int_equal(f.community[0], 0);
	assert_int_equal(f.counts.bytes_out, 200);

	age_to(&w, NOON + 31 * DAY);
	f = first_flow(&w, &place);
	assert_int_equal(f.level, 2);
	assert_string_equal(place, "Shop");
	assert_int_equal(f.started_ns % (60 * NS_PER_S), 0);

	age_to(&w, NOON + 93 * DAY);
	assert_int_equal(ask(&w, "SELECT count(*) FROM flows"), 0);
	writer_close(&w, true);
}

// The oldest fine data goes first, and the file stays within its bound.
static void
test_size_is_bounded(void **state) {
	uint64_t seed = seed_take(), now = NOON, size = 0;
	struct history_writer w;
	struct both all = {0};

	(void)state;
	config.size = 1u << 20;
	writer_open(&w);
	for (unsigned int i = 0; i < 6000; i++, now += 10) {
		struct history_batch *b = random_batch(now, &seed, &all);
		b->steady = true;
		for (unsigned int k = 0; k < 20; k++) {
			b->flows[b->flows_count] = flow_at(now, 0, 0);
			b->flows[b->flows_count++].id += k;
		}
		write_now(&w, b);
	}
	age_to(&w, now);
	assert_int_equal(tier_size(&w.db, &size), 0);
	assert_true(size <= config.size);
	// The hours are all there while the connections of those hours went.
	assert_int_equal(ask(&w, "SELECT min(key)>>16 FROM tier2"), NOON);
	assert_int_equal(
		ask(&w,
		    "SELECT count(*) FROM flows"
		    " WHERE id<((20000*86400+86400/2)*1000<<20)+20"),
		0
	);
	writer_close(&w, true);
	history_config_defaults(&config);
}

// What cannot be read is put aside, and a new one begins.
static void
test_damaged_is_put_aside(void **state) {
	uint64_t seed = seed_take();
	struct history_writer w;
	struct both all = {0};
	char aside[1200];

	(void)state;
	writer_open(&w);
	writer_close(&w, false);
	FILE *f = fopen(w.file, "w");
	for (unsigned int i = 0; i < 1000; i++)
		fputs("this is no database. ", f);
	fclose(f);
	writer_open(&w);
	write_now(&w, random_batch(NOON, &seed, &all));
	check_tiers(&w, &all);
	snprintf(aside, sizeof aside, "%s.damaged", w.file);
	assert_int_equal(unlink(aside), 0);
	writer_close(&w, true);
}

static int
make_directory(void **state) {
	(void)state;
	history_config_defaults(&config);
	return mkdtemp(directory) ? 0 : -1;
}

static int
remove_directory(void **state) {
	(void)state;
	return rmdir(directory);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tiers_agree),
		cmocka_unit_test(test_folding_keeps_sums),
		cmocka_unit_test(test_connections_age),
		cmocka_unit_test(test_size_is_bounded),
		cmocka_unit_test(test_damaged_is_put_aside),
	};
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
