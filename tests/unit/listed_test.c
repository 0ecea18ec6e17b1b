// SPDX-License-Identifier: BSD-3-Clause
// Lists through the real stages: what they name is dropped, rules go first, a swap judges once.

#include "control/lists_build.h"
#include "dataplane/policy/policy.h"
#include "dataplane/table/name.h"
#include "tests/unit/bridge.h"
#include "tests/unit/image.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct bridge b;
static struct image image;
static struct party a, far, other;

static int
setup(void **state) {
	(void)state;
	bridge_open(&b, NULL, NULL);
	a = party_make(1);
	far = party_make(110);
	other = party_make(111);
	memcpy(far.ip4, (uint8_t[4]){198, 51, 100, 7}, 4);
	memcpy(other.ip4, (uint8_t[4]){198, 51, 100, 8}, 4);
	memcpy(other.mac, far.mac, 6);
	image_init(&image, POLICY_DEFAULT_ALLOW);
	struct frame f[] = {frame_arp(&a, &far), frame_arp(&far, &a)};
	bridge_send(&b, LAN, &f[0]);
	bridge_send(&b, WAN, &f[1]);
	return 0;
}

static int
teardown(void **state) {
	(void)state;
	assert_false(b.changed);
	bridge_close(&b);
	return 0;
}

struct entry {
	const uint8_t *address; // of IPv4, or
	unsigned int length;
	const char *wire;
};

// Puts a lists image in force, the way the control endpoint does.
static void
lists(uint64_t generation, const struct entry *e, size_t n) {
	const uint64_t key[2] = {generation, 7};
	struct lists_build build;
	struct policy *old;
	const char *why = "";
	void *bytes;
	size_t length;

	lists_build_init(&build, key);
	for (size_t i = 0; i < n; i++) {
		uint8_t at[16] = {0};
		if (e[i].address)
			memcpy(at, e[i].address, 4);
		if (e[i].address)
			lists_build_prefix(&build, 0, 4, at, e[i].length);
		else
			lists_build_name(&build, 0, (const uint8_t *)e[i].wire, e[i].length);
	}
	assert_int_equal(lists_build_finish(&build, generation, 1, 1, &bytes, &length), 0);
	lists_build_fini(&build);
	int fd = memfd_create("lists", MFD_CLOEXEC);
	assert_int_equal(write(fd, bytes, length), length);
	free(bytes);
	struct policy_image *i = policy_lists_read(fd, length, &why);
	close(fd);
	assert_non_null(i);
	uint64_t token = policy_publish(b.shared, policy_with_lists(b.shared, i), &old);
	assert_true(policy_confirmed(b.shared, token, false));
	policy_free(old);
}

static enum reason
packet(const struct party *from, unsigned int port, const struct party *to, uint16_t s, uint16_t d
) {
	struct frame f = frame_tcp(from, to, s, d, 0x10);
	return bridge_send(&b, port, &f);
}

static enum reason
out(const struct party *to) {
	return packet(&a, LAN, to, 4000, 443);
}

static void
test_address_and_prefix(void **state) {
	(void)state;
	assert_int_equal(out(&far), REASON_NONE);
	lists(1, (struct entry[]){{far.ip4, 32, NULL}}, 1);
	assert_int_equal(out(&far), REASON_LIST_BLOCKED); // open already
	assert_int_equal(packet(&far, WAN, &a, 443, 4000), REASON_LIST_BLOCKED); // either way
	assert_int_equal(packet(&far, WAN, &a, 443, 4001), REASON_LIST_BLOCKED);
	assert_int_equal(out(&other), REASON_NONE);
	lists(2, (struct entry[]){{far.ip4, 24, NULL}}, 1);
	assert_int_equal(out(&other), REASON_LIST_BLOCKED);
	lists(3, NULL, 0);
	assert_int_equal(out(&far), REASON_NONE);
	assert_int_equal(out(&other), REASON_NONE);
}

