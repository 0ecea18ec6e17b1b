// SPDX-License-Identifier: BSD-3-Clause
// The rules image: what control compiled, as one block of memory that the dataplane only reads.
//
// Shape:   a header, then sections addressed by offsets from its start, each 8-aligned.  Rows are
//          dense arrays; an index is a power of two of uint32_t slots (row number + 1, 0 is empty)
//          with linear probing, filled to at most half, its hash SipHash-2-4 under the image's key.
//          Rules stand in the order of precedence: of those that match, the lowest row decides.
//          What a packet's far end is (names, addresses, lists, special kinds) leads to objects;
//          an object has runs, one for each subject that some rule about it has, sorted by subject;
//          a run names its rules in ascending order.  So a packet asks each of its objects for
//          three runs at most: the device's, its profile's and everyone's.
// Units:   offsets and lengths in bytes.  Names are DNS wire form (length-prefixed labels, lower
//          case, without the root byte).  Addresses as in wire_types.h.  Ports in host order.
// Threads: immutable after policy_check; every find and match function is pure.
// Errors:  policy_check returns 0 or a negative errno and a sentence: -EPROTONOSUPPORT for an image
//          of another release, else -EINVAL; the others never fail, return POLICY_NO_ROW or nothing
//          where there is nothing, and want a checked image.
// Source:  DESIGN 4 for what a rule means; Aumasson, Bernstein: "SipHash" (2012).

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define POLICY_MAGIC 0x524e5053u // "SPNR", little endian
#define POLICY_VERSION 3u
#define POLICY_BYTES_MAX (16u << 20)
#define POLICY_NO_ROW UINT32_MAX
#define POLICY_RULES_FILE "rules.image" // in the state directory

enum policy_action {
	POLICY_BLOCK = 1 << 0,
	POLICY_ALLOW = 1 << 1,
	POLICY_LIMIT = 1 << 2, // decides nothing: behind all rules that do
};

enum policy_default {
	POLICY_DEFAULT_ALLOW = 0,
	POLICY_DEFAULT_BLOCK = 1,
};

// In the order of precedence.
enum policy_class {
	POLICY_CLASS_CONTAIN, // pause and containment
	POLICY_CLASS_ALLOW,
	POLICY_CLASS_BLOCK,
	POLICY_CLASS_PROFILE,
	POLICY_CLASS_LIST,
	POLICY_CLASS_LIMIT,
	POLICY_CLASSES,
};

// Who begins, seen from the subject.
enum policy_direction {
	POLICY_OUT = 1 << 0, // the subject
	POLICY_IN = 1 << 1, // the other end
	POLICY_BOTH = POLICY_OUT | POLICY_IN,
};

// What a name or address row, a list, or the packet itself stands for.
enum policy_kind {
	POLICY_ANY,
	POLICY_NODE, // a destination: its names, and its addresses where they have no name
	POLICY_ADDRESS,
	POLICY_PREFIX,
	POLICY_DOMAIN, // the name and all beneath
	POLICY_SUFFIX, // what is beneath the name
	POLICY_COUNTRY, // by a list of the lists image
	POLICY_LIST,
	// The far end is on the LAN side, link-local or multicast, or a prefix row says so.
	POLICY_LOCAL,
	POLICY_GATEWAY, // the far end is on the host side
	POLICY_KINDS,
};

// How a DNS question for a name that is blocked is answered.
enum policy_dns_answer {
	POLICY_DNS_PASS, // by whom it was asked
	POLICY_DNS_NXDOMAIN,
	POLICY_DNS_ZERO, // 0.0.0.0 or ::
	POLICY_DNS_SILENCE,
	POLICY_DNS_ANSWERS,
};

enum policy_tcp_answer {
	POLICY_TCP_DROP,
	POLICY_TCP_RESET,
	POLICY_TCP_ANSWERS,
};

enum policy_flag {
	POLICY_INSPECT_HELLOS = 1 << 0, // read the server's name in TLS and QUIC
	POLICY_FLAGS = POLICY_INSPECT_HELLOS,
};

// A subject as one number: everyone, a profile's row or a device's row.
#define POLICY_EVERYONE 0u
#define POLICY_SUBJECT_DEVICE 0x80000000u
static inline uint32_t
policy_subject_of_profile(uint32_t row) {
	return 1 + row;
}
static inline uint32_t
policy_subject_of_device(uint32_t row) {
	return POLICY_SUBJECT_DEVICE | row;
}

struct policy_section {
	uint32_t offset;
	uint32_t count; // rows, slots, or bytes of text
};

struct policy_header {
	uint32_t magic;
	uint32_t version;
	uint64_t length;
	uint64_t generation;
	uint64_t key[2]; // of every index in this image
	uint32_t default_profile; // row in profiles, for a device without a row
	uint32_t deciding; // rules from this row on are limits
	uint32_t any; // object of each of these kinds, or POLICY_NO_ROW
	uint32_t local;
	uint32_t gateway;
	uint8_t dns_answer; // enum policy_dns_answer
	uint8_t tcp_answer; // enum policy_tcp_answer
	uint8_t flags; // enum policy_flag
	uint8_t pad;
	uint64_t lists_named; // bits of the lists that stand for an object
	uint64_t lengths4; // of IPv4 prefixes that have rows, as bits
	uint64_t lengths6[3]; // of IPv6 prefixes
	struct policy_section profiles;
	struct policy_section devices;
	struct policy_section device_index;
	struct policy_section rules;
	struct policy_section objects;
	struct policy_section runs;
	struct policy_section run_rules; // uint32_t: rows in rules
	struct policy_section locals;
	struct policy_section names;
	struct policy_section name_index;
	struct policy_section prefixes;
	struct policy_section prefix_index;
	struct policy_section known;
	struct policy_section known_index;
	struct policy_section lists;
	struct policy_section limits;
	struct policy_section text;
};

