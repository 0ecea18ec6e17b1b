// SPDX-License-Identifier: BSD-3-Clause

#include "control/compile.h"

#include "control/compile_order.h"
#include "platform/base.h"

#include <errno.h>
#include <stdlib.h>

void
compile_init(struct compile *c) {
	*c = (struct compile){
		.profiles.size = sizeof(struct policy_profile),
		.devices.size = sizeof(struct policy_device),
		.objects.size = sizeof(struct compile_object),
		.rules.size = sizeof(struct compile_rule),
		.names.size = sizeof(struct policy_name),
		.prefixes.size = sizeof(struct policy_prefix),
		.known.size = sizeof(struct policy_known),
		.lists.size = sizeof(struct policy_list),
		.limits.size = sizeof(struct policy_limit),
		.text.size = 1,
	};
}

void
compile_fini(struct compile *c) {
	free(c->profiles.rows);
	free(c->devices.rows);
	free(c->objects.rows);
	free(c->rules.rows);
	free(c->names.rows);
	free(c->prefixes.rows);
	free(c->known.rows);
	free(c->lists.rows);
	free(c->limits.rows);
	free(c->text.rows);
}

static uint32_t
append(struct compile *c, struct compile_rows *r, const void *rows, uint32_t count) {
	return compile_append(r, rows, count, &c->failed);
}

uint32_t
compile_profile(struct compile *c, enum policy_default verdict) {
	const struct policy_profile row = {.default_verdict = verdict};

	return append(c, &c->profiles, &row, 1);
}

uint32_t
compile_device(struct compile *c, const uint8_t mac[6], uint32_t profile) {
	struct policy_device row = {.profile = profile};

	memcpy(row.mac, mac, 6);
	return append(c, &c->devices, &row, 1);
}

uint32_t
compile_limit(struct compile *c, const struct policy_limit *limit) {
	return append(c, &c->limits, limit, 1);
}

void
compile_device_limit(struct compile *c, uint32_t device, uint32_t limit) {
	if (!c->failed)
		((struct policy_device *)c->devices.rows)[device].limit = limit + 1;
}

static bool
there_is_one(enum policy_kind kind) {
	return kind == POLICY_ANY || kind == POLICY_LOCAL || kind == POLICY_GATEWAY;
}

uint32_t
compile_object(struct compile *c, enum policy_kind kind) {
	const struct compile_object row = {.kind = kind};

	if (there_is_one(kind) && c->only[kind])
		return c->only[kind] - 1;
	uint32_t at = append(c, &c->objects, &row, 1);
	if (there_is_one(kind))
		c->only[kind] = at + 1;
	return at;
}

static void
note_length(struct compile *c, uint32_t object, uint32_t length) {
	struct compile_object *o = c->objects.rows;

	// A node is one whatever its names; a place is one whatever its prefixes.
	if (!c->failed && o[object].kind != POLICY_NODE && !there_is_one(o[object].kind))
		o[object].length = MAX_OF(o[object].length, length);
}

void
compile_object_name(
	struct compile *c,
	uint32_t object,
	const uint8_t *wire,
	size_t length,
	bool beneath
) {
	const struct policy_name row = {
		.text = append(c, &c->text, wire, (uint32_t)length),
		.length = (uint32_t)length,
		.object = object,
		.beneath = beneath,
	};

	append(c, &c->names, &row, 1);
	note_length(c, object, (uint32_t)length);
}

void
compile_object_prefix(
	struct compile *c,
	uint32_t object,
	unsigned int family,
	const uint8_t address[16],
	unsigned int length
) {
	const struct compile_object *o = c->objects.rows;
	struct policy_prefix row = {
		.object = object,
		.family = (uint8_t)family,
		.length = (uint8_t)MIN_OF(length, policy_full_length(family)),
	};

	if (c->failed)
		return;
	row.nameless = o[object].kind == POLICY_NODE;
	policy_mask(row.address, address, row.length);
	append(c, &c->prefixes, &row, 1);
	note_length(c, object, row.length);
}

void
compile_object_list(struct compile *c, uint32_t object, unsigned int bit) {
	const struct policy_list row = {.object = object, .bit = bit};

	append(c, &c->lists, &row, 1);
}

void
compile_known(
	struct compile *c,
	uint32_t device,
	unsigned int family,
	const uint8_t address[16],
	uint32_t object
) {
	struct policy_known row = {.family = family, .device = device, .object = object};

	memcpy(row.address, address, policy_full_length(family) / 8);
	append(c, &c->known, &row, 1);
}

