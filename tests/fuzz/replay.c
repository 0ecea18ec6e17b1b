// SPDX-License-Identifier: BSD-3-Clause
// Runs one fuzz target over files, so that what once was found is tried by every compiler.
#include "tests/fuzz/fuzz.h"

#include <stdio.h>

static int
replay(const char *path) {
	FILE *f = fopen(path, "rb");
	if (f == NULL) {
		perror(path);
		return 1;
	}
	uint8_t buffer[65536];
	size_t n = fread(buffer, 1, sizeof(buffer), f);
	fclose(f);
	// A copy of its own size, so that a sanitizer sees the first byte too far.
	uint8_t *exact = malloc(n ? n : 1);
	if (exact == NULL)
		return 1;
	memcpy(exact, buffer, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	return 0;
}

int
main(int argc, char **argv) {
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed += replay(argv[i]);
	printf("%d files, %d unreadable\n", argc - 1, failed);
	return failed != 0;
}
