// SPDX-License-Identifier: BSD-3-Clause
// Names on their way from an answer to a verdict, and what devices tell of themselves.

#include "dataplane/table/name.h"
#include "tests/unit/bridge.h"
#include "tests/unit/image.h"
#include "tests/unit/message.h"
#include "tests/unit/test.h"

#include <string.h>

static struct bridge b;
static struct image image;
static struct party a, c, server, site, cdn;

static int
setup(void **state) {
	(void)state;
	bridge_open(&b, NULL, NULL);
	a = party_make(1);
	c = party_make(2);
	server = party_make(100);
	site = party_make(110);
	cdn = party_make(111);
	image_init(&image, POLICY_DEFAULT_ALLOW);
	struct frame f[] = {frame_arp(&a, &c), frame_arp(&c, &a), frame_arp(&server, &a)};
	memcpy(site.mac, server.mac, 6);
	memcpy(cdn.mac, server.mac, 6);
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

static enum reason
query(const struct party *who, unsigned int port, uint16_t sport, const struct message *m) {
	struct frame f = frame_udp_with(who, &server, sport, 53, m->bytes, m->length);
	return bridge_send(&b, port, &f);
}

static enum reason
reply(const struct party *who, uint16_t sport, const struct message *m) {
	struct frame f = frame_udp_with(&server, who, 53, sport, m->bytes, m->length);
	return bridge_send(&b, WAN, &f);
}

static void
resolve(const struct party *who,
	unsigned int port,
	const char *name,
	const char *alias,
	const struct party *to) {
	static uint16_t id = 1;
	struct message q = message_ask(++id, name), r = message_answer(id, name, alias, to->ip4);

	assert_int_equal(query(who, port, 4000, &q), REASON_NONE);
	assert_int_equal(reply(who, 4000, &r), REASON_NONE);
}

static enum reason
connect_to(const struct party *who, unsigned int port, const struct party *to, uint16_t sport) {
	struct frame f = frame_tcp(who, to, sport, 443, 2);
	return bridge_send(&b, port, &f);
}

static void
test_first_connection_obeys(void **state) {
	(void)state;
	image_name(&image, image_destination(&image, POLICY_BLOCK), "example.org");
	bridge_policy(&b, &image);
	assert_int_equal(connect_to(&a, LAN, &site, 1), REASON_NONE); // nobody told its name
	resolve(&a, LAN, "www.example.org", NULL, &site);
	assert_int_equal(connect_to(&a, LAN, &site, 2), REASON_DESTINATION_BLOCKED);
	assert_int_equal(connect_to(&a, LAN, &site, 1), REASON_DESTINATION_BLOCKED); // had no name
	assert_int_equal(connect_to(&c, LAN2, &site, 3), REASON_NONE); // c never asked
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_NAME], 1);
	assert_memory_equal(b.name.mac, a.mac, 6);
	assert_memory_equal(b.name.address, site.ip4, 4);
	assert_string_equal(b.names, "www.example.org");
	assert_int_equal(b.name.names, 1);
	assert_int_equal(b.name.ttl, 60);
}

static void
test_shared_address_is_not_everyones(void **state) {
	(void)state;
	image_name(&image, image_destination(&image, POLICY_BLOCK), "tracker.example");
	bridge_policy(&b, &image);
	resolve(&a, LAN, "tracker.example", NULL, &cdn);
	resolve(&c, LAN2, "news.example", NULL, &cdn);
	assert_int_equal(connect_to(&a, LAN, &cdn, 1), REASON_DESTINATION_BLOCKED);
	assert_int_equal(connect_to(&c, LAN2, &cdn, 1), REASON_NONE);
	// The most recent name counts; what is open keeps the name it was judged by.
	resolve(&c, LAN2, "tracker.example", NULL, &cdn);
	assert_int_equal(connect_to(&c, LAN2, &cdn, 2), REASON_DESTINATION_BLOCKED);
	assert_int_equal(connect_to(&c, LAN2, &cdn, 1), REASON_NONE);
	bridge_policy(&b, &image); // and keeps it when the policy moves
	assert_int_equal(connect_to(&c, LAN2, &cdn, 1), REASON_NONE);
	assert_int_equal(connect_to(&c, LAN2, &cdn, 2), REASON_DESTINATION_BLOCKED);
}

