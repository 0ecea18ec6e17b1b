// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a MaxMind DB: opened, asked for addresses, and walked.
#include "control/geo/mmdb.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void
on_prefix(
	void *context,
	unsigned int code,
	unsigned int family,
	const uint8_t address[16],
	unsigned int length
) {
	(void)address;
	must(code < 3 && length >= 1 && length <= (family == 4 ? 32u : 128u));
	++*(unsigned int *)context;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const char codes[][3] = {"NL", "US", "DE"};
	static const uint8_t addresses[][16] = {
		{198, 51, 100, 1}, {203, 0, 113, 7}, {0x20, 1, 0xd, 0xb8, 0, 7}, {0}};
	struct mmdb_network network;
	char path[40], why[MMDB_ERROR] = "", code[3];
	unsigned int prefixes = 0;
	struct mmdb m;

	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (mmdb_open(&m, path, why) == 0) {
		for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
			for (unsigned int family = 4; family <= 6; family += 2) {
				mmdb_country(&m, family, addresses[i], code);
				mmdb_network(&m, family, addresses[i], &network);
				must(strlen(network.name) < sizeof network.name);
			}
		if (mmdb_walk(&m, path, codes, 3, on_prefix, &prefixes, why) < 0)
			must(why[0] != 0);
	} else {
		must(why[0] != 0);
	}
	mmdb_close(&m);
	close(fd);
	return 0;
}
