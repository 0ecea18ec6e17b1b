// SPDX-License-Identifier: BSD-3-Clause

#include "control/identity/kind.h"

#include "control/text/language.h"

#include <string.h>

static const struct {
	const char *name;
	enum kind within;
	unsigned int own;
} rows[] = {
#define X(id, name, within, own) {N_(name), KIND_##within, own},
	KINDS(X)
#undef X
};

const char *
kind_name(enum kind k) {
	return rows[k < KIND_COUNT ? k : KIND_NONE].name;
}

enum kind
kind_within(enum kind k) {
	return rows[k].within;
}

unsigned int
kind_own(enum kind k) {
	return rows[k].own;
}

bool
kind_parse(const char *name, enum kind *ret) {
	for (enum kind k = KIND_GATEWAY + 1; k < KIND_COUNT; k++)
		if (strcmp(rows[k].name, name) == 0) {
			*ret = k;
			return true;
		}
	return false;
}

const char *
kind_list(void) {
#define X(id, name, ...) ", " name
	static const char list[] = KINDS(X);
#undef X
	return list + sizeof ", unknown, gateway, " - 1;
}
