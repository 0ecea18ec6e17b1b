// SPDX-License-Identifier: BSD-3-Clause
// The command line of analyze: which captures, which addresses are home, how to print.
//
// Errors:  options_read prints one sentence to stderr and returns -EINVAL; 1 after --help.

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define HOME_MAX 64

struct prefix {
	uint8_t family; // 4 or 6
	uint8_t bits;
	uint8_t address[16];
};

struct options {
	char *const *files;
	unsigned int files_n;
	bool json;
	uint32_t lines; // so many flows, an object a line; 0: not so
	unsigned int workers;
	struct prefix home[HOME_MAX];
	unsigned int home_n;
};

int options_read(int argc, char **argv, struct options *ret);
bool options_is_home(const struct options *o, unsigned int family, const uint8_t address[16]);
