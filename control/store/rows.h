// SPDX-License-Identifier: BSD-3-Clause
// What is kept of the state, as rows that travel between the core thread and the store thread.
//
// Units:   times are wall nanoseconds; id 0 means none.

#pragma once

#include "control/device.h"

#include <stdbool.h>
#include <stdint.h>

struct device_row {
	uint64_t id;
	uint8_t mac[6];
	uint8_t side;
	uint8_t hostname_source;
	char user_name[NAME_BYTES_MAX + 1];
	char hostname[256];
	char profile[33];
	struct device_limits limits;
	uint64_t first_seen_ns;
	uint64_t last_seen_ns;
};

struct destination_row {
	uint64_t id;
	uint8_t kind;
	uint8_t family;
	uint8_t address[16];
	char name[256];
	char user_name[NAME_BYTES_MAX + 1];
	uint64_t first_seen_ns;
	uint64_t last_seen_ns;
};

struct peer_row {
	uint64_t device;
	uint8_t family;
	uint8_t address[16];
	uint16_t names_length;
	char names[WIRE_CHAIN_MAX];
	uint64_t seen_ns;
};

// One thing a person did, with what is needed to take it back.
enum change_kind {
	CHANGE_RULE,
	CHANGE_DEVICE,
	CHANGE_DESTINATION,
};

struct change {
	uint64_t id;
	uint64_t time_ns;
	enum change_kind kind;
	uint64_t device;
	uint64_t destination;
	uint8_t action; // enum action, of a rule
	bool set; // made, or taken away
	bool undone;
	uint64_t rule; // its id
	uint64_t undoes; // the change this one takes back
	uint64_t rule_created_ns;
	char author[33];
	char name_was[NAME_BYTES_MAX + 1];
	char name_now[NAME_BYTES_MAX + 1];
	char profile_was[33];
	char profile_now[33];
	struct device_limits limits_was;
	struct device_limits limits_now;
};
