// SPDX-License-Identifier: BSD-3-Clause
// The policy compiler: rows in, one rules image out.  It knows the image's layout and what goes
// before what, and nothing of the state; control/policy.c says which rows there are.
//
// Shape:   add rows in any order, then compile_finish, which sorts the rules by precedence.  Each
//          add that has a row returns its number; compile_finish may be called again after more.
// Threads: pure but for the caller's struct compile.
// Errors:  out of memory is remembered and told by compile_finish (-ENOMEM); an image above
//          POLICY_BYTES_MAX is -E2BIG; rows that contradict each other are -EINVAL.
// Source:  platform/policy_image.h; DESIGN 4 "What a rule means".

#pragma once

#include "platform/policy_image.h"

struct compile_rows {
	void *rows;
	uint32_t count;
	uint32_t room;
	uint32_t size; // of one row
};

struct compile {
	struct compile_rows profiles;
	struct compile_rows devices;
	struct compile_rows objects; // struct compile_object
	struct compile_rows rules; // struct compile_rule
	struct compile_rows names;
	struct compile_rows prefixes;
	struct compile_rows known;
	struct compile_rows lists;
	struct compile_rows limits;
	struct compile_rows text;
	uint32_t default_profile;
	uint32_t only[POLICY_KINDS]; // row + 1 of the object of each kind that there is one of
	enum policy_dns_answer dns_answer;
	enum policy_tcp_answer tcp_answer;
	uint8_t flags; // enum policy_flag
	bool failed;
};

enum compile_subject {
	COMPILE_EVERYONE,
	COMPILE_PROFILE,
	COMPILE_DEVICE,
};

struct compile_rule {
	uint64_t id; // not 0; control's own, told with hits
	uint64_t created_ns; // of two that are otherwise equal the newer goes first
	enum policy_class class;
	enum policy_action action;
	enum compile_subject subject;
	uint32_t subject_row; // of the device or profile
	unsigned int local_family; // of the device's own address; 0: at any
	uint8_t local_address[16];
	uint32_t object;
	uint32_t limit; // for POLICY_LIMIT: a row of compile_limit
	uint8_t direction; // enum policy_direction; 0: both
	uint8_t protocol; // 0: any
	uint16_t port_low; // of the end that did not begin
	uint16_t port_high; // 0: any, like 0 to 65535
};

void compile_init(struct compile *c);
void compile_fini(struct compile *c);

uint32_t compile_profile(struct compile *c, enum policy_default verdict);
// Each MAC may be added once.
uint32_t compile_device(struct compile *c, const uint8_t mac[6], uint32_t profile);
uint32_t compile_limit(struct compile *c, const struct policy_limit *limit);
// What the device may of everything, whatever the rules.
void compile_device_limit(struct compile *c, uint32_t device, uint32_t limit);

// An object without names, prefixes or lists matches nothing, but for POLICY_ANY, POLICY_LOCAL and
// POLICY_GATEWAY, of which there is one each, however often it is asked for.
uint32_t compile_object(struct compile *c, enum policy_kind kind);
// `wire` as domain_wire writes it; `beneath`: its sub-names only.
void compile_object_name(
	struct compile *c,
	uint32_t object,
	const uint8_t *wire,
	size_t length,
	bool beneath
);
// The bits behind the length are ignored.  For POLICY_NODE: where the device has no name for it.
void compile_object_prefix(
	struct compile *c,
	uint32_t object,
	unsigned int family,
	const uint8_t address[16],
	unsigned int length
);
void compile_object_list(struct compile *c, uint32_t object, unsigned int bit);
// The device knew the address by a name of the object, before the dataplane came.
void compile_known(
	struct compile *c,
	uint32_t device,
	unsigned int family,
	const uint8_t address[16],
	uint32_t object
);

void compile_rule(struct compile *c, const struct compile_rule *rule);

// *ret_image is one block for free(); it has passed policy_check.
int compile_finish(
	const struct compile *c,
	uint64_t generation,
	const uint64_t key[2],
	void **ret_image,
	size_t *ret_length
);

// A memfd with the image and all seals, or -errno.
int compile_seal(const void *image, size_t length);
