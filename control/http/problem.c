// SPDX-License-Identifier: BSD-3-Clause
// The rows of problem.h, looked up.

#include "control/http/problem.h"

#include "control/text/language.h"

static const struct {
	int status;
	const char *key;
	const char *title;
} rows[] = {
#define X(name, status, key, title) {status, key, N_(title)},
	PROBLEMS(X)
#undef X
};

int
problem_status(enum problem p) {
	return rows[p].status;
}

const char *
problem_key(enum problem p) {
	return rows[p].key;
}

const char *
problem_title(enum problem p) {
	return rows[p].title;
}
