// SPDX-License-Identifier: BSD-3-Clause
// The ground both processes stand on: hash vectors, wire bounds and sizes, JSON and plain text.

#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/siphash.h"
#include "platform/text.h"
#include "platform/utf8.h"
#include "platform/wire.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>

// The paper's appendix A: key 00..0f, message 00..0e.
static void
siphash_matches_the_paper(void **) {
	const uint64_t key[2] = {0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull};
	uint8_t message[15];

	for (uint8_t i = 0; i < sizeof message; i++)
		message[i] = i;
	assert_int_equal(siphash24(key, message, sizeof message), 0xa129ca6149be45e5ull);
}

// A record that changes its size changes the contract: raise WIRE_VERSION with it.
static void
wire_sizes_are_pinned(void **) {
	assert_int_equal(WIRE_VERSION, 10);
	assert_int_equal(sizeof(struct wire_header), 16);
	assert_int_equal(sizeof(struct wire_hello), 56);
	assert_int_equal(sizeof(struct wire_rules), 16);
	assert_int_equal(sizeof(struct wire_rules_ack), 136);
	assert_int_equal(sizeof(struct wire_flow), 136);
	assert_int_equal(sizeof(struct wire_device), 64);
	assert_int_equal(sizeof(struct wire_address), 32);
	assert_int_equal(sizeof(struct wire_hostname), 272);
	assert_int_equal(sizeof(struct wire_name), 64);
	assert_int_equal(sizeof(struct wire_port), 120);
	assert_int_equal(
		sizeof(struct wire_stats),
		18 * 8 + REASON_COUNT * 16 + ORIGINATED_COUNT * 8 + WIRE_WORKERS_MAX * 16
	);
	assert_int_equal(sizeof(struct wire_alert), 256);
	assert_int_equal(sizeof(struct wire_fact), 280);
	assert_int_equal(sizeof(struct wire_hits), 24);
	assert_int_equal(sizeof(struct wire_capture), 32);
	assert_int_equal(sizeof(struct wire_capture_mac), 8);
	assert_int_equal(sizeof(struct wire_capture_address), 24);
	assert_int_equal(sizeof(struct wire_capture_instruction), 8);
	assert_int_equal(sizeof(struct wire_capture_state), 128);
	assert_int_equal(sizeof(struct wire_recorder), 8);
}

static void
wire_refuses_what_contradicts_itself(void **) {
	_Alignas(8) uint8_t buffer[WIRE_MESSAGE_MAX];
	struct wire_header *h = (struct wire_header *)(void *)buffer;
	struct wire_writer w;

	wire_begin(&w, buffer, WIRE_DEVICE, 7);
	assert_non_null(wire_add(&w, sizeof(struct wire_device)));
	assert_int_equal(wire_check(buffer, w.length), 0);
	for (size_t cut = 0; cut < w.length; cut++)
		assert_int_equal(wire_check(buffer, cut), -EPROTO);
	h->count = 2;
	assert_int_equal(wire_check(buffer, w.length), -EPROTO);
	h->count = 1;
	h->type = 99;
	assert_int_equal(wire_check(buffer, w.length), -EPROTO);

	wire_begin(&w, buffer, WIRE_NAME, 0);
	struct wire_name *name = wire_add(&w, wire_name_size(4));
	memcpy(name + 1, "a.b", 4);
	name->length = 4;
	name->names = 1;
	assert_int_equal(wire_check(buffer, w.length), 0);
	name->names = 2; // says two names, holds one
	assert_int_equal(wire_check(buffer, w.length), -EPROTO);
	name->names = 1;
	name->length = 3; // not ended by NUL
	assert_int_equal(wire_check(buffer, w.length), -EPROTO);
	name->length = 2000;
	assert_int_equal(wire_check(buffer, w.length), -EPROTO);
}

static void
a_wire_message_says_when_it_is_full(void **) {
	_Alignas(8) static uint8_t buffer[WIRE_MESSAGE_MAX];
	struct wire_writer w;
	unsigned int records = 0;

	wire_begin(&w, buffer, WIRE_FLOW, 0);
	while (wire_add(&w, sizeof(struct wire_flow)))
		records++;
	assert_int_equal(
		records, (WIRE_MESSAGE_MAX - sizeof(struct wire_header)) / sizeof(struct wire_flow)
	);
	assert_int_equal(wire_check(buffer, w.length), 0);
}

static void
json_escapes_what_strangers_say(void **) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "name", "a\"b\\c\n\x01<img>\xff\xc3\xa9\xed\xa0\x80");
	json_key(&j, "list");
	json_array(&j);
	json_u64(&j, UINT64_MAX);
	json_i64(&j, -1);
	json_bool(&j, true);
	json_null(&j);
	json_seconds(&j, 1500000000ull);
	json_end(&j);
	json_key_string(&j, "none", NULL);
	json_end(&j);
	assert_false(j.failed);
	assert_string_equal(
		j.text,
		"{\"name\":\"a\\\"b\\\\c\\u000a\\u0001<img>\xef\xbf\xbd\xc3\xa9"
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\","
		"\"list\":[18446744073709551615,-1,true,null,1.500000],\"none\":null}"
	);
	json_end(&j); // nothing is open
	assert_true(j.failed);
	json_free(&j);
}

static void
text_goes_there_and_back(void **) {
	char text[TEXT_ADDRESS];
	char time[TEXT_TIME];
	uint8_t mac[6];
	uint8_t address[16];
	unsigned int family;
	static const char *const bad_macs[] = {
		"",
		"02:00:00:00:00",
		"02:00:00:00:00:0",
		"02-00:00:00:00:00",
		"02:00:00:00:00:00x",
	};

	assert_int_equal(text_parse_mac("02-aB-00-00-00-fF", mac), 0);
	assert_string_equal(text_mac(mac, text), "02:ab:00:00:00:ff");
	for (size_t i = 0; i < ARRAY_LEN(bad_macs); i++)
		assert_int_equal(text_parse_mac(bad_macs[i], mac), -EINVAL);
	assert_int_equal(text_parse_address("192.0.2.1", &family, address), 0);
	assert_int_equal(family, 4);
	assert_string_equal(text_address(family, address, text), "192.0.2.1");
	assert_int_equal(text_parse_address("2001:DB8::1", &family, address), 0);
	assert_int_equal(family, 6);
	assert_string_equal(text_address(family, address, text), "2001:db8::1");
	assert_int_equal(text_parse_address("192.0.2.256", &family, address), -EINVAL);
	assert_string_equal(text_time(1500000000123456789ull, time), "2017-07-14T02:40:00.123Z");
	assert_string_equal(text_time(UINT64_MAX, time), "2554-07-21T23:34:33.709Z");
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_matches_the_paper),
		cmocka_unit_test(wire_sizes_are_pinned),
		cmocka_unit_test(wire_refuses_what_contradicts_itself),
		cmocka_unit_test(a_wire_message_says_when_it_is_full),
		cmocka_unit_test(json_escapes_what_strangers_say),
		cmocka_unit_test(text_goes_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
