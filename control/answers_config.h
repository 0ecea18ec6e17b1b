// SPDX-License-Identifier: BSD-3-Clause
// What the dataplane does beside letting pass and dropping: how it answers in place of what is
// stopped, and whether it looks for a server's name where a connection begins.
//
// Shape:   the mapping `answers` of spin.yaml, {dns: pass|nxdomain|zero|silence, tcp: drop|reset},
//          and the key `server_names`, true or false.  The zero of each field is the default.
// Threads: read at start, unchanged after.

#pragma once

#include "control/yaml_tree.h"
#include "platform/policy_image.h"

#include <stdbool.h>

struct answers_config {
	enum policy_dns_answer dns;
	enum policy_tcp_answer tcp;
	bool server_names;
};

int answers_config_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct answers_config *ret,
	char ret_error[YAML_ERROR]
);
int server_names_read(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct answers_config *ret,
	char ret_error[YAML_ERROR]
);
