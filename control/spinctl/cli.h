// SPDX-License-Identifier: BSD-3-Clause
// What every command of spinctl is given, and what it gives back.
//
// Shape:   commands.c has the one table; help, completion, the manual and the check of options
//          follow from it.
// Errors:  a command prints what is wrong and what would be right on stderr, and returns an exit
//          code; scripts rely on these five.

#pragma once

#include <stdbool.h>
#include <stddef.h>

enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1, // understood, and not done
	EXIT_USAGE = 2,
	EXIT_NOT_RUNNING = 3,
	EXIT_DENIED = 4,
};

#define CLI_RUN_DIR "/run/spin"

// name, the word for its value ("" for a switch), what it does.
#define OPTIONS(X)                                                                                 \
	X(run_dir, "run-dir", "DIR", "where spin-control listens (default " CLI_RUN_DIR ")")       \
	X(json, "json", "", "answer as JSON, one object")                                          \
	X(help, "help", "", "say more of a command")                                               \
	X(device, "device", "DEVICE", "this device")                                               \
	X(destination, "destination", "DESTINATION", "the destination, instead of a device")       \
	X(blocked, "blocked", "", "only what is blocked")                                          \
	X(types,                                                                                   \
	  "types",                                                                                 \
	  "TYPE[,TYPE…]",                                                                          \
	  "device, destination, flow, rule, alert, notification, stats")                           \
	X(learned, "learned", "", "back to the name, or kind, that was learned")                   \
	X(up, "up", "RATE", "bits a second that it may send, as 2Mbit; off: any number")           \
	X(down, "down", "RATE", "bits a second that may be sent to it")                            \
	X(new_flows, "new-flows", "N", "connections that it may begin, a second")                  \
	X(off, "off", "", "take all its limits away")                                              \
	X(profile, "profile", "NAME", "every device with this profile")                            \
	X(everyone, "everyone", "", "every device")                                                \
	X(domain, "domain", "NAME", "a domain and all beneath it")                                 \
	X(suffix, "suffix", "NAME", "all beneath a domain, but not itself")                        \
	X(address, "address", "ADDRESS", "an address, or a prefix as 192.0.2.0/24")                \
	X(country, "country", "CODE", "addresses in a country, as NL")                             \
	X(list, "list", "NAME", "what a list of spin.yaml names")                                  \
	X(local, "local", "", "the home's own network")                                            \
	X(gateway, "gateway", "", "this gateway")                                                  \
	X(service, "service", "SERVICE", "only by this: https, tcp/443, udp/5000-5100, ping")      \
	X(protocol, "protocol", "PROTOCOL", "tcp, udp, icmp")                                      \
	X(direction, "direction", "out|in|both", "who begins: out is the device")                  \
	X(schedule, "schedule", "TIMES", "only then: 'mon-fri 22:00-06:00'")                       \
	X(duration, "for", "TIME", "only so long: 10m, 2h, 1d")                                    \
	X(rules, "rules", "", "the rules about it too")                                            \
	X(by, "by", "WHAT", "a row for each device, destination or service")                       \
	X(connections, "connections", "", "closed connections, the newest first")                  \
	X(until, "until", "TIME", "until then: 18:30, morning, 2026-11-26T18:30:00Z")              \
	X(comment, "comment", "TEXT", "why")                                                       \
	X(file, "file", "FILE", "write the profile from this file (-: standard input), or to it")  \
	X(db, "db", "FILE", "the database of a spin-control that does not run")                    \
	X(who, "who", "NAME", "only what this user or token did")                                  \
	X(operation, "operation", "OPERATION", "only this operation of the API")                   \
	X(object, "object", "ID", "only what was done to this")                                    \
	X(since, "since", "TIME", "only from then on, as 2026-11-26T18:30:00Z (history: or 24h)")  \
	X(names, "names", "masked|shown", "whether the provider sees the names of your devices")   \
	X(signature, "signature", "FILE", "the file's signature, as its maker gives it (.p7s)")    \
	X(any_signature, "any-signature", "", "take the file although its signature is not valid") \
	X(base, "base", "PROFILE", "what the new profile extends (learned)")                       \
	X(without, "without", "N[,N…]", "leave these rows out")                                    \
	X(home, "home", "PREFIX[,PREFIX…]", "what is at home in the capture, as 192.168.1.0/24")   \
	X(unread, "unread", "", "only those that nobody has read")                                 \
	X(scope,                                                                                   \
	  "scope",                                                                                 \
	  "here|kind|device",                                                                      \
	  "what to mute: this of this one, this of all, or all of it")                             \
	X(role, "role", "ROLE", "viewer, user, admin, provider, metrics")                          \
	X(filter, "filter", "FILTER", "what tcpdump takes, with numbers for names: 'udp port 53'") \
	X(write, "write", "FILE", "into this file (-: to the standard output)")                    \
	X(format, "format", "pcapng|pcap", "pcapng unless you say pcap")                           \
	X(snaplen, "snaplen", "BYTES", "keep so much of a frame")                                  \
	X(count, "count", "N", "end after so many frames")                                         \
	X(headers_only, "headers-only", "", "cut every frame behind its transport header")         \
	X(only, "only", "'see act'", "of a token: narrower than its role: see, act, system")       \
	X(dry_run, "dry-run", "", "only say what it would change, or what is in it")               \
	X(yes, "yes", "", "do it although it can cut people off")                                  \
	X(confirm_within, "confirm-within", "SECONDS", "take it back then unless confirmed")

