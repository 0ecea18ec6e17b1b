// SPDX-License-Identifier: BSD-3-Clause
// What is answered is the same conversation seen from the other side, with sums that add up; what
// cannot be answered stays as it was.

#include "dataplane/answer/answer.h"
#include "dataplane/inspect/dns.h"
#include "platform/base.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#include <netinet/in.h>

#define ETHER "02000000fe01 020000000002 "
#define VLAN "8100 0064 "
#define PPPOE(length) "8864 1100 0007" length
#define IP4(total, protocol) "4500" total " 0000 0000 40" protocol "0000 c0000202 08080808 "
#define IP6(length, next)                                                                          \
	"60000000" length next "40 20010db8000000000000000000000002 "                              \
	"20010db8000000000000000000000053 "
#define UDP(length) "c000 0035" length "0000 "
#define DNS(additional) "1234 0110 0001 0000 0000" additional
#define NAME "03 616473 07 4578616d706c65 00 "
#define EDNS "00 0029 1000 0000 8000 0000"
#define TCP(flags, urgent) "c000 01bb 00000064 00000200 50" flags "2000 0000" urgent
#define FLAGS_AT 13

static uint16_t
word(const uint8_t *at) {
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t
add(uint32_t sum, const uint8_t *at, size_t n) {
	for (size_t i = 0; i < n; i++)
		sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

// Both sums, by adding everything up.
static void
sums_are_right(const uint8_t *frame, const struct facts *f) {
	bool four = f->key.family == 4;
	uint32_t sum = f->l4_length + f->key.protocol;

	if (four)
		assert_int_equal(add(0, frame + f->l3, 20), 0xffff);
	sum = add(sum, frame + f->l3 + (four ? 12 : 8), four ? 8 : 32);
	assert_int_equal(add(sum, frame + f->l4, f->l4_length), 0xffff);
}

// The answer's facts are the question's with the ends exchanged.
static void
is_turned(
	const uint8_t *before,
	const struct facts *was,
	const uint8_t *after,
	size_t length,
	struct facts *ret
) {
	parse_frame(after, length, length, ret);
	assert_int_equal(ret->flags & (FACT_MALFORMED | FACT_CUT), 0);
	assert_memory_equal(&ret->key, &was->key, sizeof was->key);
	assert_int_equal((ret->flags ^ was->flags) & FACT_SWAPPED, FACT_SWAPPED);
	assert_int_equal(ret->l4, was->l4);
	assert_memory_equal(before, after + 6, 6);
	assert_memory_equal(before + 6, after, 6);
	assert_true(length >= 60);
	sums_are_right(after, ret);
}

static const struct dns_case {
	const char *name;
	const char *frame;
	uint16_t type;
	bool edns;
} questions[] = {
	{"A", ETHER "0800" IP4("0039", "11") UDP("0025") DNS("0000") NAME "0001 0001", 1, false},
	{"A with EDNS",
	 ETHER "0800" IP4("0044", "11") UDP("0030") DNS("0001") NAME "0001 0001" EDNS,
	 1,
	 true},
	{"AAAA under a tag",
	 ETHER VLAN "0800" IP4("0039", "11") UDP("0025") DNS("0000") NAME "001c 0001",
	 28,
	 false},
	{"HTTPS in PPPoE",
	 ETHER PPPOE("003b") "0021" IP4("0039", "11") UDP("0025") DNS("0000") NAME "0041 0001",
	 65,
	 false},
	{"A over IPv6",
	 ETHER "86dd" IP6("0030", "11") UDP("0030") DNS("0001") NAME "0001 0001" EDNS,
	 1,
	 true},
};

static void
test_dns(void **state) {
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(questions); i++)
		for (int what = ANSWER_DNS_NXDOMAIN; what <= ANSWER_DNS_ZERO; what++) {
			const struct dns_case *c = &questions[i];
			uint8_t before[512] = {0}, frame[512] = {0};
			struct facts was, is;
			struct dns_message m;
			size_t n = bytes_read(c->frame, before, sizeof before);
			memcpy(frame, before, sizeof frame);
			parse_frame(frame, n, n, &was);
			size_t length = answer_dns(frame, n, &was, what);
			assert_true(length > 0 && length <= n + ANSWER_DNS_MORE);
			is_turned(before, &was, frame, length, &is);
			const uint8_t *message = frame + is.l4 + 8;
			size_t size = is.l4_length - 8;
			assert_int_equal(word(frame + is.l4 + 4), is.l4_length);
			assert_int_equal(dns_read(message, size, false, &m), 0);
			assert_true(m.response && !m.partial);
			assert_int_equal(m.id, 0x1234);
			assert_int_equal(m.qtype, c->type);
			assert_int_equal(m.rcode, what == ANSWER_DNS_NXDOMAIN ? 3 : 0);
			bool address = what == ANSWER_DNS_ZERO && c->type != 65;
			assert_int_equal(m.addresses_n, address);
			assert_int_equal(word(message + 8), !address); // an SOA instead
			assert_int_equal(word(message + 10), c->edns);
			assert_int_equal(message[2] & 1, 1); // recursion desired, as asked
			assert_int_equal(message[3] & 0x10, 0x10); // checking disabled, too
			if (c->edns) { // "blocked", with the query's DNSSEC bit
				assert_int_equal(word(message + size - 2), 15);
				assert_int_equal(message[size - 10], 0x80);
			}
		}
}

static const struct {
	const char *name;
	const char *frame;
	uint32_t sequence, acknowledges;
	uint8_t flags;
} segments[] = {
	{"a SYN", ETHER "0800" IP4("0028", "06") TCP("02", "0000"), 0, 0x65, 0x14},
	{"data", ETHER "0800" IP4("002b", "06") TCP("18", "0000") "616263", 0x200, 0, 0x04},
	{"data without ACK",
	 ETHER "0800" IP4("002b", "06") TCP("00", "0000") "616263",
	 0,
	 0x67,
	 0x14},
	{"a FIN under a tag", ETHER VLAN "0800" IP4("0028", "06") TCP("01", "0000"), 0, 0x65, 0x14},
	{"over IPv6", ETHER "86dd" IP6("0014", "06") TCP("10", "0000"), 0x200, 0, 0x04},
	{"in PPPoE",
	 ETHER PPPOE("002a") "0021" IP4("0028", "06") TCP("10", "0000"),
	 0x200,
	 0,
	 0x04},
};

static uint32_t
word32(const uint8_t *at) {
	return (uint32_t)word(at) << 16 | word(at + 2);
}

static void
test_reset(void **state) {
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(segments); i++) {
		uint8_t before[256] = {0}, frame[256] = {0};
		struct facts was, is;
		size_t n = bytes_read(segments[i].frame, before, sizeof before);
		memcpy(frame, before, sizeof frame);
		parse_frame(frame, n, n, &was);
		size_t length = answer_reset(frame, n, &was);
		assert_true(length > 0);
		is_turned(before, &was, frame, length, &is);
		assert_int_equal(is.l4_length, 20);
		assert_int_equal(frame[is.l4 + FLAGS_AT], segments[i].flags);
		assert_int_equal(word32(frame + is.l4 + 4), segments[i].sequence);
		assert_int_equal(word32(frame + is.l4 + 8), segments[i].acknowledges);
	}
}

