// SPDX-License-Identifier: BSD-3-Clause
// Who is who: made-up addresses, devices that are likely one, joining and parting, networks behind
// a device, and what traffic says of a kind.

#include "control/clock.h"
#include "control/confirm.h"
#include "control/core.h"
#include "control/identity/join.h"
#include "control/identity/likeness.h"
#include "control/identity/mac.h"
#include "control/policy.h"
#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE (60 * NS_PER_S)

static void
made_up_addresses(void **) {
	static const struct {
		uint8_t mac[6];
		bool random;
	} cases[] = {
		{{0xda, 0xa1, 0x19, 1, 2, 3}, true},
		{{0x02, 0x11, 0x22, 1, 2, 3}, true},
		{{0x3a, 0x00, 0x00, 1, 2, 3}, true},
		{{0xf6, 0x00, 0x00, 1, 2, 3}, true},
		{{0x20, 0x17, 0x42, 1, 2, 3}, false}, // a maker's
		{{0x52, 0x54, 0x00, 1, 2, 3}, false}, // a virtual machine's
		{{0x02, 0x42, 0xac, 1, 2, 3}, false}, // a container's
		{{0xaa, 0x00, 0x04, 1, 2, 3}, false}, // DECnet's
		{{0x03, 0x00, 0x00, 1, 2, 3}, false}, // a group
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(mac_is_random(cases[i].mac), cases[i].random);
}

static void
note(struct device *d, enum clue clue, enum source source, const char *text) {
	identity_note(d, clue, source, text, strlen(text), 1);
}

// As long ago as `from` to `to`.
static void
was_here(struct device *d, uint64_t now, uint64_t from, uint64_t to) {
	d->first_seen_ns = now - from;
	d->last_seen_ns = now - to;
	memset(&d->identity.presence, 0, sizeof d->identity.presence);
	for (uint64_t at = d->first_seen_ns; at <= d->last_seen_ns; at += MINUTE)
		presence_mark(&d->identity.presence, at);
}

static void
name(struct device *d, const char *text) {
	device_set_hostname(d, text, strlen(text), SOURCE_DHCP, 1);
}

static void
likely_the_same(void **) {
	static struct gathering g;
	uint64_t now = clock_wall_ns();
	struct likeness l;

	gathering_open(&g);
	struct device *a = gathering_device(&g, 1);
	struct device *b = gathering_device(&g, 2);
	name(a, "emmas-phone");
	name(b, "Emmas-Phone");
	note(a, CLUE_DHCP_OPTIONS, SOURCE_DHCP, "1,121,3,6,15");
	note(b, CLUE_DHCP_OPTIONS, SOURCE_DHCP, "1,121,3,6,15");
	was_here(a, now, 300 * MINUTE, 60 * MINUTE);
	was_here(b, now, 59 * MINUTE, 0);
	likeness_judge(a, b, 0, now, &l);
	assert_in_range(l.confidence, 80, 95);
	assert_int_equal(l.evidence_count, 4);
	assert_string_equal(l.evidence[0], "Both are named emmas-phone.");
	assert_string_equal(l.evidence[1], "Both ask DHCP for the same options, 1,121,3,6,15.");
	assert_string_equal(
		l.evidence[2], "One appeared 60 seconds after the other was last seen."
	);
	unsigned int sure = l.confidence;
	note(b, CLUE_DHCP_OPTIONS, SOURCE_DHCPV6, "23,24"); // another protocol's
	likeness_judge(a, b, 0, now, &l);
	assert_int_equal(l.confidence, sure);
	likeness_judge(b, a, 3, now, &l); // the name is common here
	assert_true(l.confidence < sure);
	was_here(a, now, 300 * MINUTE, 30 * MINUTE); // for half an hour both were there
	likeness_judge(a, b, 0, now, &l);
	assert_int_equal(l.confidence, 0);
	was_here(a, now, 300 * MINUTE, 200 * MINUTE);
	likeness_judge(a, b, 0, now, &l);
	assert_string_equal(l.evidence[2], "They were never online at the same time.");
	note(b, CLUE_DHCP_VENDOR, SOURCE_DHCP, "android-dhcp-13");
	likeness_judge(a, b, 0, now, &l);
	assert_true(l.confidence > 0); // the other may have said nothing
	note(a, CLUE_DHCP_VENDOR, SOURCE_DHCP, "MSFT 5.0");
	likeness_judge(a, b, 0, now, &l);
	assert_int_equal(l.confidence, 0);
	gathering_close(&g);
}

static void
likeness_needs_a_word_of_its_own(void **) {
	static struct gathering g;
	uint64_t now = clock_wall_ns();
	struct likeness l;

	gathering_open(&g);
	struct device *a = gathering_device(&g, 1);
	struct device *b = gathering_device(&g, 2);
	note(a, CLUE_DHCP_OPTIONS, SOURCE_DHCP, "1,121,3,6,15");
	note(b, CLUE_DHCP_OPTIONS, SOURCE_DHCP, "1,121,3,6,15");
	was_here(a, now, 300 * MINUTE, 60 * MINUTE);
	was_here(b, now, 59 * MINUTE, 0);
	likeness_judge(a, b, 0, now, &l);
	assert_int_equal(l.confidence, 0);
	gathering_close(&g);
}

static const struct policy_header *
compiled(const struct gathering *g, void **ret) {
	static const uint64_t key[2] = {1, 2};
	size_t length;

	assert_int_equal(policy_compile(&g->s, 1, key, ret, &length), 0);
	return *ret;
}

// Rules of the image whose subject is the device with this MAC.
static unsigned int
rules_of(const struct gathering *g, const struct device *d, uint32_t *ret_profile) {
	void *image;
	const struct policy_header *p = compiled(g, &image);
	const struct policy_rule *rules = policy_rows(p, p->rules);
	uint32_t row = policy_find_device(p, d->mac);
	unsigned int n = 0;

	for (uint32_t i = 0; row != POLICY_NO_ROW && i < p->rules.count; i++)
		n += rules[i].subject == policy_subject_of_device(row);
	const struct policy_device *devices = policy_rows(p, p->devices);
	*ret_profile = row == POLICY_NO_ROW ? p->default_profile : devices[row].profile;
	free(image);
	return n;
}

// Addresses that the image knows by a ruled name, for this device.
static unsigned int
known_of(const struct gathering *g, const struct device *d) {
	void *image;
	const struct policy_header *p = compiled(g, &image);
	const struct policy_known *known = policy_rows(p, p->known);
	uint32_t row = policy_find_device(p, d->mac);
	unsigned int n = 0;

	for (uint32_t i = 0; i < p->known.count; i++)
		n += known[i].device == row;
	free(image);
	return n;
}

static void
what_one_resolved_the_other_knows(void **) {
	static struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "www.shop.com", "203.0.113.5");
	gathering_name(&g, 1, "www.shop.com", "203.0.113.6");
	gathering_name(&g, 2, "www.shop.com", "203.0.113.6");
	struct device *a = gathering_device(&g, 1);
	struct device *b = gathering_device(&g, 2);
	struct destination *shop = destination_find_domain(&g.s, "shop.com");
	rule_set(&g.s, 0, ACTION_BLOCK, NULL, shop, 1, "t");
	assert_int_equal(known_of(&g, a), 2);
	assert_int_equal(known_of(&g, b), 1);
	join_set(&g.s, b, a->id);
	assert_int_equal(known_of(&g, a), 2);
	assert_int_equal(known_of(&g, b), 2);
	join_set(&g.s, b, 0);
	assert_int_equal(known_of(&g, b), 1);
	gathering_close(&g);
}

