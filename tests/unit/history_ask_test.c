// SPDX-License-Identifier: BSD-3-Clause
// The course of a window: what is kept in spans longer than a step is no spike, and adds up.

#include "control/history/ask.h"
#include "tests/unit/history_rig.h"

#define BYTES 6007 // no multiple of a minute's steps

static struct history_answer
ask_window(struct history_writer *w, uint64_t from_s, uint64_t to_s, uint64_t step_s) {
	struct history_question q = {
		.from_s = from_s,
		.to_s = to_s,
		.step_s = step_s,
		.group = ASK_BY_DEVICE,
		.limit = 10,
		.series = 1,
	};
	struct history_answer a;

	assert_int_equal(ask_counts(&w->db, &q, &a), 0);
	return a;
}

// One device moves the same in each ten seconds; three hours later only its minutes are left.
static void
test_long_spans_are_shared(void **state) {
	struct history_writer w;

	(void)state;
	writer_open(&w);
	for (uint64_t at = NOON; at < NOON + 600; at += 10) {
		struct history_batch *b = batch_of(at);
		b->totals[b->totals_count++] = (struct batch_total
		){.device = 1, .counts = {.packets_in = 1, .bytes_in = BYTES}};
		write_now(&w, b);
	}
	struct history_batch *b = batch_of(NOON + 3 * 3600);
	b->steady = true;
	w.batches = 0; // what is too old goes
	write_now(&w, b);

	struct history_answer a = ask_window(&w, NOON, NOON + 600, 10);
	assert_int_equal(a.points_count, 60);
	assert_int_equal(a.total.bytes_in, 60 * BYTES);
	uint64_t sum = 0;
	for (size_t i = 0; i < 60; i++) {
		assert_in_range(a.points[i].bytes_in, BYTES - 1, BYTES + 1);
		assert_memory_equal(&a.points[i], &a.items[0].points[i], sizeof a.points[i]);
		sum += a.points[i].bytes_in;
	}
	assert_int_equal(sum, a.total.bytes_in);
	answer_free_counts(&a);

	// A window that begins within a span: the span is counted whole, in the first step.
	a = ask_window(&w, NOON + 30, NOON + 600, 10);
	sum = 0;
	for (size_t i = 0; i < a.points_count; i++)
		sum += a.points[i].bytes_in;
	assert_int_equal(sum, a.total.bytes_in);
	answer_free_counts(&a);
	writer_close(&w, true);
}

// What began within an hour is told as it was, also when the hour and the day are summed up.
static void
test_a_course_begins_when_it_began(void **state) {
	struct history_writer w;
	uint64_t began = NOON + 54 * 60 + 10;

	(void)state;
	writer_open(&w);
	for (uint64_t at = began; at < NOON + 3600; at += 10) {
		struct history_batch *b = batch_of(at);
		b->totals[b->totals_count++] = (struct batch_total
		){.device = 1, .counts = {.packets_in = 1, .bytes_in = BYTES}};
		write_now(&w, b);
	}
	for (uint64_t later = NOON + 3700; later < NOON + DAY; later += DAY - 7200) {
		struct history_batch *b = batch_of(later);
		b->steady = true;
		w.batches = 0;
		write_now(&w, b);
		// Ten seconds as long as they are kept, then minutes.
		uint64_t step = later < NOON + 7200 ? 10 : 60;
		struct history_answer a = ask_window(&w, NOON, NOON + 3600, step);
		size_t first = (began - NOON) / step;
		for (size_t i = 0; i < first; i++)
			assert_int_equal(a.points[i].bytes_in, 0);
		assert_int_equal(a.points[first].bytes_in, step == 10 ? BYTES : 5 * BYTES);
		assert_int_equal(a.points[first + 1].bytes_in, step / 10 * BYTES);
		assert_int_equal(a.total.bytes_in, 35 * BYTES);
		answer_free_counts(&a);
	}
	writer_close(&w, true);
}

// Begun within an hour, the hour's own row is not counted beside the finer ones.
static void
test_the_first_hour_counts_once(void **state) {
	uint64_t begun = NOON + 51 * 60, end = begun + 1800;
	struct history_writer w;

	(void)state;
	writer_open(&w);
	for (uint64_t at = begun; at < end; at += 10) {
		struct history_batch *b = batch_of(at);
		b->totals[b->totals_count++] = (struct batch_total
		){.device = 1, .counts = {.packets_in = 1, .bytes_in = BYTES}};
		write_now(&w, b);
	}
	assert_true(w.db.rolled_s[2] > NOON);
	struct history_answer a = ask_window(&w, NOON, end, 10);
	assert_int_equal(a.total.bytes_in, 180 * BYTES);
	assert_int_equal(a.items[0].counts.bytes_in, 180 * BYTES);
	for (size_t i = 0; i < a.points_count; i++)
		assert_int_equal(a.points[i].bytes_in, i < 51 * 6 ? 0 : BYTES);
	answer_free_counts(&a);
	writer_close(&w, true);
}

static void
test_steps_are_no_finer_than_what_is_kept(void **state) {
	static const struct {
		uint64_t window_s, age_s, step_s;
	} cases[] = {
		{600, 600, 10},
		{3600, 3600, 10},
		{3600, DAY - 60, 60},
		{DAY, DAY, 300},
		{7 * DAY, 7 * DAY, 3600},
		{3600, 7 * DAY, 3600},
		{31 * DAY, 31 * DAY, 10800},
		{31 * DAY, 62 * DAY, DAY},
		{400 * DAY, 400 * DAY, DAY},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(ask_step(cases[i].window_s, cases[i].age_s), cases[i].step_s);
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
		cmocka_unit_test(test_long_spans_are_shared),
		cmocka_unit_test(test_the_first_hour_counts_once),
		cmocka_unit_test(test_a_course_begins_when_it_began),
		cmocka_unit_test(test_steps_are_no_finer_than_what_is_kept),
	};
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
