// SPDX-License-Identifier: BSD-3-Clause
// What a rule says: subject × object × service × direction → action, with a schedule and an end.
//
// Shape:   a plain value without pointers.  The setters take what a person wrote, from JSON, YAML
//          or a command line alike; rule_spec_check looks at the whole.
// Units:   until is wall nanoseconds; addresses are 16 bytes and a family of 4 or 6, as in wire.h.
// Threads: pure after domain_init.
// Errors:  false and a fault: what is wrong, and what would be right.
// Source:  DESIGN 4, "What a rule means".

#pragma once

#include "control/action.h"
#include "control/device.h"
#include "control/schedule.h"
#include "control/service.h"

#define RULE_COMMENT_MAX 200 // bytes
#define RULE_PROFILE_MAX 32

// Rows: constant, key, what stands behind the key.
#define RULE_SUBJECTS(X)                                                                           \
	X(EVERYONE, "everyone", FLAG)                                                              \
	X(DEVICE, "device", DEVICE)                                                                \
	X(PROFILE, "profile", TEXT)

#define RULE_OBJECTS(X)                                                                            \
	X(ANY, "any", FLAG)                                                                        \
	X(NODE, "node", DESTINATION)                                                               \
	X(ADDRESS, "address", TEXT)                                                                \
	X(PREFIX, "prefix", TEXT)                                                                  \
	X(DOMAIN, "domain", TEXT)                                                                  \
	X(SUFFIX, "suffix", TEXT)                                                                  \
	X(COUNTRY, "country", TEXT)                                                                \
	X(LIST, "list", TEXT)                                                                      \
	X(LOCAL, "local", FLAG)                                                                    \
	X(GATEWAY, "gateway", FLAG)

enum rule_subject {
#define X(id, ...) RULE_##id,
	RULE_SUBJECTS(X)
#undef X
};

enum rule_object {
#define X(id, ...) RULE_##id,
	RULE_OBJECTS(X)
#undef X
	RULE_OBJECT_COUNT
};

#define RULE_DIRECTIONS(X)                                                                         \
	X(BOTH, "both")                                                                            \
	X(OUT, "out")                                                                              \
	X(IN, "in")

enum rule_direction {
#define X(id, word) RULE_##id,
	RULE_DIRECTIONS(X)
#undef X
};

struct rule_address {
	uint8_t bytes[16];
	uint8_t family; // 0: none
	uint8_t length; // of the prefix, in bits of its family
};

struct rule_service {
	char name[SERVICE_TEXT]; // a word of service.c; then the rest is 0
	uint8_t protocol; // 0 and no name: any
	uint16_t low; // 0: any port
	uint16_t high;
};

struct rule_spec {
	uint8_t action; // enum action
	uint8_t subject; // enum rule_subject
	uint8_t object; // enum rule_object
	uint8_t direction; // enum rule_direction
	bool disabled;
	uint64_t device; // id, of a device as the subject
	struct rule_address from; // of that device, when only one of its addresses is meant
	uint64_t destination; // id, of a node
	struct rule_address address; // of an address or prefix
	char profile[RULE_PROFILE_MAX + 1];
	char text[256]; // of a domain, suffix, country or list
	struct rule_service service;
	struct schedule schedule;
	uint64_t until_ns; // 0: for good
	struct device_limits limits;
	char comment[RULE_COMMENT_MAX + 1];
};

struct rule_fault {
	char field[48]; // as "object/domain"; empty: the whole
	char what[200];
	char right[200];
};

bool rule_fault(struct rule_fault *f, const char *field, const char *right, const char *what, ...)
	__attribute__((format(printf, 4, 5))); // returns false

const char *rule_object_key(enum rule_object o);
const char *rule_subject_key(enum rule_subject s);
const char *rule_direction_word(enum rule_direction d);

// The object's kind by its key; false when there is none.
bool rule_object_of(const char *key, enum rule_object *ret);
// For every kind whose value is text.
bool
rule_set_object(struct rule_spec *s, enum rule_object o, const char *text, struct rule_fault *f);
bool rule_set_from(struct rule_spec *s, const char *text, struct rule_fault *f);
// "https", "tcp", "tcp/443", "udp/5000-5100", "icmp".
bool rule_set_service(struct rule_spec *s, const char *text, struct rule_fault *f);
bool rule_set_direction(struct rule_spec *s, const char *text, struct rule_fault *f);
bool rule_set_schedule(struct rule_spec *s, const char *text, struct rule_fault *f);
bool rule_set_comment(struct rule_spec *s, const char *text, struct rule_fault *f);
// "2M", "500k", "8000": bits a second.
bool rule_read_rate(const char *text, uint64_t *ret);
bool rule_set_rate(uint64_t *into, const char *field, const char *text, struct rule_fault *f);
bool rule_set_new_flows(struct rule_spec *s, const char *text, struct rule_fault *f);

// What no setter can see alone.
bool rule_spec_check(const struct rule_spec *s, struct rule_fault *f);
// Whether both speak of the same traffic of the same subject, whatever they do with it and when.
bool rule_spec_same_traffic(const struct rule_spec *a, const struct rule_spec *b);
// The same traffic, action and time: one of them says nothing new.
bool rule_spec_same(const struct rule_spec *a, const struct rule_spec *b);
// Block, allow or ignore of a device, a node or a pair of them, without conditions: the rules that
// POST …:block makes and that stand as bits beside what they are about.
bool rule_spec_is_plain(const struct rule_spec *s);
// "tcp/443", "https"; "" for any.
const char *rule_service_text(const struct rule_service *s, char ret[2 * SERVICE_TEXT]);
const char *
rule_address_text(const struct rule_address *a, char ret[64]); // a prefix with its length
