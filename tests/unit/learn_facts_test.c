// SPDX-License-Identifier: BSD-3-Clause
// What devices tell and show, through the real stages: believed of themselves alone.

#include "tests/unit/bridge.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#include <stdio.h>
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

// Everything known of one device, "source kind=text" or "source name=text", a line each.
struct known {
	const struct party *of;
	char text[2048];
	size_t used;
};

static void
add_line(struct known *k, unsigned int source, const char *kind, const char *text) {
	int n = snprintf(
		k->text + k->used,
		sizeof k->text - k->used,
		"%s %s=%s\n",
		source_name(source),
		kind,
		text
	);
	assert_true(n > 0 && (size_t)n < sizeof k->text - k->used);
	k->used += (size_t)n;
}

static void
collect(void *context, uint32_t type, const void *record, size_t size) {
	struct known *k = context;
	struct wire_fact f;
	struct wire_hostname h;

	if (type == WIRE_FACT && memcmp(record, k->of->mac, 6) == 0) {
		assert_int_equal(size, sizeof f);
		memcpy(&f, record, sizeof f);
		assert_int_equal(strlen(f.text), f.length);
		add_line(k, f.source, fact_kind_name(f.kind), f.text);
	} else if (type == WIRE_HOSTNAME && memcmp(record, k->of->mac, 6) == 0) {
		memcpy(&h, record, sizeof h);
		add_line(k, h.source, "name", h.text);
	}
}

static void
assert_known(const struct party *of, const char *wanted) {
	struct known k = {.of = of};

	shared_report(b.shared, collect, &k);
	assert_string_equal(k.text, wanted);
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
tell_text(const struct party *who, uint16_t sport, uint16_t dport, const char *text) {
	struct frame f =
		frame_udp_with(who, &group, sport, dport, (const uint8_t *)text, strlen(text));
	bridge_send(&b, LAN, &f);
}

#define ANSWER "0000 8400 0000 0001 0000 0000 03 746f70 05 6c6f63616c 00 0001 8001 00000078 0004"

static void
test_mdns_of_itself(void **state) {
	(void)state;
	tell(&a, LAN, &group, 5353, 5353, ANSWER "c0000202"); // c's address: a relay
	tell(&a, LAN, &group, 4000, 5353, ANSWER "c0000201"); // from another port
	tell(&router, WAN, &group, 5353, 5353, ANSWER "c6336464"); // no device
	assert_known(&a, "");
	tell(&a, LAN, &group, 5353, 5353, ANSWER "c0000201");
	assert_known(&a, "mdns name=top\n");
	assert_known(&c, "");
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_HOSTNAME], 1);
	tell(&a, LAN, &group, 5353, 5353, ANSWER "c0000201"); // again: nothing new
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_HOSTNAME], 1);
}

static void
test_mdns_of_an_address_seen_before(void **state) {
	(void)state;
	struct party other = a;

	memcpy(other.ip4, "\xc0\x00\x02\x63", 4);
	struct frame f = frame_udp(&other, &router, 4000, 443);
	bridge_send(&b, LAN, &f); // the device has a second address
	tell(&a, LAN, &group, 5353, 5353, ANSWER "c0000263");
	assert_known(
		&a,
		"mdns name=top\n"
		"traffic hop_limit=64\n"
		"traffic address_count=2\n"
	);
}

static void
test_mdns_in_fragments(void **state) {
	(void)state;
	uint8_t bytes[256];
	size_t n = bytes_read(ANSWER "c0000201", bytes, sizeof bytes);
	struct frame whole = frame_udp_with(&a, &group, 5353, 5353, bytes, n);
	struct frame first = whole, later = whole;

	first.length = 14 + 20 + 24;
	first.bytes[14 + 3] = 20 + 24;
	later.length = 14 + 20 + 8 + n - 24;
	later.bytes[14 + 3] = (uint8_t)(20 + 8 + n - 24);
	memcpy(later.bytes + 34, whole.bytes + 34 + 24, 8 + n - 24);
	frame_fragment(&first, 7, 0, 1);
	frame_fragment(&later, 7, 24, 0);
	bridge_send(&b, LAN, &first);
	assert_known(&a, "");
	bridge_send(&b, LAN, &later);
	assert_known(&a, "mdns name=top\n");
}

