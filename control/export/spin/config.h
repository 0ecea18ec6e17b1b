// SPDX-License-Identifier: BSD-3-Clause
// The keys spin_compat.…: whether clients of the original SPIN are answered, and whose word is
// enough.
//
// Threads: the core thread.
// Source:  issue "SPIN compatibility".

#pragma once

#include "control/rule_spec.h"
#include "control/yaml_tree.h"

#define SPIN_FROM_MAX 16
#define SPIN_PATH 1024
#define SPIN_SOCKET 100 // what a unix socket's name may have, and some

struct json;

enum spin_auth {
	SPIN_AUTH_ACCOUNT, // HTTP Basic, a session or a token
	SPIN_AUTH_OPEN, // whoever is in `from`
};

enum spin_flows {
	SPIN_FLOWS_NUMBERS, // a flow's ends by number, as since SPIN 0.10
	SPIN_FLOWS_NODES, // as whole nodes, as before
};

struct spin_from {
	struct rule_address at[SPIN_FROM_MAX];
	size_t count;
};

struct spin_config {
	bool enabled;
	unsigned int auth; // enum spin_auth
	unsigned int flows; // enum spin_flows
	struct spin_from from;
	char web_root[SPIN_PATH]; // of a foreign GUI; empty: none
	char rpc_socket[SPIN_SOCKET]; // empty: none
};

int spin_from_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct spin_from *ret,
	char ret_error[YAML_ERROR]
);
void spin_from_write(const struct spin_from *f, struct json *j);
// What no single key shows.
int spin_config_check(const struct spin_config *c, char ret_error[YAML_ERROR]);
// Whether an address, as text, is in `from`.
bool spin_from_has(const struct spin_from *f, const char *address);
