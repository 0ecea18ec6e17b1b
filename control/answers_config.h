// SPDX-License-Identifier: BSD-3-Clause
// What the dataplane does beside letting pass and dropping: how it answers in place of what is
// stopped, and whether it looks for a server's name where a connection begins.
//
// Shape:   the keys answers.dns, answers.tcp and server_names (control/config_keys.c), whose words
//          stand in the order of these enums.  The zero of each field is the default.
// Threads: the core thread.

#pragma once

#include "platform/policy_image.h"

#include <stdbool.h>

struct answers_config {
	enum policy_dns_answer dns;
	enum policy_tcp_answer tcp;
	bool server_names;
};
