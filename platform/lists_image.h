// SPDX-License-Identifier: BSD-3-Clause
// The lists image: millions of addresses and domains that lists name, as one block of memory that
// the dataplane only reads.
//
// Shape:   a header, then sections addressed by offsets from its start, each 8-aligned.  What is
//          looked for leads to a set, and a set to the lists that name it, as bits.  A list has a
//          name, so that whoever reads the image knows whose a bit is; a bit without a name is
//          nobody's.
//          IPv4: the address space cut into ranges; 2^16 groups by the upper half of the address,
//          each beginning with its lowest address; a range is (lower half of its first address)
//          << 16 | set.  In front of them a bit for each /24 in which something is listed: most
//          addresses cost one look at that.  IPv6: ranges without groups and bits.  Prefixes and
//          addresses are both ranges, and a range has the lists of every prefix around it.
//          Names: SipHash-2-4 under the image's key of each listed suffix, in 2^n groups by its
//          upper bits; in front of them a filter of 64-bit words, in which each hash has
//          LISTS_FILTER_BITS.  A set has the lists that name the suffix and those that except it:
//          an exception goes before what the same list says of any suffix of the name.
// Units:   offsets and lengths in bytes.  Names are DNS wire form (length-prefixed labels, lower
//          case, without the root byte).  Addresses as in wire_types.h.
// Threads: immutable after lists_check; every find function is pure.
// Errors:  lists_check returns 0 or -EINVAL and a sentence; the find functions never fail, return 0
//          where there is nothing, and may only be called on a checked image.
// Source:  DESIGN 9 "Names" and "Policy hand-over"; Putze, Sanders, Singler: "Cache-, hash- and
//          space-efficient Bloom filters" (2009) for a filter of one word a key.

#pragma once

#include <stddef.h>
#include <stdint.h>

#define LISTS_MAGIC 0x4c4e5053u // "SPNL", little endian
#define LISTS_VERSION 2u
#define LISTS_BYTES_MAX (256u << 20)
#define LISTS_MAX 64u
#define LISTS_NAME 40
#define LISTS_FILE "lists.image" // in the state directory
#define LISTS_FILTER_BITS 5
#define LISTS_GROUPS 65536u
#define LISTS_NEAR (1u << 18) // words of bits, one for each /24
#define LISTS_NAME_BITS_MAX 24u

struct lists_section {
	uint32_t offset;
	uint32_t count; // rows
};

struct lists_ip6 {
	uint64_t high; // of the first address, in host order
	uint64_t low;
	uint64_t set;
};

struct lists_set {
	uint64_t listed; // by these lists, as bits
	uint64_t except; // whatever these lists say else; 0 for addresses
};

struct lists_header {
	uint32_t magic;
	uint32_t version;
	uint64_t length;
	uint64_t generation;
	uint64_t key[2]; // of the names
	uint64_t blocks; // lists whose entries are blocked, as bits
	uint64_t allows; // lists whose entries no list blocks
	uint32_t lists;
	uint32_t name_bits; // names have 1 << name_bits groups
	struct lists_section sets; // struct lists_set; set 0 is empty
	struct lists_section ip4_near; // uint64_t: 0 rows (no IPv4), or LISTS_NEAR
	struct lists_section ip4_groups; // uint32_t: 0 rows (no IPv4), or first range of each + end
	struct lists_section ip4; // uint32_t
	struct lists_section ip6; // struct lists_ip6: 0 rows, or the first begins at ::
	struct lists_section filter; // uint64_t, a power of two of them
	struct lists_section name_groups; // uint32_t: first name of each + end
	struct lists_section names; // uint64_t hashes
	struct lists_section name_sets; // uint16_t, one per name
	char name[LISTS_MAX][LISTS_NAME]; // of each list, ended by NUL
};

// Checks every bound, number and order of `length` bytes at `image`.
// On failure *ret_why is a static sentence.
int lists_check(const void *image, size_t length, const char **ret_why);

// The lists that name an address, or the name or any of its suffixes, as bits.
uint64_t
lists_find_address(const struct lists_header *l, unsigned int family, const uint8_t address[16]);
uint64_t lists_find_name(const struct lists_header *l, const uint8_t *name, size_t length);

// What blocks, of all the lists that name what a flow goes to: its names and its address.
static inline uint64_t
lists_blocking(const struct lists_header *l, uint64_t listed) {
	return listed & l->allows ? 0 : listed & l->blocks;
}

static inline const void *
lists_rows(const struct lists_header *l, struct lists_section s) {
	return (const uint8_t *)l + s.offset;
}

// Where a name's hash belongs, shared with the builder.
uint64_t lists_hash(const uint64_t key[2], const void *name, size_t length);
static inline uint32_t
lists_group(uint64_t hash, uint32_t bits) {
	return bits ? (uint32_t)(hash >> (64 - bits)) : 0;
}
static inline uint32_t
lists_filter_word(uint64_t hash, uint32_t words) {
	return (uint32_t)hash & (words - 1);
}
// The bits come from the middle of the hash, which decides neither word nor group alone.
static inline uint64_t
lists_filter_bits(uint64_t hash) {
	uint64_t bits = 0;

	for (unsigned int i = 0; i < LISTS_FILTER_BITS; i++)
		bits |= 1ull << (hash >> (20 + 6 * i) & 63);
	return bits;
}