static void
joined_and_parted(void **) {
	static struct gathering g;
	uint32_t profile;

	gathering_open(&g);
	gathering_name(&g, 1, "www.shop.com", "203.0.113.5");
	gathering_name(&g, 2, "www.shop.com", "203.0.113.5");
	struct device *a = gathering_device(&g, 1);
	struct device *b = gathering_device(&g, 2);
	struct device *c = gathering_device(&g, 3);
	struct destination *shop = destination_find_domain(&g.s, "shop.com");
	uint64_t open = gathering_flow(&g, 0, 2, "203.0.113.5", 10, REASON_NONE);
	strcpy(a->profile, "block-all");
	rule_set(&g.s, 0, ACTION_BLOCK, a, shop, 1, "t");
	rule_set(&g.s, 0, ACTION_ALLOW, b, shop, 1, "t");
	assert_int_equal(rules_of(&g, b, &profile), 1);
	assert_int_equal(profile, 0);

	join_set(&g.s, b, a->id);
	assert_ptr_equal(join_whole(&g.s, b), a);
	assert_true(join_is_part(&g.s, b) && join_has_parts(&g.s, a));
	assert_false(join_is_part(&g.s, a) || join_has_parts(&g.s, c));
	assert_ptr_equal(join_next(&g.s, a, a), b);
	assert_null(join_next(&g.s, a, b));
	// Both have the rule and the profile of the one; the other's own rule sleeps.
	assert_int_equal(rules_of(&g, a, &profile), 1);
	assert_int_equal(profile, 1);
	assert_int_equal(rules_of(&g, b, &profile), 1);
	assert_int_equal(profile, 1);
	const struct link *l = link_find(&g.s, a, shop);
	assert_int_equal(l->sum.packets_out, 10);
	gathering_flow(&g, open, 2, "203.0.113.5", 15, REASON_NONE);
	assert_int_equal(l->sum.packets_out, 15);
	assert_int_equal(shop->sum.packets_out, 15);
	assert_int_equal(g.s.devices_removed_count, 1);
	b->sum.bytes_out = 7;
	a->sum.bytes_out = 5;
	assert_int_equal(join_sum(&g.s, a, clock_wall_ns()).sum.bytes_out, 12);

	join_set(&g.s, b, 0);
	assert_ptr_equal(join_whole(&g.s, b), b);
	assert_int_equal(g.s.joined_count, 0);
	assert_int_equal(rules_of(&g, b, &profile), 1);
	assert_int_equal(profile, 0);
	gathering_flow(&g, open, 2, "203.0.113.5", 17, REASON_NONE);
	assert_int_equal(link_find(&g.s, b, shop)->sum.packets_out, 2);
	assert_int_equal(link_find(&g.s, a, shop)->sum.packets_out, 15);
	assert_int_equal(shop->sum.packets_out, 17);
	assert_int_equal(join_sum(&g.s, a, clock_wall_ns()).sum.bytes_out, 5);
	gathering_close(&g);
}

