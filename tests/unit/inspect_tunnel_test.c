// SPDX-License-Identifier: BSD-3-Clause
// Tunnels and encrypted DNS, by what they say first and by whom they say it to.

#include "dataplane/inspect/tunnel.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#define SPI "1122334455667788 0000000000000000"

// A datagram of these bytes and zeros up to `length` goes to `port`.
static void
datagrams_are_told(void **) {
	static const struct {
		uint16_t port;
		const char *bytes;
		size_t length;
		const char *what; // NULL: none
	} cases[] = {
		{51820, "01000000", 148, "wireguard"},
		{40000, "02000000", 92, "wireguard"},
		{51820, "01000000", 147, NULL},
		{51820, "01000001", 148, NULL},
		{51820, "02000000", 148, NULL},
		{1194, "38 0102030405060708 00 00000000", 14, "openvpn"},
		{443, "38 0102030405060708 00 00000000", 14, "openvpn"},
		{443, "38 0102030405060708 00 00000000", 54, NULL},
		{1194, "38 0102030405060708 aabbccdd", 54, "openvpn"},
		{1194, "50 0102030405060708 aabbccdd", 90, "openvpn"},
		{1194, "30 0102030405060708 00 00000000", 14, NULL},
		{1194, "38", 13, NULL},
		{500, SPI "21202208 00000000 0000001c", 28, "ipsec"},
		{500, SPI "01100400 00000000 00000064", 100, "ipsec"},
		{500, SPI "21202208 00000000 0000001d", 28, NULL},
		{500, SPI "21302208 00000000 0000001c", 28, NULL},
		{500, "0000000000000000 0000000000000000 21202208 00000000 0000001c", 28, NULL},
		{501, SPI "21202208 00000000 0000001c", 28, NULL},
		{4500, "00000000" SPI "21202308 00000000 0000001c", 32, "ipsec"},
		{4500, "00000000" SPI "21202308 00000000 0000001d", 32, NULL},
		{4500, "c1c2c3c4 00000001", 120, "ipsec"},
		{4500, "ff", 1, NULL},
		{4500, "", 0, NULL},
	};
	struct guard guard = guard_new(256);

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t bytes[256] = {0};
		bytes_read(cases[i].bytes, bytes, sizeof bytes);
		const uint8_t *at = guard_put(&guard, bytes, cases[i].length);
		for (unsigned int way = 0; way < 2; way++) {
			const char *what = tunnel_datagram(
				way ? 4000 : cases[i].port,
				way ? cases[i].port : 4000,
				at,
				cases[i].length
			);
			assert_true((what == NULL) == (cases[i].what == NULL));
			if (what)
				assert_string_equal(what, cases[i].what);
		}
	}
	guard_free(&guard);
}

static void
segments_are_told(void **) {
	static const uint8_t reset[40] = {0, 14, 0x38, 1};
	static const uint8_t long_reset[40] = {0, 38, 0x50, 1};
	static const uint8_t other[40] = {0, 14, 0x20};

	assert_string_equal(tunnel_segment(reset, 16), "openvpn");
	assert_string_equal(tunnel_segment(long_reset, 40), "openvpn");
	assert_null(tunnel_segment(reset, 15));
	assert_null(tunnel_segment(long_reset, 39));
	assert_null(tunnel_segment(other, 40));
	assert_null(tunnel_segment(reset, 0));
}

static void
resolvers_are_known(void **) {
	static const struct {
		const char *name;
		bool known;
	} cases[] = {
		{"dns.google", true},
		{"dns.nextdns.io", true},
		{"abc123.dns.nextdns.io", true},
		{"one.one.one.one", true},
		{"mozilla.cloudflare-dns.com", true},
		{"cloudflare.com", false},
		{"xdns.google", false},
		{"google", false},
		{"dns.google.example", false},
		{"", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(
			tunnel_is_resolver(cases[i].name, strlen(cases[i].name)), cases[i].known
		);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datagrams_are_told),
		cmocka_unit_test(segments_are_told),
		cmocka_unit_test(resolvers_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
