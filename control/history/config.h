// SPDX-License-Identifier: BSD-3-Clause
// The keys history.… and privacy.…: what is remembered, how much of it, and for how long.
//
// Threads: read at start, unchanged after.
// Source:  reference/ecosystem.md 5.10 for the levels.

#pragma once

#include <stdbool.h>
#include <stdint.h>

// 0 everything, 1 names cut to the registrable domain, 2 organisation or country only, 3 counters
// only.
#define PRIVACY_LEVEL_MAX 3

struct history_config {
	bool enabled;
	uint64_t size; // bytes of the database at most
	uint64_t keep_s; // days of the coarsest tier
	uint64_t flows_keep_s; // closed connections, by when they began
	uint64_t write_s; // so often it is written, for the sake of flash
	// privacy:
	uint64_t level; // of a device that has none of its own
	uint64_t domain_after_s; // closed connections become level 1
	uint64_t organisation_after_s; // and level 2
};

// As the rows of control/config_keys.c have them.
void history_config_defaults(struct history_config *c);
