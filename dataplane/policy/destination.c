// SPDX-License-Identifier: BSD-3-Clause
// Names are looked up in the policy when they are learned; here only once more per name after the
// policy changed, and the result is kept with the name.

#include "dataplane/policy/destination.h"

#include "dataplane/policy/policy.h"
#include "platform/policy_image.h"

#include <string.h>

bool
destination_is_local(uint8_t family, const uint8_t a[16]) {
	if (family == 6)
		return a[0] == 0xff || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80);
	return a[0] >= 224 || (a[0] == 169 && a[1] == 254);
}

static void
add_row(struct destinations *d, uint32_t row) {
	for (unsigned int i = 0; i < d->n; i++)
		if (d->row[i] == row)
			return;
	if (d->n < NAME_ROWS)
		d->row[d->n++] = row;
}

// Length of the wire-form name at `name`, its final zero byte included; 0 when it does not end.
static size_t
wire_length(const uint8_t *name, size_t left) {
	size_t at = 0;

	while (at < left && name[at] != 0)
		at += (size_t)name[at] + 1;
	return at < left ? at + 1 : 0;
}

void
destination_match(
	const struct policy *p,
	const struct name_chain *chain,
	struct destinations *ret
) {
	*ret = (struct destinations){0};
	bool listing = p->lists && p->lists->names.count;
	uint64_t listed = 0;
	if (p->rules->names.count == 0 && !listing)
		return;
	for (size_t at = 0; at < chain->length;) {
		size_t size = wire_length(chain->bytes + at, chain->length - at);
		if (size == 0)
			break;
		uint32_t row = policy_find_name(p->rules, chain->bytes + at, size - 1);
		if (row != POLICY_NO_ROW)
			add_row(ret, row);
		if (listing)
			listed |= lists_find_name(p->lists, chain->bytes + at, size - 1);
		at += size;
	}
	ret->listed = listing && lists_blocking(p->lists, listed);
}

static void
rows_of_entry(struct worker *w, struct name_entry *e, struct destinations *ret) {
	struct name_chain chain;

	if (e->epoch != w->epoch) {
		*ret = (struct destinations){0};
		if (name_chain(w->shared->names, e->chain, &chain))
			destination_match(w->policy, &chain, ret);
		e->epoch = w->epoch;
		e->rows = ret->n & 127;
		e->listed = ret->listed;
		memcpy(e->row, ret->row, ret->n * sizeof ret->row[0]);
		name_set_rows(w->shared->names, e);
	}
	ret->n = e->rows;
	ret->listed = e->listed;
	memcpy(ret->row, e->row, sizeof ret->row);
}

static void
find_rows(
	struct worker *w,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	uint32_t *chain,
	struct destinations *ret
) {
	const struct policy_header *p = w->policy->rules;
	struct name_entry e;
	struct name_chain own;

	bool named = name_find(w->shared->names, slot, family, address, &e);
	if (*chain != 0 && !(named && e.chain == *chain)) {
		if (name_chain(w->shared->names, *chain, &own)) {
			destination_match(w->policy, &own, ret);
			return;
		}
	}
	if (named) {
		*chain = e.chain;
		rows_of_entry(w, &e, ret);
		return;
	}
	if (!policy_may_name_address(w->policy, address))
		return;
	uint32_t row = policy_find_address(p, family, address);
	if (row != POLICY_NO_ROW)
		add_row(ret, row);
}

void
destination_find(
	struct worker *w,
	uint16_t slot,
	uint8_t family,
	const uint8_t address[16],
	uint32_t *chain,
	struct destinations *ret
) {
	const struct lists_header *l = w->policy->lists;

	*ret = (struct destinations){0};
	if (destination_is_local(family, address))
		return;
	find_rows(w, slot, family, address, chain, ret);
	if (l && !ret->listed)
		ret->listed = lists_blocking(l, lists_find_address(l, family, address));
}
