// SPDX-License-Identifier: BSD-3-Clause

#include "control/config_view.h"

#include "control/config_key.h"
#include "control/core.h"
#include "control/text/language.h"
#include "control/view.h"
#include "platform/json_write.h"
#include "platform/siphash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
write_value(const struct config_key *k, const struct config *c, struct json *j) {
	if (k->flags & CONFIG_SECRET)
		json_null(j);
	else
		config_value_write(k, c, j);
}

void
config_view_values(const struct core *c, struct json *j) {
	const char *open = "";
	size_t length = 0;

	json_object(j);
	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		const char *dot = strchr(k->name, '.');
		size_t n = dot ? (size_t)(dot - k->name) : 0;
		if (length && (n != length || memcmp(open, k->name, n) != 0))
			json_end(j);
		if (n && (n != length || memcmp(open, k->name, n) != 0)) {
			char name[CONFIG_VARIABLE];
			snprintf(name, sizeof name, "%.*s", (int)n, k->name);
			json_key(j, name);
			json_object(j);
		}
		open = k->name;
		length = n;
		json_key(j, dot ? dot + 1 : k->name);
		write_value(k, c->reload.wanted, j);
	}
	if (length)
		json_end(j);
	json_end(j);
}

static void
write_origin(const struct config_key *k, const struct config *c, struct json *j) {
	static const char *const words[] = {
#define X(id, word) word,
		CONFIG_LAYERS(X)
#undef X
	};
	const struct config_origin *o = &c->origin[k - config_keys];
	bool file = o->layer == CONFIG_LAYER_FILE || o->layer == CONFIG_LAYER_API;
	char where[CONFIG_WHERE];

	json_key(j, "source");
	json_object(j);
	json_key_string(j, "layer", words[o->layer]);
	json_key_string(
		j,
		"where",
		o->layer == CONFIG_LAYER_DEFAULT ? NULL
			: file			 ? c->files[o->file]
						 : config_where(c, k->name, where)
	);
	json_key(j, "line");
	if (file)
		json_u64(j, o->line);
	else
		json_null(j);
	json_end(j);
}

static void
write_key(
	const struct core *c,
	const struct config_key *k,
	const struct config *defaults,
	struct json *j
) {
	const struct config *now = c->reload.wanted;

	json_object(j);
	json_key_string(j, "key", k->name);
	json_key_string(j, "description", _(k->help));
	json_key_string(j, "type", config_type_word(k->type));
	config_value_write_allowed(k, j);
	json_key(j, "default");
	write_value(k, defaults, j);
	json_key(j, "value");
	write_value(k, now, j);
	json_key_bool(j, "modified", !config_value_same(k, now, defaults));
	write_origin(k, now, j);
	json_key_bool(j, "restart_needed", k->flags & CONFIG_RESTART);
	json_key_bool(j, "pending", !config_value_same(k, now, c->config));
	json_key_bool(j, "secret", k->flags & CONFIG_SECRET);
	json_key_bool(j, "expert", k->flags & CONFIG_EXPERT);
	json_key_bool(
		j,
		"writable",
		!(k->flags & CONFIG_LOCAL)
			&& now->origin[k - config_keys].layer != CONFIG_LAYER_OPTION
	);
	json_end(j);
}

void
config_view_detailed(const struct core *c, struct json *j) {
	struct config *defaults = malloc(sizeof *defaults);

	if (!defaults) {
		j->failed = true;
		return;
	}
	config_defaults(defaults);
	json_object(j);
	json_key(j, "items");
	json_array(j);
	for (size_t i = 0; i < config_keys_count; i++)
		write_key(c, &config_keys[i], defaults, j);
	json_end(j);
	json_key(j, "files");
	json_array(j);
	for (unsigned int i = 0; i < c->reload.wanted->files_count; i++)
		json_string(j, c->reload.wanted->files[i]);
	json_end(j);
	json_key_string(j, "error", c->reload.error[0] ? c->reload.error : NULL);
	json_key(j, "changed_by");
	json_string(j, c->reload.changed_ns ? c->reload.author : NULL);
	view_time(j, "changed", c->reload.changed_ns);
	json_end(j);
	free(defaults);
}

void
config_view_names(const struct config_set *keys, struct json *j) {
	json_array(j);
	for (size_t i = 0; i < config_keys_count; i++)
		if (config_set_has(keys, i))
			json_string(j, config_keys[i].name);
	json_end(j);
}

const char *
config_view_etag(const struct core *c, char ret[CONFIG_ETAG]) {
	static const uint64_t key[2] = {0x636f6e666967, 1}; // tells versions apart, hides nothing
	struct json j;

	json_init(&j);
	config_view_values(c, &j);
	snprintf(
		ret,
		CONFIG_ETAG,
		"\"%016llx\"",
		(unsigned long long)siphash24(key, j.text ? j.text : "", j.length)
	);
	json_free(&j);
	return ret;
}