static const struct {
	const char *name;
	const char *frame;
} silent[] = {
	{"a reset", ETHER "0800" IP4("0028", "06") TCP("04", "0000")},
	{"a reset with ACK", ETHER "0800" IP4("0028", "06") TCP("14", "0000")},
	{"to a group", "01005e0000fb 020000000002 0800" IP4("0028", "06") TCP("02", "0000")},
	{"a fragment",
	 ETHER "0800 4500 0028 0001 2000 4006 0000 c0000202 08080808" TCP("02", "0000")},
	{"with IPv4 options",
	 ETHER "0800 4600 002c 0000 0000 4006 0000 c0000202 08080808 01010100" TCP("02", "0000")},
	{"cut off", ETHER "0800" IP4("0040", "06") TCP("02", "0000")},
	{"an answer",
	 ETHER "0800" IP4("0039", "11") UDP("0025") "1234 8180 0001 0000 0000 0000" NAME
						    "0001 0001"},
	{"two questions",
	 ETHER "0800" IP4("003f", "11") UDP("002b") "1234 0100 0002 0000 0000 0000" NAME
						    "0001 0001 c00c 0001 0001"},
	{"an update",
	 ETHER "0800" IP4("0039", "11") UDP("0025") "1234 2900 0001 0000 0000 0000" NAME
						    "0001 0001"},
	{"a compressed question",
	 ETHER "0800" IP4("002e", "11") UDP("001a") "0000 0100 0001 0000 0000 0000 c000 0001 0001"},
	{"no question", ETHER "0800" IP4("0028", "11") UDP("0014") "1234 0100 0000 0000 0000 0000"},
	{"another class", ETHER "0800" IP4("0039", "11") UDP("0025") DNS("0000") NAME "0001 0003"},
	{"no room for a header", ETHER "0800" IP4("0020", "11") UDP("000c") "12340100"},
};

static void
test_no_answer(void **state) {
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(silent); i++) {
		uint8_t before[256] = {0}, frame[256] = {0};
		struct facts f;
		size_t n = bytes_read(silent[i].frame, before, sizeof before);
		memcpy(frame, before, sizeof frame);
		parse_frame(frame, n, n, &f);
		if (answer_reset(frame, n, &f) || answer_dns(frame, n, &f, ANSWER_DNS_NXDOMAIN))
			fail_msg("%s was answered", silent[i].name);
		assert_memory_equal(before, frame, sizeof frame);
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dns),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_no_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