void
compile_rule(struct compile *c, const struct compile_rule *rule) {
	append(c, &c->rules, rule, 1);
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
hash_prefix(const struct policy_header *p, uint32_t row) {
	const struct policy_prefix *r = policy_rows(p, p->prefixes);

	return policy_hash_prefix(p->key, r[row].family, r[row].address, r[row].length);
}

static uint64_t
hash_known(const struct policy_header *p, uint32_t row) {
	const struct policy_known *r = policy_rows(p, p->known);

	return policy_hash_known(p->key, r[row].device, r[row].family, r[row].address);
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
place_rows(uint64_t *at, struct policy_section *section, const struct compile_rows *r) {
	place(at, section, r->count, r->size);
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
lay_out(const struct compile *c, const struct compile_sorted *s, struct policy_header *h) {
	uint64_t at = sizeof *h;

	place_rows(&at, &h->profiles, &c->profiles);
	place_rows(&at, &h->devices, &c->devices);
	place(&at, &h->device_index, slots_for(c->devices.count), sizeof(uint32_t));
	place_rows(&at, &h->rules, &s->rules);
	place_rows(&at, &h->objects, &s->objects);
	place_rows(&at, &h->runs, &s->runs);
	place_rows(&at, &h->run_rules, &s->run_rules);
	place_rows(&at, &h->locals, &s->locals);
	place_rows(&at, &h->names, &c->names);
	place(&at, &h->name_index, slots_for(c->names.count), sizeof(uint32_t));
	place_rows(&at, &h->prefixes, &c->prefixes);
	place(&at, &h->prefix_index, slots_for(c->prefixes.count), sizeof(uint32_t));
	place_rows(&at, &h->known, &c->known);
	place(&at, &h->known_index, slots_for(c->known.count), sizeof(uint32_t));
	place_rows(&at, &h->lists, &c->lists);
	place_rows(&at, &h->limits, &c->limits);
	place_rows(&at, &h->text, &c->text);
	return at;
}

static void
fill_image(
	char *image,
	const struct policy_header *h,
	const struct compile *c,
	const struct compile_sorted *s
) {
	memcpy(image, h, sizeof *h);
	fill(image, h->profiles, &c->profiles);
	fill(image, h->devices, &c->devices);
	fill(image, h->rules, &s->rules);
	fill(image, h->objects, &s->objects);
	fill(image, h->runs, &s->runs);
	fill(image, h->run_rules, &s->run_rules);
	fill(image, h->locals, &s->locals);
	fill(image, h->names, &c->names);
	fill(image, h->prefixes, &c->prefixes);
	fill(image, h->known, &c->known);
	fill(image, h->lists, &c->lists);
	fill(image, h->limits, &c->limits);
	fill(image, h->text, &c->text);
	fill_index(image, h->device_index, h->devices.count, hash_device);
	fill_index(image, h->name_index, h->names.count, hash_name);
	fill_index(image, h->prefix_index, h->prefixes.count, hash_prefix);
	fill_index(image, h->known_index, h->known.count, hash_known);
}

static void
note_used(const struct compile *c, struct policy_header *h) {
	const struct policy_prefix *prefix = c->prefixes.rows;
	const struct policy_list *list = c->lists.rows;

	for (uint32_t i = 0; i < c->prefixes.count; i++) {
		uint64_t *lengths = prefix[i].family == 4 ? &h->lengths4 : h->lengths6;
		lengths[prefix[i].length / 64] |= (uint64_t)1 << prefix[i].length % 64;
	}
	for (uint32_t i = 0; i < c->lists.count; i++)
		h->lists_named |= (uint64_t)1 << (list[i].bit & 63);
}

static int
write_image(
	const struct compile *c,
	const struct compile_sorted *s,
	struct policy_header *h,
	void **ret_image,
	size_t *ret_length
) {
	uint64_t length = h->length = lay_out(c, s, h);
	const char *why;

	if (length > POLICY_BYTES_MAX)
		return -E2BIG;
	char *image = calloc(1, length);
	if (!image)
		return -ENOMEM;
	fill_image(image, h, c, s);
	if (policy_check(image, length, &why) < 0) {
		free(image);
		return -EINVAL;
	}
	*ret_image = image;
	*ret_length = length;
	return 0;
}

int
compile_finish(
	const struct compile *c,
	uint64_t generation,
	const uint64_t key[2],
	void **ret_image,
	size_t *ret_length
) {
	struct compile_sorted s;
	int r = c->failed ? -ENOMEM : compile_sort(c, &s);

	if (c->failed)
		return r;
	struct policy_header h = {
		.magic = POLICY_MAGIC,
		.version = POLICY_VERSION,
		.generation = generation,
		.key = {key[0], key[1]},
		.default_profile = c->default_profile,
		.deciding = s.deciding,
		.any = c->only[POLICY_ANY] - 1, // 0 - 1 is POLICY_NO_ROW
		.local = c->only[POLICY_LOCAL] - 1,
		.gateway = c->only[POLICY_GATEWAY] - 1,
		.dns_answer = (uint8_t)c->dns_answer,
		.tcp_answer = (uint8_t)c->tcp_answer,
		.flags = c->flags,
	};
	if (r == 0) {
		note_used(c, &h);
		r = write_image(c, &s, &h, ret_image, ret_length);
	}
	compile_sorted_free(&s);
	return r;
}
