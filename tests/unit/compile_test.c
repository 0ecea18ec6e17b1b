// SPDX-License-Identifier: BSD-3-Clause
// What the rules image says, asked with the finders the dataplane uses.

#include "control/compile.h"
#include "control/domain.h"
#include "control/policy.h"
#include "platform/base.h"
#include "platform/policy_decide.h"
#include "platform/text.h"
#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t key[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

static struct policy_header *
image_of(struct gathering *g) {
	void *image;
	size_t length;

	assert_int_equal(policy_compile(&g->s, 42, key, &image, &length), 0);
	struct policy_header *p = image;
	assert_int_equal(p->generation, 42);
	assert_int_equal(p->length, length);
	return p;
}

static void
count_object(void *context, uint32_t object) {
	(void)object;
	++*(uint32_t *)context;
}

static uint32_t
device_row(const struct policy_header *p, uint8_t n) {
	return policy_find_device(p, (const uint8_t[6]){2, 0, 0, 0, 0, n});
}

// What the dataplane would say of this device, and a name and an address of the far end (or NULL).
static enum reason
verdict(struct policy_header *p, uint8_t device, const char *name, const char *address) {
	const struct policy_packet packet = {.protocol = 6, .direction = POLICY_OUT};
	uint8_t wire[DOMAIN_WIRE_MAX];
	uint8_t bytes[16] = {0};
	unsigned int family;
	struct policy_subject subject;
	struct policy_decision d;

	policy_subject_find(p, (const uint8_t[6]){2, 0, 0, 0, 0, device}, &subject);
	d.packet = packet;
	policy_decide_begin(&d, p, &subject);
	if (name)
		policy_match_name(p, wire, domain_wire(name, wire), policy_decide_object, &d);
	if (address) {
		assert_int_equal(text_parse_address(address, &family, bytes), 0);
		policy_match_address(p, family, bytes, name, policy_decide_object, &d);
	}
	if (address && !name)
		policy_match_known(p, subject.device, family, bytes, policy_decide_object, &d);
	return policy_decide_end(&d, 0).reason;
}

static bool
is_ruled(const struct policy_header *p, const char *name) {
	uint8_t wire[DOMAIN_WIRE_MAX];
	uint32_t found = 0;

	policy_match_name(p, wire, domain_wire(name, wire), count_object, &found);
	return found > 0;
}

static void
nothing_decided(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "www.example.org", "198.51.100.1");
	gathering_flow(&g, 0, 1, "198.51.100.1", 1, REASON_NONE);
	struct policy_header *p = image_of(&g);
	assert_int_equal(p->devices.count + p->names.count + p->prefixes.count, 0);
	assert_int_equal(p->rules.count + p->objects.count + p->known.count, 0);
	assert_int_equal(p->profiles.count, 2);
	assert_int_equal(device_row(p, 1), POLICY_NO_ROW);
	free(p);
	gathering_close(&g);
}

static void
devices_and_profiles(void **) {
	struct gathering g;

	gathering_open(&g);
	rule_set(&g.s, 0, ACTION_BLOCK, gathering_device(&g, 1), NULL, 1, "test");
	strcpy(gathering_device(&g, 2)->profile, "block-all");
	strcpy(gathering_device(&g, 3)->profile, "gone-since");
	rule_set(&g.s, 0, ACTION_IGNORE, gathering_device(&g, 4), NULL, 1, "test");
	struct policy_header *p = image_of(&g);
	const struct policy_device *d = policy_rows(p, p->devices);
	const struct policy_profile *profile = policy_rows(p, p->profiles);
	assert_int_equal(verdict(p, 1, NULL, NULL), REASON_DEVICE_BLOCKED);
	assert_int_equal(
		profile[d[device_row(p, 1)].profile].default_verdict, POLICY_DEFAULT_ALLOW
	);
	assert_int_equal(verdict(p, 2, NULL, NULL), REASON_PROFILE_BLOCKED);
	assert_int_equal(
		profile[d[device_row(p, 2)].profile].default_verdict, POLICY_DEFAULT_BLOCK
	);
	assert_int_equal(device_row(p, 3), POLICY_NO_ROW); // an unknown profile is the default one
	assert_int_equal(device_row(p, 4), POLICY_NO_ROW); // ignoring is never in the image
	free(p);
	gathering_close(&g);
}

