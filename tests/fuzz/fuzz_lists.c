// SPDX-License-Identifier: BSD-3-Clause
// A good lists image with any words changed: what the check accepts can be asked anything.
//
// Shape:   the input is a length to cut to (0: none), then changes of eight bytes: which word, and
//          what it is now.  Headers and sections are far apart, so words below 64 count from the
//          start and others are spread over the image.
#include "control/lists_build.h"
#include "tests/fuzz/fuzz.h"

static uint8_t *base;
static size_t base_length;

static void
make_base(void) {
	static const uint64_t key[2] = {1, 2};
	struct lists_build b;

	lists_build_init(&b, key);
	for (unsigned int i = 0; i < 64; i++) {
		uint8_t a[16] = {(uint8_t)(20 + i / 8), (uint8_t)(i * 37), (uint8_t)i};
		uint8_t wire[] = {1, (uint8_t)('a' + i % 26), 2, 'n', (uint8_t)('a' + i / 4)};
		lists_build_prefix(&b, i % 7, 4, a, 12 + i % 21);
		lists_build_prefix(&b, i % 7, 6, a, 12 + i % 60);
		lists_build_name(&b, i % 7, wire, sizeof wire);
	}
	must(lists_build_finish(&b, 1, 7, 0x7f, (void **)&base, &base_length) == 0);
	lists_build_fini(&b);
}

static void
ask(const struct lists_header *l, uint32_t seed) {
	uint8_t a[16], name[] = {1, 'a', 1, 'a', 2, 'n', 'a'};

	for (uint32_t i = 0; i < 64; i++) {
		for (unsigned int k = 0; k < 16; k++)
			a[k] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
		lists_find_address(l, 4, a);
		lists_find_address(l, 6, a);
		name[3] = (uint8_t)('a' + i % 26);
		name[6] = a[0];
		lists_find_name(l, name, sizeof name);
		name[2] = a[1]; // a label that runs past the end
		lists_find_name(l, name, sizeof name);
		name[2] = 1;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	uint32_t change[2], cut = 0, seed = 1;
	const char *why = NULL;

	if (!base)
		make_base();
	if (size < 4)
		return 0;
	memcpy(&cut, data, 4);
	size_t length = cut && cut < base_length ? cut : base_length;
	uint8_t *image = malloc(length); // to the byte, so that a sanitizer sees one more
	must(image != NULL);
	memcpy(image, base, length);
	for (size_t at = 4; at + 8 <= size && at < FUZZ_MAX; at += 8) {
		memcpy(change, data + at, 8);
		size_t word = change[0] < 64 ? change[0] : change[0] % (base_length / 4);
		seed ^= change[1];
		if (word * 4 + 4 <= length)
			memcpy(image + word * 4, &change[1], 4);
	}
	if (lists_check(image, length, &why) == 0)
		ask((const struct lists_header *)(const void *)image, seed);
	else
		must(why != NULL);
	free(image);
	return 0;
}