static void
test_names_of_other_protocols(void **state) {
	(void)state;
	tell(&a, LAN, &c, 5355, 4000, ANSWER "c0000201");
	tell(&a,
	     LAN,
	     &group,
	     137,
	     137,
	     "0001 2910 0001 0000 0000 0001 20 4642 4544 4341 4341 4341 4341 4341 4341 4341 4341 "
	     "4341"
	     "4341 4341 4341 4341 4141 00 0020 0001 c00c 0020 0001 000493e0 0006 0000 c0000201");
	assert_known(
		&a,
		"llmnr name=top\n"
		"netbios name=QC\n"
	);
}

static void
test_ssdp(void **state) {
	(void)state;
	tell_text(
		&a,
		40000,
		1900,
		"NOTIFY * HTTP/1.1\r\nNT: urn:x:device:TV:1\r\nSERVER: Tv/1\r\n"
		"LOCATION: http://192.0.2.1:80/\r\n\r\n"
	);
	tell_text(
		&a,
		40000,
		1900,
		"NOTIFY * HTTP/1.1\r\nNT: urn:other\r\n"
		"LOCATION: http://192.0.2.2:80/\r\n\r\n"
	); // c's
	static const char answer[] =
		"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nSERVER: Tv/1\r\n\r\n";
	struct frame f =
		frame_udp_with(&a, &c, 40000, 41000, (const uint8_t *)answer, sizeof answer - 1);
	bridge_send(&b, LAN, &f); // an answer to a search, between any two ports
	assert_known(
		&a,
		"ssdp ssdp_server=Tv/1\n"
		"ssdp ssdp_type=urn:x:device:TV:1\n"
		"traffic hop_limit=64\n"
		"ssdp ssdp_type=upnp:rootdevice\n"
	);
}

static void
test_lldp(void **state) {
	(void)state;
	static const uint8_t nearest[6] = {1, 0x80, 0xc2, 0, 0, 0x0e};
	struct frame f = frame_raw(nearest, a.mac, 0x88cc, 0);

	f.length += bytes_read(
		"0207 04 020000000001 0407 03 020000000001 0602 0078 0a02 6170 0c02 4f53"
		"fe0e 00005e 01 68747470733a2f2f6d2f 0000",
		f.bytes + 14,
		sizeof f.bytes - 14
	);
	bridge_send(&b, LAN, &f);
	assert_known(
		&a,
		"lldp lldp_system=ap: OS\n"
		"lldp mud_url=https://m/\n"
	);
}

static void
dhcp(const struct party *who, const uint8_t mac[6], uint8_t op, const char *options) {
	uint8_t m[400] = {op, 1, 6};
	struct party all = group;

	memset(all.mac, 255, 6);
	memset(all.ip4, 255, 4);
	memcpy(m + 28, mac, 6);
	bytes_read(options, m + 236, sizeof m - 236);
	struct frame f = frame_udp_with(who, &all, 68, 67, m, sizeof m);
	bridge_send(&b, LAN, &f);
}

static void
test_dhcp(void **state) {
	(void)state;
	dhcp(&a, c.mac, 1, "63825363 350101 3702 0103 ff"); // a relay
	assert_known(&a, "");
	dhcp(&a,
	     a.mac,
	     1,
	     "63825363 350101 3703 010306 3c03 616263 a10a 68747470733a2f2f6d2f 0c02 7476 ff");
	dhcp(&a, a.mac, 1, "63825363 350108 3702 01fc ff"); // INFORM: not what it is known by
	dhcp(&c, c.mac, 1, "63825363 350101 a109 687474703a2f2f6d2f ff"); // http is no MUD URL
	assert_known(
		&a,
		"dhcp name=tv\n"
		"dhcp dhcp_options=1,3,6\n"
		"dhcp dhcp_vendor=abc\n"
		"dhcp mud_url=https://m/\n"
	);
	assert_known(&c, "");
}

static void
test_dhcp_asks_for_all(void **state) {
	(void)state;
	char options[1200] = "63825363 350101 37ff";
	struct known k = {.of = &a};

	for (unsigned int i = 0; i < 255; i++)
		snprintf(options + strlen(options), 3, "%02x", i == 254 ? 1 : 100 + i % 100);
	uint8_t m[600] = {1, 1, 6};
	memcpy(m + 28, a.mac, 6);
	bytes_read(options, m + 236, sizeof m - 236);
	struct frame f = frame_udp_with(&a, &group, 68, 67, m, sizeof m);
	bridge_send(&b, LAN, &f);
	shared_report(b.shared, collect, &k);
	assert_int_equal(k.used, strlen("dhcp dhcp_options=\n") + 255);
	assert_string_equal(k.text + k.used - 5, ",163\n"); // no number is cut
}

