// SPDX-License-Identifier: BSD-3-Clause
// Stations, devices, addresses, fragments, names, questions, tags, and the event ring.

#include "dataplane/event.h"
#include "dataplane/table/address.h"
#include "dataplane/table/device.h"
#include "dataplane/table/fragment.h"
#include "dataplane/table/name.h"
#include "dataplane/table/query.h"
#include "dataplane/table/slot.h"
#include "dataplane/table/station.h"
#include "dataplane/table/tags.h"
#include "platform/base.h"
#include "tests/unit/seed.h"
#include "tests/unit/test.h"

#include <stdbool.h>

static const uint64_t some_seed[8] = {
	0x91b7584a2265b1f5,
	0xcd613e30d8f16adf,
	0x1027c4d1c386bbc4,
	0x1e2feb89414c343c,
	0xc2ce6f447ed4d57b,
	0x78e510617311d8a3,
	0x612e7696a6cecc1b,
	0x35bf992dc9e9c616,
};

static uint64_t
station_of(uint32_t n, uint16_t vlan) {
	uint8_t mac[8] = {2, 0};
	memcpy(mac + 2, &n, 4);
	return station_key(mac, vlan);
}

static void
test_stations(void **state) {
	(void)state;
	struct station_table *t = station_table_new(1024, some_seed);
	struct station s;

	assert_false(station_find(t, station_of(0, 0), &s));
	for (uint32_t n = 0; n < 400; n++)
		station_store(
			t, station_of(n, n % 2), (struct station){n % 8, (uint16_t)n, 1000 + n}
		);
	for (uint32_t n = 0; n < 400; n++) {
		assert_true(station_find(t, station_of(n, n % 2), &s));
		assert_int_equal(s.port, n % 8);
		assert_int_equal(s.slot, n);
		assert_int_equal(s.seen, 1000 + n);
		assert_false(station_find(t, station_of(n, 7), &s)); // another VLAN
	}
	station_store(t, station_of(5, 1), (struct station){3, 5, 2000}); // moves
	assert_true(station_find(t, station_of(5, 1), &s));
	assert_int_equal(s.port, 3);
	station_age(t, 0, t->mask + 1, 1300, 100); // forgets up to 1199
	for (uint32_t n = 0; n < 400; n++)
		assert_int_equal(station_find(t, station_of(n, n % 2), &s), n >= 200 || n == 5);
	station_forget_port(t, 3);
	assert_false(station_find(t, station_of(5, 1), &s));
	station_table_free(t);
}

static void
test_stations_full(void **state) {
	(void)state;
	struct station_table *t = station_table_new(64, some_seed);
	struct station s;

	for (uint32_t n = 0; n < 10000; n++) {
		station_store(t, station_of(n, 0), (struct station){1, 2, n});
		assert_true(station_find(t, station_of(n, 0), &s)); // the newest is always there
	}
	station_table_free(t);
}

static void
test_devices(void **state) {
	(void)state;
	struct device_table *t = device_table_new(64, some_seed);
	uint8_t mac[6] = {2, 0, 0, 0, 0, 0};
	bool fresh;
	uint16_t slot;

	assert_int_equal(device_find(t, mac), SLOT_NONE);
	for (int n = 0; n < 100; n++) {
		mac[5] = (uint8_t)n;
		slot = device_create(t, mac, 0, false, &fresh);
		bool fits = SLOT_FIRST + n < 64 - 8; // an eighth is kept
		assert_int_equal(fresh, fits);
		assert_int_equal(slot, fits ? SLOT_FIRST + n : SLOT_OTHER);
		assert_int_equal(device_find(t, mac), fits ? slot : SLOT_NONE);
	}
	mac[4] = 1;
	slot = device_create(t, mac, 0, true, &fresh); // a rule names it
	assert_true(fresh && slot != SLOT_OTHER);
	assert_int_equal(device_create(t, mac, 0, true, &fresh), slot);
	assert_false(fresh);
	assert_true(device_saw(t, slot, 2, 5));
	assert_false(device_saw(t, slot, 2, 6));
	assert_int_equal(t->slot[slot].first_seen_ns, 5);

	struct device_name name;
	assert_true(device_set_name(t, slot, 3, "camera", 6, 7));
	assert_false(device_set_name(t, slot, 3, "camera", 6, 8));
	assert_true(device_set_name(t, slot, 3, "cam", 3, 9));
	assert_true(device_get_name(t, slot, 0, &name));
	assert_string_equal(name.text, "cam");
	assert_false(device_set_name(t, slot, 3, "", 0, 9));
	device_table_free(t);
}

