// SPDX-License-Identifier: BSD-3-Clause
// To whom traffic belongs: registrable domains, names that come late, shared addresses, limits.

#include "control/domain.h"
#include "platform/base.h"
#include "platform/text.h"
#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

static void
registrable_domains(void **) {
	static const struct {
		const char *name;
		const char *registrable;
	} rows[] = {
		{"www.example.org", "example.org"},
		{"example.org", "example.org"},
		{"a.b.c.example.co.uk", "example.co.uk"},
		{"user.github.io", "github.io"}, // the private section does not count
		{"co.uk", "co.uk"},
		{"printer", "printer"},
		{"printer.lan", "printer.lan"},
		{"a.b.lan", "b.lan"},
		{"x\\.y.example.com", "example.com"},
		{"www.xn--mnchen-3ya.de", "xn--mnchen-3ya.de"},
	};

	domain_init(NULL);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(domain_registrable(rows[i].name), rows[i].registrable);
}

static void
wire_forms(void **) {
	static const struct {
		const char *name;
		const char *wire;
		size_t length;
	} rows[] = {
		{"example.org", "\7example\3org", 12},
		{"A.b", "\1a\1b", 4},
		{"a\\.b.c", "\3a.b\1c", 6},
		{"\\065\\255.c", "\2a\xff\1c", 5},
		{"a..b", "", 0},
		{"", "", 0},
		{"\\25", "", 0},
		{"\\256", "", 0},
	};
	uint8_t wire[DOMAIN_WIRE_MAX];
	char label[65];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(domain_wire(rows[i].name, wire), rows[i].length);
		assert_memory_equal(wire, rows[i].wire, rows[i].length);
	}
	memset(label, 'a', 64);
	label[64] = 0;
	assert_int_equal(domain_wire(label, wire), 0);
	label[63] = 0;
	assert_int_equal(domain_wire(label, wire), 64);
}

static struct destination *
bare(struct gathering *g, const char *address) {
	uint8_t bytes[16] = {0};
	unsigned int family;

	assert_int_equal(text_parse_address(address, &family, bytes), 0);
	return destination_find_address(&g->s, family, bytes);
}

static void
a_late_name_takes_what_was_counted(void **) {
	struct gathering g;

	gathering_open(&g);
	uint64_t mine = gathering_flow(&g, 0, 1, "198.51.100.1", 10, REASON_NONE);
	gathering_flow(&g, 0, 2, "198.51.100.1", 3, REASON_NONE);
	assert_int_equal(bare(&g, "198.51.100.1")->sum.packets_out, 13);
	gathering_name(&g, 1, "www.example.org", "198.51.100.1");
	struct destination *d = destination_find_domain(&g.s, "example.org");
	assert_int_equal(d->sum.packets_out, 10);
	assert_int_equal(d->sum.bytes_in, 2000);
	assert_int_equal(bare(&g, "198.51.100.1")->sum.packets_out, 3); // the other device's
	gathering_flow(&g, mine, 1, "198.51.100.1", 15, REASON_NONE);
	assert_int_equal(d->sum.packets_out, 15);
	gathering_name(&g, 2, "example.org", "198.51.100.1");
	assert_null(bare(&g, "198.51.100.1"));
	assert_int_equal(d->sum.packets_out, 18);
	assert_int_equal(d->names_count, 2);
	gathering_close(&g);
}

static void
one_address_two_names(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "a.example.org", "203.0.113.1");
	gathering_flow(&g, 0, 1, "203.0.113.1", 4, REASON_NONE);
	gathering_name(&g, 1, "b.example.net", "203.0.113.1");
	gathering_flow(&g, 0, 1, "203.0.113.1", 7, REASON_NONE);
	assert_int_equal(destination_find_domain(&g.s, "example.org")->sum.packets_out, 4);
	assert_int_equal(destination_find_domain(&g.s, "example.net")->sum.packets_out, 7);
	gathering_close(&g);
}

// Two devices came to a shared address by different names: each one's traffic is its own name's,
// in whatever order the names were learned; that of a third device, which asked for neither, is
// nobody's.
static void
one_address_of_two_devices(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "www.shop.org edge.cdn.net", "203.0.113.1");
	uint64_t mine = gathering_flow(&g, 0, 1, "203.0.113.1", 4, REASON_NONE);
	gathering_name(&g, 2, "www.bank.org edge.cdn.net", "203.0.113.1");
	gathering_flow(&g, 0, 2, "203.0.113.1", 7, REASON_NONE);
	gathering_flow(&g, mine, 1, "203.0.113.1", 9, REASON_NONE);
	gathering_flow(&g, 0, 3, "203.0.113.1", 2, REASON_NONE);
	struct destination *shop = destination_find_domain(&g.s, "shop.org");
	struct destination *bank = destination_find_domain(&g.s, "bank.org");
	assert_int_equal(shop->sum.packets_out, 9);
	assert_int_equal(bank->sum.packets_out, 7);
	assert_int_equal(bare(&g, "203.0.113.1")->sum.packets_out, 2);
	assert_int_equal(destination_find_domain(&g.s, "cdn.net")->sum.packets_out, 0);
	assert_null(link_find(&g.s, gathering_device(&g, 1), bank));
	assert_null(link_find(&g.s, gathering_device(&g, 2), shop));
	assert_null(link_find(&g.s, gathering_device(&g, 3), shop));
	gathering_close(&g);
}

