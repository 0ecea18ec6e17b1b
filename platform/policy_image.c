// SPDX-License-Identifier: BSD-3-Clause
// Checking and reading a rules image.  The check is complete, so that the finders need none: after
// it, every offset lies inside, every row number exists and every probe ends at an empty slot.

#include "platform/policy_image.h"

#include "platform/base.h"
#include "platform/siphash.h"

#include <errno.h>
#include <string.h>

uint64_t
policy_hash(const uint64_t key[2], const void *data, size_t length) {
	return siphash24(key, data, length);
}

uint64_t
policy_hash_pair(const uint64_t key[2], uint32_t device, uint32_t destination) {
	const uint32_t pair[2] = {device, destination};
	return siphash24(key, pair, sizeof pair);
}

uint64_t
policy_hash_address(const uint64_t key[2], uint32_t family, const uint8_t address[16]) {
	uint8_t bytes[20];

	memcpy(bytes, &family, 4);
	memcpy(bytes + 4, address, 16);
	return siphash24(key, bytes, sizeof bytes);
}

static bool
section_fits(const struct policy_header *p, struct policy_section s, size_t row) {
	return s.offset % 8 == 0 && s.offset >= sizeof *p && s.offset <= p->length
		&& s.count <= (p->length - s.offset) / row;
}

// An index is usable when it is a power of two of slots, names only rows that exist, names each
// row once, and is at most half full (so that every probe meets an empty slot).
static bool
index_sound(const struct policy_header *p, struct policy_section index, uint32_t rows) {
	const uint32_t *slot = policy_rows(p, index);
	uint32_t used = 0;

	if (index.count == 0 || (index.count & (index.count - 1)) != 0)
		return false;
	if (rows > index.count / 2)
		return false;
	for (uint32_t i = 0; i < index.count; i++) {
		if (slot[i] > rows)
			return false;
		used += slot[i] != 0;
	}
	return used == rows;
}

static const char *
sections_wrong(const struct policy_header *p) {
	if (!section_fits(p, p->profiles, sizeof(struct policy_profile))
	    || !section_fits(p, p->devices, sizeof(struct policy_device))
	    || !section_fits(p, p->destinations, sizeof(struct policy_destination))
	    || !section_fits(p, p->names, sizeof(struct policy_name))
	    || !section_fits(p, p->addresses, sizeof(struct policy_address))
	    || !section_fits(p, p->pairs, sizeof(struct policy_pair))
	    || !section_fits(p, p->limits, sizeof(struct policy_limit))
	    || !section_fits(p, p->text, 1))
		return "a section lies outside the image";
	if (!section_fits(p, p->device_index, sizeof(uint32_t))
	    || !section_fits(p, p->name_index, sizeof(uint32_t))
	    || !section_fits(p, p->address_index, sizeof(uint32_t))
	    || !section_fits(p, p->pair_index, sizeof(uint32_t)))
		return "an index lies outside the image";
	if (!index_sound(p, p->device_index, p->devices.count)
	    || !index_sound(p, p->name_index, p->names.count)
	    || !index_sound(p, p->address_index, p->addresses.count)
	    || !index_sound(p, p->pair_index, p->pairs.count))
		return "an index does not match its rows";
	return NULL;
}

static const char *
rows_wrong(const struct policy_header *p) {
	const struct policy_profile *profile = policy_rows(p, p->profiles);
	const struct policy_device *device = policy_rows(p, p->devices);
	const struct policy_limit *limit = policy_rows(p, p->limits);
	const struct policy_name *name = policy_rows(p, p->names);
	const struct policy_address *address = policy_rows(p, p->addresses);
	const struct policy_pair *pair = policy_rows(p, p->pairs);

	if (p->default_profile >= p->profiles.count)
		return "the default profile does not exist";
	for (uint32_t i = 0; i < p->profiles.count; i++)
		if (profile[i].default_verdict > POLICY_DEFAULT_BLOCK)
			return "a profile has an unknown default";
	for (uint32_t i = 0; i < p->devices.count; i++)
		if (device[i].profile >= p->profiles.count || device[i].limit > p->limits.count)
			return "a device names a profile or a limit that does not exist";
	for (uint32_t i = 0; i < p->limits.count; i++)
		if ((limit[i].up && !limit[i].up_burst) || (limit[i].down && !limit[i].down_burst))
			return "a limit has a rate and no burst, so that nothing would pass";
	for (uint32_t i = 0; i < p->names.count; i++)
		if (name[i].destination >= p->destinations.count || name[i].length == 0
		    || name[i].length > 255 || name[i].text > p->text.count
		    || name[i].length > p->text.count - name[i].text)
			return "a name points outside the image";
	for (uint32_t i = 0; i < p->addresses.count; i++)
		if (address[i].destination >= p->destinations.count
		    || (address[i].family != 4 && address[i].family != 6))
			return "an address row is wrong";
	for (uint32_t i = 0; i < p->pairs.count; i++)
		if (pair[i].device >= p->devices.count
		    || pair[i].destination >= p->destinations.count)
			return "a pair names a row that does not exist";
	return NULL;
}

