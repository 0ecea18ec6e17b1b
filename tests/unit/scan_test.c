// SPDX-License-Identifier: BSD-3-Clause
// Who scans, told from who has no Internet, from whose names are known, and from who only begins.

#include "control/clock.h"
#include "control/notify/scan.h"
#include "platform/text.h"
#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <stdio.h>

#define SCANNER 3
#define LATER (clock_wall_ns() + (SCAN_PATIENCE_S + 1) * NS_PER_S)

struct attempt {
	uint64_t tries; // 0: two
	uint64_t answers;
	uint16_t port;
	uint8_t protocol;
	uint8_t reason;
	bool closed;
};

static const struct attempt telnet = {.port = 23, .protocol = 6, .reason = REASON_NONE};

static void
try_one(struct gathering *g, const char *address, const struct attempt *a) {
	struct wire_flow w = {
		.id = ++g->flows,
		.first_seen_ns = clock_mono_ns(),
		.last_seen_ns = clock_mono_ns(),
		.packets = {a->tries ? a->tries : 2, a->answers},
		.bytes = {(a->tries ? a->tries : 2) * 60, a->answers * 60},
		.port = {40000, a->port},
		.protocol = a->protocol,
		.flags = WIRE_FLOW_HAS_PORTS | (a->closed ? WIRE_FLOW_CLOSED : 0),
		.side = {SIDE_LAN, SIDE_WAN},
		.mac = {{2, 0, 0, 0, 0, SCANNER}},
		.reason = a->reason,
	};
	unsigned int family;

	assert_int_equal(text_parse_address(address, &family, w.address[1]), 0);
	w.family = (uint8_t)family;
	flow_observe(&g->s, &w);
}

static void
try_many(struct gathering *g, unsigned int count, const struct attempt *a) {
	char address[32];

	for (unsigned int i = 0; i < count; i++) {
		snprintf(address, sizeof address, "198.51.100.%u", i + 1);
		try_one(g, address, a);
	}
}

static size_t
scans(struct gathering *g, uint64_t now) {
	struct scan found[SCANS_MAX];

	return scan_look(&g->s, now, found);
}

static void
test_one_port_of_many_addresses(void **state) {
	struct gathering g;
	struct scan found[SCANS_MAX];

	(void)state;
	gathering_open(&g);
	struct device *d = gathering_device(&g, SCANNER);
	try_many(&g, SCAN_ADDRESSES - 1, &telnet);
	try_many(&g, SCAN_ADDRESSES - 1, &telnet); // the same again are no others
	assert_int_equal(scans(&g, LATER), 0);
	try_one(&g, "203.0.113.9", &telnet);
	assert_int_equal(scan_look(&g.s, LATER, found), 1);
	assert_ptr_equal(found[0].device, d);
	assert_int_equal(found[0].port, 23);
	assert_int_equal(scans(&g, clock_wall_ns()), 0); // they may still answer
	assert_int_equal(scans(&g, LATER + SCAN_WINDOW_S * NS_PER_S), 0); // long ago
	gathering_close(&g);
}

static void
test_what_refuses_counts_at_once(void **state) {
	static const struct attempt refused = {
		.tries = 1,
		.answers = 1,
		.port = 22,
		.protocol = 6,
		.reason = REASON_NONE,
		.closed = true};
	struct gathering g;

	(void)state;
	gathering_open(&g);
	gathering_device(&g, SCANNER);
	try_many(&g, SCAN_ADDRESSES, &refused);
	assert_int_equal(scans(&g, clock_wall_ns()), 1);
	gathering_close(&g);
}

static void
test_what_is_no_scan(void **state) {
	static const struct attempt others[] = {
		{.port = 23, .protocol = 6, .answers = 1, .reason = REASON_NONE},
		{.port = 23, .protocol = 6, .answers = 1, .reason = REASON_NONE, .closed = true},
		{.tries = 1, .port = 23, .protocol = 6, .answers = 1, .reason = REASON_NONE},
		{.port = 23, .protocol = 17, .reason = REASON_NONE},
	};
	struct gathering g;
	char text[48];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		gathering_open(&g);
		gathering_device(&g, SCANNER);
		try_many(&g, SCAN_ADDRESSES, &others[i]);
		assert_int_equal(scans(&g, LATER), 0);
		gathering_close(&g);
	}
	// The Internet is away, and a browser goes on with the names that it knows.
	gathering_open(&g);
	gathering_device(&g, SCANNER);
	for (unsigned int i = 0; i < SCAN_ADDRESSES; i++) {
		char address[32];
		snprintf(address, sizeof address, "198.51.100.%u", i + 1);
		snprintf(text, sizeof text, "www.shop-%u.example", i);
		gathering_name(&g, SCANNER, text, address);
	}
	try_many(&g, SCAN_ADDRESSES, &telnet);
	assert_int_equal(scans(&g, LATER), 0);
	gathering_close(&g);
	// Peers of a file exchange: as many ports as addresses.
	gathering_open(&g);
	gathering_device(&g, SCANNER);
	for (uint16_t i = 0; i < 2 * SCANS_MAX; i++) {
		struct attempt peer = telnet;
		peer.port = (uint16_t)(6881 + i);
		snprintf(text, sizeof text, "198.51.100.%u", i + 1u);
		try_one(&g, text, &peer);
	}
	assert_int_equal(scans(&g, LATER), 0);
	gathering_close(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_port_of_many_addresses),
		cmocka_unit_test(test_what_refuses_counts_at_once),
		cmocka_unit_test(test_what_is_no_scan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
