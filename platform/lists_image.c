// SPDX-License-Identifier: BSD-3-Clause
// Checking and reading a lists image.  The check is complete, so that the finders need none: after
// it, every offset lies inside, every search begins below or at what it looks for and ends inside
// its group, and every set exists.

#include "platform/lists_image.h"

#include "platform/siphash.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

uint64_t
lists_hash(const uint64_t key[2], const void *name, size_t length) {
	return siphash24(key, name, length);
}

static bool
section_fits(const struct lists_header *l, struct lists_section s, size_t row) {
	return s.offset % 8 == 0 && s.offset >= sizeof *l && s.offset <= l->length
		&& s.count <= (l->length - s.offset) / row;
}

static bool
sections_fit(const struct lists_header *l) {
	return section_fits(l, l->sets, sizeof(struct lists_set))
		&& section_fits(l, l->ip4_near, sizeof(uint64_t))
		&& section_fits(l, l->ip4_groups, sizeof(uint32_t))
		&& section_fits(l, l->ip4, sizeof(uint32_t))
		&& section_fits(l, l->ip6, sizeof(struct lists_ip6))
		&& section_fits(l, l->filter, sizeof(uint64_t))
		&& section_fits(l, l->name_groups, sizeof(uint32_t))
		&& section_fits(l, l->names, sizeof(uint64_t))
		&& section_fits(l, l->name_sets, sizeof(uint16_t));
}

static const char *
sets_wrong(const struct lists_header *l) {
	const struct lists_set *set = lists_rows(l, l->sets);

	if (l->lists > LISTS_MAX || l->sets.count == 0 || l->sets.count > UINT16_MAX + 1u
	    || (set[0].listed | set[0].except) != 0)
		return "the sets of lists are wrong";
	uint64_t all = l->lists == 64 ? UINT64_MAX : (1ull << l->lists) - 1;
	if ((l->blocks | l->allows) & ~all)
		return "an action is for a list that does not exist";
	for (unsigned int i = 0; i < LISTS_MAX; i++)
		if (l->name[i][LISTS_NAME - 1] != 0)
			return "the name of a list has no end";
	for (uint32_t i = 1; i < l->sets.count; i++)
		if ((set[i].listed | set[i].except) == 0 || (set[i].listed | set[i].except) & ~all)
			return "a set names a list that does not exist";
	return NULL;
}

static const char *
ip4_wrong(const struct lists_header *l) {
	const uint32_t *group = lists_rows(l, l->ip4_groups);
	const uint32_t *range = lists_rows(l, l->ip4);

	if (l->ip4_groups.count == 0)
		return l->ip4.count ? "IPv4 ranges have no groups" : NULL;
	if (l->ip4_near.count != LISTS_NEAR)
		return "IPv4 ranges lack their bits";
	if (l->ip4_groups.count != LISTS_GROUPS + 1 || group[0] != 0
	    || group[LISTS_GROUPS] != l->ip4.count)
		return "the groups of IPv4 ranges are wrong";
	for (uint32_t g = 0; g < LISTS_GROUPS; g++)
		if (group[g] >= group[g + 1] || group[g + 1] > l->ip4.count
		    || range[group[g]] >> 16 != 0)
			return "a group of IPv4 ranges does not begin with its lowest address";
	for (uint32_t g = 0; g < LISTS_GROUPS; g++)
		for (uint32_t i = group[g]; i < group[g + 1]; i++)
			if ((range[i] & UINT16_MAX) >= l->sets.count
			    || (i > group[g] && range[i] >> 16 <= range[i - 1] >> 16))
				return "IPv4 ranges are out of order, or name no set";
	return NULL;
}

static const char *
ip6_wrong(const struct lists_header *l) {
	const struct lists_ip6 *range = lists_rows(l, l->ip6);

	if (l->ip6.count && (range[0].high | range[0].low))
		return "the IPv6 ranges do not begin with the lowest address";
	for (uint32_t i = 0; i < l->ip6.count; i++) {
		if (range[i].set >= l->sets.count)
			return "an IPv6 range names no set";
		if (i > 0
		    && (range[i].high < range[i - 1].high
			|| (range[i].high == range[i - 1].high && range[i].low <= range[i - 1].low)
		    ))
			return "IPv6 ranges are out of order";
	}
	return NULL;
}

