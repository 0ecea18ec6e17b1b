// SPDX-License-Identifier: BSD-3-Clause
// What is answered in place of being dropped: to whom, how often, and what stays silent.

#include "dataplane/inspect/dns.h"
#include "tests/unit/bridge.h"
#include "tests/unit/image.h"
#include "tests/unit/test.h"

#include <string.h>

#define TCP_SYN_FLAG 0x02
#define TCP_RST_FLAG 0x04

static struct bridge b;
static struct image image;
static struct party a, far;

static int
setup(void **state) {
	(void)state;
	bridge_open(&b, NULL, NULL);
	b.room = true;
	a = party_make(1);
	far = party_make(100);
	image_init(&image, POLICY_DEFAULT_ALLOW);
	struct frame here = frame_arp(&a, &far), there = frame_arp(&far, &a);
	bridge_send(&b, LAN, &here);
	bridge_send(&b, WAN, &there);
	return 0;
}

static int
teardown(void **state) {
	(void)state;
	bridge_close(&b);
	return 0;
}

// A question of `type` for "NAME.example".
static struct frame
question(const char *label, uint8_t type) {
	uint8_t m[64] = {0x12, 0x34, 1, 0, 0, 1};
	size_t n = 12, size = strlen(label);

	m[n++] = (uint8_t)size;
	memcpy(m + n, label, size);
	n += size;
	memcpy(m + n, "\7example\0\0", 10);
	n += 10;
	m[n++] = type;
	m[n++] = 0;
	m[n++] = 1;
	return frame_udp_with(&a, &far, 40000, 53, m, n);
}

static void
put_in_force(enum policy_dns_answer dns, enum policy_tcp_answer tcp) {
	image.c.dns_answer = dns;
	image.c.tcp_answer = tcp;
	image.generation++;
	bridge_policy(&b, &image);
}

static uint64_t
originated(enum originated kind) {
	struct wire_stats s;

	shared_stats(b.shared, &s);
	return s.originated[kind];
}

// The answer's response code, as DNS reads it; fails when it did not come back.
static unsigned int
rcode_of(const struct frame *asked, uint16_t *ret_addresses) {
	struct dns_message m;

	assert_int_equal(bridge_send(&b, LAN, asked), REASON_DESTINATION_BLOCKED);
	assert_int_equal(b.out[0], 1u << LAN);
	assert_memory_equal(b.sent.bytes, asked->bytes + 6, 6);
	assert_memory_equal(b.sent.bytes + 6, asked->bytes, 6);
	assert_int_equal(dns_read(b.sent.bytes + 42, b.sent.length - 42, false, &m), 0);
	assert_true(m.response);
	*ret_addresses = m.addresses_n;
	return m.rcode;
}

static void
test_questions(void **state) {
	(void)state;
	uint32_t ads = image_destination(&image, POLICY_BLOCK);
	uint16_t addresses;

	image_name(&image, ads, "ads.example");
	struct frame asked = question("ads", DNS_TYPE_A), other = question("news", DNS_TYPE_A);
	struct frame six = question("ads", DNS_TYPE_AAAA);

	put_in_force(POLICY_DNS_PASS, POLICY_TCP_DROP);
	assert_int_equal(bridge_send(&b, LAN, &asked), REASON_NONE);
	assert_int_equal(b.out[0], 1u << WAN);

	put_in_force(POLICY_DNS_NXDOMAIN, POLICY_TCP_DROP);
	assert_int_equal(rcode_of(&asked, &addresses), 3);
	assert_int_equal(addresses, 0);
	assert_int_equal(bridge_send(&b, LAN, &other), REASON_NONE);
	assert_int_equal(originated(ORIGINATED_DNS_NXDOMAIN), 1);

	put_in_force(POLICY_DNS_ZERO, POLICY_TCP_DROP);
	assert_int_equal(rcode_of(&asked, &addresses), 0);
	assert_int_equal(addresses, 1);
	assert_int_equal(rcode_of(&six, &addresses), 0);
	assert_int_equal(addresses, 1);
	assert_int_equal(originated(ORIGINATED_DNS_ZERO), 2);

	put_in_force(POLICY_DNS_SILENCE, POLICY_TCP_DROP);
	assert_int_equal(bridge_send(&b, LAN, &asked), REASON_DESTINATION_BLOCKED);
	assert_int_equal(b.out[0], 0);
}

