// SPDX-License-Identifier: BSD-3-Clause
// Names are looked up in the policy when they are learned; here only once more per name after the
// policy changed, and the result is kept with the name.

#include "dataplane/policy/destination.h"

#include "dataplane/policy/policy.h"
#include "platform/policy_image.h"

#include <string.h>

static void
add_row(void *context, uint32_t row) {
	struct destinations *d = context;

	for (unsigned int i = 0; i < d->n; i++)
		if (d->row[i] == row)
			return;
	if (d->n < NAME_ROWS)
		d->row[d->n++] = row;
	else
		d->more = true;
}

// Length of the wire-form name at `name`, its final zero byte included; 0 when it does not end.
static size_t
wire_length(const uint8_t *name, size_t left) {
	size_t at = 0;

	while (at < left && name[at] != 0)
		at += (size_t)name[at] + 1;
	return at < left ? at + 1 : 0;
}

// Every object that a name of the chain matches; returns the lists that name one of them.
static uint64_t
match_chain(
	const struct policy *p,
	const struct name_chain *chain,
	policy_object_fn *fn,
	void *context
) {
	uint64_t wanted = policy_lists_wanted(p);
	bool listing = wanted && p->lists->names.count;
	uint64_t lists = 0;

	if (p->rules->names.count == 0 && !listing)
		return 0;
	for (size_t at = 0; at < chain->length;) {
		size_t size = wire_length(chain->bytes + at, chain->length - at);
		if (size == 0)
			break;
		policy_match_name(p->rules, chain->bytes + at, size - 1, fn, context);
		if (listing)
			lists |= lists_find_name(p->lists, chain->bytes + at, size - 1) & wanted;
		at += size;
	}
	return lists;
}

void
destination_match(
	const struct policy *p,
	const struct name_chain *chain,
	struct destinations *ret
) {
	*ret = (struct destinations){0};
	ret->lists = match_chain(p, chain, add_row, ret);
}

void
destination_decide_name(
	const struct policy *p,
	const struct name_chain *chain,
	const struct destinations *found,
	struct policy_decision *d
) {
	for (unsigned int i = 0; i < found->n; i++)
		policy_decide_object(d, found->row[i]);
	if (found->more)
		match_chain(p, chain, policy_decide_object, d);
	if (found->lists & p->rules->lists_named)
		policy_match_lists(p->rules, found->lists, policy_decide_object, d);
}

void
destination_keep(struct name_entry *e, const struct destinations *d, uint32_t epoch) {
	e->epoch = epoch;
	e->rows = d->n & 127;
	e->more = d->more;
	e->lists = d->lists;
	memcpy(e->row, d->row, sizeof e->row);
}

// False: the names are forgotten, though somebody had some.
static bool
by_entry(struct worker *w, struct name_entry *e, struct policy_decision *d, uint64_t *lists) {
	struct destinations found;
	struct name_chain chain;

	if (e->epoch != w->epoch || e->more) {
		if (!name_chain(w->shared->names, e->chain, &chain))
			return false;
		if (e->more && e->epoch == w->epoch) {
			*lists |= match_chain(w->policy, &chain, policy_decide_object, d);
			return true;
		}
		destination_match(w->policy, &chain, &found);
		destination_keep(e, &found, w->epoch);
		name_set_rows(w->shared->names, e);
		if (e->more)
			match_chain(w->policy, &chain, policy_decide_object, d);
	}
	for (unsigned int i = 0; i < e->rows; i++)
		policy_decide_object(d, e->row[i]);
	*lists |= e->lists;
	return true;
}

// True: the device has a name for the address.
static __attribute__((noinline)) bool
by_names(
	struct worker *w,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	uint32_t *chain,
	struct policy_decision *d,
	uint64_t *lists
) {
	struct name_entry e;
	struct name_chain own;

	bool named = name_find(w->shared->names, slot, family, address, &e);
	if (*chain != 0 && !(named && e.chain == *chain)) {
		if (name_chain(w->shared->names, *chain, &own)) {
			*lists |= match_chain(w->policy, &own, policy_decide_object, d);
			return true;
		}
	}
	if (!named)
		return false;
	*chain = e.chain;
	return by_entry(w, &e, d, lists);
}

static inline void
by_prefix(
	const struct policy *p,
	uint8_t family,
	const uint8_t address[16],
	unsigned int length,
	bool named,
	struct policy_decision *d
) {
	uint8_t masked[16];
	const uint8_t *prefix = address;

	if (length != policy_full_length(family)) {
		policy_mask(masked, address, length);
		prefix = masked;
	}
	if (policy_may_name_prefix(p, prefix, length))
		policy_match_prefix(
			p->rules, family, prefix, length, named, policy_decide_object, d
		);
}

static __attribute__((noinline)) void
by_address6(
	const struct policy *p,
	const uint8_t address[16],
	bool named,
	struct policy_decision *d
) {
	for (unsigned int k = 0; k < ARRAY_LEN(p->rules->lengths6); k++)
		for (uint64_t left = p->rules->lengths6[k]; left; left &= left - 1)
			by_prefix(
				p,
				6,
				address,
				64 * k + (unsigned int)__builtin_ctzll(left),
				named,
				d
			);
}

static inline void
by_address(
	const struct policy *p,
	uint8_t family,
	const uint8_t address[16],
	bool named,
	struct policy_decision *d
) {
	if (family == 6)
		by_address6(p, address, named, d);
	else
		for (uint64_t left = p->rules->lengths4; left; left &= left - 1)
			by_prefix(p, 4, address, (unsigned int)__builtin_ctzll(left), named, d);
	if (!named && p->rules->known.count
	    && policy_may_name_prefix(p, address, policy_full_length(family)))
		policy_match_known(
			p->rules, d->subject->device, family, address, policy_decide_object, d
		);
}

// `named`: the lists that name one of the address's names.
static __attribute__((noinline)) uint64_t
by_lists(
	const struct policy *p,
	uint8_t family,
	const uint8_t address[16],
	uint64_t named,
	struct policy_decision *d
) {
	uint64_t wanted = policy_lists_wanted(p);
	uint64_t lists = named;

	if (wanted)
		lists |= lists_find_address(p->lists, family, address) & wanted;
	if (lists & p->rules->lists_named)
		policy_match_lists(p->rules, lists, policy_decide_object, d);
	return lists_blocking(p->lists, lists);
}

uint64_t
destination_decide(
	struct worker *w,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	uint32_t *chain,
	struct policy_decision *d
) {
	const struct policy *p = w->policy;
	uint64_t lists = 0;

	if (destination_is_local(family, address))
		return 0;
	bool named = (*chain || name_table_used(w->shared->names))
		&& by_names(w, slot, family, address, chain, d, &lists);
	by_address(p, family, address, named, d);
	return p->lists ? by_lists(p, family, address, lists, d) : 0;
}

bool
destination_doubt(
	struct worker *w,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	ns_t now,
	uint32_t *ret_second
) {
	struct name_entry e;
	struct name_chain second;

	*ret_second = 0;
	if (!name_find(w->shared->names, slot, family, address, &e))
		return false;
	if (name_other(w->shared->names, &e, now, &second))
		*ret_second = e.other;
	return name_is_served(&e);
}
