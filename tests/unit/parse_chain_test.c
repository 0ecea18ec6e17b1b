// SPDX-License-Identifier: BSD-3-Clause
// IPv6 extension headers before UDP and TCP: options are stepped over at once, others by the walk.
#include "dataplane/parse/parse.h"
#include "platform/base.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#define MACS "333300010002 020000000001 "
// fe80::2 → ff02::1:2
#define IP6(payload, next)                                                                         \
	"86dd 60000000 " payload next " 40 "                                                       \
	"fe800000000000000000000000000002 ff020000000000000000000000010002 "
#define DNS "d431 0035 0008 0000 "
#define DHCP "0222 0223 0008 0000 "
#define TCP20 "d431 01bb 00000001 00000002 50 18 1000 0000 0000 "

#define READ (FACT_IP | FACT_GROUP)
#define PORTED (READ | FACT_PORTS)

struct chain_case {
	const char *name;
	const char *hex;
	unsigned int flags;
	unsigned int protocol, l4, l4_length, names;
};

// clang-format off
static const struct chain_case cases[] = {
	{"none", MACS IP6("0008", "11") DNS, PORTED | FACT_NAMES, 17, 54, 8, NAMES_DNS},
	{"options", MACS IP6("0018", "00") "3c00010400000000 1100000000000000" DNS,
	 PORTED | FACT_NAMES, 17, 70, 8, NAMES_DNS},
	{"a long one", MACS IP6("0024", "3c") "0601 010c 000000000000000000000000" TCP20,
	 PORTED, 6, 70, 20, NAMES_NONE},
	{"options, DHCP to the group", MACS IP6("0010", "3c") "1100010400000000" DHCP,
	 PORTED | FACT_NAMES | FACT_SAFE, 17, 62, 8, NAMES_DHCPV6},
	{"routing", MACS IP6("0018", "00") "2b00010400000000 1100040000000000" DNS,
	 PORTED | FACT_NAMES, 17, 70, 8, NAMES_DNS},
	{"an option leaves its header", MACS IP6("001c", "3c") "0600010500000000" TCP20,
	 PORTED | FACT_MALFORMED, 6, 62, 20, NAMES_NONE},
	{"a header leaves the packet", MACS IP6("0010", "00") "1102010400000000" DNS,
	 READ | FACT_MALFORMED, 0, 54, 16, NAMES_NONE},
	{"a header to the packet's end", MACS IP6("0010", "00") "1101010c00000000" DNS,
	 READ | FACT_MALFORMED, 17, 70, 0, NAMES_NONE},
	{"padding behind the packet", MACS IP6("0010", "00") "1100010400000000" DNS "000000",
	 PORTED | FACT_NAMES, 17, 62, 8, NAMES_DNS},
};
// clang-format on

static void
test_chains(void **state) {
	(void)state;
	struct guard g = guard_new(512);
	uint8_t bytes[512];

	for (const struct chain_case *c = cases; c < cases + ARRAY_LEN(cases); c++) {
		size_t n = bytes_read(c->hex, bytes, sizeof(bytes));
		struct facts f;
		print_message("%s\n", c->name);
		parse_frame(guard_put(&g, bytes, n), n, n, &f);
		assert_int_equal(f.flags & ~FACT_SWAPPED, c->flags);
		assert_int_equal(f.key.protocol, c->protocol);
		assert_int_equal(f.l4, c->l4);
		assert_int_equal(f.l4_length, c->l4_length);
		assert_int_equal(f.names, c->names);
	}
	guard_free(&g);
}

// One extension header too many is malformed; as many as the bound allows are read.
static void
test_extension_bound(void **state) {
	(void)state;
	for (unsigned int count = 15; count <= 18; count++) {
		uint8_t bytes[512];
		struct facts f;
		size_t n = bytes_read(MACS IP6("0000", "3c"), bytes, sizeof(bytes));
		for (unsigned int i = 0; i < count; i++) {
			const char *h = i + 1 == count ? "1100010400000000" : "3c00010400000000";
			n += bytes_read(h, bytes + n, sizeof(bytes) - n);
		}
		n += bytes_read(DNS, bytes + n, sizeof(bytes) - n);
		bytes[18] = (uint8_t)((n - 54) >> 8);
		bytes[19] = (uint8_t)(n - 54);
		parse_frame(bytes, n, n, &f);
		bool within = count <= PARSE_EXTENSIONS_MAX;
		assert_int_equal(!!(f.flags & FACT_PORTS), within);
		assert_int_equal(!!(f.flags & FACT_MALFORMED), !within);
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_extension_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