static void
hops(const struct party *who, uint8_t ttl, uint16_t sport) {
	struct frame f = frame_tcp(who, &router, sport, 443, 2);
	f.bytes[14 + 8] = ttl;
	bridge_send(&b, LAN, &f);
}

static void
test_hop_limits(void **state) {
	(void)state;
	hops(&a, 64, 1);
	hops(&a, 63, 1); // the same flow: not looked at
	hops(&a, 5, 2); // traceroute
	assert_known(&a, "traffic hop_limit=64\n");
	hops(&a, 127, 3);
	hops(&a, 63, 4);
	assert_known(&a, "traffic hop_limit=63,64,127\n");
	for (unsigned int v = 0; v < 256; v++)
		hops(&a, (uint8_t)v, (uint16_t)(100 + v));
	assert_known(&a, "traffic hop_limit=33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48\n");
	bridge_drain(&b);
	assert_in_range(b.events[WIRE_FACT], 3, 80);
}

static void
test_a_flood_of_flows_is_sampled(void **state) {
	(void)state;
	for (unsigned int i = 0; i < 300; i++)
		hops(&a, 64, (uint16_t)(1 + i));
	hops(&a, 63, 1000);
	assert_known(&a, "traffic hop_limit=64\n");
	b.now += NS_PER_S;
	hops(&a, 63, 1001);
	assert_known(&a, "traffic hop_limit=63,64\n");
	b.now -= 20 * NS_PER_S; // the clock of a capture goes back
	hops(&a, 62, 1002);
	assert_known(&a, "traffic hop_limit=62,63,64\n");
}

static void
test_many_addresses(void **state) {
	(void)state;
	struct party many = a;

	for (unsigned int i = 1; i <= 20; i++) {
		memcpy(many.ip4, (uint8_t[]){192, 168, 7, (uint8_t)i}, 4);
		hops(&many, 64, (uint16_t)i);
	}
	assert_known(
		&a,
		"traffic hop_limit=64\n"
		"traffic address_count=16\n"
	);
}

static void
test_a_flood_of_names_is_bounded(void **state) {
	(void)state;
	char hex[256];
	struct wire_stats s;
	for (unsigned int i = 0; i < 1000; i++) {
		snprintf(
			hex,
			sizeof hex,
			"0000 8400 0000 0001 0000 0000 03 %02x%02x%02x 05 6c6f63616c 00 0001 8001"
			"00000078 0004 c0000201",
			'a' + i % 26,
			'a' + i / 26 % 26,
			'a' + i / 676
		);
		tell(&a, LAN, &group, 5353, 5353, hex);
	}
	bridge_drain(&b);
	assert_in_range(b.events[WIRE_HOSTNAME], 1, 70);
	shared_stats(b.shared, &s);
	assert_true(s.facts_refused >= 930);
}

static void
test_position_is_gathered(void **state) {
	(void)state;
	const struct position *p = &b.worker->position;
	struct party home = party_make(7);

	memcpy(home.ip4, "\xc0\xa8\x01\x07", 4);
	struct frame f = frame_tcp(&home, &router, 1, 443, 2);
	bridge_send(&b, LAN, &f);
	f = frame_tcp(&home, &router, 2, 443, 2);
	bridge_send(&b, WAN, &f);
	dhcp(&a, c.mac, 2, "63825363 350102 ff"); // an offer
	assert_int_equal(p->side[POSITION_LAN].out, 1);
	assert_int_equal(p->side[POSITION_WAN].out, 1);
	assert_int_equal(p->side[POSITION_LAN].servers, 1);
	assert_int_equal(p->side[POSITION_WAN].servers, 0);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_mdns_of_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_mdns_of_an_address_seen_before, setup, teardown
		),
		cmocka_unit_test_setup_teardown(test_mdns_in_fragments, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names_of_other_protocols, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ssdp, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lldp, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dhcp, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dhcp_asks_for_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hop_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_flood_of_flows_is_sampled, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_flood_of_names_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_position_is_gathered, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
