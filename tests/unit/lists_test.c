// SPDX-License-Identifier: BSD-3-Clause
// Lists images against a search by hand: random prefixes that lie in each other, random names.

#include "control/lists_build.h"
#include "control/lists_ranges.h"
#include "platform/base.h"
#include "tests/unit/seed.h"
#include "tests/unit/test.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ENTRIES 400
#define LISTS 5

static uint64_t random_state;

static uint64_t
any(uint64_t below) {
	return seed_next(&random_state) % below;
}

struct prefix {
	uint8_t address[16];
	unsigned int family, length, list;
	bool except;
};

static bool
covers(const struct prefix *p, unsigned int family, const uint8_t a[16]) {
	if (p->family != family)
		return false;
	for (unsigned int i = 0; i < p->length; i++)
		if ((p->address[i / 8] ^ a[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}

static bool
is_home(unsigned int family, const uint8_t a[16]) {
	static const uint8_t zero[16];

	if (family == 6)
		return (a[0] & 0xfe) == 0xfc || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80)
			|| a[0] == 0xff || (memcmp(a, zero, 15) == 0 && a[15] < 2);
	return a[0] == 0 || a[0] == 10 || (a[0] == 100 && (a[1] & 0xc0) == 64) || a[0] == 127
		|| (a[0] == 169 && a[1] == 254) || (a[0] == 172 && (a[1] & 0xf0) == 16)
		|| (a[0] == 192 && a[1] == 168) || a[0] >= 224;
}

static uint64_t
by_hand(const struct prefix *p, size_t n, unsigned int family, const uint8_t a[16]) {
	uint64_t lists[2] = {0};

	for (size_t i = 0; i < n; i++)
		if (covers(&p[i], family, a))
			lists[p[i].except] |= 1ull << p[i].list;
	return is_home(family, a) ? 0 : lists[0] & ~lists[1];
}

// Few different bytes, so that prefixes meet.
static void
any_address(unsigned int family, uint8_t ret[16]) {
	static const uint8_t byte[] = {0, 1, 10, 100, 127, 172, 192, 203, 252, 255};

	memset(ret, 0, 16);
	for (unsigned int i = 0; i < (family == 4 ? 4 : 16); i++)
		ret[i] = any(4) ? byte[any(sizeof byte)] : (uint8_t)any(256);
}

static void *
finish(struct lists_build *b, size_t *ret_length) {
	void *image;

	assert_int_equal(lists_build_finish(b, 7, LISTS, 1, &image, ret_length), 0);
	lists_build_fini(b);
	return image;
}

static void
compare(const struct lists_header *l,
	const struct prefix *p,
	size_t n,
	const uint8_t a[16],
	unsigned int f) {
	uint64_t found = lists_find_address(l, f, a), expected = by_hand(p, n, f, a);

	if (found != expected)
		print_error(
			"IPv%u %u.%u.%u.%u: %lx, by hand %lx\n",
			f,
			a[0],
			a[1],
			a[2],
			a[3],
			(unsigned long)found,
			(unsigned long)expected
		);
	assert_true(found == expected);
}

// The first and last address of a prefix, and those beside it.
static void
compare_edges(
	const struct lists_header *l,
	const struct prefix *p,
	size_t n,
	const struct prefix *at
) {
	unsigned int bytes = at->family == 4 ? 4 : 16;

	for (unsigned int which = 0; which < 4; which++) {
		uint8_t a[16];
		memcpy(a, at->address, 16);
		for (unsigned int i = at->length; i < 8 * bytes; i++)
			a[i / 8] = (uint8_t
			)((a[i / 8] & ~(0x80 >> i % 8)) | (which & 1 ? 0x80 >> i % 8 : 0));
		for (unsigned int i = bytes; which >= 2 && i-- > 0;) {
			a[i] = (uint8_t)(a[i] + (which == 2 ? -1 : 1));
			if (a[i] != (which == 2 ? 0xff : 0))
				break;
		}
		compare(l, p, n, a, at->family);
	}
}

static void
test_addresses(void **state) {
	static const uint64_t key[2] = {1, 2};
	struct prefix p[ENTRIES];

	(void)state;
	for (int turn = 0; turn < 60; turn++) {
		struct lists_build b;
		size_t n = any(ENTRIES), length;
		lists_build_init(&b, key);
		for (size_t i = 0; i < n; i++) {
			unsigned int family = any(2) ? 4 : 6, most = family == 4 ? 32 : 128;
			p[i] = (struct prefix){
				.family = family,
				.length = any(3) ? (unsigned int)any(most + 1) : most,
				.list = (unsigned int)any(LISTS),
				.except = turn % 2 && any(5) == 0,
			};
			any_address(family, p[i].address);
			if (i > 0 && any(4) == 0 && p[i - 1].family == family)
				memcpy(p[i].address, p[i - 1].address, 16);
			lists_build_prefix(
				&b,
				p[i].list | (p[i].except ? LISTS_EXCEPT : 0),
				family,
				p[i].address,
				p[i].length
			);
		}
		struct lists_header *l = finish(&b, &length);
		for (size_t i = 0; i < n; i++)
			compare_edges(l, p, n, &p[i]);
		for (int i = 0; i < 500; i++) {
			uint8_t a[16];
			unsigned int family = any(2) ? 4 : 6;
			any_address(family, a);
			compare(l, p, n, a, family);
		}
		free(l);
	}
}

// A name of a few labels out of few, so that suffixes meet.
static size_t
any_name(uint8_t ret[64]) {
	size_t at = 0;

	for (uint64_t labels = 1 + any(4); labels > 0; labels--) {
		uint8_t label = (uint8_t)(1 + any(2));
		ret[at++] = label;
		for (uint8_t i = 0; i < label; i++)
			ret[at++] = (uint8_t)('a' + any(6));
	}
	return at;
}

struct name {
	uint8_t wire[64];
	size_t length;
	unsigned int list;
	bool except;
};

static bool
is_suffix(const struct name *s, const uint8_t *name, size_t length) {
	for (size_t at = 0; at < length; at += (size_t)name[at] + 1)
		if (length - at == s->length && memcmp(name + at, s->wire, s->length) == 0)
			return true;
	return false;
}

static void
test_names(void **state) {
	struct name names[ENTRIES];

	(void)state;
	for (int turn = 0; turn < 60; turn++) {
		const uint64_t key[2] = {seed_next(&random_state), seed_next(&random_state)};
		struct lists_build b;
		size_t n = any(ENTRIES), length;
		lists_build_init(&b, key);
		for (size_t i = 0; i < n; i++) {
			names[i].length = any_name(names[i].wire);
			names[i].list = (unsigned int)any(LISTS);
			names[i].except = turn % 2 && any(5) == 0;
			lists_build_name(
				&b,
				names[i].list | (names[i].except ? LISTS_EXCEPT : 0),
				names[i].wire,
				names[i].length
			);
		}
		struct lists_header *l = finish(&b, &length);
		for (int i = 0; i < 500; i++) {
			uint8_t wire[64];
			uint64_t expected[2] = {0};
			size_t size = any_name(wire);
			for (size_t k = 0; k < n; k++)
				if (is_suffix(&names[k], wire, size))
					expected[names[k].except] |= 1ull << names[k].list;
			assert_true(lists_find_name(l, wire, size) == (expected[0] & ~expected[1]));
		}
		assert_int_equal(lists_find_name(l, (const uint8_t *)"", 0), 0);
		free(l);
	}
}

// Whatever single word of the image is another one: refused, or still safe to ask.
static void
test_mutations(void **state) {
	static const uint64_t key[2] = {3, 4};
	struct lists_build b;
	size_t length;

	(void)state;
	lists_build_init(&b, key);
	for (int i = 0; i < 200; i++) {
		uint8_t a[16], wire[64];
		any_address(4, a);
		lists_build_prefix(&b, (unsigned int)any(LISTS), 4, a, 8 + (unsigned int)any(25));
		any_address(6, a);
		lists_build_prefix(&b, (unsigned int)any(LISTS), 6, a, (unsigned int)any(129));
		size_t size = any_name(wire);
		lists_build_name(&b, (unsigned int)any(LISTS), wire, size);
	}
	uint8_t *good = finish(&b, &length);
	uint8_t *bad = malloc(length);
	const char *why;
	unsigned int accepted = 0;
	for (int turn = 0; turn < 300; turn++) {
		size_t upto = any(2) ? offsetof(struct lists_header, name) : length;
		memcpy(bad, good, length);
		uint32_t value = any(2) ? (uint32_t)any(70000) : (uint32_t)seed_next(&random_state);
		memcpy(bad + any(upto / 4) * 4, &value, 4);
		if (lists_check(bad, length, &why) != 0)
			continue;
		accepted++;
		for (int i = 0; i < 50; i++) {
			uint8_t a[16], wire[64];
			any_address(4, a);
			lists_find_address((const void *)bad, 4, a);
			any_address(6, a);
			lists_find_address((const void *)bad, 6, a);
			lists_find_name((const void *)bad, wire, any_name(wire));
		}
	}
	assert_int_equal(lists_check(good, length, &why), 0);
	for (size_t cut = 0; cut < length; cut += 1 + length / 97)
		assert_int_not_equal(lists_check(good, cut, &why), 0);
	printf("%u of 300 changed images are images too\n", accepted);
	free(bad);
	free(good);
}

static double
cpu_seconds(void) {
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// DESIGN's million, within two seconds of a processor.
static void
test_million(void **state) {
	static const uint64_t key[2] = {5, 6};
	struct lists_build b;
	size_t length;

	(void)state;
	double began = cpu_seconds();
	lists_build_init(&b, key);
	for (unsigned int i = 0; i < 1000000; i++) {
		uint8_t a[16] = {0}, c[16] = {0}, wire[16] = {11};
		uint64_t r = seed_next(&random_state);
		memcpy(a, &r, 4);
		memcpy(c, (const uint8_t *)&r + 4, 4);
		lists_build_prefix(&b, i % 3, 4, a, 32);
		if (i < 50000)
			lists_build_prefix(&b, 3, 4, c, 16 + i % 9);
		a[0] = 0x20;
		if (i < 10000)
			lists_build_prefix(&b, 4, 6, a, 48);
		for (unsigned int k = 1; k < 12; k++)
			wire[k] = (uint8_t)('a' + (r >> 5 * k & 15));
		memcpy(wire + 12, (uint8_t[4]){3, 'n', 'e', 't'}, 4);
		lists_build_name(&b, i % 3, wire, sizeof wire);
	}
	double added = cpu_seconds();
	void *image = finish(&b, &length);
	double done = cpu_seconds();
	printf("a million addresses and names: %.2f s to add, %.2f s to build, %zu bytes\n",
	       added - began,
	       done - added,
	       length);
	assert_true(done - began < 2 || getenv("SPIN_SLOW") != NULL);
	free(image);
}

static void
test_nothing(void **state) {
	static const uint64_t key[2] = {5, 6};
	static const uint8_t a[16] = {198, 51, 100, 7};
	struct lists_build b;
	size_t length;

	(void)state;
	lists_build_init(&b, key);
	void *image = finish(&b, &length);
	assert_true(length < 4096);
	assert_int_equal(lists_find_address(image, 4, a), 0);
	assert_int_equal(lists_find_address(image, 6, a), 0);
	assert_int_equal(lists_find_name(image, (const uint8_t *)"\3org", 4), 0);
	free(image);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_million),
	};

	random_state = seed_take();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
