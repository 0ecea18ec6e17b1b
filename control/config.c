// SPDX-License-Identifier: BSD-3-Clause
// The layers of the configuration, one over the other.

#include "control/config.h"

#include "control/config_key.h"
#include "control/text/language.h"
#include "platform/base.h"
#include "platform/log.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

LOG_DOMAIN("config");

static_assert(CONFIG_ERROR == YAML_ERROR);

#define NEAR 2 // letters apart: a slip of the hand

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
		.fetch_program = SPIN_PROGRAMS_DIR "/spin-fetch",
		.post_program = SPIN_PROGRAMS_DIR "/spin-post",
		.analyze_program = SPIN_PROGRAMS_DIR "/spin-analyze",
		.ubus_program = SPIN_PROGRAMS_DIR "/spin-ubus",
	};
	for (size_t i = 0; i < config_keys_count; i++) {
		const struct config_key *k = &config_keys[i];
		char error[CONFIG_ERROR];
		int r = k->fallback ? config_value_read_text(k, "default", k->fallback, c, error)
				    : 0;
		assert(r == 0 && "a default is as its key takes it");
		(void)r;
	}
	if (!has_loopback6())
		c->listen_count = 1;
	beside_program("/profiles", probe);
	if (access(probe, R_OK) == 0)
		beside_program("", c->data_dir);
	beside_program("/spin-fetch", probe);
	if (access(probe, X_OK) == 0)
		memcpy(c->fetch_program, probe, sizeof probe);
	beside_program("/spin-analyze", probe);
	if (access(probe, X_OK) == 0)
		memcpy(c->analyze_program, probe, sizeof probe);
	beside_program("/spin-ubus", probe);
	if (access(probe, X_OK) == 0)
		memcpy(c->ubus_program, probe, sizeof probe);
	beside_program("/spin-dataplane", c->dataplane_program);
	beside_program("/../dataplane/spin-dataplane", probe);
	if (access(probe, X_OK) == 0)
		memcpy(c->dataplane_program, probe, sizeof probe);
	beside_program("/spin-post", probe);
	if (access(probe, X_OK) == 0)
		memcpy(c->post_program, probe, sizeof probe);
	beside_program("/../../web/dist", probe);
	if (access(probe, R_OK) == 0)
		memcpy(c->web_dir, probe, sizeof probe);
}

struct taking {
	struct config *config;
	const struct yaml_tree *tree;
	enum config_layer layer;
	char *error;
};

// "answers", when there is a key "answers.dns".
static bool
is_mapping(const char *name) {
	size_t n = strlen(name);
	bool found = false;

	for (size_t i = 0; i < config_keys_count; i++)
		found |=
			strncmp(config_keys[i].name, name, n) == 0 && config_keys[i].name[n] == '.';
	return found;
}