struct policy_profile {
	uint32_t default_verdict; // enum policy_default
	uint32_t pad;
};

struct policy_device {
	uint8_t mac[6];
	uint16_t pad;
	uint32_t profile; // row
	uint32_t limit; // row in limits + 1, 0: none
};

struct policy_rule {
	uint64_t id; // control's own
	uint32_t subject;
	uint32_t object; // row
	uint32_t local; // row in locals + 1: the device at this address; 0: at any
	uint32_t limit; // row in limits + 1, for POLICY_LIMIT; else 0
	uint16_t port_low; // of the end that did not begin
	uint16_t port_high; // 0 to 65535: any port and none
	uint8_t protocol; // of IP; 0: any, also what is not IP
	uint8_t direction; // enum policy_direction
	uint8_t class; // enum policy_class
	uint8_t action; // enum policy_action
	uint8_t reason; // enum reason, for POLICY_BLOCK; else REASON_NONE
	uint8_t pad[7];
};

struct policy_object {
	uint32_t runs; // the first
	uint32_t count;
	uint32_t kind; // enum policy_kind
	uint32_t pad;
};

struct policy_run {
	uint32_t subject;
	uint32_t rules; // the first in run_rules
	uint32_t count; // at least 1
	uint32_t first; // the rule it begins with: the best it can offer
};

// An address of a device, for rules about the device at that address.
struct policy_local {
	uint8_t address[16];
	uint32_t family;
	uint32_t pad;
};

// A name whose every sub-name is meant too.  A name may have several rows.
struct policy_name {
	uint32_t text; // offset inside the text section
	uint32_t length;
	uint32_t object;
	uint32_t beneath; // 1: the sub-names only
};

// A prefix, or an address as one of full length; the bits behind the length are zero.  A prefix may
// have several rows.
struct policy_prefix {
	uint8_t address[16];
	uint32_t object;
	uint8_t family;
	uint8_t length;
	uint8_t nameless; // 1: only where the asking device has no name for the address
	uint8_t pad;
};

// What a device knew the address by, before the dataplane came to hear of it; asked only where it
// has heard nothing.  An address of a device may have several rows.
struct policy_known {
	uint8_t address[16];
	uint32_t family;
	uint32_t device;
	uint32_t object;
	uint32_t pad;
};

struct policy_list {
	uint32_t object;
	uint32_t bit; // in the lists image
};

// How much a device may; each 0: as much as it likes.  Bandwidth is that of frames as on the wire
// without FCS, a second; a burst may come at once.
struct policy_limit {
	uint64_t up; // bytes a second sent by the device
	uint64_t down; // to it
	uint32_t up_burst; // bytes
	uint32_t down_burst;
	uint32_t new_flows; // begun by the device, a second, and as many at once
	uint32_t pad;
};

// Checks every bound, every number and every index of `length` bytes at `image`.
// On failure *ret_why is a static sentence.
int policy_check(const void *image, size_t length, const char **ret_why);

uint32_t policy_find_device(const struct policy_header *p, const uint8_t mac[6]);

// Called with each object that matches, one after the other; the same one may come twice.
typedef void policy_object_fn(void *context, uint32_t object);
// A wire-form name, lower case.
void policy_match_name(
	const struct policy_header *p,
	const uint8_t *name,
	size_t length,
	policy_object_fn *fn,
	void *context
);
// `named`: the device has a name for the address.
void policy_match_address(
	const struct policy_header *p,
	uint32_t family,
	const uint8_t address[16],
	bool named,
	policy_object_fn *fn,
	void *context
);
// One length of it only, for who knows that there may be a row.
void policy_match_prefix(
	const struct policy_header *p,
	uint32_t family,
	const uint8_t prefix[16],
	unsigned int length,
	bool named,
	policy_object_fn *fn,
	void *context
);
// What `device` (a row) knew the address by.
void policy_match_known(
	const struct policy_header *p,
	uint32_t device,
	uint32_t family,
	const uint8_t address[16],
	policy_object_fn *fn,
	void *context
);
void policy_match_lists(
	const struct policy_header *p,
	uint64_t lists,
	policy_object_fn *fn,
	void *context
);

static inline const void *
policy_rows(const struct policy_header *p, struct policy_section s) {
	return (const uint8_t *)p + s.offset;
}

// The first `length` bits of an address, the rest zero.
static inline void
policy_mask(uint8_t ret[16], const uint8_t address[16], unsigned int length) {
	uint64_t word[2];
	uint64_t keep[2] = {
		length >= 64 ? UINT64_MAX : ~(UINT64_MAX >> length),
		length <= 64		? 0
			: length >= 128 ? UINT64_MAX
					: ~(UINT64_MAX >> (length - 64)),
	};

	memcpy(word, address, sizeof word);
	word[0] &= __builtin_bswap64(keep[0]);
	word[1] &= __builtin_bswap64(keep[1]);
	memcpy(ret, word, sizeof word);
}

static inline uint32_t
policy_full_length(uint32_t family) {
	return family == 4 ? 32 : 128;
}

// Key hashes, shared with the compiler.
uint64_t policy_hash(const uint64_t key[2], const void *data, size_t length);
uint64_t policy_hash_prefix(
	const uint64_t key[2],
	uint32_t family,
	const uint8_t prefix[16],
	uint32_t length
);
uint64_t policy_hash_known(
	const uint64_t key[2],
	uint32_t device,
	uint32_t family,
	const uint8_t address[16]
);
