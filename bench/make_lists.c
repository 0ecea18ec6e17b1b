// SPDX-License-Identifier: BSD-3-Clause
// make_lists FILE [SEED [spare]]: the lists image of the benches, by control's own compiler:
// 1,000,000 IPv4 addresses, 50,000 prefixes, 10,000 IPv6 prefixes and 1,000,000 domains.  Prints
// what that took.  `spare` names none of 198.18.0.0/15, where the traffic files' far ends are.

#include "control/lists_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ADDRESSES 1000000u
#define PREFIXES 50000u
#define PREFIXES6 10000u
#define NAMES 1000000u

static uint64_t
next(uint64_t *state) {
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

// RFC 2544's addresses for benches: whoever is asked to leave them alone takes their neighbours.
static void
leave_alone(uint8_t address[4]) {
	if (address[0] == 198 && (address[1] & 0xfe) == 18)
		address[1] ^= 2;
}

static void
add(struct lists_build *b, uint64_t *seed, bool spare) {
	for (unsigned int i = 0; i < NAMES; i++) {
		uint8_t a[16] = {0}, net[16] = {0}, wire[] = "\7xxxxxxx\11feedfeeed\3com";
		uint64_t r = next(seed);
		memcpy(a, &r, 8);
		memcpy(net, a + 4, 4);
		if (spare) {
			leave_alone(a);
			leave_alone(net);
		}
		if (i < ADDRESSES)
			lists_build_prefix(b, i % 4, 4, a, 32);
		if (i < PREFIXES)
			lists_build_prefix(b, 4, 4, net, 24);
		a[0] = 0x20 | (a[0] & 0x1f);
		if (i < PREFIXES6)
			lists_build_prefix(b, 5, 6, a, 48);
		for (unsigned int k = 0; k < 7; k++)
			wire[1 + k] = (uint8_t)('a' + (r >> 4 * k & 15));
		for (unsigned int k = 0; k < 9; k++)
			wire[9 + k] = (uint8_t)('a' + (r >> (28 + 4 * k) & 15));
		lists_build_name(b, i % 4, wire, sizeof wire - 1);
	}
}

static double
seconds(void) {
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char **argv) {
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 20221113;
	const uint64_t key[2] = {next(&seed), next(&seed)};
	struct lists_build b;
	void *image = NULL;
	size_t length = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: make_lists FILE [SEED [spare]]\n");
		return 2;
	}
	double began = seconds();
	lists_build_init(&b, key);
	add(&b, &seed, argc > 3 && strcmp(argv[3], "spare") == 0);
	int r = lists_build_finish(&b, seed, 6, 63, &image, &length);
	double took = seconds() - began;
	lists_build_fini(&b);
	FILE *f = r == 0 ? fopen(argv[1], "wb") : NULL;
	bool ok = f && fwrite(image, 1, length, f) == length;
	if ((f && fclose(f) != 0) || !ok) {
		fprintf(stderr, "make_lists: %s could not be made\n", argv[1]);
		return 1;
	}
	free(image);
	printf("%.3f s %zu bytes\n", took, length);
	return 0;
}
