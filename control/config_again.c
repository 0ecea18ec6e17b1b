// SPDX-License-Identifier: BSD-3-Clause
// The configuration while we run: read once more, and what of it can be in force at once.

#include "control/config.h"
#include "control/config_key.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/log.h"

#include <stdio.h>
#include <string.h>

int
config_again(
	const struct config *c,
	const char *api_text,
	struct config *ret,
	char ret_error[CONFIG_ERROR]
) {
	config_defaults(ret);
	ret->argc = c->argc;
	ret->argv = c->argv;
	ret->file_by_name = c->file_by_name;
	memcpy(ret->file, c->file, sizeof ret->file);
	return config_gather(ret, api_text, ret_error);
}

// A key without a field of its own needs a restart.
void
config_take(struct config *running, const struct config *fresh) {
	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		if (!(k->flags & (CONFIG_RESTART | CONFIG_APART)))
			memcpy((char *)running + k->offset, (const char *)fresh + k->offset, k->size
			);
	}
}

const char *
config_where(const struct config *c, const char *key, char ret[CONFIG_WHERE]) {
	const char *nearest;
	size_t i = config_key_find(key, &nearest);

	ret[0] = 0;
	if (i == CONFIG_KEY_NONE)
		return ret;
	const struct config_origin *o = &c->origin[i];
	switch (o->layer) {
	case CONFIG_LAYER_DEFAULT:
		snprintf(ret, CONFIG_WHERE, _("the default of %s"), key);
		break;
	case CONFIG_LAYER_FILE:
	case CONFIG_LAYER_API:
		snprintf(ret, CONFIG_WHERE, "%s:%u:%u", c->files[o->file], o->line, o->column);
		break;
	case CONFIG_LAYER_ENVIRONMENT:
		config_key_variable(&config_keys[i], ret);
		break;
	case CONFIG_LAYER_OPTION:
		snprintf(ret, CONFIG_WHERE, "%s", config_keys[i].option);
		break;
	}
	return ret;
}

void
config_set_log_level(const struct config *c) {
	const char *nearest;

	log_set_level(config_value_word(&config_keys[config_key_find("log_level", &nearest)], c));
}
