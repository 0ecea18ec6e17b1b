// SPDX-License-Identifier: BSD-3-Clause
// The rule by which frames are spread over workers: what NICs compute, alike in both directions.

#include "dataplane/spread.h"
#include "tests/unit/test.h"

#include <rte_thash.h>

#include <stdlib.h>
#include <string.h>

static uint8_t key[40];

static void
fill_key(void) {
	for (size_t i = 0; i < sizeof key; i++)
		key[i] = (uint8_t)(i % 2 ? SPREAD_KEY & 0xff : SPREAD_KEY >> 8);
}

// What a NIC computes over source and destination, by DPDK's own function.
static uint32_t
toeplitz(const uint8_t *addresses, size_t size) {
	uint32_t words[8];

	for (size_t i = 0; i < size; i += 4)
		words[i / 4] = (uint32_t)addresses[i] << 24 | (uint32_t)addresses[i + 1] << 16
			| (uint32_t)addresses[i + 2] << 8 | addresses[i + 3];
	return rte_softrss(words, (uint32_t)size / 4, key);
}

static void
test_is_what_a_nic_computes(void **state) {
	(void)state;
	fill_key();
	srandom(1);
	for (unsigned int i = 0; i < 2000; i++) {
		size_t each = i % 2 ? 16 : 4;
		uint8_t there[32], back[32];
		struct facts f = {.flags = FACT_IP};
		for (size_t k = 0; k < 2 * each; k++)
			there[k] = (uint8_t)random();
		memcpy(back, there + each, each);
		memcpy(back + each, there, each);
		memcpy(f.key.address[0], there, each);
		memcpy(f.key.address[1], there + each, each);
		uint32_t hash = toeplitz(there, 2 * each);
		assert_int_equal(hash, toeplitz(back, 2 * each));
		for (unsigned int n = 1; n <= 8; n++)
			assert_int_equal(spread_worker(&f, n), hash % SPREAD_ROWS % n);
	}
}

static void
test_the_rest_goes_to_the_first(void **state) {
	struct facts f = {.flags = FACT_IP, .key.address[0] = {192, 168, 1, 7}};

	(void)state;
	assert_int_not_equal(spread_worker(&f, 8), 0);
	f.key.tags = 1;
	assert_int_not_equal(spread_worker(&f, 8), 0);
	f.key.tags = 2;
	assert_int_equal(spread_worker(&f, 8), 0);
	f.key.tags = 0;
	f.flags |= FACT_PPPOE;
	assert_int_equal(spread_worker(&f, 8), 0);
	f.flags = FACT_NON_IP;
	assert_int_equal(spread_worker(&f, 8), 0);
}

// A home's devices and their peers come to all workers, about as many to each.
static void
test_spreads(void **state) {
	unsigned int n[4] = {0};

	(void)state;
	for (unsigned int i = 0; i < 4096; i++) {
		struct facts f = {.flags = FACT_IP};
		memcpy(f.key.address[0], (uint8_t[]){192, 168, 1, (uint8_t)(i % 64)}, 4);
		memcpy(f.key.address[1], (uint8_t[]){93, (uint8_t)(i / 64), 7, (uint8_t)(i * 37)}, 4
		);
		n[spread_worker(&f, 4)]++;
	}
	for (unsigned int w = 0; w < 4; w++)
		assert_in_range(n[w], 700, 1400);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_what_a_nic_computes),
		cmocka_unit_test(test_the_rest_goes_to_the_first),
		cmocka_unit_test(test_spreads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
