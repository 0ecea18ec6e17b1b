// SPDX-License-Identifier: BSD-3-Clause
// What the home's resolver said beside its answers: extended DNS errors, as "Blocked (15)".
//
// Shape:   one for each device, name and type of record that was asked for; the next answer to the
//          same question replaces it or takes it away.  At most RESOLVER_SAID_MAX: the oldest goes.
//          Not kept over a restart: it is of an answer that is soon old.
// Units:   times are wall nanoseconds.
// Threads: the core thread.
// Source:  RFC 8914 4; IANA, "Extended DNS Error Codes" (registry dns-parameters), 0 to 30.

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#define RESOLVER_SAID_MAX 1024

struct device;
struct state;
struct wire_name;

struct resolver_key {
	uint64_t device; // the whole one, of a station that was joined with others
	uint64_t name; // a hash: of two names that share one, the later is known
	uint64_t type; // of the record that was asked for
};

struct resolver_said {
	struct resolver_key key;
	uint64_t seen_ns;
	uint16_t code; // INFO-CODE
	uint8_t rcode;
	uint8_t family; // of the address that came with it; 0: none did
	TAILQ_ENTRY(resolver_said) by_age;
	char name[]; // that was asked for
};

TAILQ_HEAD(resolver_list, resolver_said);

// From an answer of DNS to a question of the device.
void resolver_hear(
	struct state *s,
	const struct device *d,
	const struct wire_name *w,
	const char *name,
	uint64_t seen_ns
);
// The newest that the device was told of one of these names, each ended by NUL; NULL: nothing.
const struct resolver_said *
resolver_find(const struct state *s, const struct device *d, const char *names, size_t length);
void resolver_forget_device(struct state *s, const struct device *d);
void resolver_fini(struct state *s);

const void *resolver_key(const void *item, size_t *ret_length); // for a map

// As it is registered, or NULL.
const char *resolver_error_name(unsigned int code);
// What it means at home, not yet in anybody's language, or NULL.
const char *resolver_error_text(unsigned int code);
