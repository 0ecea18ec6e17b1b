// SPDX-License-Identifier: BSD-3-Clause

#include "control/config.h"

#include "control/yaml_tree.h"
#include "platform/base.h"
#include "platform/log.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static_assert(CONFIG_ERROR == YAML_ERROR);

// Where we were built or installed: the program's own folder holds the data in a build tree.
static void
beside_program(const char *what, char ret[CONFIG_PATH]) {
	char exe[512];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

	ret[0] = 0;
	if (n <= 0)
		return;
	exe[n] = 0;
	*strrchr(exe, '/') = 0;
	snprintf(ret, CONFIG_PATH, "%s%s", exe, what);
}

// IPv6 may be switched off on the machine; a default must work there too.
static bool
has_loopback6(void) {
	const struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return false;
	bool works = bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
	close(fd);
	return works;
}

void
config_defaults(struct config *c) {
	char probe[CONFIG_PATH];

	*c = (struct config){
		.listen = {"127.0.0.1:13026", "[::1]:13026"},
		.listen_count = has_loopback6() ? 2 : 1,
		.reach = LISTEN_DEFAULTS,
		.run_dir = "/run/spin",
		.state_dir = "/var/lib/spin",
		.web_dir = SPIN_DATA_DIR "/web",
		.data_dir = SPIN_DATA_DIR,
		.profiles_dir = "/etc/spin/profiles",
		.organisations = "/etc/spin/organisations.yaml",
		.kinds_dir = "/etc/spin/kinds",
		.default_profile = "allow-all",
		.default_profile_at = "--default-profile",
		.unix_group = "spin-admin",
		.fetch_program = SPIN_PROGRAMS_DIR "/spin-fetch",
		.post_program = SPIN_PROGRAMS_DIR "/spin-post",
	};
	history_config_defaults(&c->history);
	beside_program("/profiles", probe);
	if (access(probe, R_OK) == 0)
		beside_program("", c->data_dir);
	beside_program("/spin-fetch", probe);
	if (access(probe, X_OK) == 0)
		memcpy(c->fetch_program, probe, sizeof probe);
	beside_program("/spin-post", probe);
	if (access(probe, X_OK) == 0)
		memcpy(c->post_program, probe, sizeof probe);
	beside_program("/../../web/dist", probe);
	if (access(probe, R_OK) == 0)
		memcpy(c->web_dir, probe, sizeof probe);
}

static int
read_one_listen(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct config *c,
	char ret_error[YAML_ERROR]
) {
	const char *text;
	char why[CONFIG_ERROR];
	int r = yaml_tree_text(t, value, 63, &text, ret_error);

	if (r < 0)
		return r;
	if (config_add_listen(c, text, why) < 0)
		return yaml_tree_fault(ret_error, t, value->line, value->column, "%.380s", why);
	return 0;
}

static int
read_listen(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct config *c = into;
	int r = 0;

	c->listen_count = 0;
	if (value->kind == YAML_TEXT)
		return read_one_listen(t, value, c, ret_error);
	if (value->kind != YAML_LIST || value->count == 0)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected an address or a list of them"
		);
	for (unsigned int i = 0; i < value->count && r == 0; i++)
		r = read_one_listen(t, &t->nodes[value->items[i].node], c, ret_error);
	return r;
}

static int
read_log_level(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	const char *text;
	int r = yaml_tree_text(t, value, 32, &text, ret_error);

	(void)into;
	if (r < 0)
		return r;
	if (!log_set_level(text))
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%s' is no level: write err, warn, info or debug",
			text
		);
	return 0;
}