static void
a_blocked_domain(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "ads.tracker.net", "198.51.100.1");
	gathering_name(&g, 2, "www.good.org", "198.51.100.1"); // the same address, somebody else's
	gathering_name(&g, 3, "www.shop.com x.tracker.net", "198.51.100.3");
	rule_set(
		&g.s, 0, ACTION_BLOCK, NULL, destination_find_domain(&g.s, "tracker.net"), 1, "test"
	);
	struct policy_header *p = image_of(&g);
	assert_int_equal(verdict(p, 9, "tracker.net", NULL), REASON_DESTINATION_BLOCKED);
	assert_int_equal(verdict(p, 9, "a.b.tracker.net", NULL), REASON_DESTINATION_BLOCKED);
	assert_false(is_ruled(p, "nottracker.net"));
	assert_false(is_ruled(p, "net"));
	// Where the dataplane has forgotten the names, for those who know the address by it only.
	assert_int_equal(verdict(p, 1, NULL, "198.51.100.1"), REASON_DESTINATION_BLOCKED);
	assert_int_equal(verdict(p, 2, NULL, "198.51.100.1"), REASON_NONE);
	assert_int_equal(verdict(p, 4, NULL, "198.51.100.1"), REASON_NONE);
	assert_int_equal(verdict(p, 3, NULL, "198.51.100.3"), REASON_DESTINATION_BLOCKED); // CNAME
	free(p);
	gathering_close(&g);
}

static void
a_blocked_pair(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "www.example.org", "198.51.100.1");
	gathering_name(&g, 2, "www.example.org", "198.51.100.1");
	struct destination *to = destination_find_domain(&g.s, "example.org");
	rule_set(&g.s, 0, ACTION_BLOCK, gathering_device(&g, 1), to, 1, "test");
	struct policy_header *p = image_of(&g);
	assert_int_equal(verdict(p, 1, "www.example.org", NULL), REASON_PAIR_BLOCKED);
	assert_int_equal(verdict(p, 2, "www.example.org", NULL), REASON_NONE);
	assert_int_equal(verdict(p, 1, NULL, "198.51.100.1"), REASON_PAIR_BLOCKED);
	assert_int_equal(verdict(p, 2, NULL, "198.51.100.1"), REASON_NONE);
	free(p);
	rule_set(&g.s, 0, ACTION_ALLOW, gathering_device(&g, 1), to, 1, "test");
	strcpy(gathering_device(&g, 1)->profile, "block-all");
	p = image_of(&g);
	assert_int_equal(verdict(p, 1, "www.example.org", NULL), REASON_NONE);
	assert_int_equal(verdict(p, 1, NULL, "198.51.100.1"), REASON_NONE);
	assert_int_equal(verdict(p, 1, NULL, "198.51.100.2"), REASON_PROFILE_BLOCKED);
	free(p);
	gathering_close(&g);
}

static void
bare_addresses(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_flow(&g, 0, 1, "203.0.113.1", 1, REASON_NONE);
	gathering_flow(&g, 0, 1, "2001:db8::1", 1, REASON_NONE);
	gathering_name(&g, 2, "ads.tracker.net", "203.0.113.1");
	rule_set(
		&g.s, 0, ACTION_BLOCK, NULL, destination_find_domain(&g.s, "tracker.net"), 1, "test"
	);
	struct device *one = gathering_device(&g, 1);
	for (size_t i = 0; i < g.s.destinations_count; i++)
		if (g.s.destinations[i]->kind == DESTINATION_ADDRESS)
			rule_set(
				&g.s,
				0,
				ACTION_BLOCK,
				g.s.destinations[i]->key.family == 4 ? one : NULL,
				g.s.destinations[i],
				1,
				"test"
			);
	struct policy_header *p = image_of(&g);
	assert_int_equal(verdict(p, 1, NULL, "203.0.113.1"), REASON_PAIR_BLOCKED);
	assert_int_equal(verdict(p, 1, "www.example.org", "203.0.113.1"), REASON_NONE);
	assert_int_equal(verdict(p, 2, NULL, "203.0.113.1"), REASON_DESTINATION_BLOCKED);
	assert_int_equal(verdict(p, 3, NULL, "203.0.113.1"), REASON_NONE);
	assert_int_equal(verdict(p, 1, NULL, "2001:db8::1"), REASON_DESTINATION_BLOCKED);
	assert_int_equal(verdict(p, 9, NULL, "2001:db8::1"), REASON_DESTINATION_BLOCKED);
	free(p);
	gathering_close(&g);
}

