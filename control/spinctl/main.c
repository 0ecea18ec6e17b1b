// SPDX-License-Identifier: BSD-3-Clause
// spinctl: the gateway from a terminal.  Options may stand anywhere; "--" ends them.

#include "control/spinctl/cli.h"

#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct option {
	const char *name;
	size_t field; // in struct cli
	bool has_value;
};

static const struct option options[] = {
#define X(field, name, value, help) {name, offsetof(struct cli, field), sizeof(value) > 1},
	OPTIONS(X)
#undef X
};

static const struct option *
find(const char *name, size_t length) {
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strlen(options[i].name) == length
		    && memcmp(options[i].name, name, length) == 0) {
			return &options[i];
		}
	}
	return NULL;
}

static bool
belongs(const struct option *o, const struct command *command) {
	size_t i = (size_t)(o - options);
	return i < CLI_OPTIONS_EVERYWHERE || command_takes(command, &cli_options[i]);
}

// Takes the option at argv[*i], and its value.
static int
take_option(struct cli *c, int argc, char **argv, int *i) {
	const char *text = argv[*i] + 2;
	size_t length = strcspn(text, "=");
	const struct option *o = find(text, length);
	if (!o || !belongs(o, c->command)) {
		return usage(c->command, "there is no option %s here", argv[*i]);
	}
	const char *value = "yes";
	if (o->has_value && text[length] == '=') {
		value = text + length + 1;
	} else if (o->has_value) {
		if (++*i == argc) {
			return usage(c->command, "--%s needs a value", o->name);
		}
		value = argv[*i];
	} else if (text[length]) {
		return usage(c->command, "--%s takes no value", o->name);
	}
	*(const char **)(void *)((char *)c + o->field) = value;
	return EXIT_OK;
}

static int
parse(struct cli *c, int argc, char **argv) {
	bool ended = false;
	for (int i = 1; i < argc; i++) {
		bool option = !ended && strncmp(argv[i], "--", 2) == 0;
		if (option && !argv[i][2]) {
			ended = true;
		} else if (option) {
			int r = take_option(c, argc, argv, &i);
			if (r) {
				return r;
			}
		} else if (!c->command && strcmp(argv[i], "-h") == 0) {
			c->help = "yes";
		} else if (!c->command) {
			c->command = command_find(argv[i]);
			if (!c->command) {
				return usage(NULL, "there is no command \"%s\"", argv[i]);
			}
			if (strcmp(c->command->options, "*") == 0) {
				// The rest is another program's business.
				c->argv = argv + i + 1;
				c->argc = argc - i - 1;
				return EXIT_OK;
			}
		} else {
			argv[1 + c->argc++] = argv[i];
		}
	}
	c->argv = argv + 1;
	return EXIT_OK;
}

int
main(int argc, char **argv) {
	struct cli c = {.run_dir = CLI_RUN_DIR};
	setlocale(LC_CTYPE, "C.UTF-8"); // widths of characters in tables
	signal(SIGPIPE, SIG_IGN);
	int r = parse(&c, argc, argv);
	if (r) {
		return r;
	}
	if (!c.command && c.help) {
		c.argc = 0;
		return run_help(&c);
	}
	if (!c.command) {
		return usage(NULL, "say what to do");
	}
	if (c.help) {
		char *name = (char *)(uintptr_t)c.command->name;
		struct cli help = {.argc = 1, .argv = &name};
		return run_help(&help);
	}
	int most = c.command->most ? c.command->most : c.command->least ? 1 << 20 : 0;
	if (c.argc < c.command->least || c.argc > most) {
		return usage(
			c.command,
			c.argc > most ? "\"%s\" is one word too many" : "%s is missing",
			c.argc > most ? c.argv[most] : "something"
		);
	}
	r = c.command->run(&c);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		return r ? r : EXIT_FAILED;
	}
	return r;
}
