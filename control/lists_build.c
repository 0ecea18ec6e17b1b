// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_build.h"

#include "control/lists_names.h"
#include "control/lists_ranges.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGIT_BITS 16
#define DIGITS (1u << DIGIT_BITS)
#define NAMES_PER_WORD 4 // 16 bits of filter a name: about one stranger of 60 passes

void
lists_build_init(struct lists_build *b, const uint64_t key[2]) {
	*b = (struct lists_build){.key = {key[0], key[1]}};
}

void
lists_build_fini(struct lists_build *b) {
	free(b->ip4);
	free(b->ip6);
	free(b->names);
}

// Room for one more row of `size` bytes.
static bool
make_room(struct lists_build *b, void **rows, size_t count, size_t *room, size_t size) {
	if (count < *room)
		return true;
	if (count >= LISTS_ENTRIES_MAX) {
		b->full = true;
		return false;
	}
	size_t more = MAX_OF(*room * 2, (size_t)1024);
	void *grown = realloc(*rows, more * size);
	if (!grown) {
		b->failed = true;
		return false;
	}
	*rows = grown;
	*room = more;
	return true;
}

static uint64_t
load_be(const uint8_t *at) {
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return __builtin_bswap64(word);
}

static uint64_t
upper_bits(unsigned int length) {
	return length == 0 ? 0 : length >= 64 ? UINT64_MAX : ~(UINT64_MAX >> length);
}

void
lists_build_prefix(
	struct lists_build *b,
	unsigned int list,
	unsigned int family,
	const uint8_t address[16],
	unsigned int length
) {
	if (family == 4) {
		if (!make_room(b, (void **)&b->ip4, b->ip4_count, &b->ip4_room, sizeof *b->ip4))
			return;
		uint64_t first = load_be(address) & upper_bits(length);
		b->ip4[b->ip4_count++] = first >> 32 << 16 | length << 8 | list;
		return;
	}
	if (!make_room(b, (void **)&b->ip6, b->ip6_count, &b->ip6_room, sizeof *b->ip6))
		return;
	b->ip6[b->ip6_count++] = (struct lists_entry6){
		.high = load_be(address) & upper_bits(length),
		.low = length > 64 ? load_be(address + 8) & upper_bits(length - 64) : 0,
		.length = (uint8_t)length,
		.list = (uint8_t)list,
	};
}

void
lists_build_name(struct lists_build *b, unsigned int list, const uint8_t *wire, size_t length) {
	if (!make_room(b, (void **)&b->names, b->names_count, &b->names_room, sizeof *b->names))
		return;
	b->names[b->names_count++] = (struct lists_name){
		.hash = lists_hash(b->key, wire, length),
		.list = (uint8_t)list,
	};
	b->excepts |= (list & LISTS_EXCEPT) != 0;
}

void
lists_build_list(struct lists_build *b, unsigned int list, const char *name) {
	snprintf(b->list_name[list], LISTS_NAME, "%s", name);
}

struct lists_mark
lists_build_mark(const struct lists_build *b) {
	return (struct lists_mark
	){b->ip4_count, b->ip6_count, b->names_count, b->failed || b->full};
}

void
lists_build_back(struct lists_build *b, struct lists_mark mark) {
	b->ip4_count = mark.ip4;
	b->ip6_count = mark.ip6;
	b->names_count = mark.names;
	b->failed = b->full = mark.failed;
}

static void
add_home(struct lists_build *b) {
	static const struct {
		uint8_t family, length;
		uint8_t address[16];
	} home[] = {
		{4, 8, {0}},
		{4, 8, {10}},
		{4, 10, {100, 64}},
		{4, 8, {127}},
		{4, 16, {169, 254}},
		{4, 12, {172, 16}},
		{4, 16, {192, 168}},
		{4, 3, {224}},
		{6, 128, {0}},
		{6, 128, {[15] = 1}},
		{6, 7, {0xfc}},
		{6, 10, {0xfe, 0x80}},
		{6, 8, {0xff}},
	};

	for (size_t i = 0; i < ARRAY_LEN(home); i++)
		if (home[i].family == 4 ? b->ip4_count > 0 : b->ip6_count > 0)
			lists_build_prefix(
				b, LISTS_HOME, home[i].family, home[i].address, home[i].length
			);
}

