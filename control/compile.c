// SPDX-License-Identifier: BSD-3-Clause

#include "control/compile.h"

#include "platform/base.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void
compile_init(struct compile *c) {
	*c = (struct compile){
		.profiles.size = sizeof(struct policy_profile),
		.devices.size = sizeof(struct policy_device),
		.destinations.size = sizeof(struct policy_destination),
		.names.size = sizeof(struct policy_name),
		.addresses.size = sizeof(struct policy_address),
		.pairs.size = sizeof(struct policy_pair),
		.text.size = 1,
		.limits.size = sizeof(struct policy_limit),
	};
}

void
compile_fini(struct compile *c) {
	free(c->profiles.rows);
	free(c->devices.rows);
	free(c->destinations.rows);
	free(c->names.rows);
	free(c->addresses.rows);
	free(c->pairs.rows);
	free(c->text.rows);
	free(c->limits.rows);
}

// Appends `count` rows; returns the number of the first.
static uint32_t
append(struct compile *c, struct compile_rows *r, const void *rows, uint32_t count) {
	if (r->count + count > r->room) {
		uint32_t room = MAX_OF(r->room * 2, r->count + count + 15);
		void *more = realloc(r->rows, (size_t)room * r->size);
		if (!more) {
			c->failed = true;
			return 0;
		}
		r->rows = more;
		r->room = room;
	}
	memcpy((char *)r->rows + (size_t)r->count * r->size, rows, (size_t)count * r->size);
	r->count += count;
	return r->count - count;
}

uint32_t
compile_profile(struct compile *c, enum policy_default verdict) {
	const struct policy_profile row = {.default_verdict = verdict};

	return append(c, &c->profiles, &row, 1);
}

uint32_t
compile_device(struct compile *c, const uint8_t mac[6], uint8_t actions, uint32_t profile) {
	struct policy_device row = {.actions = actions, .profile = profile};

	memcpy(row.mac, mac, 6);
	return append(c, &c->devices, &row, 1);
}

void
compile_limit(struct compile *c, uint32_t device, const struct policy_limit *limit) {
	uint32_t row = append(c, &c->limits, limit, 1);

	if (!c->failed)
		((struct policy_device *)c->devices.rows)[device].limit = row + 1;
}

uint32_t
compile_destination(struct compile *c, uint8_t actions) {
	const struct policy_destination row = {.actions = actions};

	return append(c, &c->destinations, &row, 1);
}

void
compile_name(struct compile *c, const uint8_t *wire, size_t length, uint32_t destination) {
	const struct policy_name row = {
		.text = append(c, &c->text, wire, (uint32_t)length),
		.length = (uint32_t)length,
		.destination = destination,
	};

	append(c, &c->names, &row, 1);
}

void
compile_address(
	struct compile *c,
	unsigned int family,
	const uint8_t address[16],
	uint32_t destination
) {
	struct policy_address row = {.family = family, .destination = destination};

	memcpy(row.address, address, 16);
	append(c, &c->addresses, &row, 1);
}

void
compile_pair(struct compile *c, uint32_t device, uint32_t destination, uint8_t actions) {
	const struct policy_pair row = {
		.device = device,
		.destination = destination,
		.actions = actions,
	};

	append(c, &c->pairs, &row, 1);
}

static uint64_t
hash_device(const struct policy_header *p, uint32_t row) {
	const struct policy_device *d = policy_rows(p, p->devices);

	return policy_hash(p->key, d[row].mac, 6);
}

static uint64_t
hash_name(const struct policy_header *p, uint32_t row) {
	const struct policy_name *n = policy_rows(p, p->names);
	const uint8_t *text = policy_rows(p, p->text);

	return policy_hash(p->key, text + n[row].text, n[row].length);
}

static uint64_t
hash_address(const struct policy_header *p, uint32_t row) {
	const struct policy_address *a = policy_rows(p, p->addresses);

	return policy_hash_address(p->key, a[row].family, a[row].address);
}

static uint64_t
hash_pair(const struct policy_header *p, uint32_t row) {
	const struct policy_pair *r = policy_rows(p, p->pairs);

	return policy_hash_pair(p->key, r[row].device, r[row].destination);
}