struct cli {
	const struct command *command;
#define X(field, name, value, help) const char *field;
	OPTIONS(X)
#undef X
	// What is left after the options.
	int argc;
	char **argv;
};

struct command {
	const char *name;
	const char *arguments; // as the help shows them
	int least, most; // how many arguments there may be
	const char *options; // names, parted by spaces, beside run-dir, json and help
	int (*run)(struct cli *c);
	const char *sentence;
};

// The first ones go with every command, the others with those that name them.
#define CLI_OPTIONS_EVERYWHERE 3

struct cli_option {
	const char *name, *value, *help;
};

extern const struct cli_option cli_options[];
extern const size_t n_cli_options;
// NULL: those that go everywhere.
bool command_takes(const struct command *c, const struct cli_option *o);

extern const struct command commands[];
extern const size_t n_commands;

const struct command *command_find(const char *name);
int usage(const struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

// The commands, in files by idea.
int run_status(struct cli *c);
int run_devices(struct cli *c);
int run_destinations(struct cli *c);
int run_flows(struct cli *c);
int run_history(struct cli *c);
int run_privacy(struct cli *c);
int run_rpc(struct cli *c);
int run_export(struct cli *c);
int run_erase(struct cli *c);
int run_rules(struct cli *c);
int run_rule(struct cli *c); // block, unblock, allow, unallow as a sentence
int run_events(struct cli *c);
int run_action(struct cli *c); // block, unblock, allow, unallow, ignore, unignore
int run_rename(struct cli *c);
int run_kind(struct cli *c);
int run_join(struct cli *c);
int run_part(struct cli *c);
int run_profile(struct cli *c);
int run_profiles(struct cli *c);
int run_pause(struct cli *c); // pause, resume
int run_confirm(struct cli *c);
int run_limit(struct cli *c);
int print_answer_of(const struct cli *c, const char *path); // one thing, a line a field
int run_lists(struct cli *c);
int run_explain(struct cli *c);
int run_simulate(struct cli *c);
int run_learn(struct cli *c);
int run_learned(struct cli *c);
int run_enforce(struct cli *c);
int run_mud(struct cli *c); // export, import, compare
int run_analyses(struct cli *c);
int run_notifications(struct cli *c);
int run_audit(struct cli *c); // list, export, verify
int run_statistics(struct cli *c);
int run_provider(struct cli *c); // grant, end
int run_proposals(struct cli *c); // accept, decline, ask
int run_help_code(struct cli *c); // list, end
struct json;
// Members of a grant: rights, names, how long, why.
int write_grant(const struct cli *c, const char *rights, struct json *j);
int run_users(struct cli *c);
int run_password(struct cli *c); // reset
int run_tokens(struct cli *c);
int run_sessions(struct cli *c);
int run_setup_code(struct cli *c);
int run_config(struct cli *c);
int run_ready(struct cli *c);
int run_backup(struct cli *c);
int run_restore(struct cli *c);
int run_doctor(struct cli *c);
int run_support_bundle(struct cli *c);
int run_log_level(struct cli *c);
int run_capture(struct cli *c);
int run_recorder(struct cli *c);
int run_captures(struct cli *c); // list, stop, remove
int run_rpcd(struct cli *c);
int run_undo(struct cli *c);
int run_ca(struct cli *c);
int run_analyze(struct cli *c);
int run_help(struct cli *c);
int run_completion(struct cli *c);