// Least significant digit first; 48 bits are three turns.
static int
sort4(struct lists_build *b) {
	uint64_t *other = malloc(MAX_OF(b->ip4_count, (size_t)1) * sizeof *other);
	uint32_t *at = malloc(DIGITS * sizeof *at);
	bool ok = other && at;

	for (unsigned int shift = 0; ok && shift < 48; shift += DIGIT_BITS) {
		memset(at, 0, DIGITS * sizeof *at);
		for (size_t i = 0; i < b->ip4_count; i++)
			at[b->ip4[i] >> shift & (DIGITS - 1)]++;
		for (uint32_t d = 0, sum = 0; d < DIGITS; d++) {
			uint32_t n = at[d];
			at[d] = sum;
			sum += n;
		}
		for (size_t i = 0; i < b->ip4_count; i++)
			other[at[b->ip4[i] >> shift & (DIGITS - 1)]++] = b->ip4[i];
		uint64_t *sorted = other;
		other = b->ip4;
		b->ip4 = sorted;
		b->ip4_room = b->ip4_count;
	}
	free(other);
	free(at);
	return ok ? 0 : -ENOMEM;
}

static int
compare6(const void *one, const void *other) {
	const struct lists_entry6 *a = one, *b = other;

	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	if (a->low != b->low)
		return a->low < b->low ? -1 : 1;
	return a->length - b->length;
}

struct parts {
	struct lists_sets sets;
	uint64_t *ip4_near;
	uint32_t *ip4_groups;
	uint32_t *ip4;
	struct lists_ip6 *ip6;
	uint32_t ip6_count;
	struct lists_names names;
	uint32_t filter_words;
	uint16_t *name_sets;
};

// A bit for each /24 in which some range has a set.
static void
mark_near(const struct parts *p) {
	const uint32_t *group = p->ip4_groups;

	for (uint32_t g = 0; g < LISTS_GROUPS; g++)
		for (uint32_t i = group[g]; i < group[g + 1]; i++) {
			uint32_t end = i + 1 < group[g + 1] ? p->ip4[i + 1] >> 16 : 1u << 16;
			if ((p->ip4[i] & UINT16_MAX) == 0)
				continue;
			for (uint32_t net = p->ip4[i] >> 24; net <= (end - 1) >> 8; net++)
				p->ip4_near[g << 2 | net >> 6] |= 1ull << (net & 63);
		}
}

static int
make_parts(struct lists_build *b, struct parts *p) {
	int r;

	if (b->failed || lists_sets_init(&p->sets) != 0)
		return -ENOMEM;
	add_home(b);
	if (b->failed || (r = sort4(b)) != 0 || (r = lists_names_group(b, &p->names)) != 0)
		return -ENOMEM;
	if (b->ip4_count) {
		p->ip4_groups = malloc((LISTS_GROUPS + 1) * sizeof *p->ip4_groups);
		p->ip4_near = calloc(LISTS_NEAR, sizeof *p->ip4_near);
		if (!p->ip4_groups || !p->ip4_near)
			return -ENOMEM;
		r = lists_ranges4(b->ip4, b->ip4_count, &p->sets, p->ip4_groups, &p->ip4);
		if (r != 0)
			return r;
		mark_near(p);
	}
	if (b->ip6_count) {
		qsort(b->ip6, b->ip6_count, sizeof *b->ip6, compare6);
		r = lists_ranges6(b->ip6, b->ip6_count, &p->sets, &p->ip6, &p->ip6_count);
		if (r != 0)
			return r;
	}
	p->name_sets = malloc(MAX_OF(p->names.count, 1u) * sizeof *p->name_sets);
	if (!p->name_sets)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->names.count; i++)
		p->name_sets[i] = (uint16_t)lists_sets_number(
			&p->sets,
			(struct lists_set){
				.listed = p->names.mask[i],
				.except = p->names.except ? p->names.except[i] : 0,
			}
		);
	for (p->filter_words = 1; p->filter_words * NAMES_PER_WORD < p->names.count;)
		p->filter_words *= 2;
	return p->sets.error;
}

