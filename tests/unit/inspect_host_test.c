// SPDX-License-Identifier: BSD-3-Clause
// What devices say of themselves: DHCP, DHCPv6, ARP and neighbour discovery.
#include "dataplane/inspect/dhcp.h"
#include "dataplane/inspect/dhcpv6.h"
#include "dataplane/inspect/neighbor.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#include <errno.h>

// op, htype, hlen, hops; xid; secs, flags; ciaddr, yiaddr, siaddr, giaddr; chaddr; then sname and
// file are zero.
static size_t
dhcp_new(const char *op, const char *options, uint8_t ret[1024]) {
	memset(ret, 0, 1024);
	bytes_read(op, ret, 4);
	bytes_read("c0000207 c0000208", ret + 12, 8);
	bytes_read("020000000001", ret + 28, 6);
	bytes_read("63825363", ret + 236, 4);
	return 240 + bytes_read(options, ret + 240, 1024 - 240);
}

static void
dhcp_names_are_read(void **) {
	uint8_t bytes[1024];
	struct dhcp_message m;
	size_t n = dhcp_new(
		"01010600",
		"350103 00 3204c0000209 3604c00002fe 0c046b697463" // "kitc"
		"0c0468656e00" // "hen" and a NUL: the rest of it
		"5109 000000 74762e6c616e ff", // flags, two codes, "tv.lan"
		bytes
	);

	assert_int_equal(dhcp_read(bytes, n, &m), 0);
	assert_int_equal(m.type, DHCP_REQUEST);
	assert_true(m.from_client);
	assert_memory_equal(m.mac, "\x02\0\0\0\0\1", 6);
	assert_memory_equal(m.client, "\xc0\0\2\7", 4);
	assert_memory_equal(m.yours, "\xc0\0\2\x08", 4);
	assert_memory_equal(m.requested, "\xc0\0\2\x09", 4);
	assert_memory_equal(m.server, "\xc0\0\2\xfe", 4);
	assert_string_equal(m.hostname, "kitchen");
	assert_string_equal(m.fqdn, "tv.lan");
}

static void
dhcp_wire_names_are_read(void **) {
	uint8_t bytes[1024];
	struct dhcp_message m;
	size_t n = dhcp_new("02010600", "350105 510b 040000 025476 036c616e 00 ff", bytes);

	assert_int_equal(dhcp_read(bytes, n, &m), 0);
	assert_false(m.from_client);
	assert_string_equal(m.fqdn, "Tv.lan");
	n = dhcp_new("01010600", "350103 5106 040000 025476 ff", bytes); // partial: no root label
	assert_int_equal(dhcp_read(bytes, n, &m), 0);
	assert_string_equal(m.fqdn, "Tv");
	n = dhcp_new("01010600", "350103 5106 040000 095476 ff", bytes); // label past the end
	assert_int_equal(dhcp_read(bytes, n, &m), 0);
	assert_int_equal(m.fqdn_length, 0);
}

static void
dhcp_overload_is_followed(void **) {
	uint8_t bytes[1024];
	struct dhcp_message m;
	size_t n = dhcp_new("01010600", "350101 340101 ff", bytes);

	bytes_read("0c026f6b ff", bytes + 108, 8); // in the file field
	assert_int_equal(dhcp_read(bytes, n, &m), 0);
	assert_string_equal(m.hostname, "ok");
}

static void
dhcp_cut_anywhere_is_harmless(void **) {
	struct guard g = guard_new(1024);
	uint8_t bytes[1024];
	struct dhcp_message m;
	size_t n =
		dhcp_new("01010600", "350103 0c0474657374 510b 040000 025476 036c616e 00", bytes);

	for (size_t cut = 0; cut <= n; cut++)
		assert_int_equal(
			dhcp_read(guard_put(&g, bytes, cut), cut, &m), cut < 240 ? -EBADMSG : 0
		);
	bytes[236] = 0; // no cookie
	assert_int_equal(dhcp_read(bytes, n, &m), -EBADMSG);
	guard_free(&g);
}

