// SPDX-License-Identifier: BSD-3-Clause
// Rows of the table, looked up.

#include "control/config_key.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char *
config_type_word(enum config_type t) {
	static const char *const words[] = {
#define X(id, word) word,
		CONFIG_TYPES(X)
#undef X
	};
	return words[t];
}

size_t
config_key_find(const char *name, const char **ret_nearest) {
	static _Thread_local char nearest[CONFIG_VARIABLE];
	unsigned int best = YAML_FAR + 1;
	bool whole = strchr(name, '.');

	*ret_nearest = nearest;
	for (size_t i = 0; i < config_keys_count; i++) {
		const char *full = config_keys[i].name;
		char part[CONFIG_VARIABLE];
		// A name without a dot can only mean a mapping, or a key without one.
		snprintf(part, sizeof part, "%.*s", whole ? 60 : (int)strcspn(full, "."), full);
		unsigned int far = yaml_distance(name, part);
		if (strcmp(name, full) == 0)
			return i;
		if (far < best) {
			best = far;
			memcpy(nearest, part, sizeof nearest);
		}
	}
	return CONFIG_KEY_NONE;
}

const char *
config_key_variable(const struct config_key *k, char ret[CONFIG_VARIABLE]) {
	snprintf(ret, CONFIG_VARIABLE, "SPIN_%s", k->name);
	for (char *c = ret; *c; c++)
		*c = *c == '.' ? '_' : (char)toupper((unsigned char)*c);
	return ret;
}