static const char *
names_wrong(const struct lists_header *l) {
	const uint32_t *group = lists_rows(l, l->name_groups);
	const uint16_t *set = lists_rows(l, l->name_sets);
	uint32_t words = l->filter.count;

	if (l->name_bits > LISTS_NAME_BITS_MAX || l->name_groups.count != (1u << l->name_bits) + 1
	    || group[0] != 0 || group[1u << l->name_bits] != l->names.count
	    || l->name_sets.count != l->names.count)
		return "the groups of names are wrong";
	if (words == 0 || (words & (words - 1)) != 0)
		return "the filter of names is no power of two";
	for (uint32_t g = 0; g < 1u << l->name_bits; g++)
		if (group[g] > group[g + 1] || group[g + 1] > l->names.count)
			return "a group of names lies outside";
	for (uint32_t i = 0; i < l->names.count; i++)
		if (set[i] >= l->sets.count)
			return "a name has no set";
	return NULL;
}

int
lists_check(const void *image, size_t length, const char **ret_why) {
	const struct lists_header *l = image;
	const char *why = NULL;

	if (length < sizeof *l || (uintptr_t)image % 8 != 0)
		why = "the image is shorter than its header";
	else if (l->magic != LISTS_MAGIC)
		why = "this is not a lists image";
	else if (l->version != LISTS_VERSION)
		why = "the image has another version: install the same release of both programs";
	else if (l->length != length || length > LISTS_BYTES_MAX)
		why = "the image's length is wrong";
	else if (!sections_fit(l))
		why = "a section lies outside the image";
	else if (!(why = sets_wrong(l)) && !(why = ip4_wrong(l)) && !(why = ip6_wrong(l)))
		why = names_wrong(l);
	if (!why)
		return 0;
	*ret_why = why;
	return -EINVAL;
}

// The last range of the group that begins at or below the address.
static uint32_t
find_ip4(const struct lists_header *l, const uint8_t a[4]) {
	const uint32_t *group = (const uint32_t *)lists_rows(l, l->ip4_groups);
	const uint32_t *range = lists_rows(l, l->ip4);
	const uint64_t *near = lists_rows(l, l->ip4_near);
	uint32_t g = (uint32_t)a[0] << 8 | a[1];
	if (!(near[g << 2 | a[2] >> 6] >> (a[2] & 63) & 1))
		return 0;
	uint32_t upto = ((uint32_t)a[2] << 8 | a[3]) << 16 | UINT16_MAX;
	const uint32_t *at = range + group[g];

	for (uint32_t n = group[g + 1] - group[g]; n > 1;) {
		uint32_t half = n / 2;
		at = at[half] <= upto ? at + half : at;
		n -= half;
	}
	return *at & UINT16_MAX;
}

static uint64_t
load_be(const uint8_t *at) {
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return __builtin_bswap64(word);
}

static uint32_t
find_ip6(const struct lists_header *l, const uint8_t a[16]) {
	const struct lists_ip6 *at = lists_rows(l, l->ip6);
	uint64_t high = load_be(a);
	uint64_t low = load_be(a + 8);

	for (uint32_t n = l->ip6.count; n > 1;) {
		const struct lists_ip6 *middle = at + n / 2;
		bool beyond = middle->high > high || (middle->high == high && middle->low > low);
		at = beyond ? at : middle;
		n -= n / 2;
	}
	return (uint32_t)at->set;
}

uint64_t
lists_find_address(const struct lists_header *l, unsigned int family, const uint8_t address[16]) {
	const struct lists_set *set = lists_rows(l, l->sets);

	if (family == 4)
		return l->ip4_groups.count ? set[find_ip4(l, address)].listed : 0;
	return l->ip6.count ? set[find_ip6(l, address)].listed : 0;
}

static struct lists_set
find_suffix(const struct lists_header *l, const uint8_t *name, size_t length) {
	const uint64_t *filter = lists_rows(l, l->filter);
	const uint32_t *group = lists_rows(l, l->name_groups);
	const uint64_t *known = lists_rows(l, l->names);
	const uint16_t *set = lists_rows(l, l->name_sets);
	const struct lists_set none = {0};
	uint64_t hash = lists_hash(l->key, name, length);
	uint64_t bits = lists_filter_bits(hash);

	if ((filter[lists_filter_word(hash, l->filter.count)] & bits) != bits)
		return none;
	uint32_t g = lists_group(hash, l->name_bits);
	for (uint32_t i = group[g]; i < group[g + 1]; i++)
		if (known[i] == hash)
			return ((const struct lists_set *)lists_rows(l, l->sets))[set[i]];
	return none;
}

uint64_t
lists_find_name(const struct lists_header *l, const uint8_t *name, size_t length) {
	struct lists_set found = {0};

	if (l->names.count == 0)
		return 0;
	while (length > 0) {
		struct lists_set s = find_suffix(l, name, length);
		found.listed |= s.listed;
		found.except |= s.except;
		size_t label = (size_t)name[0] + 1;
		if (label > length)
			break;
		name += label;
		length -= label;
	}
	return found.listed & ~found.except;
}
