// SPDX-License-Identifier: BSD-3-Clause
// The methods of ubus that `spinctl rpcd` serves.
//
// Shape:   two tables: requests of our API, and the calls of the original SPIN.

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define ARGUMENTS_MAX 4

// type of an argument, what stands for it in `list`, how JSON says it
#define KINDS(X)                                                                                   \
	X(TEXT, "\"str\"")                                                                         \
	X(NUMBER, "5")                                                                             \
	X(FLAG, "true")                                                                            \
	X(TABLE, "{}")

enum kind {
#define X(id, sample) KIND_##id,
	KINDS(X)
#undef X
};

struct argument {
	const char *name; // NULL: there are no more
	enum kind kind;
	bool optional;
};

// `{device}` and `{destination}` in a path are found by what a person calls them; what of the
// arguments is not in the path is the body, or the query of a GET.
struct method {
	const char *name, *verb, *path;
	struct argument arguments[ARGUMENTS_MAX];
};

extern const struct method rpcd_methods[]; // of the API
extern const size_t rpcd_methods_count;
extern const struct method rpcd_calls[]; // of SPIN's JSON-RPC: verb and path are NULL
extern const size_t rpcd_calls_count;