static void
dhcpv6_is_read(void **) {
	static const char hex[] = "01 00aabb"
				  "0001 000e 0001 0001 12345678 020000000001"
				  "0027 0008 00 025476 036c616e"
				  "0003 0028 00000001 00000000 00000000"
				  "0005 0018 fd000000000000000000000000000009 00000000 00000000";
	struct guard g = guard_new(1024);
	uint8_t bytes[256];
	struct dhcpv6_message m;
	size_t n = bytes_read(hex, bytes, sizeof(bytes));

	assert_int_equal(dhcpv6_read(bytes, n, &m), 0);
	assert_true(m.from_client);
	assert_true(m.has_mac);
	assert_memory_equal(m.mac, "\x02\0\0\0\0\1", 6);
	assert_string_equal(m.fqdn, "Tv.lan");
	assert_int_equal(m.addresses_n, 1);
	assert_int_equal(m.addresses[0][15], 9);
	for (size_t cut = 0; cut <= n; cut++)
		assert_int_equal(
			dhcpv6_read(guard_put(&g, bytes, cut), cut, &m), cut < 4 ? -EBADMSG : 0
		);
	guard_free(&g);
}

static void
arp_is_read(void **) {
	static const struct {
		const char *hex;
		bool ok;
	} cases[] = {
		{"0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202", true},
		{"0001 0800 06 04 0001 020000000001 00000000 000000000000 c0000202",
		 false}, // probe
		{"0001 0800 06 04 0002 ffffffffffff c0000201 000000000000 c0000202", false},
		{"0006 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202", false},
		{"0001 0800 06 04 0001 020000000001 c0000201 000000000000 c00002", false},
	};
	struct guard g = guard_new(64);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[64];
		struct neighbor ret;
		size_t n = bytes_read(cases[i].hex, bytes, sizeof(bytes));
		assert_int_equal(neighbor_arp(guard_put(&g, bytes, n), n, &ret), cases[i].ok);
		if (cases[i].ok)
			assert_memory_equal(ret.address, "\xc0\0\2\1", 4);
	}
	guard_free(&g);
}

static void
neighbor_discovery_is_read(void **) {
	static const uint8_t source[16] = {0xfe, 0x80, [15] = 7};
	static const uint8_t none[16], sender[6] = {2, 0, 0, 0, 0, 9};
	static const char advert[] = "88000000 a0000000 fd000000000000000000000000000001"
				     "0e 01 000000000000" // nonce
				     "02 01 020000000001";
	struct guard g = guard_new(128);
	uint8_t bytes[128];
	struct neighbor ret;
	size_t n = bytes_read(advert, bytes, sizeof(bytes));

	assert_true(neighbor_nd(source, sender, bytes, n, &ret));
	assert_true(ret.router);
	assert_int_equal(ret.address[0], 0xfd);
	assert_memory_equal(ret.mac, "\x02\0\0\0\0\1", 6);
	for (size_t cut = 0; cut < n; cut++)
		neighbor_nd(source, sender, guard_put(&g, bytes, cut), cut, &ret);

	n = bytes_read("87000000 00000000 fd000000000000000000000000000001", bytes, sizeof(bytes));
	assert_true(neighbor_nd(source, sender, bytes, n, &ret)); // no option: the frame's sender
	assert_int_equal(ret.address[15], 7);
	assert_memory_equal(ret.mac, sender, 6);
	assert_false(neighbor_nd(none, sender, bytes, n, &ret)); // duplicate address detection
	guard_free(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dhcp_names_are_read),
		cmocka_unit_test(dhcp_wire_names_are_read),
		cmocka_unit_test(dhcp_overload_is_followed),
		cmocka_unit_test(dhcp_cut_anywhere_is_harmless),
		cmocka_unit_test(dhcpv6_is_read),
		cmocka_unit_test(arp_is_read),
		cmocka_unit_test(neighbor_discovery_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
