// SPDX-License-Identifier: BSD-3-Clause
// What control keeps of the facts that the dataplane reports of a device.

#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

static void
tell(struct gathering *g, uint8_t kind, const char *text, uint64_t seen_ns) {
	struct wire_fact w = {.mac = {2, 0, 0, 0, 0, 1}, .kind = kind, .source = SOURCE_MDNS};

	w.length = (uint16_t)strlen(text);
	w.seen_ns = seen_ns * NS_PER_S; // the clocks are not read at one moment
	memcpy(w.text, text, w.length);
	observe_fact(&g->s, &w);
}

static void
one_text_replaces_many_add_up(void **) {
	struct gathering g;

	gathering_open(&g);
	tell(&g, FACT_KIND_HOP_LIMIT, "64", 1);
	tell(&g, FACT_KIND_HOP_LIMIT, "63,64", 2);
	tell(&g, FACT_KIND_MDNS_SERVICE, "_ipp._tcp", 3);
	tell(&g, FACT_KIND_MDNS_SERVICE, "_http._tcp", 4);
	tell(&g, FACT_KIND_MDNS_SERVICE, "_ipp._tcp", 5);
	tell(&g,
	     FACT_KIND_MDNS_MODEL,
	     "a\x01\xff"
	     "b",
	     5);
	tell(&g, FACT_KIND_COUNT, "of a newer dataplane", 5);
	const struct device *d = gathering_device(&g, 1);
	assert_int_equal(d->identity.facts.count, 4);
	assert_string_equal(d->identity.facts.items[0].text, "63,64");
	assert_string_equal(d->identity.facts.items[1].text, "_ipp._tcp");
	assert_string_equal(d->identity.facts.items[2].text, "_http._tcp");
	assert_string_equal(d->identity.facts.items[3].text, "a??b");
	assert_true(d->identity.facts.items[1].seen_ns > d->identity.facts.items[2].seen_ns);
	gathering_close(&g);
}

static void
the_oldest_of_a_clue_gives_way(void **) {
	struct gathering g;
	char text[32];
	const unsigned int room = clue_room(CLUE_MDNS_SERVICE) / 2; // of one source

	gathering_open(&g);
	tell(&g, FACT_KIND_MDNS_MODEL, "told before all that", 1);
	for (unsigned int i = 0; i < room + 1; i++) {
		snprintf(text, sizeof text, "_s%u._tcp", i);
		tell(&g, FACT_KIND_MDNS_SERVICE, text, 10 + i);
	}
	const struct facts *f = &gathering_device(&g, 1)->identity.facts;
	assert_int_equal(f->count, room + 1);
	assert_string_equal(f->items[0].text, "told before all that");
	assert_string_equal(f->items[1].text, text);
	assert_string_equal(f->items[2].text, "_s1._tcp");
	gathering_close(&g);
}

static void
names_are_believed_in_the_order_of_sources(void **) {
	static const struct {
		uint8_t source;
		const char *text, *shown;
	} cases[] = {
		{SOURCE_NETBIOS, "KITCHEN", "KITCHEN"},
		{SOURCE_MDNS, "kitchen-2", "kitchen-2"},
		{SOURCE_LLMNR, "other", "kitchen-2"},
		{SOURCE_DHCP, "kitchen", "kitchen"},
		{SOURCE_DHCP_FQDN, "kitchen.lan", "kitchen"},
		{SOURCE_DHCP, "pantry", "pantry"},
	};
	struct gathering g;
	struct wire_hostname w = {.mac = {2, 0, 0, 0, 0, 1}};

	gathering_open(&g);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		w.source = cases[i].source;
		w.length = (uint8_t)strlen(cases[i].text);
		memcpy(w.text, cases[i].text, w.length + 1u);
		observe_hostname(&g.s, &w);
		assert_string_equal(gathering_device(&g, 1)->hostname, cases[i].shown);
	}
	gathering_close(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_text_replaces_many_add_up),
		cmocka_unit_test(the_oldest_of_a_clue_gives_way),
		cmocka_unit_test(names_are_believed_in_the_order_of_sources),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
