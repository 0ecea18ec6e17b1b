// SPDX-License-Identifier: BSD-3-Clause
// /proc/stat as Linux writes it, and as nobody should.

#include "control/cpu.h"
#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cpu_reading before, now;

static void
read_text(const char *text, struct cpu_reading *ret) {
	// Exactly so long, so that a sanitizer sees a step too far.
	size_t length = strlen(text);
	char *copy = malloc(length ? length : 1);

	memcpy(copy, text, length);
	cpu_parse(copy, length, ret);
	free(copy);
}

static void
test_a_real_one(void **state) {
	(void)state;
	read_text(
		"cpu  30 0 30 140 0 0 0 0 0 0\n"
		"cpu0 10 1 20 60 5 2 1 1 7 0\n"
		"cpu3 20 0 10 80 0 0 0 0 0 0\n"
		"intr 17 9\nctxt 5\n",
		&before
	);
	assert_int_equal(before.count, 2);
	assert_int_equal(before.core[0].all, 100);
	assert_int_equal(before.core[0].busy, 35);
	assert_int_equal(before.core[1].core, 3);
	read_text("cpu0 85 1 20 80 10 2 1 1 7 0\ncpu3 20 0 10 180 0 0 0 0 0 0\n", &now);
	assert_int_equal(cpu_busy_percent(&before, &now.core[0]), 75);
	assert_int_equal(cpu_busy_percent(&before, &now.core[1]), 0);
}

static void
test_what_cannot_be_told(void **state) {
	(void)state;
	read_text("cpu0 10 0 0 90 0 0 0 0\ncpu1 10 0 0 90 0 0 0 0\n", &before);
	// The first stood still, the second started anew, the third is new.
	read_text("cpu0 10 0 0 90 0 0 0 0\ncpu1 1 0 0 1 0 0 0 0\ncpu2 5 0 0 5 0 0 0 0\n", &now);
	assert_int_equal(now.count, 3);
	for (size_t i = 0; i < now.count; i++)
		assert_int_equal(cpu_busy_percent(&before, &now.core[i]), CPU_NOT_KNOWN);
}

static void
test_nonsense_is_left_out(void **state) {
	static const char *const lines[] = {
		"",
		"\n",
		"cpu",
		"cpu\n",
		"cpu0",
		"cpu0\n",
		"cpu0 \n",
		"cpu0 1 2 3\n",
		"cpu0 1 2 3 4 5 6 7 8", // cut off
		"cpu0 1 2 3 4 5 6 7\n",
		"cpu0 1 2 3 4 5 6 7 x\n",
		"cpu0 1 2 -3 4 5 6 7 8\n",
		"cpu65536 1 2 3 4 5 6 7 8\n",
		"cpu-1 1 2 3 4 5 6 7 8\n",
		"cpu0 18446744073709551615 2 3 4 5 6 7 8\n",
		"cpu0 99999999999999999999999999 2 3 4 5 6 7 8\n",
		"cpu 1 2 3 4 5 6 7 8\n",
		"cpux 1 2 3 4 5 6 7 8\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		read_text(lines[i], &now);
		if (now.count != 0)
			fail_msg("\"%s\"", lines[i]);
	}
}

static void
test_no_more_than_fit(void **state) {
	char text[64 * 512];
	size_t length = 0;

	(void)state;
	for (unsigned int i = 0; i < 2 * CPU_CORES_MAX; i++)
		length += (size_t
		)snprintf(text + length, sizeof text - length, "cpu%u 1 0 0 1 0 0 0 0\n", i);
	cpu_parse(text, length, &now);
	assert_int_equal(now.count, CPU_CORES_MAX);
}

static struct wire_stats
report(uint64_t second, uint64_t idle_ms) {
	return (struct wire_stats){
		.now_ns = second * NS_PER_S,
		.worker_core = {0, 3},
		.worker_idle_ns = {0, idle_ms * NS_PER_MS},
	};
}

// A worker that polls in vain is idle, whatever Linux says of its core.
static void
test_what_a_worker_had_to_do(void **state) {
	struct gathering g;
	struct wire_stats w = report(10, 4000);

	(void)state;
	gathering_open(&g);
	observe_stats(&g.s, &w);
	assert_int_equal(g.s.worker_busy_percent[1], WORKER_NOT_TOLD);
	w = report(11, 4900);
	observe_stats(&g.s, &w);
	assert_int_equal(g.s.worker_busy_percent[1], 10);
	assert_int_equal(g.s.worker_busy_percent[0], WORKER_NOT_TOLD);
	// Told a little late.
	w = report(12, 6000);
	observe_stats(&g.s, &w);
	assert_int_equal(g.s.worker_busy_percent[1], 0);
	// Another run counts from nothing.
	w = report(13, 5);
	w.start_ns = 12;
	observe_stats(&g.s, &w);
	assert_int_equal(g.s.worker_busy_percent[1], WORKER_NOT_TOLD);
	gathering_close(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_real_one),
		cmocka_unit_test(test_what_cannot_be_told),
		cmocka_unit_test(test_nonsense_is_left_out),
		cmocka_unit_test(test_no_more_than_fit),
		cmocka_unit_test(test_what_a_worker_had_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