static void
parts_free(struct parts *p) {
	lists_sets_fini(&p->sets);
	free(p->ip4_near);
	free(p->ip4_groups);
	free(p->ip4);
	free(p->ip6);
	lists_names_free(&p->names);
	free(p->name_sets);
}

static void
place(uint64_t *at, struct lists_section *section, uint64_t count, size_t size) {
	*section = (struct lists_section){.offset = (uint32_t)*at, .count = (uint32_t)count};
	*at = (*at + count * size + 7) & ~(uint64_t)7;
}

static uint64_t
lay_out(const struct parts *p, struct lists_header *h) {
	uint32_t groups = p->ip4 ? LISTS_GROUPS + 1 : 0;
	uint64_t at = sizeof *h;

	h->name_bits = p->names.bits;
	place(&at, &h->sets, p->sets.count, sizeof(struct lists_set));
	place(&at, &h->ip4_near, groups ? LISTS_NEAR : 0, sizeof(uint64_t));
	place(&at, &h->ip4_groups, groups, sizeof(uint32_t));
	place(&at, &h->ip4, groups ? p->ip4_groups[LISTS_GROUPS] : 0, sizeof(uint32_t));
	place(&at, &h->ip6, p->ip6_count, sizeof(struct lists_ip6));
	place(&at, &h->filter, p->filter_words, sizeof(uint64_t));
	place(&at, &h->name_groups, (1u << p->names.bits) + 1, sizeof(uint32_t));
	place(&at, &h->names, p->names.count, sizeof(uint64_t));
	place(&at, &h->name_sets, p->names.count, sizeof(uint16_t));
	return at;
}

static void
fill(char *image, struct lists_section s, const void *rows, size_t size) {
	if (s.count)
		memcpy(image + s.offset, rows, s.count * size);
}

static void
fill_image(const struct parts *p, const struct lists_header *h, char *image) {
	uint64_t *filter = (void *)(image + h->filter.offset);

	memcpy(image, h, sizeof *h);
	fill(image, h->sets, p->sets.set, sizeof(struct lists_set));
	fill(image, h->ip4_near, p->ip4_near, sizeof(uint64_t));
	fill(image, h->ip4_groups, p->ip4_groups, sizeof(uint32_t));
	fill(image, h->ip4, p->ip4, sizeof(uint32_t));
	fill(image, h->ip6, p->ip6, sizeof(struct lists_ip6));
	fill(image, h->name_groups, p->names.group, sizeof(uint32_t));
	fill(image, h->names, p->names.hash, sizeof(uint64_t));
	fill(image, h->name_sets, p->name_sets, sizeof(uint16_t));
	for (uint32_t i = 0; i < p->names.count; i++) {
		uint64_t hash = p->names.hash[i];
		filter[lists_filter_word(hash, h->filter.count)] |= lists_filter_bits(hash);
	}
}

int
lists_build_finish(
	struct lists_build *b,
	uint64_t generation,
	unsigned int lists,
	uint64_t blocks,
	void **ret_image,
	size_t *ret_length
) {
	struct lists_header h = {
		.magic = LISTS_MAGIC,
		.version = LISTS_VERSION,
		.generation = generation,
		.key = {b->key[0], b->key[1]},
		.blocks = blocks,
		.allows = b->allows,
		.lists = lists,
	};
	struct parts p = {0};
	const char *why;
	char *image = NULL;

	memcpy(h.name, b->list_name, sizeof h.name);
	int r = b->full ? -E2BIG : make_parts(b, &p);
	if (r == 0) {
		h.length = lay_out(&p, &h);
		r = h.length > LISTS_BYTES_MAX ? -E2BIG : 0;
	}
	if (r == 0 && !(image = calloc(1, h.length)))
		r = -ENOMEM;
	if (r == 0) {
		fill_image(&p, &h, image);
		r = lists_check(image, h.length, &why);
	}
	parts_free(&p);
	if (r != 0) {
		free(image);
		return r;
	}
	*ret_image = image;
	*ret_length = h.length;
	return 0;
}
