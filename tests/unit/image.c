// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/image.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define INDEX (2u * IMAGE_ROWS)

void
image_init(struct image *i, enum policy_default verdict) {
	memset(i, 0, sizeof *i);
	i->generation = 1;
	image_profile(i, verdict);
}

uint32_t
image_profile(struct image *i, enum policy_default verdict) {
	i->profile[i->profiles] = (struct policy_profile){.default_verdict = verdict};
	return i->profiles++;
}

uint32_t
image_device(struct image *i, const uint8_t mac[6], uint8_t actions, uint32_t profile) {
	struct policy_device *d = &i->device[i->devices];

	*d = (struct policy_device){.actions = actions, .profile = profile};
	memcpy(d->mac, mac, 6);
	return i->devices++;
}

void
image_limit(struct image *i, uint32_t device, struct policy_limit limit) {
	i->limit[i->limits++] = limit;
	i->device[device].limit = i->limits;
}

uint32_t
image_destination(struct image *i, uint8_t actions) {
	i->destination[i->destinations] = (struct policy_destination){.actions = actions};
	return i->destinations++;
}

void
image_name(struct image *i, uint32_t destination, const char *name) {
	uint32_t at = i->text;

	while (*name) {
		size_t label = strcspn(name, ".");
		i->bytes[i->text++] = (uint8_t)label;
		memcpy(i->bytes + i->text, name, label);
		i->text += (uint32_t)label;
		name += label + (name[label] == '.');
	}
	assert(i->text <= sizeof i->bytes);
	i->name[i->names++] = (struct policy_name
	){.text = at, .length = i->text - at, .destination = destination};
}

void
image_address(struct image *i, uint32_t destination, uint32_t family, const uint8_t *address) {
	struct policy_address *a = &i->address[i->addresses++];

	*a = (struct policy_address){.family = family, .destination = destination};
	memcpy(a->address, address, family == 4 ? 4 : 16);
}

void
image_pair(struct image *i, uint32_t device, uint32_t destination, uint32_t actions) {
	i->pair[i->pairs++] = (struct policy_pair){device, destination, actions, 0};
}

struct out {
	uint8_t *bytes;
	size_t length;
};

static struct policy_section
put(struct out *o, const void *rows, uint32_t count, size_t row) {
	struct policy_section s = {(uint32_t)o->length, count};

	if (count)
		memcpy(o->bytes + o->length, rows, count * row);
	o->length = (o->length + count * row + 7) & ~(size_t)7;
	return s;
}

static void
index_add(uint32_t *slot, uint64_t hash, uint32_t row) {
	uint32_t at = (uint32_t)hash & (INDEX - 1);

	while (slot[at])
		at = (at + 1) & (INDEX - 1);
	slot[at] = row + 1;
}

void *
image_build(const struct image *i, size_t *ret_length) {
	struct out o = {calloc(1, sizeof *i * 2), sizeof(struct policy_header)};
	struct policy_header *h = (struct policy_header *)(void *)o.bytes;
	uint32_t slot[4][INDEX] = {0};

	h->magic = POLICY_MAGIC;
	h->version = POLICY_VERSION;
	h->generation = i->generation;
	h->key[0] = 0x0123456789abcdef;
	h->key[1] = 0xfedcba9876543210;
	h->default_profile = i->default_profile;
	h->profiles = put(&o, i->profile, i->profiles, sizeof i->profile[0]);
	h->devices = put(&o, i->device, i->devices, sizeof i->device[0]);
	h->destinations = put(&o, i->destination, i->destinations, sizeof i->destination[0]);
	h->names = put(&o, i->name, i->names, sizeof i->name[0]);
	h->addresses = put(&o, i->address, i->addresses, sizeof i->address[0]);
	h->pairs = put(&o, i->pair, i->pairs, sizeof i->pair[0]);
	h->limits = put(&o, i->limit, i->limits, sizeof i->limit[0]);
	h->text = put(&o, i->bytes, i->text, 1);
	for (uint32_t r = 0; r < i->devices; r++)
		index_add(slot[0], policy_hash(h->key, i->device[r].mac, 6), r);
	for (uint32_t r = 0; r < i->names; r++)
		index_add(
			slot[1],
			policy_hash(h->key, i->bytes + i->name[r].text, i->name[r].length),
			r
		);
	for (uint32_t r = 0; r < i->addresses; r++)
		index_add(
			slot[2],
			policy_hash_address(h->key, i->address[r].family, i->address[r].address),
			r
		);
	for (uint32_t r = 0; r < i->pairs; r++)
		index_add(
			slot[3],
			policy_hash_pair(h->key, i->pair[r].device, i->pair[r].destination),
			r
		);
	h->device_index = put(&o, slot[0], INDEX, 4);
	h->name_index = put(&o, slot[1], INDEX, 4);
	h->address_index = put(&o, slot[2], INDEX, 4);
	h->pair_index = put(&o, slot[3], INDEX, 4);
	h->length = o.length;
	*ret_length = o.length;
	return o.bytes;
}