static void
test_rules_go_first(void **state) {
	(void)state;
	lists(1, (struct entry[]){{far.ip4, 24, NULL}}, 1);
	assert_int_equal(out(&far), REASON_LIST_BLOCKED);
	image_address(&image, image_destination(&image, POLICY_ALLOW), 4, far.ip4);
	bridge_policy(&b, &image); // new rules keep the lists
	assert_int_equal(out(&far), REASON_NONE);
	assert_int_equal(out(&other), REASON_LIST_BLOCKED);
	image_address(&image, image_destination(&image, POLICY_BLOCK), 4, other.ip4);
	bridge_policy(&b, &image);
	assert_int_equal(out(&other), REASON_DESTINATION_BLOCKED);
}

static void
test_a_list_goes_before_the_default(void **state) {
	(void)state;
	lists(1, (struct entry[]){{far.ip4, 32, NULL}}, 1);
	image_init(&image, POLICY_DEFAULT_BLOCK);
	bridge_policy(&b, &image);
	assert_int_equal(out(&far), REASON_LIST_BLOCKED);
	assert_int_equal(out(&other), REASON_PROFILE_BLOCKED);
}

static size_t
put_name(uint8_t *at, const char *name) {
	memcpy(at, name, strlen(name) + 1);
	return strlen(name) + 1;
}

// `name` in wire form.
static void
resolve(uint16_t id, const char *name, const struct party *to) {
	uint8_t m[128] = {(uint8_t)(id >> 8), (uint8_t)id, 1, 0, 0, 1};
	size_t n = 12;

	n += put_name(m + n, name);
	memcpy(m + n, (uint8_t[]){0, 1, 0, 1}, 4);
	n += 4;
	struct frame q = frame_udp_with(&a, &other, 4000, 53, m, n);
	bridge_send(&b, LAN, &q);
	m[2] = 0x81;
	m[7] = 1;
	n += put_name(m + n, name);
	memcpy(m + n, (uint8_t[]){0, 1, 0, 1, 0, 0, 0, 60, 0, 4}, 10);
	memcpy(m + n + 10, to->ip4, 4);
	n += 14;
	struct frame r = frame_udp_with(&other, &a, 53, 4000, m, n);
	bridge_send(&b, WAN, &r);
}

static void
test_name(void **state) {
	(void)state;
	resolve(1, "\3www\7example\3org", &far);
	assert_int_equal(out(&far), REASON_NONE);
	lists(1, (struct entry[]){{NULL, 12, "\7example\3org"}}, 1);
	assert_int_equal(out(&far), REASON_LIST_BLOCKED); // learned before the list came
	lists(2, (struct entry[]){{NULL, 16, "\3ads\7example\3org"}}, 1);
	assert_int_equal(out(&far), REASON_NONE);
	resolve(2, "\3ads\7example\3org", &far); // the name used last counts
	assert_int_equal(packet(&a, LAN, &far, 4001, 443), REASON_LIST_BLOCKED);
}

// Between swaps nobody asks the list; at a swap each flow is judged once.
static void
test_a_swap_judges_once(void **state) {
	(void)state;
	for (uint16_t port = 1; port <= 50; port++)
		packet(&a, LAN, &far, port, 443);
	uint64_t judged = b.worker->counters.judged;
	for (int turn = 0; turn < 3; turn++)
		for (uint16_t port = 1; port <= 50; port++)
			packet(&a, LAN, &far, port, 443);
	assert_int_equal(b.worker->counters.judged, judged);
	lists(1, (struct entry[]){{other.ip4, 32, NULL}}, 1);
	for (int turn = 0; turn < 3; turn++)
		for (uint16_t port = 1; port <= 50; port++)
			assert_int_equal(packet(&a, LAN, &far, port, 443), REASON_NONE);
	assert_int_equal(b.worker->counters.judged, judged + 50);
}

static void
test_the_home_itself_is_never_listed(void **state) {
	struct party router = far;

	(void)state;
	memcpy(router.ip4, (uint8_t[4]){192, 168, 1, 1}, 4);
	lists(1, (struct entry[]){{router.ip4, 8, NULL}, {far.ip4, 1, NULL}}, 2);
	assert_int_equal(out(&router), REASON_NONE);
	assert_int_equal(out(&far), REASON_LIST_BLOCKED);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_address_and_prefix, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rules_go_first, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_list_goes_before_the_default, setup, teardown
		),
		cmocka_unit_test_setup_teardown(test_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_swap_judges_once, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_the_home_itself_is_never_listed, setup, teardown
		),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
