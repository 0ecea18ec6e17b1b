// SPDX-License-Identifier: BSD-3-Clause
// A random life: whatever comes, in whatever order, the counts agree and nothing is lost.

#include "tests/unit/bridge.h"
#include "tests/unit/image.h"
#include "tests/unit/seed.h"
#include "tests/unit/test.h"

#include <string.h>

static struct bridge b;

static int
setup(void **state) {
	(void)state;
	bridge_open(&b, NULL, NULL);
	return 0;
}

static int
teardown(void **state) {
	(void)state;
	bridge_close(&b);
	return 0;
}

// Random frames, batches, policies and times: the counts agree (bridge_close), nothing leaks.
static void
test_random_life(void **state) {
	(void)state;
	uint64_t random = seed_take();
	static struct image image;
	struct party far = party_make(100);

	for (int turn = 0; turn < 3000; turn++) {
		unsigned int n = 1 + (unsigned int)(seed_next(&random) % BATCH_MAX);
		for (unsigned int i = 0; i < n; i++) {
			uint64_t r = seed_next(&random);
			struct party from = party_make(1 + r % 4),
				     to = party_make(r >> 4 & 1 ? 100 : 2);
			struct frame f = r & 64
				? frame_tcp(&from, &to, r >> 8 & 7, 80, r >> 16 & 31)
				: frame_udp(&from, &to, r >> 8 & 7, 53);
			if ((r >> 24 & 7) == 0)
				f.bytes[r % f.length] = (uint8_t)(r >> 32);
			if ((r >> 27 & 7) == 0)
				f.length = 1 + (r >> 40) % f.length;
			if ((r >> 30 & 7) == 0 && f.length >= 12)
				frame_tag(&f, 0x8100, r >> 48 & 3);
			b.now += r >> 33 & 1 ? 0 : (r >> 44 & 0xfff) * NS_PER_MS;
			bridge_stage(&b, r >> 60 & 3, &f);
		}
		bridge_run(&b);
		if (turn % 50 == 0) {
			uint64_t r = seed_next(&random);
			struct party who = party_make(1 + r % 4);
			image_init(&image, r >> 8 & 1);
			image_device(&image, who.mac, r >> 9 & 3, 0);
			image_address(&image, image_destination(&image, r >> 11 & 3), 4, far.ip4);
			bridge_policy(&b, &image);
		}
		if (turn % 7 == 0)
			bridge_sweep(&b);
	}
}

static struct frame
random_frame(uint64_t r) {
	static const unsigned int at[] = {1, 2, 100, 50}; // by port
	struct party from = party_make(at[r % 4]), to = party_make(at[r >> 4 & 3]);

	if (r & 64)
		return frame_tcp(&from, &to, r >> 8 & 3, 80, (uint8_t)(1u << (r >> 16 & 7) % 5));
	return frame_udp(&from, &to, r >> 8 & 7, 53);
}

// The same frames one by one and in bursts: the same flows, verdicts and counts.
static void
test_batch_size_does_not_matter(void **state) {
	(void)state;
	uint64_t seed = seed_take();
	struct worker_counters counted[2];
	static struct image image;
	struct party a = party_make(1), c = party_make(2);

	image_init(&image, POLICY_DEFAULT_ALLOW);
	image_device(&image, a.mac, POLICY_BLOCK, 0);
	image_address(&image, image_destination(&image, POLICY_BLOCK), 4, c.ip4);
	for (int run = 0; run < 2; run++) {
		uint64_t random = seed;
		bridge_close(&b);
		bridge_open(&b, NULL, NULL);
		bridge_policy(&b, &image);
		for (int n = 0; n < 20000; n++) {
			uint64_t r = seed_next(&random);
			struct frame f = random_frame(r);
			// Silence is between bursts: inside one, time hardly passes.
			b.now += (n % BATCH_MAX ? 1 : r >> 40 & 0x1ffff) * NS_PER_MS;
			bridge_stage(&b, r % 4, &f); // who sends decides where
			if (run == 0 || b.batch.n == BATCH_MAX)
				bridge_run(&b);
			bridge_drain(&b);
		}
		if (b.batch.n)
			bridge_run(&b);
		counted[run] = b.worker->counters;
		counted[run].judged = 0; // a new flow's packets are judged each, inside one burst
	}
	assert_true(counted[0].flows_created > 1000);
	assert_memory_equal(&counted[0], &counted[1], sizeof counted[0]);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_random_life, setup, teardown),
		cmocka_unit_test_setup_teardown(test_batch_size_does_not_matter, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
