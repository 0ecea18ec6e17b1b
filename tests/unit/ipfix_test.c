// SPDX-License-Identifier: BSD-3-Clause
// IPFIX messages, byte by byte where RFC 7011 says where they stand.

#include "control/export/ipfix/flight.h"
#include "control/export/ipfix/message.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>

enum {
	HEADER = 16,
	SET = 4,
	TEMPLATE_SET = 2
};

static const struct ipfix_record web = {
	.flow = 0x0102030405060708,
	.start_ms = 1795712000000,
	.end_ms = 1795712001234,
	.packets = {3, 4},
	.bytes = {300, 4000},
	.address = {{192, 0, 2, 11}, {198, 51, 100, 7}},
	.mac = {{2, 0, 0, 0, 1, 11}},
	.port = {50000, 443},
	.vlan = 7,
	.family = 4,
	.protocol = 6,
	.end = IPFIX_END_CLOSED,
};

static uint64_t
number(const uint8_t *at, size_t length) {
	uint64_t n = 0;

	while (length-- > 0)
		n = n << 8 | *at++;
	return n;
}

static void
assert_header(const uint8_t *m, size_t length, uint64_t sequence) {
	assert_non_null(m);
	assert_true(length <= IPFIX_MESSAGE_MAX);
	assert_int_equal(number(m, 2), 10);
	assert_int_equal(number(m + 2, 2), length);
	assert_int_equal(number(m + 8, 4), sequence);
	assert_int_equal(number(m + 12, 4), 4711);
}

static struct ipfix_message *
begin(bool biflow) {
	struct ipfix_message *m;
	size_t length;

	assert_int_equal(ipfix_message_new(4711, biflow, &m), 0);
	assert_null(ipfix_message_take(m, &length));
	assert_int_equal(ipfix_message_add_templates(m), 0);
	const uint8_t *data = ipfix_message_take(m, &length);
	assert_header(data, length, 0);
	assert_int_equal(number(data + HEADER, 2), TEMPLATE_SET);
	return m;
}

static void
test_each_way_is_a_record(void **state) {
	struct ipfix_message *m = begin(false);
	size_t length;

	(void)state;
	assert_int_equal(ipfix_message_add(m, &web, 0), 0);
	assert_int_equal(ipfix_message_add(m, &web, 1), 0);
	const uint8_t *data = ipfix_message_take(m, &length);
	assert_header(data, length, 0);
	assert_int_equal(number(data + HEADER, 2), 256);
	const size_t record = (length - HEADER - SET) / 2;
	for (unsigned int way = 0; way < 2; way++) {
		const uint8_t *r = data + HEADER + SET + way * record;
		assert_int_equal(number(r, 8), web.flow);
		assert_int_equal(number(r + 8, 8), web.start_ms);
		assert_int_equal(number(r + 16, 8), web.end_ms);
		assert_int_equal(number(r + 24, 8), web.bytes[way]);
		assert_int_equal(number(r + 32, 8), web.bytes[way]);
		assert_int_equal(number(r + 40, 8), web.packets[way]);
		assert_memory_equal(r + 48, web.address[way], 4);
		assert_memory_equal(r + 52, web.address[!way], 4);
		assert_int_equal(number(r + 56, 2), web.port[way]);
		assert_int_equal(number(r + 58, 2), web.port[!way]);
		assert_int_equal(number(r + 60, 2), 7);
		assert_memory_equal(r + 62, web.mac[way], 6);
		assert_int_equal(r[74], 6);
		assert_int_equal(r[75], IPFIX_END_CLOSED);
	}
	// The sequence counts data records, not messages, nor templates.
	assert_int_equal(ipfix_message_add_templates(m), 0);
	data = ipfix_message_take(m, &length);
	assert_header(data, length, 2);
	assert_int_equal(number(data + HEADER, 2), TEMPLATE_SET);
	assert_int_equal(ipfix_message_add(m, &web, 0), 0);
	data = ipfix_message_take(m, &length);
	assert_header(data, length, 2);
	ipfix_message_free(m);
}

static void
test_both_ways_in_one(void **state) {
	struct ipfix_message *m = begin(true);
	size_t length;

	(void)state;
	assert_int_equal(ipfix_message_add(m, &web, 0), 0);
	const uint8_t *data = ipfix_message_take(m, &length);
	const uint8_t *r = data + HEADER + SET;
	assert_int_equal(number(r + 24, 8), web.bytes[0]);
	assert_int_equal(number(r + 40, 8), web.packets[0]);
	assert_int_equal(number(r + 48, 8), web.bytes[1]);
	assert_int_equal(number(r + 64, 8), web.packets[1]);
	assert_int_equal(data[length - 1], 1);
	ipfix_message_free(m);
}

// Whatever comes in whatever order, messages stay short and no record is lost or told twice.
static void
test_messages_stay_short(void **state) {
	struct ipfix_message *m = begin(false);
	struct ipfix_record r = web;
	uint64_t told = 0, taken = 0;
	const uint8_t *data;
	size_t length;

	(void)state;
	for (unsigned int i = 0; i < 500; i++) {
		r.family = i % 3 ? 4 : 6;
		r.is_icmp = i % 5 == 0;
		int full = ipfix_message_add(m, &r, i % 2);
		if (full == -ENOSPC) {
			data = ipfix_message_take(m, &length);
			assert_header(data, length, taken);
			taken = told;
			full = ipfix_message_add(m, &r, i % 2);
		}
		assert_int_equal(full, 0);
		told++;
	}
	data = ipfix_message_take(m, &length);
	assert_header(data, length, taken);
	assert_null(ipfix_message_take(m, &length));
	ipfix_message_free(m);
}

static void
what_flies_is_counted_from_the_newest(void **state) {
	(void)state;
	static struct ipfix_flight f;

	assert_int_equal(ipfix_flight_records(&f, 1000), 0);
	ipfix_flight_add(&f, 1000, 10);
	ipfix_flight_add(&f, 500, 5);
	assert_int_equal(ipfix_flight_records(&f, 0), 0);
	assert_int_equal(ipfix_flight_records(&f, 500), 5);
	assert_int_equal(ipfix_flight_records(&f, 501), 15);
	for (unsigned int i = 0; i < IPFIX_FLIGHT_MAX; i++)
		ipfix_flight_add(&f, 100, 1);
	assert_int_equal(ipfix_flight_records(&f, SIZE_MAX), IPFIX_FLIGHT_MAX);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_flies_is_counted_from_the_newest),
		cmocka_unit_test(test_each_way_is_a_record),
		cmocka_unit_test(test_both_ways_in_one),
		cmocka_unit_test(test_messages_stay_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
