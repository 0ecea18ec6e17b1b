// SPDX-License-Identifier: BSD-3-Clause
// A device: one station of the home's side, known by its MAC.
//
// Shape:   what it is (kept), what is known of it (learned), what was decided about it (rules, as
//          bits), what it did (counters since control first saw it).
// Units:   times are wall nanoseconds; names are UTF-8.
// Threads: the core thread.

#pragma once

#include "control/identity/identity.h"
#include "control/traffic.h"
#include "platform/wire_types.h"

#include <stdbool.h>

#define DEVICE_ADDRESSES_MAX 16
#define NAME_CHARACTERS_MAX 64
#define NAME_BYTES_MAX (4 * NAME_CHARACTERS_MAX)
#define DEVICE_ONLINE_NS (300 * NS_PER_S)
#define DEVICES_MAX 4096
#define LIMIT_BPS_MIN 8000 // less, and one frame takes seconds
#define LIMIT_BPS_MAX 1000000000000
#define LIMIT_FLOWS_MAX 1000000

struct learning;
struct state;

struct device_address {
	uint8_t address[16];
	uint8_t family;
	uint8_t source; // enum source
	uint64_t seen_ns;
};

// What a device may; each 0: as much as it likes.
struct device_limits {
	uint64_t up_bps; // bits a second that it sends
	uint64_t down_bps; // that are sent to it
	uint64_t new_flows; // connections that it begins, a second
};

struct device {
	uint64_t id;
	uint8_t mac[6];
	uint8_t side; // enum side
	uint8_t actions; // enum action bits, of the device itself
	uint8_t hostname_source; // enum source
	bool changed; // since the last delta to the browsers
	bool dirty; // since the last write to the store
	bool reported; // by this run of the dataplane
	uint8_t addresses_count;
	const char *vendor; // NULL when the prefix is nobody's
	char user_name[NAME_BYTES_MAX + 1];
	char hostname[256];
	char profile[33]; // empty: the default one
	struct device_limits limits;
	struct device_address addresses[DEVICE_ADDRESSES_MAX];
	struct identity identity;
	struct learning *learning; // NULL: it was never watched
	uint64_t first_seen_ns;
	uint64_t last_seen_ns;
	struct traffic sum; // in all
	struct traffic at_run; // as the present dataplane counts
	struct traffic kept; // of that, what the history has
	bool kept_known; // control/history/feed.c
	bool kept_moved;
	struct rate rate_out;
	struct rate rate_in;
};

// NULL when the table is full.
struct device *device_get(struct state *s, const uint8_t mac[6]); // makes it when it is new
struct device *device_by_mac(const struct state *s, const uint8_t mac[6]);
struct device *device_by_id(const struct state *s, uint64_t id);
// A device as it was kept by the store.
struct device *device_restore(struct state *s, uint64_t id, const uint8_t mac[6]);

void device_free(struct device *d); // takes NULL

const char *device_name(const struct device *d, char ret[NAME_BYTES_MAX + 1]);
const char *device_name_source(const struct device *d);
bool device_is_limited(const struct device *d);
bool device_is_online(const struct device *d, uint64_t now_ns);
bool device_mac_is_random(const struct device *d);
// What it calls itself; of several names the one from the best source counts (facts_hostname).
void device_set_hostname(
	struct device *d,
	const char *text,
	size_t length,
	enum source source,
	uint64_t seen_ns
);
// True when it did not have it.
bool device_add_address(
	struct device *d,
	unsigned int family,
	const uint8_t address[16],
	enum source source,
	uint64_t seen_ns
);
