// SPDX-License-Identifier: BSD-3-Clause
// Partial checksums are completed, whole ones stay; the sums are checked by adding everything up.

#include "dataplane/checksum.h"
#include "platform/base.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#define ETHER "020000000001 020000000002 "
#define VLAN "8100 0064 "
#define IP4(total, protocol) "0800 4500" total " 0000 0000 40" protocol "0000 c0000201 c0000202 "
#define IP6(length, next)                                                                          \
	"86dd 60000000" length next "40 20010db8000000000000000000000001 "                         \
	"20010db8000000000000000000000002 "
#define UDP(length, sum) "1234 0035" length sum
#define TCP(sum) "1234 01bb 00000001 00000000 5002 2000" sum "0000 "

static uint16_t
word(const uint8_t *at) {
	return (uint16_t)(at[0] << 8 | at[1]);
}

// The one's complement sum of the pseudo-header, and of the segment when `all`.
static uint16_t
sum_of(const uint8_t *frame, const struct facts *f, bool all) {
	size_t from = f->l3 + (f->key.family == 4 ? 12 : 8);
	size_t addresses = f->key.family == 4 ? 8 : 32;
	uint32_t sum = f->l4_length + f->key.protocol;

	for (size_t i = 0; i < addresses; i += 2)
		sum += word(frame + from + i);
	for (size_t i = 0; all && i + 1 < f->l4_length; i += 2)
		sum += word(frame + f->l4 + i);
	if (all && f->l4_length % 2)
		sum += (uint32_t)frame[f->l4 + f->l4_length - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static const struct {
	const char *name;
	const char *frame;
	size_t field; // offset of the checksum behind l4
} cases[] = {
	{"udp over ipv4", ETHER IP4("0021", "11") UDP("000d", "0000") "6162636465", 6},
	{"tcp over ipv4", ETHER IP4("002b", "06") TCP("0000") "616263", 16},
	{"tcp under a tag", ETHER VLAN IP4("002b", "06") TCP("0000") "616263", 16},
	{"udp over ipv6", ETHER IP6("000c", "11") UDP("000c", "0000") "61626364", 6},
	{"tcp over ipv6, odd", ETHER IP6("0017", "06") TCP("0000") "616263", 16},
	{"with padding behind",
	 ETHER IP4("001d", "11") UDP("0009", "0000") "61 eeeeeeeeeeeeeeeeee",
	 6},
};

static void
test_completes_partial(void **state) {
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint8_t frame[256], before[256];
		struct facts f;
		size_t n = bytes_read(cases[i].frame, frame, sizeof frame);
		parse_frame(frame, n, n, &f);
		uint8_t *field = frame + f.l4 + cases[i].field;
		uint16_t partial = sum_of(frame, &f, false);
		field[0] = (uint8_t)(partial >> 8);
		field[1] = (uint8_t)partial;
		if (!checksum_complete(frame, n, &f) || sum_of(frame, &f, true) != 0xffff)
			fail_msg("%s: sum %04x", cases[i].name, sum_of(frame, &f, true));
		memcpy(before, frame, n);
		if (checksum_complete(frame, n, &f) || memcmp(before, frame, n) != 0)
			fail_msg("%s: a whole checksum was changed", cases[i].name);
	}
}

static void
test_leaves_the_rest(void **state) {
	static const char *const frames[] = {
		ETHER IP4("001d", "11") UDP("0009", "0000") "61", // no checksum at all
		ETHER IP4("001d", "11") UDP("0009", "1234") "61", // a wrong one
		ETHER IP4("003d", "11") UDP("0029", "8423") "61", // cut
		ETHER IP4("001d", "2f") UDP("0009", "0000") "61", // another protocol
		ETHER "0806 0001 0800 0604 0001 020000000002 c0000201", // not IP
		ETHER "88b5 ffff",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
		uint8_t frame[256], before[256];
		struct facts f;
		size_t n = bytes_read(frames[i], frame, sizeof frame);
		memcpy(before, frame, n);
		parse_frame(frame, n, n, &f);
		assert_false(checksum_complete(frame, n, &f));
		assert_memory_equal(before, frame, n);
	}
}

// A UDP sum that comes out as zero is sent as 0xffff: zero means that there is none.
static void
test_udp_zero(void **state) {
	uint8_t frame[64];
	struct facts f;

	(void)state;
	size_t n =
		bytes_read(ETHER IP4("001e", "11") UDP("000a", "0000") "0000", frame, sizeof frame);
	parse_frame(frame, n, n, &f);
	uint8_t *l4 = frame + f.l4;
	uint16_t partial = sum_of(frame, &f, false);
	uint16_t rest = (uint16_t)~sum_of(frame, &f, true); // so that all adds up to ones
	l4[6] = (uint8_t)(partial >> 8);
	l4[7] = (uint8_t)partial;
	l4[8] = (uint8_t)(rest >> 8);
	l4[9] = (uint8_t)rest;
	assert_true(checksum_complete(frame, n, &f));
	assert_int_equal(word(l4 + 6), 0xffff);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_completes_partial),
		cmocka_unit_test(test_leaves_the_rest),
		cmocka_unit_test(test_udp_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