// What a person needs to get back in is not stopped by joining without a question.
static void
joining_can_cut_off(void **) {
	static struct core c;
	static const uint8_t macs[2][6] = {{2, 0, 0, 0, 0, 1}, {2, 0, 0, 0, 0, 2}};
	char text[CUTS_TEXT] = "";

	state_init(&c.state);
	c.state.profiles.count = 1; // lets all pass
	struct device *whole = device_get(&c.state, macs[0]);
	struct device *vital = device_get(&c.state, macs[1]);
	struct change change = {
		.kind = CHANGE_DEVICE,
		.device = vital->id,
		.chooses = true,
		.choice_now = {.joined = whole->id},
	};
	vital->side = SIDE_HOST; // the gateway itself
	assert_false(change_cuts(&c, &change, text));
	whole->actions = ACTION_BLOCK;
	assert_true(change_cuts(&c, &change, text));
	assert_non_null(strstr(text, "with the device that it becomes part of"));
	vital->actions = ACTION_PAUSE; // it is stopped already
	assert_false(change_cuts(&c, &change, text));
	join_set(&c.state, vital, whole->id);
	whole->actions = 0;
	change.choice_now.joined = 0;
	assert_true(change_cuts(&c, &change, text));
	assert_non_null(strstr(text, "by its own rules"));
	vital->actions = ACTION_BLOCK | ACTION_ALLOW; // allow goes before block
	assert_false(change_cuts(&c, &change, text));
	state_fini(&c.state);
}