// The items of a mapping: the top, or that of the keys "prefix.…".
static int
take_map(struct taking *x, const struct yaml_tree_node *map, const char *prefix) {
	for (unsigned int i = 0; i < map->count; i++) {
		const struct yaml_item *item = &map->items[i];
		const struct yaml_tree_node *value = &x->tree->nodes[item->node];
		const char *nearest;
		char name[128];
		int r;
		snprintf(name, sizeof name, "%s%s%.64s", prefix, *prefix ? "." : "", item->key);
		size_t key = config_key_find(name, &nearest);
		if (key != CONFIG_KEY_NONE) {
			x->config->origin[key] = (struct config_origin
			){x->layer, x->config->files_count - 1, value->line, value->column};
			r = config_value_read(
				&config_keys[key], x->tree, value, x->config, x->error
			);
		} else if (!*prefix && is_mapping(name) && value->kind == YAML_MAP) {
			r = take_map(x, value, name);
		} else if (!*prefix && is_mapping(name)) {
			r = yaml_tree_fault(
				x->error,
				x->tree,
				value->line,
				value->column,
				"expected a mapping of the keys of '%s'",
				name
			);
		} else {
			const char *dot = strchr(nearest, '.');
			r = yaml_tree_fault(
				x->error,
				x->tree,
				item->line,
				item->column,
				"unknown key '%.64s': did you mean '%s'?",
				item->key,
				*prefix && dot ? dot + 1 : nearest
			);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

// `text` in place of the file's own, unless it is NULL.
static int
load(struct config *c,
     const char *file,
     const char *text,
     enum config_layer layer,
     char ret_error[CONFIG_ERROR]) {
	struct yaml_tree tree;

	if (c->files_count == CONFIG_FILES_MAX) {
		snprintf(ret_error, CONFIG_ERROR, _("%.300s: one file too many"), file);
		return -EINVAL;
	}
	char *kept = c->files[c->files_count++];
	snprintf(kept, CONFIG_PATH, "%s", file);
	int r = text ? yaml_tree_parse(kept, text, strlen(text), &tree, ret_error)
		     : yaml_tree_load(kept, &tree, ret_error);
	if (r < 0)
		return r;
	struct taking x = {c, &tree, layer, ret_error};
	r = take_map(&x, &tree.nodes[0], "");
	yaml_tree_free(&tree);
	return r;
}

int
config_load(struct config *c, const char *file, bool must_exist, char ret_error[CONFIG_ERROR]) {
	if (!must_exist && access(file, F_OK) < 0)
		return 0;
	return load(c, file, NULL, CONFIG_LAYER_FILE, ret_error);
}

static void
folder_of(const struct config *c, char ret[CONFIG_PATH]) {
	const char *slash = strrchr(c->file, '/');

	snprintf(
		ret,
		CONFIG_PATH,
		"%.*s" CONFIG_FOLDER,
		slash ? (int)MIN_OF(slash + 1 - c->file, (ptrdiff_t)900) : 0,
		c->file
	);
}

const char *
config_api_file(const struct config *c, char ret[CONFIG_PATH]) {
	folder_of(c, ret);
	strcat(ret, "/" CONFIG_API_FILE);
	return ret;
}

static int
is_part(const struct dirent *e) {
	size_t n = strlen(e->d_name);

	return n > 5 && n < 100 && e->d_name[0] != '.' && strcmp(e->d_name + n - 5, ".yaml") == 0
		&& strcmp(e->d_name, CONFIG_API_FILE) != 0;
}

static int
by_name(const struct dirent **a, const struct dirent **b) {
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
load_folder(struct config *c, char ret_error[CONFIG_ERROR]) {
	char folder[CONFIG_PATH], file[CONFIG_PATH];
	struct dirent **found;
	int r = 0;

	folder_of(c, folder);
	int count = scandir(folder, &found, is_part, by_name);
	if (count < 0 && errno != ENOENT && errno != ENOTDIR) {
		snprintf(ret_error, CONFIG_ERROR, "%.300s: %s", folder, strerror(errno));
		return -EINVAL;
	}
	for (int i = 0; i < count; i++) {
		snprintf(file, sizeof file, "%.900s/%.100s", folder, found[i]->d_name);
		if (r == 0)
			r = load(c, file, NULL, CONFIG_LAYER_FILE, ret_error);
		free(found[i]);
	}
	if (count >= 0)
		free(found);
	return r;
}

static int
take_environment(struct config *c, char ret_error[CONFIG_ERROR]) {
	for (size_t i = 0; i < config_keys_count; i++) {
		char name[CONFIG_VARIABLE];
		const char *text = getenv(config_key_variable(&config_keys[i], name));
		if (!text || !*text)
			continue;
		c->origin[i] = (struct config_origin){.layer = CONFIG_LAYER_ENVIRONMENT};
		int r = config_value_read_text(&config_keys[i], name, text, c, ret_error);
		if (r < 0)
			return r;
	}
	return 0;
}

// Other programs have variables that begin like ours; one that is nearly ours is a slip.
static void
look_for_slips(void) {
	for (char **at = environ; *at; at++) {
		char given[CONFIG_VARIABLE], name[CONFIG_VARIABLE];
		size_t n = strcspn(*at, "=");
		if (strncmp(*at, "SPIN_", 5) != 0 || n >= sizeof given)
			continue;
		snprintf(given, sizeof given, "%.*s", (int)n, *at);
		for (size_t i = 0; i < config_keys_count; i++) {
			unsigned int far =
				yaml_distance(given, config_key_variable(&config_keys[i], name));
			if (far > 0 && far <= NEAR)
				log_warn("%s is no key: did you mean %s?, ignoring", given, name);
		}
	}
}

// What no single key shows.
static int
check_together(const struct config *c, char ret_error[CONFIG_ERROR]) {
	char where[CONFIG_WHERE], why[CONFIG_ERROR];
	const char *key = c->reach.certificate[0] ? "certificate" : "certificate_key";
	int r = listen_config_check(&c->reach, why);
	if (r == 0 && (r = spin_config_check(&c->spin, why)) < 0)
		key = "spin_compat.auth";

	if (r == 0)
		r = mqtt_config_check(&c->mqtt, &c->provider_mqtt, &key, why);
	if (r < 0)
		snprintf(
			ret_error, CONFIG_ERROR, "%.300s: %.200s", config_where(c, key, where), why
		);
	return r;
}

int
config_gather(struct config *c, const char *api_text, char ret_error[CONFIG_ERROR]) {
	char api[CONFIG_PATH];
	int r = config_load(c, c->file, c->file_by_name, ret_error);

	config_api_file(c, api);
	if (r == 0)
		r = load_folder(c, ret_error);
	if (r == 0)
		r = take_environment(c, ret_error);
	if (r == 0 && (api_text || access(api, F_OK) == 0))
		r = load(c, api, api_text, CONFIG_LAYER_API, ret_error);
	if (r == 0)
		r = config_take_options(c, ret_error);
	return r < 0 ? r : check_together(c, ret_error);
}

enum config_outcome
config_read(struct config *c, int argc, char **argv) {
	char error[CONFIG_ERROR];

	config_defaults(c);
	c->argc = argc;
	c->argv = argv;
	snprintf(c->file, sizeof c->file, CONFIG_FILE);
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			config_usage();
			return CONFIG_EXIT_OK;
		}
		if (strcmp(argv[i], "--keys") == 0) {
			config_print_keys();
			return CONFIG_EXIT_OK;
		}
		if (strcmp(argv[i], "--version") == 0) {
			puts("spin-control " SPIN_RELEASE);
			return CONFIG_EXIT_OK;
		}
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
			snprintf(c->file, sizeof c->file, "%s", argv[++i]);
			c->file_by_name = true;
		}
	}
	// The command line first, so that what is wrong with it is told as such.
	struct config *alone = malloc(sizeof *alone);
	if (alone) {
		*alone = *c;
		if (config_take_options(alone, error) < 0) {
			fprintf(stderr, "spin-control: %s\n", error);
			free(alone);
			return CONFIG_EXIT_USAGE;
		}
		c->check = alone->check;
		memcpy(c->restore, alone->restore, sizeof c->restore);
		free(alone);
	}
	if (config_gather(c, NULL, error) < 0) {
		fprintf(stderr, "%s\n", error);
		return CONFIG_EXIT_FAILED;
	}
	config_set_log_level(c);
	look_for_slips();
	return CONFIG_RUN;
}
