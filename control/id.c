// SPDX-License-Identifier: BSD-3-Clause
// Digits are Crockford's without the letters that look like digits, lower case.

#include "control/id.h"

#include "control/clock.h"

#include <stdio.h>
#include <string.h>

#define DIGITS 13

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
static uint64_t newest;

uint64_t
id_new(void) {
	uint64_t id = clock_wall_ns() / NS_PER_MS << 20;

	if (id <= newest)
		id = newest + 1;
	newest = id;
	return id;
}

void
id_seen(uint64_t id) {
	if (id > newest)
		newest = id;
}

const char *
id_text(const char *prefix, uint64_t id, char ret[ID_TEXT]) {
	char digits[DIGITS + 1] = "";

	for (int i = DIGITS - 1; i >= 0; i--, id >>= 5)
		digits[i] = alphabet[id & 31];
	snprintf(ret, ID_TEXT, "%s%s", prefix, digits);
	return ret;
}

bool
id_parse(const char *prefix, const char *text, uint64_t *ret) {
	size_t skip = strlen(prefix);
	uint64_t id = 0;

	if (strncmp(text, prefix, skip) != 0 || strlen(text) != skip + DIGITS)
		return false;
	for (const char *c = text + skip; *c; c++) {
		const char *at = strchr(alphabet, *c);
		if (!at || id >> 59 != 0)
			return false;
		id = id << 5 | (uint64_t)(at - alphabet);
	}
	*ret = id;
	return id != 0;
}
