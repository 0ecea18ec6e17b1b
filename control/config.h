// SPDX-License-Identifier: BSD-3-Clause
// spin.yaml and the command line: what spin-control is told before it starts.
//
// Shape:   defaults < spin.yaml < the files of conf.d by name < environment (SPIN_RUN_DIR) < what
//          the API was told (conf.d/90-api.yaml) < command line; one table of keys in
//          config_keys.c.  A mapping is merged key by key, a list replaced whole.
// Threads: the core thread.
// Errors:  -EINVAL with `file:line:column: what, and what would be right`, or a sentence about the
//          command line or the environment.

#pragma once

#include "control/answers_config.h"
#include "control/banner.h"
#include "control/capture/recorder.h"
#include "control/export/eve/config.h"
#include "control/export/ipfix/config.h"
#include "control/export/mqtt/config.h"
#include "control/export/spin/config.h"
#include "control/export/ubus/config.h"
#include "control/geo/geo.h"
#include "control/history/config.h"
#include "control/listen_config.h"
#include "control/lists_config.h"
#include "control/notify/deliveries.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_ERROR 512
#define CONFIG_LISTEN_MAX 8
#define CONFIG_PATH 1024
#define CONFIG_FILE "/etc/spin/spin.yaml"
#define CONFIG_FOLDER "conf.d" // beside it
#define CONFIG_API_FILE "90-api.yaml" // in that
#define CONFIG_FILES_MAX 66
#define CONFIG_KEYS_MAX 128 // a whole number of words of config_set

// layer, its word in the API
#define CONFIG_LAYERS(X)                                                                           \
	X(DEFAULT, "default")                                                                      \
	X(FILE, "file")                                                                            \
	X(ENVIRONMENT, "environment")                                                              \
	X(API, "api")                                                                              \
	X(OPTION, "option")

enum config_layer {
#define X(id, word) CONFIG_LAYER_##id,
	CONFIG_LAYERS(X)
#undef X
};

// Who said what a key is.
struct config_origin {
	enum config_layer layer;
	unsigned int file; // in `files`, of FILE and API
	unsigned int line, column;
};

struct config {
	char listen[CONFIG_LISTEN_MAX][64];
	size_t listen_count;
	struct listen_config reach; // from other machines
	char run_dir[CONFIG_PATH];
	char state_dir[CONFIG_PATH];
	char web_dir[CONFIG_PATH];
	char data_dir[CONFIG_PATH];
	char profiles_dir[CONFIG_PATH]; // the household's own
	char kinds_dir[CONFIG_PATH]; // the same, of rules for kinds of devices
	char default_profile[33];
	char unix_group[33];
	unsigned int log_level; // which word of its key
	struct banner banner; // no title: none
	struct spin_config spin; // spin_compat
	struct lists_config lists;
	struct answers_config answers;
	struct recorder_config recorder;
	char fetch_program[CONFIG_PATH]; // no key: it is where it was built or installed
	char post_program[CONFIG_PATH]; // the same
	char analyze_program[CONFIG_PATH]; // the same
	char ubus_program[CONFIG_PATH]; // the same; not every build has it
	char dataplane_program[CONFIG_PATH]; // the same
	struct deliveries notifications;
	unsigned int incidents_consent; // enum incident_consent
	struct geo_config geo;
	struct history_config history;
	struct eve_config eve;
	struct ipfix_config ipfix;
	struct ubus_config ubus;
	struct mqtt_config mqtt;
	struct provider_mqtt_config provider_mqtt;
	bool prometheus_devices; // each with series of its own
	struct lists_source mud_fetch; // how makers' servers are asked: ca and allow_private
	char mud_ca[CONFIG_PATH]; // empty: the machine's own authorities
	char organisations[CONFIG_PATH]; // the household's own

	// How it came to be.
	int argc;
	char **argv;
	bool check; // say what is wrong, and end
	char restore[CONFIG_PATH]; // a backup to put in place, and end; empty: none
	bool file_by_name; // asked for by name: it must be there
	char file[CONFIG_PATH]; // spin.yaml; it may be absent
	char files[CONFIG_FILES_MAX][CONFIG_PATH]; // that were read
	unsigned int files_count;
	struct config_origin origin[CONFIG_KEYS_MAX]; // as config_keys
};

// Some of the keys, by their numbers in config_keys.
struct config_set {
	uint64_t words[CONFIG_KEYS_MAX / 64];
};

static inline bool
config_set_has(const struct config_set *s, size_t key) {
	return s->words[key / 64] >> key % 64 & 1;
}

static inline void
config_set_put(struct config_set *s, size_t key, bool in) {
	s->words[key / 64] &= ~(1ull << key % 64);
	s->words[key / 64] |= (uint64_t)in << key % 64;
}

void config_defaults(struct config *c);
// One file more.  One that was not asked for by name may be absent.
int config_load(struct config *c, const char *file, bool must_exist, char ret_error[CONFIG_ERROR]);
// All layers, from c->file and c->argv on.  `api_text` stands for the API's file; NULL: as it is.
int config_gather(struct config *c, const char *api_text, char ret_error[CONFIG_ERROR]);
// The same again, as files and environment are now, into `ret`.
int config_again(
	const struct config *c,
	const char *api_text,
	struct config *ret,
	char ret_error[CONFIG_ERROR]
);
// What of `fresh` needs no restart is in force from here on.
void config_take(struct config *running, const struct config *fresh);
// Where the API's file is.
const char *config_api_file(const struct config *c, char ret[CONFIG_PATH]);
// Who says so: "file:line:column", "SPIN_RUN_DIR", "--run-dir".
#define CONFIG_WHERE (CONFIG_PATH + 32)
const char *config_where(const struct config *c, const char *key, char ret[CONFIG_WHERE]);
void config_set_log_level(const struct config *c);

// control/config_listen.c.  --listen replaces what the file says with the first address, then adds.
int config_add_listen(struct config *c, const char *text, char ret_error[CONFIG_ERROR]);
int config_read_listen(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct config *c,
	char ret_error[YAML_ERROR]
);
struct json;
void config_write_listen(const struct config *c, struct json *j);

enum config_outcome {
	CONFIG_RUN,
	CONFIG_EXIT_OK, // --help or --version was answered
	CONFIG_EXIT_USAGE, // told on stderr
	CONFIG_EXIT_FAILED,
};

// The whole start; findings are told on stderr.
enum config_outcome config_read(struct config *c, int argc, char **argv);
// control/config_options.c
int config_take_options(struct config *c, char ret_error[CONFIG_ERROR]);
void config_usage(void);
void config_print_keys(void);