static void
several_behind_one(void **) {
	static const struct {
		const char *hops, *addresses;
		enum behind_what what;
		unsigned int devices;
	} cases[] = {
		{"64", NULL, BEHIND_NOTHING, 0},
		{"1,64,255", "2", BEHIND_NOTHING, 0},
		{"128,255", NULL, BEHIND_NOTHING, 0},
		{"1,2,3,4,5,30,64", NULL, BEHIND_NOTHING, 0}, // traceroute
		{"63,64", NULL, BEHIND_ROUTER, 1},
		{"63,64,127,255", NULL, BEHIND_ROUTER, 2},
		{"62", NULL, BEHIND_ROUTER, 1},
		{"64,63", "5", BEHIND_ROUTER, 4},
		{"64,128", "6", BEHIND_REPEATER, 5},
		{"", "12", BEHIND_REPEATER, 11},
		{"x,63", NULL, BEHIND_NOTHING, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct facts f = {.count = 0};
		struct behind b;
		facts_note(&f, CLUE_HOP_LIMIT, SOURCE_TRAFFIC, cases[i].hops, 1);
		if (cases[i].addresses)
			facts_note(&f, CLUE_ADDRESS_COUNT, SOURCE_TRAFFIC, cases[i].addresses, 1);
		behind_judge(&f, &b);
		if (b.what != cases[i].what || b.devices != cases[i].devices)
			fail_msg("case %zu: %u, %u devices", i, b.what, b.devices);
		assert_int_equal(b.evidence_count > 0, b.what != BEHIND_NOTHING);
		facts_free(&f);
	}
}

static void
presence_is_a_ring(void **) {
	struct presence a = {.newest = 0};
	struct presence b = {.newest = 0};
	const uint64_t day = 24 * 3600 * NS_PER_S;

	presence_mark(&a, day);
	presence_mark(&a, day + PRESENCE_STEP_NS);
	presence_mark(&a, day); // late
	presence_mark(&b, day + PRESENCE_STEP_NS);
	assert_int_equal(presence_steps(&a), 2);
	assert_int_equal(presence_shared(&a, &b), 1);
	presence_mark(&a, day + PRESENCE_STEPS * PRESENCE_STEP_NS); // the first step is forgotten
	assert_int_equal(presence_steps(&a), 2);
	assert_int_equal(presence_shared(&a, &b), 1);
	presence_mark(&a, 30 * day); // and all of them
	assert_int_equal(presence_steps(&a), 1);
	assert_int_equal(presence_shared(&a, &b), 0);
	presence_mark(&a, day);
	assert_int_equal(presence_steps(&a), 1);
}

static void
traffic_shows_a_kind(void **) {
	static const char rules[] = "rules:\n"
				    "  - {kind: camera, weight: 70, uses: tcp/443}\n"
				    "  - {kind: camera, weight: 50, asks: '*.shop.com'}\n";
	static struct gathering g;
	char error[KIND_RULES_ERROR];

	gathering_open(&g);
	assert_int_equal(kind_rules_parse(&g.s.kinds, "k", rules, sizeof rules - 1, error), 0);
	gathering_name(&g, 1, "www.shop.com", "203.0.113.5");
	gathering_name(&g, 1, "www.other.org", "203.0.113.6");
	gathering_flow(&g, 0, 1, "203.0.113.5", 1, REASON_NONE); // an answer is more than this
	const struct device *d = gathering_device(&g, 1);
	assert_int_equal(d->identity.facts.count, 1); // nobody asks about the other name
	assert_string_equal(d->identity.facts.items[0].text, "www.shop.com");
	gathering_flow(&g, 0, 1, "203.0.113.5", 10, REASON_NONE);
	identity_settle(&g.s);
	assert_int_equal(identity_kind(d), KIND_CAMERA);
	assert_int_equal(d->identity.learned.confidence, 70); // one family
	gathering_device(&g, 1)->identity.choice.kind = KIND_LIGHT;
	assert_int_equal(identity_kind(d), KIND_LIGHT); // what the user said wins
	gathering_close(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_up_addresses),
		cmocka_unit_test(likely_the_same),
		cmocka_unit_test(likeness_needs_a_word_of_its_own),
		cmocka_unit_test(joined_and_parted),
		cmocka_unit_test(what_one_resolved_the_other_knows),
		cmocka_unit_test(joining_can_cut_off),
		cmocka_unit_test(several_behind_one),
		cmocka_unit_test(presence_is_a_ring),
		cmocka_unit_test(traffic_shows_a_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
