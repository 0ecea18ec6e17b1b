// SPDX-License-Identifier: BSD-3-Clause

#include "control/view_lists.h"

#include "control/core.h"
#include "control/destination.h"
#include "control/domain.h"
#include "control/lists.h"
#include "control/lists_map.h"
#include "platform/text.h"

#define NAMED_MAX 8 // enough to see why

static void
write_named(
	const struct lists_header *l,
	const struct destination *d,
	uint64_t list,
	struct json *j
) {
	uint8_t wire[DOMAIN_WIRE_MAX];
	char text[TEXT_ADDRESS];
	unsigned int n = 0;

	json_key(j, "named");
	json_array(j);
	for (unsigned int i = 0; i < d->names_count && n < NAMED_MAX; i++) {
		size_t length = domain_wire(d->names[i].text, wire);
		if (length > 0 && lists_find_name(l, wire, length) & list && n++ < NAMED_MAX)
			json_string(j, d->names[i].text);
	}
	for (unsigned int i = 0; i < d->addresses_count && n < NAMED_MAX; i++) {
		const struct destination_address *a = &d->addresses[i];
		if (lists_find_address(l, a->family, a->address) & list && n++ < NAMED_MAX)
			json_string(j, text_address(a->family, a->address, text));
	}
	json_end(j);
}

static uint64_t
naming(const struct lists_header *l, const struct destination *d) {
	uint8_t wire[DOMAIN_WIRE_MAX];
	uint64_t all = 0;

	for (unsigned int i = 0; i < d->names_count; i++) {
		size_t length = domain_wire(d->names[i].text, wire);
		if (length > 0)
			all |= lists_find_name(l, wire, length);
	}
	for (unsigned int i = 0; i < d->addresses_count; i++)
		all |= lists_find_address(l, d->addresses[i].family, d->addresses[i].address);
	return all;
}

void
view_lists(const struct core *c, const struct destination *d, struct json *j) {
	const struct lists_header *l = lists_map(c->lists);

	json_key(j, "lists");
	json_array(j);
	for (uint64_t left = l ? naming(l, d) : 0; left; left &= left - 1) {
		unsigned int bit = (unsigned int)__builtin_ctzll(left);
		if (lists_find(c->lists, l->name[bit]) < 0)
			continue; // a country, or of a configuration that is gone
		json_object(j);
		json_key_string(j, "name", l->name[bit]);
		json_key_string(
			j,
			"action",
			l->allows >> bit & 1	       ? "allow"
				: l->blocks >> bit & 1 ? "block"
						       : "none"
		);
		write_named(l, d, 1ull << bit, j);
		json_end(j);
	}
	json_end(j);
	lists_unmap(l);
}