// Slots for an index: a power of two, at most half of them used.
static uint32_t
slots_for(uint32_t rows) {
	uint32_t slots = 2;

	while (slots < 2 * rows)
		slots *= 2;
	return slots;
}

static void
place(uint64_t *at, struct policy_section *section, uint64_t count, size_t size) {
	*section = (struct policy_section){.offset = (uint32_t)*at, .count = (uint32_t)count};
	*at = (*at + count * size + 7) & ~(uint64_t)7;
}

static void
fill(char *image, struct policy_section section, const struct compile_rows *r) {
	if (r->count)
		memcpy(image + section.offset, r->rows, (size_t)r->count * r->size);
}

static void
fill_index(
	char *image,
	struct policy_section index,
	uint32_t rows,
	uint64_t (*hash)(const struct policy_header *p, uint32_t row)
) {
	const struct policy_header *p = (const void *)image;
	uint32_t *slot = (void *)(image + index.offset);

	for (uint32_t row = 0; row < rows; row++) {
		uint32_t i = (uint32_t)hash(p, row) & (index.count - 1);
		while (slot[i])
			i = (i + 1) & (index.count - 1);
		slot[i] = row + 1;
	}
}

static uint64_t
lay_out(const struct compile *c, struct policy_header *h) {
	uint64_t at = sizeof *h;

	place(&at, &h->profiles, c->profiles.count, c->profiles.size);
	place(&at, &h->devices, c->devices.count, c->devices.size);
	place(&at, &h->device_index, slots_for(c->devices.count), sizeof(uint32_t));
	place(&at, &h->destinations, c->destinations.count, c->destinations.size);
	place(&at, &h->names, c->names.count, c->names.size);
	place(&at, &h->name_index, slots_for(c->names.count), sizeof(uint32_t));
	place(&at, &h->addresses, c->addresses.count, c->addresses.size);
	place(&at, &h->address_index, slots_for(c->addresses.count), sizeof(uint32_t));
	place(&at, &h->pairs, c->pairs.count, c->pairs.size);
	place(&at, &h->pair_index, slots_for(c->pairs.count), sizeof(uint32_t));
	place(&at, &h->text, c->text.count, 1);
	place(&at, &h->limits, c->limits.count, c->limits.size);
	return at;
}

int
compile_finish(
	const struct compile *c,
	uint64_t generation,
	const uint64_t key[2],
	void **ret_image,
	size_t *ret_length
) {
	struct policy_header h = {
		.magic = POLICY_MAGIC,
		.version = POLICY_VERSION,
		.generation = generation,
		.key = {key[0], key[1]},
		.default_profile = c->default_profile,
	};
	if (c->failed)
		return -ENOMEM;
	uint64_t length = h.length = lay_out(c, &h);
	if (length > POLICY_BYTES_MAX)
		return -E2BIG;
	char *image = calloc(1, length);
	if (!image)
		return -ENOMEM;
	memcpy(image, &h, sizeof h);
	fill(image, h.profiles, &c->profiles);
	fill(image, h.devices, &c->devices);
	fill(image, h.destinations, &c->destinations);
	fill(image, h.names, &c->names);
	fill(image, h.addresses, &c->addresses);
	fill(image, h.pairs, &c->pairs);
	fill(image, h.text, &c->text);
	fill(image, h.limits, &c->limits);
	fill_index(image, h.device_index, h.devices.count, hash_device);
	fill_index(image, h.name_index, h.names.count, hash_name);
	fill_index(image, h.address_index, h.addresses.count, hash_address);
	fill_index(image, h.pair_index, h.pairs.count, hash_pair);

	const char *why;
	if (policy_check(image, length, &why) < 0) {
		free(image);
		return -EINVAL;
	}
	*ret_image = image;
	*ret_length = length;
	return 0;
}

int
compile_seal(const void *image, size_t length) {
	int fd = memfd_create("spin-rules", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -errno;
	for (size_t done = 0; done < length;) {
		ssize_t n = write(fd, (const char *)image + done, length - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			goto fail;
		done += (size_t)n;
	}
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
		goto fail;
	return fd;
fail:;
	int r = errno ? -errno : -EIO;
	close(fd);
	return r;
}
