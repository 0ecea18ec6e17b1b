// SPDX-License-Identifier: BSD-3-Clause
// What is kept of the state, as rows that travel between the core thread and the store thread.
//
// Units:   times are wall nanoseconds; id 0 means none.

#pragma once

#include "control/audit/entry.h"
#include "control/learn/learning.h"
#include "control/rule_spec.h"

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
	struct device_choice choice;
	struct presence presence;
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

// All of a device's facts stand together in a batch: they replace those that were kept.
struct fact_row {
	uint64_t device;
	uint64_t first_ns;
	uint64_t seen_ns;
	uint8_t clue; // enum clue
	uint8_t source; // enum source
	char text[CLUE_TEXT_MAX + 1];
};

// A row of what a device was seen to need, by its number there.
struct learned_row {
	uint32_t n;
	struct learn_row row;
};

struct peer_row {
	uint64_t device;
	uint8_t family;
	uint8_t address[16];
	uint16_t names_length;
	char names[WIRE_CHAIN_MAX];
	uint64_t seen_ns;
};

// A profile's file as it was, shared by all who remember it.
struct text {
	unsigned int holders;
	size_t length;
	char text[];
};
// NULL without memory.  A text of NULL is left to be filled in.
struct text *text_new(const char *text, size_t length);
struct text *text_hold(struct text *t); // returns it; NULL is nothing
void text_drop(struct text *t);

// One thing a person did, with what is needed to take it back.
enum change_kind {
	CHANGE_RULE,
	CHANGE_DEVICE,
	CHANGE_DESTINATION,
	CHANGE_PROFILE, // a profile's file
	CHANGE_DEFAULT, // which profile a new device has
	CHANGE_KIND_COUNT,
};

struct change {
	uint64_t id;
	uint64_t time_ns;
	enum change_kind kind;
	uint64_t device;
	uint64_t destination;
	bool undone;
	bool reverting; // for want of a confirmation
	bool unconfirmed; // the clock takes it back: what was written is put aside
	bool automatic; // a rule's end came: nothing to take back
	uint64_t undoes; // the change this one takes back
	uint64_t confirm_ns; // taken back by itself at this time unless confirmed; 0: it stays
	char author[33];
	struct audit_by by; // for the audit trail; without a name it is the author, of this gateway
	char operation[AUDIT_OPERATION]; // of the API; empty: the gateway's own
	// CHANGE_RULE
	uint64_t rule; // its id; 0 as long as it is to be found, or made
	uint64_t rule_created_ns;
	bool rule_had; // there was one before, rule_was
	bool rule_has; // there will be one, rule_now; else rule_now says which one goes
	struct rule_spec rule_was;
	struct rule_spec rule_now;
	// CHANGE_DEVICE, CHANGE_DESTINATION; CHANGE_PROFILE and CHANGE_DEFAULT name theirs in
	// profile_*, and name_* is what the configuration asked for.
	char name_was[NAME_BYTES_MAX + 1];
	char name_now[NAME_BYTES_MAX + 1];
	char profile_was[33];
	char profile_now[33];
	bool chooses; // of a device: kind and whole, too
	struct device_choice choice_was;
	struct device_choice choice_now;
	struct device_limits limits_was;
	struct device_limits limits_now;
	struct text *text_was; // NULL: there was no file
	struct text *text_now;
};

// What is counted of a rule, or of one of a profile.
struct rule_state_row {
	uint64_t id;
	bool active;
	uint64_t hits;
	uint64_t last_hit_ns;
};
