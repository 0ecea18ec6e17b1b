// SPDX-License-Identifier: BSD-3-Clause
// The keys ipfix.…: the collector, and how it is told.
//
// Threads: the core thread.

#pragma once

#include <stdbool.h>
#include <stdint.h>

enum ipfix_transport {
	IPFIX_UDP,
	IPFIX_TCP,
	IPFIX_TLS
}; // the key's words, in this order

struct ipfix_config {
	bool enabled;
	char host[254];
	uint64_t port; // 0: the usual one
	unsigned int transport;
	char ca[1024];
	char certificate[1024];
	char key[1024];
	uint64_t domain; // the observation domain's number
	uint64_t active_s; // a long flow is told of so often
	bool biflow;
};

// RFC 7011 10.1 and 10.2: 4739, with TLS 4740.
static inline unsigned int
ipfix_config_port(const struct ipfix_config *c) {
	return c->port ? (unsigned int)c->port : c->transport == IPFIX_TLS ? 4740 : 4739;
}
