// SPDX-License-Identifier: BSD-3-Clause
// Help, from the one table of commands: for people, and as JSON for the manual.

#include "control/spinctl/cli.h"
#include "platform/json_write.h"

#include <stdio.h>
#include <string.h>

static const char *const exit_codes[] = {
	"done",
	"not done",
	"wrong usage",
	"spin-control is not running",
	"not allowed",
};

bool
command_takes(const struct command *c, const struct cli_option *o) {
	if (o < cli_options + CLI_OPTIONS_EVERYWHERE) {
		return !c;
	}
	size_t n = strlen(o->name);
	for (const char *at = c ? c->options : ""; *at; at += strspn(at, " ")) {
		size_t word = strcspn(at, " ");
		if (word == n && memcmp(at, o->name, n) == 0) {
			return true;
		}
		at += word;
	}
	return false;
}

static void
print_options(const struct command *c) {
	for (size_t i = 0; i < n_cli_options; i++) {
		const struct cli_option *o = &cli_options[i];
		char left[64];
		if (!command_takes(c, o)) {
			continue;
		}
		snprintf(left, sizeof(left), "--%s%s%s", o->name, o->value[0] ? " " : "", o->value);
		printf("  %-28s %s\n", left, o->help);
	}
}

static int
help_one(const struct command *c) {
	printf("spinctl %s %s\n\n  %s\n\n", c->name, c->arguments, c->sentence);
	print_options(c);
	if (strstr(c->arguments, "DEVICE")) {
		puts("  DEVICE       an id, MAC, address, or a name (a part will do if only one "
		     "fits)");
	}
	if (strstr(c->arguments, "DESTINATION")) {
		puts("  DESTINATION  an id, domain, address, or a name (a part will do if only one "
		     "fits)");
	}
	return EXIT_OK;
}

static void
write_options(const struct command *c, struct json *j) {
	json_key(j, "options");
	json_array(j);
	for (size_t i = 0; i < n_cli_options; i++) {
		const struct cli_option *o = &cli_options[i];
		if (!command_takes(c, o)) {
			continue;
		}
		json_object(j);
		json_key_string(j, "name", o->name);
		json_key_string(j, "value", o->value);
		json_key_string(j, "help", o->help);
		json_end(j);
	}
	json_end(j);
}

static int
help_json(const struct command *one) {
	struct json j;
	json_init(&j);
	json_object(&j);
	write_options(NULL, &j);
	json_key(&j, "commands");
	json_array(&j);
	for (size_t i = 0; i < n_commands; i++) {
		const struct command *c = &commands[i];
		if (one && one != c) {
			continue;
		}
		json_object(&j);
		json_key_string(&j, "name", c->name);
		json_key_string(&j, "arguments", c->arguments);
		json_key_string(&j, "sentence", c->sentence);
		write_options(c, &j);
		json_end(&j);
	}
	json_end(&j);
	json_key(&j, "exit_codes");
	json_array(&j);
	for (size_t i = 0; i < sizeof(exit_codes) / sizeof(exit_codes[0]); i++) {
		json_string(&j, exit_codes[i]);
	}
	json_end(&j);
	json_end(&j);
	if (!j.failed) {
		puts(j.text);
	}
	int r = j.failed ? EXIT_FAILED : EXIT_OK;
	json_free(&j);
	return r;
}

int
run_help(struct cli *c) {
	const struct command *one = c->argc == 1 ? command_find(c->argv[0]) : NULL;
	if (c->argc == 1 && !one) {
		return usage(NULL, "there is no command \"%s\"", c->argv[0]);
	}
	if (c->json) {
		return help_json(one);
	}
	if (one) {
		return help_one(one);
	}
	puts("spinctl [--run-dir DIR] COMMAND … [--json]\n");
	for (size_t i = 0; i < n_commands; i++) {
		printf("  %-13s %s\n", commands[i].name, commands[i].sentence);
	}
	putchar('\n');
	print_options(NULL);
	fputs("\nexit codes:", stdout);
	for (size_t i = 0; i < sizeof(exit_codes) / sizeof(exit_codes[0]); i++) {
		printf("%s %zu %s", i ? "," : "", i, exit_codes[i]);
	}
	putchar('\n');
	return EXIT_OK;
}