// One row per key whose value another file reads: its reader, and what that fills in.
#define PART_KEYS(X)                                                                               \
	X(banner, banner_read, banner)                                                             \
	X(mud_fetch, lists_server_read, mud_fetch)                                                 \
	X(lists, lists_config_read, lists)                                                         \
	X(answers, answers_config_read, answers)                                                   \
	X(geo, geo_config_read, geo)                                                               \
	X(certificate, listen_certificate_read, reach)                                             \
	X(certificate_key, listen_certificate_key_read, reach)                                     \
	X(cors, listen_cors_read, reach)                                                           \
	X(events_max, listen_events_max_read, reach)                                               \
	X(events_max_per_source, listen_events_max_per_source_read, reach)                         \
	X(names, listen_names_read, reach)                                                         \
	X(provider, listen_provider_read, reach)                                                   \
	X(history, history_config_read, history)                                                   \
	X(privacy, privacy_config_read, history)                                                   \
	X(notifications, deliveries_read, notifications)                                           \
	X(server_names, server_names_read, answers)

#define X(key, reader, field)                                                                      \
	static int read_##key(                                                                     \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		void *into,                                                                        \
		char ret_error[YAML_ERROR]                                                         \
	) {                                                                                        \
		struct config *c = into;                                                           \
		return reader(t, value, &c->field, ret_error);                                     \
	}
PART_KEYS(X)
#undef X

// One row per text key: its field, and the option of the same name on the command line.
#define TEXT_KEYS(X)                                                                               \
	X(run_dir, "--run-dir")                                                                    \
	X(state_dir, "--state-dir")                                                                \
	X(web_dir, "--web-dir")                                                                    \
	X(data_dir, "--data-dir")                                                                  \
	X(profiles_dir, "--profiles-dir")                                                          \
	X(organisations, "--organisations")                                                        \
	X(kinds_dir, "--kinds-dir")                                                                \
	X(mud_ca, "--mud-ca")                                                                      \
	X(unix_group, "--unix-group")

#define X(field, option)                                                                           \
	static int read_##field(                                                                   \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		void *into,                                                                        \
		char ret_error[YAML_ERROR]                                                         \
	) {                                                                                        \
		struct config *c = into;                                                           \
		return yaml_tree_copy(t, value, c->field, sizeof c->field, ret_error);             \
	}
TEXT_KEYS(X)
#undef X

// Which profiles there are is known later: the finding then needs the place.
static int
read_default_profile(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	void *into,
	char ret_error[YAML_ERROR]
) {
	struct config *c = into;

	snprintf(
		c->default_profile_at,
		sizeof c->default_profile_at,
		"%.1000s:%u:%u",
		t->file,
		value->line,
		value->column
	);
	return yaml_tree_copy(t, value, c->default_profile, sizeof c->default_profile, ret_error);
}

static const struct yaml_key keys[] = {
	{"default_profile", read_default_profile, false},
	{"listen", read_listen, false},
	{"log_level", read_log_level, false},
#define X(key, ...) {#key, read_##key, false},
	PART_KEYS(X)
#undef X
#define X(field, option) {#field, read_##field, false},
		TEXT_KEYS(X)
#undef X
};

int
config_load(struct config *c, const char *file, bool must_exist, char ret_error[CONFIG_ERROR]) {
	struct yaml_tree tree;

	if (!must_exist && access(file, F_OK) < 0)
		return 0;
	snprintf(c->file, sizeof c->file, "%s", file);
	int r = yaml_tree_load(file, &tree, ret_error);
	if (r < 0)
		return r;
	r = yaml_tree_read(&tree, &tree.nodes[0], keys, ARRAY_LEN(keys), c, ret_error);
	yaml_tree_free(&tree);
	if (r == 0) {
		char why[YAML_ERROR];
		r = listen_config_check(&c->reach, why);
		if (r < 0)
			snprintf(ret_error, CONFIG_ERROR, "%.200s: %.300s", file, why);
	}
	return r;
}