static void
test_address_rule_yields_to_names(void **state) {
	(void)state;
	uint32_t d = image_destination(&image, POLICY_BLOCK);
	image_address(&image, d, 4, cdn.ip4);
	bridge_policy(&b, &image);
	assert_int_equal(connect_to(&a, LAN, &cdn, 1), REASON_DESTINATION_BLOCKED);
	resolve(&c, LAN2, "news.example", NULL, &cdn);
	assert_int_equal(connect_to(&c, LAN2, &cdn, 1), REASON_NONE);
}

static void
test_chain_counts_whole(void **state) {
	(void)state;
	uint32_t blocked = image_destination(&image, POLICY_BLOCK);
	uint32_t allowed = image_destination(&image, POLICY_ALLOW);

	image_name(&image, blocked, "cdn.example");
	image_name(&image, allowed, "school.example");
	bridge_policy(&b, &image);
	resolve(&a, LAN, "shop.example", "x.cdn.example", &cdn);
	assert_int_equal(connect_to(&a, LAN, &cdn, 1), REASON_DESTINATION_BLOCKED);
	resolve(&c, LAN2, "www.school.example", "y.cdn.example", &cdn);
	assert_int_equal(connect_to(&c, LAN2, &cdn, 1), REASON_NONE);
	bridge_drain(&b);
	assert_int_equal(b.name.names, 2);
	assert_string_equal(b.names, "www.school.example");
	assert_string_equal(b.names + strlen(b.names) + 1, "y.cdn.example");
}

static void
test_rule_after_the_answer(void **state) {
	(void)state;
	resolve(&a, LAN, "WWW.Example.ORG", NULL, &site); // 0x20 letters
	assert_int_equal(connect_to(&a, LAN, &site, 1), REASON_NONE);
	image_name(&image, image_destination(&image, POLICY_BLOCK), "example.org");
	bridge_policy(&b, &image);
	assert_int_equal(connect_to(&a, LAN, &site, 1), REASON_DESTINATION_BLOCKED);
	assert_int_equal(connect_to(&a, LAN, &site, 2), REASON_DESTINATION_BLOCKED);
	image_init(&image, POLICY_DEFAULT_ALLOW);
	image_name(&image, image_destination(&image, POLICY_BLOCK), "ample.org"); // not a suffix
	bridge_policy(&b, &image);
	assert_int_equal(connect_to(&a, LAN, &site, 1), REASON_NONE);
}

static void
test_only_what_was_asked(void **state) {
	(void)state;
	struct message q = message_ask(7, "example.org");
	struct message r = message_answer(7, "example.org", NULL, site.ip4);
	struct message wrong_id = message_answer(8, "example.org", NULL, site.ip4);
	struct message wrong_name = message_answer(7, "example.net", NULL, site.ip4);

	image_name(&image, image_destination(&image, POLICY_BLOCK), "example.org");
	bridge_policy(&b, &image);
	reply(&a, 4000, &r); // nobody asked
	query(&a, LAN, 4000, &q);
	reply(&a, 4000, &wrong_id);
	reply(&a, 4000, &wrong_name);
	reply(&a, 4001, &r); // another port
	reply(&c, 4000, &r); // another device
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_NAME], 0);
	assert_int_equal(connect_to(&a, LAN, &site, 1), REASON_NONE);
	reply(&a, 4000, &r);
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_NAME], 1);
	assert_int_equal(connect_to(&a, LAN, &site, 2), REASON_DESTINATION_BLOCKED);
}

