// SPDX-License-Identifier: BSD-3-Clause
// What a device was seen to need while somebody had it watched: with whom, by what, and who began.
//
// Shape:   rows made from the flows that control observes; nothing of it is in the packet path.
//          The other end is the registrable domain of the name that the device resolved, so that
//          new addresses and names of the same service are no news; else a place at home, the
//          gateway, or a bare address.  At most LEARN_ROWS_MAX; what does not fit is counted.
// Units:   times are wall nanoseconds.
// Threads: the core thread; learn_row travels to the store as a copy.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEARN_ROWS_MAX 512
#define LEARN_PORTS_MAX 4 // more nameless ports of one peer are any port
#define LEARN_MINUTES_MAX (7 * 24 * 60)

struct device;
struct flow;
struct state;

enum learn_object {
	LEARN_DOMAIN,
	LEARN_ADDRESS,
	LEARN_LOCAL,
	LEARN_GATEWAY,
	LEARN_OBJECT_COUNT,
};

struct learn_row {
	uint8_t object; // enum learn_object
	uint8_t protocol;
	uint8_t family; // of an address
	bool in; // the other end began
	bool dirty; // the store has yet to hear of it
	uint16_t port; // of the end that did not begin; 0: any, or the protocol has none
	uint8_t address[16];
	char name[256]; // of a domain
	uint64_t first_ns;
	uint64_t last_ns;
	uint64_t packets;
};

struct learning {
	uint64_t began_ns;
	uint64_t until_ns;
	uint64_t since_ns; // flows from before count from their next report on
	uint64_t left_out; // flows that found no room
	uint64_t written_ns; // monotonic, when the store was told last
	bool dirty; // rows came: the store hears of it at once
	bool moved; // only counts did
	bool whole; // rows went: all of them are written again
	bool writing;
	bool told; // that its time was over
	bool replaced; // another begins as soon as it is kept
	size_t count;
	size_t room;
	struct learn_row *rows;
};

struct learning *learning_new(uint64_t began_ns, uint64_t until_ns); // NULL without memory
void learning_free(struct learning *l); // takes NULL
bool learning_is_on(const struct learning *l, uint64_t now_ns); // takes NULL
// Raises an alert for each device whose time was over since the last call.
void learn_tell_ended(struct state *s, uint64_t now_ns);
// A row as the store kept it.
void learning_restore(struct learning *l, const struct learn_row *row);

// A flow was reported, with so many packets more than before.
void learn_see(struct state *s, const struct flow *f, uint64_t more, bool is_new);
// Addresses whose name came to light later become rows of the name.
void learning_settle(struct state *s, struct device *d);
