// SPDX-License-Identifier: BSD-3-Clause
// A destination: one registrable domain with the names and addresses beneath it, or one address
// that has no name.
//
// Shape:   at most DESTINATIONS_MAX of each kind; the one that was silent longest makes room,
//          unless a person named it or made a rule about it.
// Units:   times are wall nanoseconds.
// Threads: the core thread.

#pragma once

#include "control/device.h"

#include <sys/queue.h>

#define DESTINATIONS_MAX 8192
#define DESTINATION_NAMES_MAX 64
#define DESTINATION_ADDRESSES_MAX 64

enum destination_kind {
	DESTINATION_DOMAIN,
	DESTINATION_ADDRESS,
};

struct destination_name {
	char *text;
	uint64_t seen_ns;
};

struct destination_address {
	uint8_t address[16];
	uint8_t family;
	uint64_t seen_ns;
};

TAILQ_HEAD(destination_list, destination);

struct destination {
	uint64_t id;
	uint8_t kind; // enum destination_kind
	uint8_t actions; // enum action bits, for everyone
	bool visible; // false while it is known as a link of a CNAME chain only
	bool local; // an address of the home's own ranges
	bool multicast;
	bool changed;
	bool dirty;
	char *name; // the registrable domain, or the address as text
	struct {
		uint8_t address[16];
		uint8_t family;
	} key; // of a bare address
	char user_name[NAME_BYTES_MAX + 1];
	struct destination_name *names;
	struct destination_address *addresses;
	unsigned int names_count;
	unsigned int addresses_count;
	unsigned int peers; // that name it, so that it must stay
	unsigned int rules; // that name it, in force or not
	unsigned int pair_rules; // those of them that are for one device
	uint64_t first_seen_ns;
	uint64_t last_seen_ns; // traffic; 0 when there was none
	uint64_t dns_seen_ns;
	struct traffic sum;
	struct rate rate;
	LIST_HEAD(, link) links;
	TAILQ_ENTRY(destination) by_age; // of its kind, oldest activity first
};

// Both make what is new; NULL when there is no memory or no room.
struct destination *destination_of_domain(struct state *s, const char *registrable);
struct destination *
destination_of_address(struct state *s, unsigned int family, const uint8_t address[16]);
struct destination *destination_find_domain(const struct state *s, const char *registrable);
struct destination *
destination_find_address(const struct state *s, unsigned int family, const uint8_t address[16]);
struct destination *destination_by_id(const struct state *s, uint64_t id);
// Gives a destination that was just made the id it had in the store.
void destination_restore_id(struct state *s, struct destination *d, uint64_t id);

void destination_touch(struct state *s, struct destination *d); // it was active just now
void destination_add_name(struct destination *d, const char *name, uint64_t seen_ns);
void destination_add_address(
	struct destination *d,
	unsigned int family,
	const uint8_t address[16],
	uint64_t seen_ns
);
// Forgets it with its links; only for one that nothing holds.
bool destination_is_held(const struct destination *d);
void destination_drop(struct state *s, struct destination *d);
const char *destination_label(const struct destination *d); // what a person calls it

// Whose it is, where that is known; NULL: nobody says.
const char *destination_organisation(const struct state *s, const struct destination *d);

// Rules never match it: multicast, broadcast and link-local addresses.
bool destination_is_exempt(const struct destination *d);

bool address_is_multicast(unsigned int family, const uint8_t address[16]);
bool address_is_local(unsigned int family, const uint8_t address[16]);
