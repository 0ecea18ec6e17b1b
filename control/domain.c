// SPDX-License-Identifier: BSD-3-Clause
// Only the ICANN section counts: github.io is one destination, as is blogspot.com, because that is
// whom the device talks to.  psl_registrable_domain would take the private section too.

#include "control/domain.h"

#include <libpsl.h>

#include <ctype.h>

static const psl_ctx_t *list;

void
domain_init(const char *file) {
	list = file ? psl_load_file(file) : NULL;
	if (!list)
		list = psl_builtin();
}

// Where the next label begins, or NULL after the last.
static const char *
next_label(const char *name) {
	for (; *name; name++) {
		if (*name == '\\' && name[1])
			name++;
		else if (*name == '.')
			return name[1] ? name + 1 : NULL;
	}
	return NULL;
}

bool
domain_is_public_suffix(const char *name) {
	if (!next_label(name))
		return true;
	return list && psl_is_public_suffix2(list, name, PSL_TYPE_ICANN);
}

const char *
domain_registrable(const char *name) {
	const char *next;

	if (domain_is_public_suffix(name))
		return name;
	while ((next = next_label(name)) && !domain_is_public_suffix(next))
		name = next;
	return name;
}

// One character of a label, unescaped; moves *at past it.
static int
label_byte(const char **at) {
	const char *c = *at;

	if (*c != '\\') {
		*at = c + 1;
		return tolower((unsigned char)*c);
	}
	if (!isdigit((unsigned char)c[1])) {
		if (!c[1])
			return -1;
		*at = c + 2;
		return tolower((unsigned char)c[1]);
	}
	if (!isdigit((unsigned char)c[2]) || !isdigit((unsigned char)c[3]))
		return -1;
	int value = (c[1] - '0') * 100 + (c[2] - '0') * 10 + (c[3] - '0');
	*at = c + 4;
	return value > 255 ? -1 : tolower(value);
}

size_t
domain_wire(const char *name, uint8_t ret[DOMAIN_WIRE_MAX]) {
	size_t start = 0;
	size_t used = 1;

	while (*name) {
		if (*name == '.') {
			if (used == start + 1)
				return 0;
			ret[start] = (uint8_t)(used - start - 1);
			if (!*++name)
				return used;
			start = used++;
			if (used > DOMAIN_WIRE_MAX)
				return 0;
			continue;
		}
		int byte = label_byte(&name);
		if (byte < 0 || used >= DOMAIN_WIRE_MAX || used - start > 63)
			return 0;
		ret[used++] = (uint8_t)byte;
	}
	if (used == start + 1)
		return 0;
	ret[start] = (uint8_t)(used - start - 1);
	return used;
}
