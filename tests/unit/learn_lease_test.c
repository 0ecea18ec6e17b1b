// SPDX-License-Identifier: BSD-3-Clause
// Addresses that a DHCP server gives, through the real stages: to whom, and only when asked for.

#include "tests/unit/bridge.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#include <string.h>

static struct bridge b;
static struct party a, c, router, group;

static int
setup(void **state) {
	(void)state;
	bridge_open(&b, NULL, NULL);
	a = party_make(1);
	c = party_make(2);
	router = party_make(100);
	group = party_make(3);
	memcpy(group.mac, "\x01\x00\x5e\x00\x00\xfb", 6);
	memcpy(group.ip4, "\xe0\x00\x00\xfb", 4);
	struct frame f[] = {frame_arp(&a, &c), frame_arp(&c, &a), frame_arp(&router, &a)};
	bridge_send(&b, LAN, &f[0]);
	bridge_send(&b, LAN2, &f[1]);
	bridge_send(&b, WAN, &f[2]);
	return 0;
}

static int
teardown(void **state) {
	(void)state;
	assert_false(b.changed);
	bridge_close(&b);
	return 0;
}

static void
tell(const struct party *who,
     unsigned int port,
     const struct party *to,
     uint16_t sport,
     uint16_t dport,
     const char *hex) {
	uint8_t bytes[1024];
	size_t n = bytes_read(hex, bytes, sizeof bytes);
	struct frame f = frame_udp_with(who, to, sport, dport, bytes, n);
	bridge_send(&b, port, &f);
}

static void
dhcp(const struct party *who, const uint8_t mac[6], const char *options) {
	uint8_t m[400] = {1, 1, 6};
	struct party all = group;

	memset(all.mac, 255, 6);
	memset(all.ip4, 255, 4);
	memcpy(m + 28, mac, 6);
	bytes_read(options, m + 236, sizeof m - 236);
	struct frame f = frame_udp_with(who, &all, 68, 67, m, sizeof m);
	bridge_send(&b, LAN, &f);
}

// Addresses of one source among all that are known.
struct leased {
	const struct party *of;
	uint8_t source;
	unsigned int n;
	struct wire_address last;
};

static void
collect_address(void *context, uint32_t type, const void *record, size_t size) {
	struct leased *l = context;
	struct wire_address r;

	if (type != WIRE_ADDRESS)
		return;
	assert_int_equal(size, sizeof r);
	memcpy(&r, record, sizeof r);
	if (r.source != l->source || memcmp(r.mac, l->of->mac, 6) != 0)
		return;
	l->n++;
	l->last = r;
}

static struct leased
leased(const struct party *of, uint8_t source) {
	struct leased l = {.of = of, .source = source};

	shared_report(b.shared, collect_address, &l);
	return l;
}

static void
lease(const struct party *to, const char *xid, const char *address, const char *options) {
	uint8_t m[400] = {2, 1, 6};

	bytes_read(xid, m + 4, 4);
	bytes_read(address, m + 16, 4);
	memcpy(m + 28, to->mac, 6);
	bytes_read(options, m + 236, sizeof m - 236);
	struct frame f = frame_udp_with(&router, to, 67, 68, m, sizeof m);
	bridge_send(&b, WAN, &f);
}

static void
test_leases_that_were_asked_for(void **state) {
	(void)state;
	lease(&a, "00000000", "c0a80107", "63825363 350105 ff"); // nobody asked
	assert_int_equal(leased(&a, SOURCE_DHCP).n, 0);
	dhcp(&a, a.mac, "63825363 350103 ff");
	lease(&a, "00000001", "c0a80107", "63825363 350105 ff"); // of another question
	lease(&c, "00000000", "c0a80107", "63825363 350105 ff"); // to who did not ask
	lease(&a, "00000000", "c0a80107", "63825363 350102 ff"); // an offer
	assert_int_equal(leased(&a, SOURCE_DHCP).n + leased(&c, SOURCE_DHCP).n, 0);
	lease(&a, "00000000", "c0a80107", "63825363 350105 ff");
	struct leased l = leased(&a, SOURCE_DHCP);
	assert_int_equal(l.n, 1);
	assert_memory_equal(l.last.address, "\xc0\xa8\1\7", 4);
}

static void
test_leases_of_dhcpv6(void **state) {
	static const char reply[] = "07 123456 0003 0028 00000001 00000000 00000000 0005 0018"
				    "fd000000 00000000 00000000 00000042 00000e10 00000e10";

	(void)state;
	tell(&router, WAN, &a, 547, 546, reply); // nobody asked
	assert_int_equal(leased(&a, SOURCE_DHCPV6).n, 0);
	tell(&a, LAN, &group, 546, 547, "03 123456");
	tell(&router, WAN, &c, 547, 546, reply);
	tell(&router, WAN, &a, 547, 546, reply);
	assert_int_equal(leased(&c, SOURCE_DHCPV6).n, 0);
	struct leased l = leased(&a, SOURCE_DHCPV6);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.last.family, 6);
	assert_int_equal(l.last.address[15], 0x42);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_leases_that_were_asked_for, setup, teardown),
		cmocka_unit_test_setup_teardown(test_leases_of_dhcpv6, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
