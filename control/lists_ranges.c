// SPDX-License-Identifier: BSD-3-Clause
// One walk along the prefixes with a stack of those that are open.  Both families are walked as
// 128-bit numbers; an IPv4 address is its low 32 bits.

#include "control/lists_ranges.h"

#include "control/lists_build.h"
#include "platform/base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SETS_MAX 65536u
#define SLOTS (2 * SETS_MAX)
#define DEPTH (128 + 2)

typedef unsigned __int128 wide;

int
lists_sets_init(struct lists_sets *s) {
	*s = (struct lists_sets){
		.set = calloc(SETS_MAX, sizeof *s->set),
		.slot = calloc(SLOTS, sizeof *s->slot),
		.count = 1,
	};
	return s->set && s->slot ? 0 : -ENOMEM;
}

void
lists_sets_fini(struct lists_sets *s) {
	free(s->set);
	free(s->slot);
}

uint32_t
lists_sets_number(struct lists_sets *s, struct lists_set set) {
	if ((set.listed | set.except) == 0)
		return 0;
	uint64_t mixed = (set.listed ^ set.except << 32 ^ set.except >> 32) * 0x9e3779b97f4a7c15ull;
	uint32_t i = (uint32_t)(mixed >> 47) & (SLOTS - 1);
	while (s->slot[i] && memcmp(&s->set[s->slot[i] - 1], &set, sizeof set) != 0)
		i = (i + 1) & (SLOTS - 1);
	if (s->slot[i])
		return s->slot[i] - 1;
	if (s->count == SETS_MAX) {
		s->error = -E2BIG;
		return 0;
	}
	s->set[s->count] = set;
	s->slot[i] = ++s->count;
	return s->count - 1;
}

struct prefix {
	wide first;
	wide last;
	struct lists_set set; // of it and what it lies in
	bool home; // it, or what it lies in, is the home's own
};

struct walk {
	struct prefix open[DEPTH];
	unsigned int depth;
	struct lists_sets *sets;
	void *context;
	void (*emit)(void *context, wide first, uint32_t set);
	wide at; // of the last range
	uint64_t mask; // of the last range
};

// A range of `mask` begins.  What was said of the same address before is replaced by the caller.
static void
begin(struct walk *w, wide first, uint64_t mask) {
	if (w->mask == mask)
		return;
	w->at = first;
	w->mask = mask;
	w->emit(w->context, first, lists_sets_number(w->sets, (struct lists_set){.listed = mask}));
}

static uint64_t
mask_of(const struct walk *w) {
	const struct prefix *top = w->depth ? &w->open[w->depth - 1] : NULL;

	return !top || top->home ? 0 : top->set.listed & ~top->set.except;
}

// Ends the open prefixes that end before `first`.
static void
close_before(struct walk *w, wide first, bool all) {
	while (w->depth && (all || w->open[w->depth - 1].last < first)) {
		wide next = w->open[--w->depth].last + 1;
		// One that ends where the one around it ends has nothing after it of its own.
		if (w->depth && w->open[w->depth - 1].last + 1 == next)
			continue;
		begin(w, next, mask_of(w));
	}
}

static void
walk_prefix(struct walk *w, wide first, wide last, unsigned int list) {
	close_before(w, first, false);
	struct prefix *top = w->depth ? &w->open[w->depth - 1] : NULL;
	struct prefix p = {.first = first, .last = last};

	p.home = list == LISTS_HOME || (top && top->home);
	if (top)
		p.set = top->set;
	if (list & LISTS_EXCEPT)
		p.set.except |= 1ull << (list & ~(unsigned int)LISTS_EXCEPT);
	else if (list != LISTS_HOME)
		p.set.listed |= 1ull << list;
	if (top && top->first == first && top->last == last) {
		top->set = p.set;
		top->home = p.home;
	} else {
		w->open[w->depth++] = p;
	}
	begin(w, first, mask_of(w));
}

struct out4 {
	uint32_t *range;
	size_t count;
	uint32_t *groups;
	uint32_t next_group; // not begun yet
	uint32_t set; // in force
};

// Groups up to the one of `first` begin with what is in force.
static void
begin_groups(struct out4 *o, uint32_t upto) {
	for (; o->next_group < upto; o->next_group++) {
		o->groups[o->next_group] = (uint32_t)o->count;
		o->range[o->count++] = o->set;
	}
}

static void
emit4(void *context, wide first, uint32_t set) {
	struct out4 *o = context;

	if (first > UINT32_MAX)
		return;
	uint32_t low = (uint32_t)first & UINT16_MAX;
	begin_groups(o, (uint32_t)(first >> 16) + 1);
	if (o->range[o->count - 1] >> 16 == low) // it is where the group begins, or said twice
		o->range[o->count - 1] = low << 16 | set;
	else
		o->range[o->count++] = low << 16 | set;
	o->set = set;
}

int
lists_ranges4(
	const uint64_t *sorted,
	size_t count,
	struct lists_sets *sets,
	uint32_t *groups,
	uint32_t **ret_ranges
) {
	struct out4 o = {.groups = groups};
	struct walk w = {.sets = sets, .context = &o, .emit = emit4};

	if (!(o.range = malloc((2 * count + LISTS_GROUPS) * sizeof *o.range)))
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		uint64_t first = sorted[i] >> 16;
		uint64_t hosts = (uint64_t)UINT32_MAX >> (sorted[i] >> 8 & 63);
		walk_prefix(&w, first, first | hosts, sorted[i] & 255);
	}
	close_before(&w, 0, true);
	begin_groups(&o, LISTS_GROUPS);
	groups[LISTS_GROUPS] = (uint32_t)o.count;
	*ret_ranges = o.range;
	return sets->error;
}

struct out6 {
	struct lists_ip6 *range;
	uint32_t count;
};

static void
emit6(void *context, wide first, uint32_t set) {
	struct out6 *o = context;
	struct lists_ip6 row = {(uint64_t)(first >> 64), (uint64_t)first, set};
	const struct lists_ip6 *last = &o->range[o->count - 1];

	if (o->count > 1 && first == 0)
		return; // beyond the last address
	if (last->high == row.high && last->low == row.low)
		o->count--;
	o->range[o->count++] = row;
}

int
lists_ranges6(
	const struct lists_entry6 *sorted,
	size_t count,
	struct lists_sets *sets,
	struct lists_ip6 **ret_ranges,
	uint32_t *ret_count
) {
	struct out6 o = {.range = calloc(2 * count + 1, sizeof *o.range), .count = 1};
	struct walk w = {.sets = sets, .context = &o, .emit = emit6};

	if (!o.range)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		wide first = (wide)sorted[i].high << 64 | sorted[i].low;
		wide hosts = sorted[i].length == 128 ? 0 : ~(wide)0 >> sorted[i].length;
		walk_prefix(&w, first, first | hosts, sorted[i].list);
	}
	close_before(&w, 0, true);
	*ret_ranges = o.range;
	*ret_count = o.count;
	return sets->error;
}