static void
test_addresses(void **state) {
	(void)state;
	struct address_table *t = address_table_new(256, 10, some_seed);

	for (uint32_t n = 0; n < 20; n++) {
		struct address a = {.slot = 3, .family = 4, .source = 1};
		memcpy(a.address, &n, 4);
		uint64_t h = address_hash(t, 3, 1, 4, a.address);
		assert_int_equal(address_add(t, h, &a), n < 10); // ten for one device
		assert_false(address_add(t, h, &a));
	}
	unsigned int found = 0;
	struct address a;
	for (uint32_t i = 0; i < address_places(t); i++)
		found += address_get(t, i, &a);
	assert_int_equal(found, 10);
	address_table_free(t);
}

static void
test_fragments(void **state) {
	(void)state;
	struct fragment_table *t = fragment_table_new(64, some_seed);
	struct facts first = {.flags = FACT_IP | FACT_PORTS | FACT_FRAGMENT | FACT_SWAPPED};

	first.key =
		(struct flow_key){.family = 4, .protocol = 17, .flags = KEY_PORTS, .port = {5, 6}};
	first.key.address[0][0] = 1;
	first.key.address[1][0] = 2;
	struct facts later = first;
	later.key.port[0] = later.key.port[1] = 0;
	later.key.flags = 0;
	later.flags = FACT_IP | FACT_FRAGMENT | FACT_LATER | FACT_SWAPPED;
	struct facts probe = later;

	assert_false(fragment_apply(t, &probe, 7, 1000));
	fragment_store(t, &first, 7, 1000);
	assert_false(fragment_apply(t, &probe, 8, 1000)); // another datagram
	assert_true(fragment_apply(t, &probe, 7, 2000));
	assert_int_equal(probe.key.port[0], 5);
	assert_true(probe.flags & FACT_SWAPPED);
	probe = later;
	probe.flags &= (uint16_t)~FACT_SWAPPED; // the other direction has its own ids
	assert_false(fragment_apply(t, &probe, 7, 2000));
	probe = later;
	assert_false(fragment_apply(t, &probe, 7, 61 * 1000000ull + 1000)); // too late
	for (uint32_t id = 100; id < 1000; id++)
		fragment_store(t, &first, id, id);
	probe = later;
	assert_true(fragment_apply(t, &probe, 999, 1000));
	fragment_table_free(t);
}

static struct name_chain
chain_text(const char *label) {
	struct name_chain c = {.names = 1};
	size_t n = strlen(label);

	c.bytes[0] = (uint8_t)n;
	memcpy(c.bytes + 1, label, n);
	c.bytes[n + 1] = 0;
	c.length = (uint16_t)(n + 2);
	return c;
}

static void
test_names(void **state) {
	(void)state;
	struct name_table *t = name_table_new(256, some_seed);
	struct name_entry e = {.slot = 2, .family = 4, .address = {192, 0, 2, 1}, .seen_ns = 1};
	struct name_entry old, got;
	struct name_chain a = chain_text("a"), b = chain_text("b"), c;

	assert_false(name_find(t, 2, 4, e.address, &got));
	assert_true(name_learn(t, &e, &a, &old));
	assert_int_equal(old.family, 0);
	assert_false(name_learn(t, &e, &a, &old)); // the same names again
	assert_int_equal(old.family, 4);
	assert_true(name_find(t, 2, 4, e.address, &got));
	assert_true(name_chain(t, got.chain, &c));
	assert_memory_equal(c.bytes, a.bytes, a.length);
	assert_false(name_find(t, 3, 4, e.address, &got)); // another device
	uint32_t before = old.chain;
	assert_true(name_learn(t, &e, &b, &old));
	assert_int_equal(old.chain, before);
	assert_true(name_chain(t, before, &c)); // a flow may still know it by the old name
	assert_int_equal(c.bytes[1], 'a');
	name_table_free(t);
}

