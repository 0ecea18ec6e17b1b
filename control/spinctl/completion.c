// SPDX-License-Identifier: BSD-3-Clause
// Completion for three shells, from the table of commands; the names of what there is are asked of
// spin-control when TAB is pressed.

#include "control/spinctl/client.h"
#include "control/spinctl/text_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What an argument can be: the word of the table for it, and where its names are.
static const struct {
	const char *word, *name, *path, *field;
} kinds[] = {
	{"DEVICE", "devices", "/api/v1/devices", "name"},
	{"DESTINATION", "destinations", "/api/v1/destinations", "name"},
	{"PROFILE", "profiles", "/api/v1/profiles", "name"},
	{"LIST", "lists", "/api/v1/lists", "name"},
	{"KEY", "keys", "/api/v1/config?detailed=1", "key"},
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool
mentions(const char *arguments, const char *word) {
	size_t n = strlen(word);
	for (const char *at = arguments; (at = strstr(at, word)); at += n) {
		bool begins = at == arguments || strchr(" [|(", at[-1]);
		if (begins && !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ", at[n] ? at[n] : 'A')) {
			return true;
		}
		if (begins && !at[n]) {
			return true;
		}
	}
	return false;
}

// "devices destinations", of what the command takes.
static void
put_kinds(const struct command *c) {
	bool first = true;
	for (size_t i = 0; i < N_KINDS; i++) {
		if (mentions(c->arguments, kinds[i].word)) {
			printf("%s%s", first ? "" : " ", kinds[i].name);
			first = false;
		}
	}
}

static void
put_options(const struct command *c) {
	for (size_t k = 0; k < n_cli_options; k++) {
		if (command_takes(c, &cli_options[k]) || k == 1 || k == 2) { // --json, --help
			printf(" --%s", cli_options[k].name);
		}
	}
}

// Names may hold blanks and quotes, so each goes through %q on its own.
static void
bash(void) {
	puts("# bash completion of spinctl: eval \"$(spinctl completion bash)\"\n"
	     "_spinctl() {\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} i verb= options= kinds= at=() name\n"
	     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	     "\t\tcase ${COMP_WORDS[i]} in\n"
	     "\t\t--run-dir) at=(--run-dir \"${COMP_WORDS[++i]}\") ;;\n"
	     "\t\t-*) ;;\n"
	     "\t\t*) verb=${COMP_WORDS[i]}; break ;;\n"
	     "\t\tesac\n"
	     "\tdone\n"
	     "\tcase $verb in");
	for (size_t i = 0; i < n_commands; i++) {
		printf("\t%s) options='", commands[i].name);
		put_options(&commands[i]);
		fputs("' kinds='", stdout);
		put_kinds(&commands[i]);
		puts("' ;;");
	}
	fputs("\t*) options='--run-dir --json --help", stdout);
	for (size_t i = 0; i < n_commands; i++) {
		printf(" %s", commands[i].name);
	}
	puts("' ;;\n"
	     "\tesac\n"
	     "\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
	     "\tfor i in $kinds; do\n"
	     "\t\twhile IFS= read -r name; do\n"
	     "\t\t\t[[ $name == \"$word\"* ]] && COMPREPLY+=(\"$(printf %q \"$name\")\")\n"
	     "\t\tdone < <(spinctl \"${at[@]}\" completion names \"$i\" 2>/dev/null)\n"
	     "\tdone\n"
	     "}\n"
	     "complete -o default -F _spinctl spinctl");
}

static void
zsh(void) {
	puts("#compdef spinctl\n"
	     "# zsh completion of spinctl\n"
	     "_spinctl() {\n"
	     "\tlocal -a verbs options names at\n"
	     "\tlocal verb kind kinds i\n"
	     "\tfor ((i = 2; i < CURRENT; i++)); do\n"
	     "\t\tcase $words[i] in\n"
	     "\t\t--run-dir) at=(--run-dir \"$words[++i]\") ;;\n"
	     "\t\t-*) ;;\n"
	     "\t\t*) verb=$words[i]; break ;;\n"
	     "\t\tesac\n"
	     "\tdone\n"
	     "\tif [[ -z $verb ]]; then\n"
	     "\t\tverbs=(");
	for (size_t i = 0; i < n_commands; i++) {
		printf("\t\t\t\"%s:", commands[i].name);
		for (const char *c = commands[i].sentence; *c; c++) {
			printf(strchr(":\"`$\\", *c) ? "\\%c" : "%c", *c);
		}
		puts("\"");
	}
	puts("\t\t)\n"
	     "\t\t_describe command verbs\n"
	     "\t\tcompadd -- --run-dir --json --help\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\tcase $verb in");
	for (size_t i = 0; i < n_commands; i++) {
		printf("\t%s) options=(", commands[i].name);
		put_options(&commands[i]);
		fputs(") kinds='", stdout);
		put_kinds(&commands[i]);
		puts("' ;;");
	}
	puts("\tesac\n"
	     "\tcompadd -- $options\n"
	     "\tfor kind in ${=kinds}; do\n"
	     "\t\tnames=(\"${(@f)$(spinctl $at completion names $kind 2>/dev/null)}\")\n"
	     "\t\tcompadd -- $names\n"
	     "\tdone\n"
	     "}\n"
	     "compdef _spinctl spinctl");
}

static void
quote_fish(const char *text) {
	putchar('\'');
	for (; *text; text++) {
		printf(strchr("'\\", *text) ? "\\%c" : "%c", *text);
	}
	putchar('\'');
}

static void
fish(void) {
	puts("# fish completion of spinctl\n"
	     "complete -c spinctl -f\n"
	     "complete -c spinctl -l run-dir -r -d 'where spin-control listens'\n"
	     "complete -c spinctl -l json -d 'answer as JSON'\n"
	     "complete -c spinctl -l help -d 'say more'");
	for (size_t i = 0; i < n_commands; i++) {
		const struct command *c = &commands[i];
		printf("complete -c spinctl -n __fish_use_subcommand -a %s -d ", c->name);
		quote_fish(c->sentence);
		putchar('\n');
		for (size_t k = 0; k < n_cli_options; k++) {
			const struct cli_option *o = &cli_options[k];
			if (!command_takes(c, o)) {
				continue;
			}
			printf("complete -c spinctl -n '__fish_seen_subcommand_from %s' -l %s%s "
			       "-d ",
			       c->name,
			       o->name,
			       o->value[0] ? " -r" : "");
			quote_fish(o->help);
			putchar('\n');
		}
		for (size_t k = 0; k < N_KINDS; k++) {
			if (mentions(c->arguments, kinds[k].word)) {
				printf("complete -c spinctl -n '__fish_seen_subcommand_from %s' -a "
				       "'(spinctl completion names %s 2>/dev/null)'\n",
				       c->name,
				       kinds[k].name);
			}
		}
	}
}

// One a line.
static int
names(const struct cli *c, size_t kind) {
	struct answer a;
	bool paged = kind < 3;
	int r = paged ? client_list(c, kinds[kind].path, NULL, &a)
		      : client_ask(c, "GET", kinds[kind].path, NULL, &a);
	if (r) {
		return r;
	}
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	for (unsigned int n = json_first(a.doc, items); n; n = json_next(a.doc, n)) {
		const char *name = json_text(a.doc, json_get(a.doc, n, kinds[kind].field));
		if (name && *name) {
			text_put(stdout, name);
			putchar('\n');
		}
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_completion(struct cli *c) {
	static const struct {
		const char *name;
		void (*print)(void);
	} shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
	for (size_t i = 0; c->argc == 1 && i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(c->argv[0], shells[i].name) == 0) {
			shells[i].print();
			return EXIT_OK;
		}
	}
	for (size_t i = 0; c->argc == 2 && strcmp(c->argv[0], "names") == 0 && i < N_KINDS; i++) {
		if (strcmp(c->argv[1], kinds[i].name) == 0) {
			return names(c, i);
		}
	}
	return usage(c->command, "only bash, zsh and fish are known, not \"%s\"", c->argv[0]);
}
