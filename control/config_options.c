// SPDX-License-Identifier: BSD-3-Clause
// The command line of spin-control: the options that rows of the table have, and its own few.

#include "control/config.h"
#include "control/config_key.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEFT 24 // columns of the option and its argument
#define RIGHT 64 // columns of what it does

static const struct {
	const char *option, *argument, *help;
} own[] = {
	{"--config",
	 "FILE",
	 "what to read (" CONFIG_FILE ", may be absent), beside its conf.d/*.yaml"},
	{"--check", "", "say what is wrong with the configuration, profiles and kinds, and end"},
	{"--restore", "FILE", "put this backup in place and end, while spin-control does not run"},
	{"--keys", "", "print every key of the configuration as JSON"},
	{"--version", "", "print the version"},
	{"--help", "", "print this"},
};

static void
print_row(const char *option, const char *argument, const char *help, const char *fallback) {
	char text[512];
	const char *at = text;

	snprintf(text, sizeof text, fallback ? "%s (%s)" : "%s", help, fallback);
	printf("  %s %-*s", option, (int)(LEFT - strlen(option)), argument);
	while (strlen(at) > RIGHT) {
		int n = RIGHT;
		while (n > 0 && at[n] != ' ')
			n--;
		printf("%.*s\n%*s", n, at, LEFT + 3, "");
		at += n + 1;
	}
	puts(at);
}

void
config_usage(void) {
	puts("usage: spin-control [OPTION VALUE]...\n"
	     "\n"
	     "Shows what the home's devices talk to, and stops what you do not want.\n");
	print_row(own[0].option, own[0].argument, own[0].help, NULL);
	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		if (k->option)
			print_row(k->option, k->argument, k->help, k->fallback);
	}
	for (size_t i = 1; i < ARRAY_LEN(own); i++)
		print_row(own[i].option, own[i].argument, own[i].help, NULL);
}

static void
write_key(const struct config_key *k, struct json *j) {
	static const struct {
		const char *name;
		enum config_flag flag;
	} flags[] = {
		{"restart", CONFIG_RESTART},
		{"secret", CONFIG_SECRET},
		{"expert", CONFIG_EXPERT},
		{"local", CONFIG_LOCAL},
	};
	char variable[CONFIG_VARIABLE];
	bool text = k->type < CONFIG_TYPE_LIST || k->fallback; // can be written in one

	json_object(j);
	json_key_string(j, "name", k->name);
	json_key_string(j, "type", config_type_word(k->type));
	config_value_write_allowed(k, j);
	json_key_string(j, "default", k->fallback);
	json_key_string(j, "variable", text ? config_key_variable(k, variable) : NULL);
	json_key_string(j, "option", k->option);
	json_key_string(j, "argument", k->argument);
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		json_key_bool(j, flags[i].name, k->flags & flags[i].flag);
	json_key_string(j, "help", k->help);
	json_end(j);
}

void
config_print_keys(void) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "options");
	json_array(&j);
	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		json_object(&j);
		json_key_string(&j, "option", own[i].option);
		json_key_string(&j, "argument", own[i].argument);
		json_key_string(&j, "help", own[i].help);
		json_end(&j);
	}
	json_end(&j);
	json_key(&j, "keys");
	json_array(&j);
	for (size_t i = 0; i < config_keys_count; i++)
		write_key(&config_keys[i], &j);
	json_end(&j);
	json_end(&j);
	puts(j.failed ? "{}" : j.text);
	json_free(&j);
}

static size_t
find(const char *option) {
	for (size_t i = 0; i < config_keys_count; i++)
		if (config_keys[i].option && strcmp(config_keys[i].option, option) == 0)
			return i;
	return CONFIG_KEY_NONE;
}

// Each time the option is given, from `first` on; a list takes all, everything else the last.
static int
take_all(struct config *c, size_t key, int first, char ret_error[CONFIG_ERROR]) {
	const struct config_key *k = &config_keys[key];
	unsigned int most = (unsigned int)(c->argc - first) / 2 + 1;
	struct yaml_tree_node *nodes = calloc(most + 1, sizeof *nodes);
	struct yaml_item *items = calloc(most, sizeof *items);
	struct yaml_tree t = {.file = k->option, .nodes = nodes};
	int r = nodes && items ? 0 : -ENOMEM;

	if (r == 0) {
		nodes[0] = (struct yaml_tree_node){.kind = YAML_LIST, .items = items};
		for (int i = first; i + 1 < c->argc; i++) {
			if (find(c->argv[i]) == key) {
				unsigned int n = ++nodes[0].count;
				nodes[n] = (struct yaml_tree_node){.text = c->argv[i + 1]};
				items[n - 1].node = n;
			}
			i += strcmp(c->argv[i], "--check") != 0;
		}
		const char *last = nodes[nodes[0].count].text;
		r = k->type == CONFIG_TYPE_LIST
			? config_value_read(k, &t, nodes, c, ret_error)
			: config_value_read_text(k, k->option, last, c, ret_error);
	}
	free(nodes);
	free(items);
	return r;
}

int
config_take_options(struct config *c, char ret_error[CONFIG_ERROR]) {
	bool seen[CONFIG_KEYS_MAX] = {false};

	for (int i = 1; i < c->argc; i++) {
		const char *option = c->argv[i];
		if (strcmp(option, "--check") == 0) {
			c->check = true;
			continue;
		}
		size_t key = find(option);
		bool restores = strcmp(option, "--restore") == 0;
		bool config = restores || strcmp(option, "--config") == 0;
		if ((key == CONFIG_KEY_NONE && !config) || i + 1 == c->argc) {
			snprintf(
				ret_error,
				CONFIG_ERROR,
				"'%.100s' %s; spin-control --help lists the options",
				option,
				key == CONFIG_KEY_NONE && !config ? "is unknown" : "lacks its value"
			);
			return -EINVAL;
		}
		if (restores)
			snprintf(c->restore, sizeof c->restore, "%s", c->argv[i + 1]);
		if (!config && !seen[key]) {
			seen[key] = true;
			c->origin[key] = (struct config_origin){.layer = CONFIG_LAYER_OPTION};
			int r = take_all(c, key, i, ret_error);
			if (r < 0)
				return r;
		}
		i++;
	}
	return 0;
}