// The oldest are forgotten, what is in use stays, and what is forgotten is never mistaken.
static void
test_names_full(void **state) {
	(void)state;
	struct name_table *t = name_table_new(128, some_seed);
	struct name_entry kept = {.slot = 9, .family = 4, .address = {9}};
	struct name_entry old, got;
	struct name_chain c, k = chain_text("kept");
	uint32_t stale = 0;

	for (uint32_t n = 0; n < 20000; n++) {
		struct name_entry e = {.slot = 2, .family = 4, .seen_ns = n};
		char label[16];
		memcpy(e.address, &n, 4);
		snprintf(label, sizeof label, "n%u", n);
		struct name_chain own = chain_text(label);
		name_learn(t, &e, &own, &old);
		assert_true(name_find(t, 2, 4, e.address, &got));
		assert_true(name_chain(t, got.chain, &c));
		assert_memory_equal(c.bytes, own.bytes, own.length);
		stale = stale ? stale : got.chain;
		kept.seen_ns = n;
		name_learn(t, &kept, &k, &old);
		assert_true(name_find(t, 9, 4, kept.address, &got));
		assert_true(name_chain(t, got.chain, &c));
		assert_memory_equal(c.bytes, k.bytes, k.length);
	}
	assert_false(name_chain(t, stale, &c));
	assert_true(name_table_used(t) <= 128);
	name_table_free(t);
}

static void
test_questions(void **state) {
	(void)state;
	struct question_table *t = question_table_new(64, some_seed);
	struct flow_key k = {.family = 4, .protocol = 17, .port = {53, 4000}};
	uint8_t name[] = {1, 'a', 0};
	struct question q = {&k, name, 3, 77, 1, 1, 1};
	struct question other = q;

	assert_int_equal(question_answer(t, &q, 0), SLOT_NONE);
	question_ask(t, &q, 5, 1000);
	other.id = 78;
	assert_int_equal(question_answer(t, &other, 1000), SLOT_NONE);
	other = q;
	other.client = 0;
	assert_int_equal(question_answer(t, &other, 1000), SLOT_NONE);
	other = q;
	other.type = 28;
	assert_int_equal(question_answer(t, &other, 1000), SLOT_NONE);
	assert_int_equal(question_answer(t, &q, 2000), 5);
	assert_int_equal(question_answer(t, &q, 2000), SLOT_NONE); // once
	question_ask(t, &q, 5, 1000);
	assert_int_equal(question_answer(t, &q, 31 * 1000000), SLOT_NONE); // too late
	question_table_free(t);
}

static void
test_tags(void **state) {
	(void)state;
	static struct tags_table t;
	uint16_t a[4] = {1, 2, 3, 4}, b[4] = {1, 2, 3, 0}, got[4] = {0};

	uint16_t na = tags_number(&t, a, 4), nb = tags_number(&t, b, 3);
	assert_int_not_equal(na, nb);
	assert_int_equal(tags_number(&t, a, 4), na);
	tags_ids(&t, na, got);
	assert_int_equal(got[2], 3);
	assert_int_equal(got[3], 4);
	b[3] = 0;
	assert_int_not_equal(tags_number(&t, b, 4), nb); // id 0 differs from no tag
}

static void
test_event_ring(void **state) {
	(void)state;
	uint64_t random = seed_take();
	struct event_ring *r = event_ring_new(4096);
	uint64_t written = 0, read = 0, refused = 0;

	for (int turn = 0; turn < 200000; turn++) {
		if (seed_next(&random) % 2) {
			size_t size = 8 + seed_next(&random) % 1000;
			uint64_t *p = event_reserve(r, (uint32_t)(written & 0xffff), size);
			if (!p) {
				refused++;
				continue;
			}
			*p = written++;
			event_commit(r);
		} else {
			const struct event *e = event_peek(r);
			assert_int_equal(e != NULL, read < written);
			if (!e)
				continue;
			assert_int_equal(e->type, read & 0xffff);
			assert_int_equal(e->payload[0], read);
			read++;
			event_next(r);
		}
	}
	assert_true(refused > 0 && read > 10000);
	event_ring_free(r);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stations),
		cmocka_unit_test(test_stations_full),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_full),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_event_ring),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
