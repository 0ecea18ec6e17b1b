// SPDX-License-Identifier: BSD-3-Clause
// The keys eve.…: where EVE JSON goes, and which events.
//
// Threads: the core thread.

#pragma once

#include "control/yaml_tree.h"

#include <stddef.h>
#include <stdint.h>

#define EVE_PATH 1024

// bit, word: as event_type says it
#define EVE_TYPES(X)                                                                               \
	X(FLOW, "flow")                                                                            \
	X(DNS, "dns")                                                                              \
	X(TLS, "tls")                                                                              \
	X(ALERT, "alert")                                                                          \
	X(DROP, "drop")                                                                            \
	X(STATS, "stats")

enum eve_type {
#define X(id, word) EVE_##id,
	EVE_TYPES(X)
#undef X
	EVE_TYPE_COUNT
};

enum eve_socket_type {
	EVE_STREAM,
	EVE_DATAGRAM
}; // the key's words, in this order
enum eve_syslog_format {
	EVE_RFC3164,
	EVE_RFC5424
}; // the same

struct eve_config {
	char file[EVE_PATH]; // empty: none; so the next two
	char socket[EVE_PATH];
	char syslog[EVE_PATH];
	uint64_t rotate_size; // bytes; 0: never
	uint64_t rotate_count;
	unsigned int socket_type;
	unsigned int syslog_format;
	unsigned int types; // 1 << EVE_FLOW …
	uint64_t stats_s;
};

struct json;

int eve_types_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct eve_config *into,
	char ret_error[YAML_ERROR]
);
void eve_types_write(const struct eve_config *c, struct json *j);
const char *eve_type_word(enum eve_type type);
