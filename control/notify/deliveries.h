// SPDX-License-Identifier: BSD-3-Clause
// `notifications:` in spin.yaml: where notifications go, beside the browsers.
//
// Shape:   a sequence of mappings {name, webhook | mail | command, …}; keys in deliveries.c.
// Threads: read at start, unchanged after.
// Errors:  as control/yaml_tree.h.

#pragma once

#include "control/notify/kind.h"
#include "control/schedule.h"
#include "control/yaml_tree.h"

#define DELIVERIES_MAX 16
#define DELIVERY_NAME 33
#define DELIVERY_PATH 1024
#define DELIVERY_TOKEN 512
#define DELIVERY_ADDRESS 255
#define DELIVERY_WORDS 16 // of a command
#define DELIVERY_COMMAND 2048 // bytes of them all
#define DELIVERY_DEVICES 16
#define DELIVERY_DEVICE 257

enum delivery_way {
	DELIVERY_WEBHOOK,
	DELIVERY_MAIL,
	DELIVERY_COMMAND_WAY,
};

#define DELIVERY_TEMPLATES(X)                                                                      \
	X(JSON, "json") /* the Notification of openapi.yaml */                                     \
	X(NTFY, "ntfy")                                                                            \
	X(MATRIX, "matrix")

enum delivery_template {
#define X(id, word) DELIVERY_##id,
	DELIVERY_TEMPLATES(X)
#undef X
};

struct delivery {
	char name[DELIVERY_NAME];
	enum delivery_way way;
	enum delivery_template template;
	char url[DELIVERY_PATH];
	char token[DELIVERY_TOKEN]; // secret
	char ca[DELIVERY_PATH]; // authorities of the server, instead of the system's; empty: those
	bool allow_private; // the server may be one of the home
	char to[DELIVERY_ADDRESS];
	char from[DELIVERY_ADDRESS];
	char sendmail[DELIVERY_PATH];
	char command[DELIVERY_COMMAND]; // words, each ended by NUL
	unsigned int words;
	enum severity least;
	struct schedule quiet; // not then, unless it is critical
	char devices[DELIVERY_DEVICES][DELIVERY_DEVICE]; // names, MACs or ids; none: all
	unsigned int devices_count;
	uint64_t timeout_s;
};

struct deliveries {
	struct delivery one[DELIVERIES_MAX];
	unsigned int count;
};

const char *delivery_way_word(enum delivery_way w);
const char *delivery_template_word(enum delivery_template t);
// Where it goes, as it may be shown: the server's name, the address, the program.
const char *delivery_target(const struct delivery *d, char ret[DELIVERY_ADDRESS]);

int deliveries_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct deliveries *ret,
	char ret_error[YAML_ERROR]
);
