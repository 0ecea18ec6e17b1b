// SPDX-License-Identifier: BSD-3-Clause
// What spin.yaml says of those who reach us from other machines, beside `listen:` itself.
//
// Shape:   the keys certificate, certificate_key, names, cors, provider, events_max,
//          events_max_per_source and requests_per_second.
// Threads: read at start, unchanged after.
// Errors:  as control/yaml_tree.h.

#pragma once

#include "control/yaml_tree.h"

#include <stdbool.h>

#define LISTEN_PATH 1024
#define LISTEN_NAME 254 // RFC 1035 3.1: 253 characters
#define LISTEN_NAMES_MAX 8
#define LISTEN_ORIGIN 272
#define LISTEN_CORS_MAX 8
#define LISTEN_EVENTS_MAX 4096

struct listen_config {
	char certificate[LISTEN_PATH]; // empty: the household's own
	char certificate_key[LISTEN_PATH];
	char names[LISTEN_NAMES_MAX][LISTEN_NAME];
	size_t n_names;
	char cors[LISTEN_CORS_MAX][LISTEN_ORIGIN];
	size_t n_cors;
	char provider[64]; // ADDRESS:PORT; empty: none
	char provider_ca[LISTEN_PATH]; // whose certificates its clients show
	uint64_t events_max, events_max_per_source; // event streams at once
	uint64_t requests_per_second; // of one credential or source; 0: any number
};

struct json;

// The keys that control/config_keys.c does not read by itself.
#define LISTEN_KEYS(X)                                                                             \
	X(cors)                                                                                    \
	X(names)                                                                                   \
	X(provider)

#define X(key)                                                                                     \
	int listen_##key##_read(                                                                   \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		struct listen_config *ret,                                                         \
		char ret_error[YAML_ERROR]                                                         \
	);                                                                                         \
	void listen_##key##_write(const struct listen_config *c, struct json *j);
LISTEN_KEYS(X)
#undef X

// What no single key shows; a sentence without a place.
int listen_config_check(const struct listen_config *c, char ret_error[YAML_ERROR]);

// NULL: it is ADDRESS:PORT; else what is wrong with it.
const char *listen_wrong(const char *text, bool *ret_loopback);
