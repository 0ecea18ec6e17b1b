// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/image.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
image_init(struct image *i, enum policy_default verdict) {
	compile_fini(&i->c);
	compile_init(&i->c);
	i->generation = 1;
	i->rules = 0;
	image_profile(i, verdict);
}

uint32_t
image_profile(struct image *i, enum policy_default verdict) {
	return compile_profile(&i->c, verdict);
}

void
image_rule(struct image *i, struct compile_rule rule) {
	rule.id = rule.created_ns = ++i->rules;
	compile_rule(&i->c, &rule);
}

static void
add_actions(struct image *i, struct compile_rule rule, uint32_t actions) {
	if (actions & POLICY_BLOCK) {
		rule.class = POLICY_CLASS_BLOCK;
		rule.action = POLICY_BLOCK;
		image_rule(i, rule);
	}
	if (actions & POLICY_ALLOW) {
		rule.class = POLICY_CLASS_ALLOW;
		rule.action = POLICY_ALLOW;
		image_rule(i, rule);
	}
}

uint32_t
image_device(struct image *i, const uint8_t mac[6], uint8_t actions, uint32_t profile) {
	uint32_t row = compile_device(&i->c, mac, profile);

	if (actions)
		image_pair(i, row, compile_object(&i->c, POLICY_ANY), actions);
	return row;
}

void
image_limit(struct image *i, uint32_t device, struct policy_limit limit) {
	compile_device_limit(&i->c, device, compile_limit(&i->c, &limit));
}

uint32_t
image_destination(struct image *i, uint8_t actions) {
	uint32_t row = compile_object(&i->c, POLICY_NODE);

	add_actions(i, (struct compile_rule){.object = row}, actions);
	return row;
}

size_t
image_wire(const char *name, uint8_t ret[255]) {
	size_t at = 0;

	while (*name) {
		size_t label = strcspn(name, ".");
		assert(at + label < 255);
		ret[at++] = (uint8_t)label;
		memcpy(ret + at, name, label);
		at += label;
		name += label + (name[label] == '.');
	}
	return at;
}

void
image_name(struct image *i, uint32_t object, const char *name) {
	uint8_t wire[255];

	compile_object_name(&i->c, object, wire, image_wire(name, wire), false);
}

void
image_address(struct image *i, uint32_t object, uint32_t family, const uint8_t *address) {
	uint8_t bytes[16] = {0};

	memcpy(bytes, address, family == 4 ? 4 : 16);
	compile_object_prefix(&i->c, object, family, bytes, family == 4 ? 32 : 128);
}

void
image_pair(struct image *i, uint32_t device, uint32_t object, uint32_t actions) {
	add_actions(
		i,
		(struct compile_rule
		){.subject = COMPILE_DEVICE, .subject_row = device, .object = object},
		actions
	);
}

void *
image_build(const struct image *i, size_t *ret_length) {
	static const uint64_t key[2] = {0x0123456789abcdef, 0xfedcba9876543210};
	void *image;
	int r = compile_finish(&i->c, i->generation, key, &image, ret_length);

	if (r != 0)
		abort();
	return image;
}