static void
thousands_of_rows(void **) {
	const struct policy_packet packet = {.protocol = 17, .direction = POLICY_IN};
	struct compile c;
	void *image;
	size_t length;

	compile_init(&c);
	compile_profile(&c, POLICY_DEFAULT_BLOCK);
	for (uint32_t i = 0; i < 20000; i++) {
		const uint8_t mac[6] = {2, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
		const uint8_t name[5] = {4, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i, 'x'};
		struct compile_rule rule = {
			.id = i + 1,
			.class = POLICY_CLASS_ALLOW,
			.action = POLICY_ALLOW,
			.subject = COMPILE_DEVICE,
			.subject_row = compile_device(&c, mac, 0),
			.object = compile_object(&c, POLICY_DOMAIN),
		};
		compile_object_name(&c, rule.object, name, sizeof name, false);
		compile_rule(&c, &rule);
	}
	assert_int_equal(compile_finish(&c, 1, key, &image, &length), 0);
	const struct policy_header *p = image;
	for (uint32_t i = 0; i < 20000; i += 7) {
		const uint8_t mac[6] = {2, 0, 0, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
		const uint8_t name[5] = {4, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i, 'x'};
		struct policy_subject subject;
		struct policy_decision d;
		assert_int_equal(policy_find_device(p, mac), i);
		policy_subject_find(p, mac, &subject);
		d.packet = packet;
		policy_decide_begin(&d, p, &subject);
		assert_int_equal(policy_decide_end(&d, 0).reason, REASON_PROFILE_BLOCKED);
		policy_match_name(p, name, sizeof name, policy_decide_object, &d);
		assert_int_equal(policy_decide_end(&d, 0).reason, REASON_NONE);
	}
	free(image);
	while (c.text.count < POLICY_BYTES_MAX)
		compile_object_name(&c, 0, (const uint8_t[200]){199}, 200, false);
	assert_int_equal(compile_finish(&c, 1, key, &image, &length), -E2BIG);
	compile_fini(&c);
}

static void
sealed_for_good(void **) {
	struct gathering g;
	struct stat st;

	gathering_open(&g);
	struct policy_header *p = image_of(&g);
	int fd = compile_seal(p, p->length);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, p->length);
	assert_int_equal(
		fcntl(fd, F_GET_SEALS), F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL
	);
	assert_int_equal(write(fd, "x", 1), -1);
	close(fd);
	free(p);
	gathering_close(&g);
}

static void
limits(void **) {
	struct gathering g;
	const struct {
		struct device_limits given;
		struct policy_limit row;
	} cases[] = {
		{{2000000, 0, 0}, {.up = 250000, .up_burst = 62500}},
		{{0, 8000, 0}, {.down = 1000, .down_burst = 16384}},
		{{0, 0, 7}, {.new_flows = 7}},
		{{LIMIT_BPS_MAX, LIMIT_BPS_MAX, LIMIT_FLOWS_MAX},
		 {LIMIT_BPS_MAX / 8,
		  LIMIT_BPS_MAX / 8,
		  UINT32_MAX,
		  UINT32_MAX,
		  LIMIT_FLOWS_MAX,
		  0}},
	};

	gathering_open(&g);
	struct device *d = gathering_device(&g, 1);
	gathering_device(&g, 2);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		d->limits = cases[i].given;
		struct policy_header *p = image_of(&g);
		const struct policy_device *row = policy_rows(p, p->devices);
		assert_int_equal(p->devices.count, 1); // the other one needs none
		assert_int_equal(p->limits.count, 1);
		assert_int_equal(row[device_row(p, 1)].limit, 1);
		assert_memory_equal(policy_rows(p, p->limits), &cases[i].row, sizeof cases[i].row);
		free(p);
	}
	gathering_close(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_decided),
		cmocka_unit_test(devices_and_profiles),
		cmocka_unit_test(a_blocked_domain),
		cmocka_unit_test(a_blocked_pair),
		cmocka_unit_test(bare_addresses),
		cmocka_unit_test(thousands_of_rows),
		cmocka_unit_test(sealed_for_good),
		cmocka_unit_test(limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
