// SPDX-License-Identifier: BSD-3-Clause
// The methods of the object "spin" on ubus, whoever offers it: the plugin of rpcd (`spinctl rpcd`)
// or spin-ubus.
//
// Shape:   requests of our API, and after them the calls of the original SPIN.
// Threads: constant.

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define METHODS_OBJECT "spin"
#define ARGUMENTS_MAX 4

// type of an argument, what stands for it in rpcd's `list`, how a person calls it
#define ARGUMENTS(X)                                                                               \
	X(TEXT, "\"str\"", "text")                                                                 \
	X(NUMBER, "5", "number")                                                                   \
	X(FLAG, "true", "flag")                                                                    \
	X(TABLE, "{}", "table")

enum argument_kind {
#define X(id, sample, word) ARGUMENT_##id,
	ARGUMENTS(X)
#undef X
};

struct argument {
	const char *name; // NULL: there are no more
	enum argument_kind kind;
	bool optional;
};

// `{device}` and `{destination}` in a path are found by what a person calls them; what of the
// arguments is not in the path is the body, or the query of a GET.
struct method {
	const char *name, *verb, *path;
	struct argument arguments[ARGUMENTS_MAX];
};

extern const struct method
	ubus_methods[]; // of the API, and then SPIN's calls: verb and path are NULL
extern const size_t ubus_methods_count;

const struct method *method_find(const char *name); // NULL: there is none