static void
test_analyze_lists_all(void **state) {
	(void)state;
	struct message r = message_answer(7, "example.org", NULL, site.ip4);

	b.shared->learn_unasked = true;
	reply(&a, 4000, &r);
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_NAME], 1);
	assert_string_equal(b.names, "example.org");
	assert_memory_equal(b.name.mac, a.mac, 6);
}

static void
test_dhcp_names_the_device(void **state) {
	(void)state;
	uint8_t m[300] = {1, 1, 6};
	static const uint8_t options[] = {
		99, 130, 83, 99, 53, 1, 3, 12, 6, 'c', 'a', 'm', 'e', 'r', 'a', 255};
	struct party all = party_make(0);

	memcpy(m + 28, a.mac, 6);
	memcpy(m + 236, options, sizeof options);
	memset(all.mac, 255, 6);
	memset(all.ip4, 255, 4);
	struct frame f = frame_udp_with(&a, &all, 68, 67, m, sizeof m);
	assert_int_equal(bridge_send(&b, LAN, &f), REASON_NONE);
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_HOSTNAME], 1);
	memcpy(m + 28, c.mac, 6); // a speaks for c: not believed
	f = frame_udp_with(&a, &all, 68, 67, m, sizeof m);
	bridge_send(&b, LAN, &f);
	bridge_drain(&b);
	assert_int_equal(b.events[WIRE_HOSTNAME], 1);
}

static void
test_dhcp_with_the_known_server(void **state) {
	(void)state;
	uint8_t offer[300] = {2, 1, 6};
	static const uint8_t options[] = {99, 130, 83, 99, 53, 1, 5, 255};

	memcpy(offer + 28, a.mac, 6);
	memcpy(offer + 236, options, sizeof options);
	image_device(&image, a.mac, POLICY_BLOCK, 0);
	struct frame renew = frame_udp(&a, &server, 68, 67);
	struct frame other = frame_udp(&a, &site, 68, 67);
	struct frame ack = frame_udp_with(&server, &a, 67, 68, offer, sizeof offer);
	bridge_policy(&b, &image);
	assert_int_equal(bridge_send(&b, LAN, &renew), REASON_DEVICE_BLOCKED);
	bridge_policy(&b, NULL);
	bridge_send(&b, WAN, &ack);
	bridge_policy(&b, &image);
	assert_int_equal(bridge_send(&b, LAN, &renew), REASON_NONE);
	assert_int_equal(bridge_send(&b, LAN, &other), REASON_DEVICE_BLOCKED);
}

struct found {
	unsigned int names, addresses, hostnames;
};

static void
count_report(void *context, uint32_t type, const void *record_, size_t size) {
	struct found *f = context;

	assert_true(size >= wire_record_size(type));
	assert_non_null(record_);
	f->names += type == WIRE_NAME;
	f->addresses += type == WIRE_ADDRESS;
	f->hostnames += type == WIRE_HOSTNAME;
}

static void
test_snapshot_has_names(void **state) {
	(void)state;
	struct found f = {0};

	resolve(&a, LAN, "www.example.org", "x.cdn.example", &site);
	resolve(&c, LAN2, "www.example.org", "x.cdn.example", &site);
	shared_report(b.shared, count_report, &f);
	assert_int_equal(f.names, 2);
	assert_int_equal(f.addresses, 4); // by ARP and by traffic
}

// A message that contradicts itself is counted, and nothing of it is learned.
static void
test_lies_are_counted(void **state) {
	(void)state;
	static const uint8_t loop[] = {
		0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1, 0};
	static const uint8_t cut[] = {0x12, 0x34, 0x81, 0x80, 0, 1, 0, 9, 0, 0, 0,
				      0,    1,	  'a',	0,    0, 1, 0, 1, 1, 2};
	struct frame f[] = {
		frame_udp_with(&server, &a, 53, 4000, loop, sizeof loop),
		frame_udp_with(&server, &a, 53, 4000, cut, sizeof cut),
	};
	struct wire_stats s;

	for (size_t i = 0; i < ARRAY_LEN(f); i++)
		assert_int_equal(bridge_send(&b, WAN, &f[i]), REASON_NONE);
	shared_stats(b.shared, &s);
	assert_int_equal(s.names_refused, 2);
	assert_int_equal(s.names, 0);
}

