// SPDX-License-Identifier: BSD-3-Clause
// What stands in a Cookie header; it comes from strangers, and may be anything.

#include "control/access/cookie.h"

#include <string.h>

bool
cookie_next(const char **at, const char *name, const char **ret_value, size_t *ret_length) {
	size_t n = strlen(name);

	for (const char *c = *at; *c;) {
		c += strspn(c, "; \t");
		size_t whole = strcspn(c, ";");
		const char *here = c;
		c += whole;
		if (whole <= n || strncmp(here, name, n) != 0 || here[n] != '=')
			continue;
		*ret_value = here + n + 1;
		*ret_length = whole - n - 1;
		*at = c;
		return true;
	}
	return false;
}
