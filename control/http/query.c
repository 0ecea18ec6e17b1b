// SPDX-License-Identifier: BSD-3-Clause
// Query parameters with a type.

#include "control/http/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool
http_query_number(
	struct http_request *r,
	const char *name,
	uint64_t min,
	uint64_t max,
	uint64_t fallback,
	uint64_t *ret
) {
	const char *text = http_query(r, name);
	if (!text) {
		*ret = fallback;
		return true;
	}
	errno = 0;
	uint64_t value = strtoull(text, NULL, 10);
	size_t digits = strspn(text, "0123456789");
	if (!digits || text[digits] || errno || value < min || value > max) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			NULL,
			"%s must be a whole number from %llu to %llu.",
			name,
			(unsigned long long)min,
			(unsigned long long)max
		);
		return false;
	}
	*ret = value;
	return true;
}

bool
http_query_flag(struct http_request *r, const char *name, bool *ret) {
	const char *text = http_query(r, name);
	bool yes = text && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);

	*ret = yes;
	if (!text || yes || strcmp(text, "false") == 0 || strcmp(text, "0") == 0) {
		return true;
	}
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write true or false.",
		"'%.40s' is no value of '%s'.",
		text,
		name
	);
	return false;
}