static const char usage[] =
	"usage: spin-control [OPTION VALUE]...\n"
	"\n"
	"Shows what the home's devices talk to, and stops what you do not want.\n"
	"\n"
	"  --config FILE            what to read (default " CONFIG_FILE ", may be absent)\n"
	"  --listen ADDRESS:PORT    where the browser finds it (127.0.0.1:13026 and [::1]:13026);\n"
	"                           may be given several times; port 0 picks a free one\n"
	"  --run-dir DIR            sockets of dataplane and API (/run/spin)\n"
	"  --state-dir DIR          names, rules and the image for the dataplane (/var/lib/spin)\n"
	"  --web-dir DIR            the browser's files\n"
	"  --data-dir DIR           shipped profiles and openapi.yaml\n"
	"  --profiles-dir DIR       your own profiles (/etc/spin/profiles)\n"
	"  --organisations FILE     whose domains are whose, beside those shipped\n"
	"                           (/etc/spin/organisations.yaml, may be absent)\n"
	"  --kinds-dir DIR          your own rules for kinds of devices (/etc/spin/kinds)\n"
	"  --mud-ca FILE            certificates that vouch for MUD files (the machine's own)\n"
	"  --default-profile NAME   profile of a new device (allow-all)\n"
	"  --unix-group GROUP       may use the API's unix socket (spin-admin)\n"
	"  --log-level LEVEL        err, warn, info or debug\n"
	"  --version, --help\n";

// Takes one option; false when it is unknown.
static bool
take_option(struct config *c, const char *option, const char *value, bool *ret_ok) {
	*ret_ok = true;
#define X(field, name)                                                                             \
	if (strcmp(option, name) == 0) {                                                           \
		*ret_ok = value[0] && strlen(value) < sizeof c->field;                             \
		if (*ret_ok)                                                                       \
			snprintf(c->field, sizeof c->field, "%s", value);                          \
		return true;                                                                       \
	}
	TEXT_KEYS(X)
#undef X
	if (strcmp(option, "--default-profile") == 0) {
		*ret_ok = value[0] && strlen(value) < sizeof c->default_profile;
		snprintf(c->default_profile, sizeof c->default_profile, "%s", value);
		snprintf(c->default_profile_at, sizeof c->default_profile_at, "%s", option);
		c->default_by_option = true;
		return true;
	}
	if (strcmp(option, "--log-level") == 0) {
		*ret_ok = log_set_level(value);
		return true;
	}
	return strcmp(option, "--config") == 0 || strcmp(option, "--listen") == 0;
}

static enum config_outcome
read_options(struct config *c, int argc, char **argv) {
	bool listens = false;

	for (int i = 1; i < argc; i += 2) {
		char error[CONFIG_ERROR];
		bool ok;
		if (i + 1 == argc || !take_option(c, argv[i], argv[i + 1], &ok)) {
			fprintf(stderr,
				"spin-control: '%s' is %s\n%s",
				argv[i],
				i + 1 == argc ? "unknown or lacks its value" : "unknown",
				usage);
			return CONFIG_EXIT_USAGE;
		}
		if (strcmp(argv[i], "--listen") == 0) {
			if (!listens)
				c->listen_count = 0;
			listens = true;
			if (config_add_listen(c, argv[i + 1], error) < 0) {
				fprintf(stderr, "spin-control: --listen %s\n", error);
				return CONFIG_EXIT_USAGE;
			}
		}
		if (!ok) {
			fprintf(stderr,
				"spin-control: %s does not take '%s'\n",
				argv[i],
				argv[i + 1]);
			return CONFIG_EXIT_USAGE;
		}
	}
	return CONFIG_RUN;
}

enum config_outcome
config_read(struct config *c, int argc, char **argv) {
	const char *file = NULL;
	char error[CONFIG_ERROR];

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			fputs(usage, stdout);
			return CONFIG_EXIT_OK;
		}
		if (strcmp(argv[i], "--version") == 0) {
			puts("spin-control " SPIN_RELEASE);
			return CONFIG_EXIT_OK;
		}
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			file = argv[i + 1];
	}
	config_defaults(c);
	if (config_load(c, file ? file : CONFIG_FILE, file != NULL, error) < 0) {
		fprintf(stderr, "%s\n", error);
		return CONFIG_EXIT_FAILED;
	}
	return read_options(c, argc, argv);
}
