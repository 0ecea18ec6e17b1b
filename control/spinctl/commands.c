// SPDX-License-Identifier: BSD-3-Clause
// The one table of commands, and the help and completion that follow from it.

#include "control/spinctl/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ON_WHAT "DEVICE [DESTINATION] | --destination DESTINATION"
#define SENTENCE                                                                                   \
	ON_WHAT " | [DEVICE] WHAT [by SERVICE] [for everyone|DEVICE|profile NAME] [for TIME]"
#define ASK " yes confirm-within"
#define RULE                                                                                       \
	"destination device profile everyone domain suffix address country list local gateway "    \
	"service direction schedule for until comment" ASK
#define WORDS_MAX 16

const struct command commands[] = {
	{"status", "", 0, 0, "", run_status, "how all is; exit code 1 unless it is well"},
	{"devices", "[DEVICE]", 0, 1, "blocked", run_devices, "list the home's devices"},
	{"destinations",
	 "[DESTINATION]",
	 0,
	 1,
	 "blocked",
	 run_destinations,
	 "list whom they talk to"},
	{"flows", "", 0, 0, "device destination", run_flows, "list conversations, newest first"},
	{"privacy",
	 "[LEVEL | DEVICE LEVEL|home]",
	 0,
	 2,
	 "",
	 run_privacy,
	 "all that is held, and how much is remembered"},
	{"export", "DEVICE", 1, 1, "", run_export, "all that is held of a device, as JSON"},
	{"erase", "DEVICE", 1, 1, "rules yes", run_erase, "remove what is remembered of a device"},
	{"history",
	 "[DEVICE] [--destination DESTINATION] [--since TIME] [--by WHAT | --connections]",
	 0,
	 1,
	 "destination since by connections",
	 run_history,
	 "who moved how much, as far back as you say"},
	{"events", "", 0, 0, "types", run_events, "follow what happens, until Ctrl-C"},
	{"block", SENTENCE, 0, WORDS_MAX, RULE, run_rule, "stop all traffic, or what you name"},
	{"unblock", SENTENCE, 0, WORDS_MAX, RULE, run_rule, "take a block back"},
	{"allow", SENTENCE, 0, WORDS_MAX, RULE, run_rule, "let it pass, whatever the profile says"},
	{"unallow", SENTENCE, 0, WORDS_MAX, RULE, run_rule, "take an allowance back"},
	{"ignore",
	 ON_WHAT,
	 0,
	 2,
	 "destination",
	 run_action,
	 "hide it from the views; still counted"},
	{"unignore", ON_WHAT, 0, 2, "destination", run_action, "show it again"},
	{"rename",
	 "DEVICE NAME | --destination DESTINATION NAME | … --learned",
	 0,
	 2,
	 "destination learned",
	 run_rename,
	 "give a name of your own"},
	{"pause",
	 "DEVICE [for TIME | until morning]",
	 1,
	 4,
	 "for until" ASK,
	 run_pause,
	 "stop a device for an hour, or as long as you say"},
	{"resume", "DEVICE", 1, 1, "", run_pause, "end a pause"},
	{"kind",
	 "DEVICE KIND | DEVICE --learned",
	 1,
	 2,
	 "learned",
	 run_kind,
	 "say what sort of device it is"},
	{"join",
	 "DEVICE [OTHER]",
	 1,
	 2,
	 "",
	 run_join,
	 "say that another is this same device, or list which ones look like it"},
	{"part",
	 "DEVICE MAC",
	 2,
	 2,
	 "",
	 run_part,
	 "make what was joined a device of its own again"},
	{"profile",
	 "[DEVICE PROFILE]",
	 0,
	 2,
	 "yes confirm-within",
	 run_profile,
	 "list the profiles, or give one to a device"},
	{"limit",
	 "DEVICE [--up RATE] [--down RATE] [--new-flows N] | DEVICE --off",
	 1,
	 1,
	 "up down new-flows off" ASK,
	 run_limit,
	 "hold a device to a bandwidth, or say what holds it"},
	{"profiles",
	 "[PROFILE [--file FILE]]",
	 0,
	 1,
	 "file" ASK,
	 run_profiles,
	 "list the profiles, print one, or write it"},
	{"rules",
	 "[add block|allow|limit … | remove RULE | enable RULE | disable RULE]",
	 0,
	 WORDS_MAX,
	 RULE " up down new-flows",
	 run_rules,
	 "list what was decided, with what it hit; or decide"},
	{"lists",
	 "[LIST] | refresh LIST",
	 0,
	 2,
	 "",
	 run_lists,
	 "list the lists of spin.yaml, or fetch one now"},
	{"explain",
	 "DEVICE NAME|ADDRESS[:PORT]",
	 2,
	 2,
	 "protocol direction",
	 run_explain,
	 "why it passes or does not"},
	{"simulate",
	 "block|allow " SENTENCE,
	 1,
	 WORDS_MAX,
	 RULE,
	 run_simulate,
	 "what a rule would have changed, before you make it"},
	{"learn",
	 "DEVICE [for TIME] | DEVICE --off",
	 1,
	 3,
	 "for off",
	 run_learn,
	 "watch what a device needs, for an hour or as long as you say"},
	{"learned", "DEVICE", 1, 1, "", run_learned, "what a device was seen to need"},
	{"enforce",
	 "DEVICE [--profile NAME] [--base PROFILE] [--without N,N]",
	 1,
	 1,
	 "profile base without" ASK,
	 run_enforce,
	 "hold a device to what was learned of it"},
	{"mud",
	 "fetch DEVICE [PROFILE] [--any-signature] | export PROFILE [--file FILE] | import PROFILE "
	 "FILE [--signature FILE] | compare PROFILE OTHER",
	 2,
	 3,
	 "file signature any-signature" ASK,
	 run_mud,
	 "profiles from and as manufacturers' files (RFC 8520)"},
	{"notifications",
	 "[ID | block|expected|dismiss|read|unread ID | read all | mute ID [for TIME] | mutes | "
	 "unmute MUTE | deliveries | test DELIVERY]",
	 0,
	 4,
	 "unread scope for" ASK,
	 run_notifications,
	 "what happened that you should know, and what becomes of it"},
	{"confirm", "[CHANGE]", 0, 1, "", run_confirm, "keep a change that would go back"},
	{"config",
	 "[show [KEY] | set KEY VALUE | unset KEY | check | reload]",
	 0,
	 3,
	 "",
	 run_config,
	 "show, change, check or read again the configuration"},
	{"ready", "", 0, 0, "", run_ready, "whether the gateway does its work; exit code 1 if not"},
	{"log-level",
	 "[err|warn|info|debug]",
	 0,
	 1,
	 "",
	 run_log_level,
	 "what spin-control writes to its log, or other until the next reload"},
	{"undo", "", 0, 0, "yes confirm-within", run_undo, "take back the newest change"},
	{"ca",
	 "[--file FILE]",
	 0,
	 0,
	 "file",
	 run_ca,
	 "print the certificate to trust, for https:// on this gateway"},
	{"audit",
	 "[list] | export [--file FILE] | verify [--file FILE | --db FILE]",
	 0,
	 1,
	 "who operation object since file db",
	 run_audit,
	 "who did what; and whether that was altered"},
	{"setup-code",
	 "",
	 0,
	 0,
	 "",
	 run_setup_code,
	 "the code that the first account is made with"},
	{"users",
	 "[add NAME [--role ROLE] | role NAME --role ROLE | lock NAME | unlock NAME | remove NAME "
	 "| login-code NAME [--for TIME]]",
	 0,
	 2,
	 "role for",
	 run_users,
	 "list who may log in, or change it"},
	{"password", "reset USER", 2, 2, "", run_password, "give somebody a new password"},
	{"tokens",
	 "[add NAME --role ROLE [--for TIME] | remove NAME]",
	 0,
	 2,
	 "role for",
	 run_tokens,
	 "list the tokens of programs, make one, or revoke it"},
	{"sessions",
	 "[remove SESSION]",
	 0,
	 2,
	 "",
	 run_sessions,
	 "list the browsers that are logged in, or end one"},
	{"analyze",
	 "FILE… [--json] [--home PREFIX]… [--workers N]",
	 1,
	 0,
	 "*",
	 run_analyze,
	 "run captures (pcap, pcapng) through the dataplane"},
	{"help", "[COMMAND]", 0, 1, "", run_help, "say more of a command"},
	{"completion", "bash", 1, 1, "", run_completion, "print completion for a shell"},
};
const size_t n_commands = sizeof(commands) / sizeof(commands[0]);