// One device: the newest answer counts from then on, also when it is the first name again; what
// was open before stays where it was.
static void
one_address_that_changes_its_name(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "www.shop.org", "203.0.113.1");
	uint64_t old = gathering_flow(&g, 0, 1, "203.0.113.1", 4, REASON_NONE);
	gathering_name(&g, 1, "www.bank.org", "203.0.113.1");
	gathering_flow(&g, 0, 1, "203.0.113.1", 7, REASON_NONE);
	gathering_flow(&g, old, 1, "203.0.113.1", 6, REASON_NONE);
	gathering_name(&g, 1, "www.shop.org", "203.0.113.1");
	gathering_flow(&g, 0, 1, "203.0.113.1", 10, REASON_NONE);
	assert_int_equal(destination_find_domain(&g.s, "shop.org")->sum.packets_out, 16);
	assert_int_equal(destination_find_domain(&g.s, "bank.org")->sum.packets_out, 7);
	assert_null(bare(&g, "203.0.113.1"));
	gathering_close(&g);
}

static void
known_by_name_only(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "www.shop.com edge.cdn.net", "2001:db8::1");
	gathering_name(&g, 1, "quiet.example.org", NULL);
	struct destination *d = destination_find_domain(&g.s, "shop.com");
	assert_true(d->visible && d->dns_seen_ns != 0 && d->last_seen_ns == 0);
	assert_false(destination_find_domain(&g.s, "cdn.net")->visible);
	assert_true(destination_find_domain(&g.s, "example.org")->visible);
	gathering_close(&g);
}

static void
a_new_run_counts_on(void **) {
	struct gathering g;
	struct wire_device w = {.mac = {2, 0, 0, 0, 0, 1}, .packets_out = 5, .bytes_out = 500};

	gathering_open(&g);
	observe_device(&g.s, &w);
	w.packets_out = 9;
	observe_device(&g.s, &w);
	observe_device(&g.s, &w);
	assert_int_equal(gathering_device(&g, 1)->sum.packets_out, 9);
	gathering_flow(&g, 7, 1, "198.51.100.1", 10, REASON_NONE);
	observe_new_run(&g.s);
	w.packets_out = 2;
	observe_device(&g.s, &w);
	assert_int_equal(gathering_device(&g, 1)->sum.packets_out, 11);
	gathering_flow(&g, 7, 1, "198.51.100.1", 3, REASON_NONE); // another flow: ids begin again
	assert_int_equal(bare(&g, "198.51.100.1")->sum.packets_out, 13);
	gathering_close(&g);
}

static void
a_scan_makes_room(void **) {
	struct gathering g;
	char address[32];

	gathering_open(&g);
	gathering_flow(&g, 0, 1, "198.51.100.1", 1, REASON_NONE);
	struct destination *held = bare(&g, "198.51.100.1");
	rule_set(&g.s, 0, ACTION_BLOCK, gathering_device(&g, 1), held, 1, "test");
	for (unsigned int i = 0; i < FLOWS_MAX + 1000; i++) {
		snprintf(address, sizeof address, "203.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
		gathering_flow(&g, 0, 1, address, 1, REASON_NONE);
	}
	assert_int_equal(g.s.flows.count, FLOWS_MAX);
	assert_int_equal(g.s.of_kind[DESTINATION_ADDRESS], DESTINATIONS_MAX);
	assert_ptr_equal(bare(&g, "198.51.100.1"), held);
	assert_non_null(bare(&g, address)); // the newest
	assert_null(bare(&g, "203.0.0.0"));
	assert_true(g.s.forgotten > 0);
	gathering_close(&g);
}

static void
names_are_bounded(void **) {
	struct gathering g;
	char name[64];
	char address[32];

	gathering_open(&g);
	for (unsigned int i = 0; i < DESTINATIONS_MAX + 500; i++) {
		snprintf(name, sizeof name, "www.domain%u.com cdn%u.net", i, i);
		snprintf(address, sizeof address, "203.0.%u.%u", i >> 8 & 255, i & 255);
		gathering_name(&g, 1, name, address);
	}
	assert_true(g.s.of_kind[DESTINATION_DOMAIN] <= DESTINATIONS_MAX);
	snprintf(name, sizeof name, "domain%u.com", DESTINATIONS_MAX + 499);
	assert_non_null(destination_find_domain(&g.s, name));
	assert_null(destination_find_domain(&g.s, "domain0.com"));
	gathering_close(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registrable_domains),
		cmocka_unit_test(wire_forms),
		cmocka_unit_test(a_late_name_takes_what_was_counted),
		cmocka_unit_test(one_address_two_names),
		cmocka_unit_test(one_address_of_two_devices),
		cmocka_unit_test(one_address_that_changes_its_name),
		cmocka_unit_test(known_by_name_only),
		cmocka_unit_test(a_new_run_counts_on),
		cmocka_unit_test(a_scan_makes_room),
		cmocka_unit_test(names_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