int
policy_check(const void *image, size_t length, const char **ret_why) {
	const struct policy_header *p = image;
	const char *why = NULL;

	if (length < sizeof *p || (uintptr_t)image % 8 != 0)
		why = "the image is shorter than its header";
	else if (p->magic != POLICY_MAGIC)
		why = "this is not a rules image";
	else if (p->version != POLICY_VERSION)
		why = "the image has another version: install the same release of both programs";
	else if (p->length != length || length > POLICY_BYTES_MAX)
		why = "the image's length is wrong";
	else if (!(why = sections_wrong(p)))
		why = rows_wrong(p);
	if (!why)
		return 0;
	*ret_why = why;
	return -EINVAL;
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

static uint32_t
find_exact_name(const struct policy_header *p, const uint8_t *name, size_t length) {
	const struct policy_name *row = policy_rows(p, p->names);
	const uint8_t *text = policy_rows(p, p->text);
	const uint32_t *slot = policy_rows(p, p->name_index);
	uint32_t mask = p->name_index.count - 1;

	for (uint32_t i = (uint32_t)policy_hash(p->key, name, length) & mask; slot[i];
	     i = (i + 1) & mask) {
		const struct policy_name *r = &row[slot[i] - 1];
		if (r->length == length && memcmp(text + r->text, name, length) == 0)
			return r->destination;
	}
	return POLICY_NO_ROW;
}

uint32_t
policy_find_name(const struct policy_header *p, const uint8_t *name, size_t length) {
	if (p->names.count == 0)
		return POLICY_NO_ROW;
	while (length > 0) {
		uint32_t found = find_exact_name(p, name, length);
		if (found != POLICY_NO_ROW)
			return found;
		size_t label = (size_t)name[0] + 1;
		if (label > length)
			break;
		name += label;
		length -= label;
	}
	return POLICY_NO_ROW;
}

uint32_t
policy_find_address(const struct policy_header *p, uint32_t family, const uint8_t address[16]) {
	const struct policy_address *row = policy_rows(p, p->addresses);
	const uint32_t *slot = policy_rows(p, p->address_index);
	uint32_t mask = p->address_index.count - 1;

	if (p->addresses.count == 0)
		return POLICY_NO_ROW;
	for (uint32_t i = (uint32_t)policy_hash_address(p->key, family, address) & mask; slot[i];
	     i = (i + 1) & mask) {
		const struct policy_address *r = &row[slot[i] - 1];
		if (r->family == family && memcmp(r->address, address, 16) == 0)
			return r->destination;
	}
	return POLICY_NO_ROW;
}

uint8_t
policy_pair_actions(const struct policy_header *p, uint32_t device, uint32_t destination) {
	const struct policy_pair *row = policy_rows(p, p->pairs);
	const uint32_t *slot = policy_rows(p, p->pair_index);
	uint32_t mask = p->pair_index.count - 1;

	if (p->pairs.count == 0 || device == POLICY_NO_ROW || destination == POLICY_NO_ROW)
		return 0;
	for (uint32_t i = (uint32_t)policy_hash_pair(p->key, device, destination) & mask; slot[i];
	     i = (i + 1) & mask) {
		const struct policy_pair *r = &row[slot[i] - 1];
		if (r->device == device && r->destination == destination)
			return (uint8_t)r->actions;
	}
	return 0;
}