static const struct {
	const char *name, *value, *help;
} options[] = {
#define X(field, name, value, help) {name, value, help},
	OPTIONS(X)
#undef X
};

const struct command *
command_find(const char *name) {
	for (size_t i = 0; i < n_commands; i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return &commands[i];
		}
	}
	return NULL;
}

int
usage(const struct command *command, const char *format, ...) {
	va_list list;
	va_start(list, format);
	fputs("spinctl: ", stderr);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
	if (command) {
		fprintf(stderr, "usage: spinctl %s %s\n", command->name, command->arguments);
	} else {
		fputs("spinctl help lists the commands\n", stderr);
	}
	return EXIT_USAGE;
}

static bool
has_option(const struct command *c, const char *name) {
	const char *at = strstr(c->options, name);
	size_t n = strlen(name);
	return at && (at == c->options || at[-1] == ' ') && (!at[n] || at[n] == ' ');
}

static void
print_options(const struct command *c) {
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		bool everywhere = i < 3;
		if (c ? has_option(c, options[i].name) : everywhere) {
			char left[64];
			snprintf(
				left,
				sizeof(left),
				"--%s%s%s",
				options[i].name,
				options[i].value[0] ? " " : "",
				options[i].value
			);
			printf("  %-28s %s\n", left, options[i].help);
		}
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

int
run_help(struct cli *c) {
	if (c->argc == 1) {
		const struct command *one = command_find(c->argv[0]);
		return one ? help_one(one) : usage(NULL, "there is no command \"%s\"", c->argv[0]);
	}
	puts("spinctl [--run-dir DIR] COMMAND … [--json]\n");
	for (size_t i = 0; i < n_commands; i++) {
		printf("  %-13s %s\n", commands[i].name, commands[i].sentence);
	}
	putchar('\n');
	print_options(NULL);
	puts("\nexit codes: 0 done, 1 not done, 2 wrong usage, 3 spin-control is not running, "
	     "4 not allowed");
	return EXIT_OK;
}

int
run_completion(struct cli *c) {
	if (strcmp(c->argv[0], "bash") != 0) {
		return usage(c->command, "only bash is known, not \"%s\"", c->argv[0]);
	}
	puts("# bash completion of spinctl: eval \"$(spinctl completion bash)\"\n"
	     "_spinctl() {\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} i verb= options=\n"
	     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	     "\t\tcase ${COMP_WORDS[i]} in\n"
	     "\t\t--run-dir) ((i++)) ;;\n"
	     "\t\t-*) ;;\n"
	     "\t\t*) verb=${COMP_WORDS[i]}; break ;;\n"
	     "\t\tesac\n"
	     "\tdone\n"
	     "\tcase $verb in");
	for (size_t i = 0; i < n_commands; i++) {
		printf("\t%s) options='--json --help", commands[i].name);
		for (size_t k = 3; k < sizeof(options) / sizeof(options[0]); k++) {
			if (has_option(&commands[i], options[k].name)) {
				printf(" --%s", options[k].name);
			}
		}
		puts("' ;;");
	}
	printf("\t*) options='--run-dir --json --help");
	for (size_t i = 0; i < n_commands; i++) {
		printf(" %s", commands[i].name);
	}
	puts("' ;;\n"
	     "\tesac\n"
	     "\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
	     "}\n"
	     "complete -o default -F _spinctl spinctl");
	return EXIT_OK;
}