// Told of, with what was asked and why there is none; nothing is learned from it.
static void
test_answers_without_an_address_are_told(void **state) {
	(void)state;
	bridge_policy(&b, NULL);
	for (uint8_t rcode = 0; rcode <= 5; rcode += 5) {
		struct message q = message_ask(0x4000 + rcode, "gone.example.org");
		struct message r = q;
		r.bytes[2] = 0x81;
		r.bytes[3] = 0x80 | rcode;
		query(&a, LAN, 4100, &q);
		unsigned int before = b.events[WIRE_NAME];
		assert_int_equal(reply(&a, 4100, &r), REASON_NONE);
		bridge_drain(&b);
		assert_int_equal(b.events[WIRE_NAME], before + 1);
		assert_int_equal(b.name.family, 0);
		assert_int_equal(b.name.asked, 1);
		assert_int_equal(b.name.rcode, rcode);
		assert_int_equal(b.name.names, 1);
		assert_string_equal(b.names, "gone.example.org");
		assert_memory_equal(b.name.mac, a.mac, 6);
		assert_int_equal(b.name.flow, b.flow.id);
		reply(&a, 4100, &r); // again, and nobody asked
		bridge_drain(&b);
		assert_int_equal(b.events[WIRE_NAME], before + 1);
	}
	assert_int_equal(name_table_used(b.shared->names), 0);
}

// What the resolver says beside an answer is told with it, whether there is an address or not.
static void
test_errors_beside_an_answer_are_told(void **state) {
	(void)state;
	static const uint8_t opt[] = {0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 6, 0, 15, 0, 2, 0, 15};
	struct found f = {0};

	bridge_policy(&b, NULL);
	for (uint16_t i = 0; i < 3; i++) {
		struct message q = message_ask(0x4100 + i, "ads.example.org");
		struct message r = message_answer(0x4100 + i, "ads.example.org", NULL, site.ip4);
		if (i == 0) {
			r = q;
			r.bytes[2] = 0x81;
			r.bytes[3] = 0x83;
		}
		if (i < 2) {
			memcpy(r.bytes + r.length, opt, sizeof opt);
			r.length += sizeof opt;
			r.bytes[11] = 1;
		}
		query(&a, LAN, 4100, &q);
		assert_int_equal(reply(&a, 4100, &r), REASON_NONE);
		bridge_drain(&b);
		assert_int_equal(b.events[WIRE_NAME], i + 1);
		assert_int_equal(b.name.family, i == 0 ? 0 : 4);
		assert_int_equal(b.name.rcode, i == 0 ? 3 : 0);
		assert_int_equal(b.name.has_ede, i < 2);
		assert_int_equal(b.name.ede, i < 2 ? 15 : 0);
		assert_string_equal(b.names, "ads.example.org");
	}
	shared_report(b.shared, count_report, &f);
	assert_int_equal(f.names, 1);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_answers_without_an_address_are_told, setup, teardown
		),
		cmocka_unit_test_setup_teardown(
			test_errors_beside_an_answer_are_told, setup, teardown
		),
		cmocka_unit_test_setup_teardown(test_first_connection_obeys, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_shared_address_is_not_everyones, setup, teardown
		),
		cmocka_unit_test_setup_teardown(test_address_rule_yields_to_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_chain_counts_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rule_after_the_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_only_what_was_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_analyze_lists_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dhcp_names_the_device, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dhcp_with_the_known_server, setup, teardown),
		cmocka_unit_test_setup_teardown(test_snapshot_has_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lies_are_counted, setup, teardown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
