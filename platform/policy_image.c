// SPDX-License-Identifier: BSD-3-Clause
// Reading a rules image that policy_check accepted: every offset lies inside, every row number
// exists and every probe ends at an empty slot.

#include "platform/policy_image.h"

#include "platform/siphash.h"

uint64_t
policy_hash(const uint64_t key[2], const void *data, size_t length) {
	return siphash24(key, data, length);
}

uint64_t
policy_hash_prefix(
	const uint64_t key[2],
	uint32_t family,
	const uint8_t prefix[16],
	uint32_t length
) {
	uint8_t bytes[18] = {(uint8_t)family, (uint8_t)length};

	memcpy(bytes + 2, prefix, 16);
	return siphash24(key, bytes, sizeof bytes);
}

uint64_t
policy_hash_known(
	const uint64_t key[2],
	uint32_t device,
	uint32_t family,
	const uint8_t address[16]
) {
	uint8_t bytes[24];

	memcpy(bytes, &device, 4);
	memcpy(bytes + 4, &family, 4);
	memcpy(bytes + 8, address, 16);
	return siphash24(key, bytes, sizeof bytes);
}

uint32_t
policy_find_device(const struct policy_header *p, const uint8_t mac[6]) {
	const struct policy_device *row = policy_rows(p, p->devices);
	const uint32_t *slot = policy_rows(p, p->device_index);
	uint32_t mask = p->device_index.count - 1;

	for (uint32_t i = (uint32_t)policy_hash(p->key, mac, 6) & mask; slot[i]; i = (i + 1) & mask)
		if (memcmp(row[slot[i] - 1].mac, mac, 6) == 0)
			return slot[i] - 1;
	return POLICY_NO_ROW;
}

// `beneath`: the name looked for is one of its sub-names.
static void
match_suffix(
	const struct policy_header *p,
	const uint8_t *name,
	size_t length,
	bool beneath,
	policy_object_fn *fn,
	void *context
) {
	const struct policy_name *row = policy_rows(p, p->names);
	const uint8_t *text = policy_rows(p, p->text);
	const uint32_t *slot = policy_rows(p, p->name_index);
	uint32_t mask = p->name_index.count - 1;

	for (uint32_t i = (uint32_t)policy_hash(p->key, name, length) & mask; slot[i];
	     i = (i + 1) & mask) {
		const struct policy_name *r = &row[slot[i] - 1];
		if (r->length == length && memcmp(text + r->text, name, length) == 0
		    && (beneath || !r->beneath))
			fn(context, r->object);
	}
}

void
policy_match_name(
	const struct policy_header *p,
	const uint8_t *name,
	size_t length,
	policy_object_fn *fn,
	void *context
) {
	if (p->names.count == 0)
		return;
	for (bool beneath = false; length > 0; beneath = true) {
		match_suffix(p, name, length, beneath, fn, context);
		size_t label = (size_t)name[0] + 1;
		if (label > length)
			break;
		name += label;
		length -= label;
	}
}

void
policy_match_prefix(
	const struct policy_header *p,
	uint32_t family,
	const uint8_t prefix[16],
	unsigned int length,
	bool named,
	policy_object_fn *fn,
	void *context
) {
	const struct policy_prefix *row = policy_rows(p, p->prefixes);
	const uint32_t *slot = policy_rows(p, p->prefix_index);
	uint32_t mask = p->prefix_index.count - 1;

	for (uint32_t i = (uint32_t)policy_hash_prefix(p->key, family, prefix, length) & mask;
	     slot[i];
	     i = (i + 1) & mask) {
		const struct policy_prefix *r = &row[slot[i] - 1];
		if (r->family == family && r->length == length && !(named && r->nameless)
		    && memcmp(r->address, prefix, 16) == 0)
			fn(context, r->object);
	}
}

void
policy_match_address(
	const struct policy_header *p,
	uint32_t family,
	const uint8_t address[16],
	bool named,
	policy_object_fn *fn,
	void *context
) {
	const uint64_t *lengths = family == 4 ? &p->lengths4 : p->lengths6;
	uint8_t prefix[16];

	for (unsigned int at = 0; at <= policy_full_length(family); at++) {
		if (!(lengths[at / 64] >> at % 64 & 1))
			continue;
		policy_mask(prefix, address, at);
		policy_match_prefix(p, family, prefix, at, named, fn, context);
	}
}

void
policy_match_known(
	const struct policy_header *p,
	uint32_t device,
	uint32_t family,
	const uint8_t address[16],
	policy_object_fn *fn,
	void *context
) {
	const struct policy_known *row = policy_rows(p, p->known);
	const uint32_t *slot = policy_rows(p, p->known_index);
	uint32_t mask = p->known_index.count - 1;

	if (p->known.count == 0 || device == POLICY_NO_ROW)
		return;
	for (uint32_t i = (uint32_t)policy_hash_known(p->key, device, family, address) & mask;
	     slot[i];
	     i = (i + 1) & mask) {
		const struct policy_known *r = &row[slot[i] - 1];
		if (r->device == device && r->family == family
		    && memcmp(r->address, address, 16) == 0)
			fn(context, r->object);
	}
}

void
policy_match_lists(
	const struct policy_header *p,
	uint64_t lists,
	policy_object_fn *fn,
	void *context
) {
	const struct policy_list *row = policy_rows(p, p->lists);

	if (!(lists & p->lists_named))
		return;
	for (uint32_t i = 0; i < p->lists.count; i++)
		if (lists >> row[i].bit & 1)
			fn(context, row[i].object);
}