// An allow of one service needs the name; a block of one service does not hide it.
static void
test_services(void **state) {
	(void)state;
	uint32_t ads = image_destination(&image, POLICY_BLOCK);
	uint32_t news = image_destination(&image, 0);
	struct frame asked = question("ads", DNS_TYPE_A), other = question("news", DNS_TYPE_A);

	image_name(&image, ads, "ads.example");
	image_name(&image, news, "news.example");
	struct compile_rule rule = {
		.class = POLICY_CLASS_BLOCK,
		.action = POLICY_BLOCK,
		.object = news,
		.direction = POLICY_BOTH,
		.protocol = 6,
		.port_low = 443,
		.port_high = 443,
	};
	image_rule(&image, rule);
	put_in_force(POLICY_DNS_NXDOMAIN, POLICY_TCP_DROP);
	assert_int_equal(bridge_send(&b, LAN, &other), REASON_NONE);
	assert_int_equal(bridge_send(&b, LAN, &asked), REASON_DESTINATION_BLOCKED);
	rule.class = POLICY_CLASS_ALLOW;
	rule.action = POLICY_ALLOW;
	rule.object = ads;
	image_rule(&image, rule);
	put_in_force(POLICY_DNS_NXDOMAIN, POLICY_TCP_DROP);
	assert_int_equal(bridge_send(&b, LAN, &asked), REASON_NONE);
}

static void
test_resets(void **state) {
	(void)state;
	uint32_t to = image_destination(&image, POLICY_BLOCK);
	struct frame out = frame_tcp(&a, &far, 40000, 443, TCP_SYN_FLAG);
	struct frame in = frame_tcp(&far, &a, 443, 40000, 0x18);
	struct frame reset = frame_tcp(&a, &far, 40000, 443, TCP_RST_FLAG);
	struct frame datagram = frame_udp(&a, &far, 40000, 443);

	image_address(&image, to, 4, far.ip4);
	put_in_force(POLICY_DNS_PASS, POLICY_TCP_RESET);
	assert_int_equal(bridge_send(&b, LAN, &out), REASON_DESTINATION_BLOCKED);
	assert_int_equal(b.out[0], 1u << LAN);
	assert_int_equal(b.sent.bytes[14 + 20 + 13], 0x14);
	assert_int_equal(bridge_send(&b, WAN, &in), REASON_DESTINATION_BLOCKED);
	assert_int_equal(b.out[0], 1u << WAN);
	assert_int_equal(bridge_send(&b, LAN, &reset), REASON_DESTINATION_BLOCKED);
	assert_int_equal(b.out[0], 0);
	assert_int_equal(bridge_send(&b, LAN, &datagram), REASON_DESTINATION_BLOCKED);
	assert_int_equal(b.out[0], 0);
	assert_int_equal(originated(ORIGINATED_TCP_RESET), 2);
}

// Ten at once, and ten a second.
static void
test_not_too_often(void **state) {
	(void)state;
	uint32_t to = image_destination(&image, POLICY_BLOCK);
	struct frame out = frame_tcp(&a, &far, 40000, 443, TCP_SYN_FLAG);

	image_address(&image, to, 4, far.ip4);
	put_in_force(POLICY_DNS_PASS, POLICY_TCP_RESET);
	for (unsigned int i = 0; i < 100; i++)
		bridge_send(&b, LAN, &out);
	assert_int_equal(originated(ORIGINATED_TCP_RESET), 10);
	b.now += 500 * NS_PER_MS;
	for (unsigned int i = 0; i < 100; i++)
		bridge_send(&b, LAN, &out);
	assert_int_equal(originated(ORIGINATED_TCP_RESET), 15);
}

// Who is blocked himself is told nothing.
static void
test_blocked_device(void **state) {
	(void)state;
	struct frame out = frame_tcp(&a, &far, 40000, 443, TCP_SYN_FLAG);
	struct frame asked = question("ads", DNS_TYPE_A);
	uint32_t ads = image_destination(&image, POLICY_BLOCK);

	image_name(&image, ads, "ads.example");
	image_device(&image, a.mac, POLICY_BLOCK, 0);
	put_in_force(POLICY_DNS_NXDOMAIN, POLICY_TCP_RESET);
	assert_int_equal(bridge_send(&b, LAN, &out), REASON_DEVICE_BLOCKED);
	assert_int_equal(b.out[0], 0);
	assert_int_equal(bridge_send(&b, LAN, &asked), REASON_DEVICE_BLOCKED);
	assert_int_equal(b.out[0], 0);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_questions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_services, setup, teardown),
		cmocka_unit_test_setup_teardown(test_resets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_too_often, setup, teardown),
		cmocka_unit_test_setup_teardown(test_blocked_device, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
