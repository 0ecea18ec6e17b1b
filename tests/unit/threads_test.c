// SPDX-License-Identifier: BSD-3-Clause
// What several threads share: a policy that changes under traffic, tables that are read while they
// are written, and the ring between a worker and the main thread.

#include "dataplane/pipeline.h"
#include "dataplane/policy/policy.h"
#include "dataplane/table/device.h"
#include "dataplane/table/name.h"
#include "dataplane/table/station.h"
#include "tests/unit/bridge.h"
#include "tests/unit/image.h"
#include "tests/unit/seed.h"
#include "tests/unit/test.h"

#include <rte_rcu_qsbr.h>

#include <pthread.h>
#include <sched.h>
#include <string.h>

#define CHANGES 150

static struct bridge b;
static struct party a, far;
static atomic_bool stop;

// A frame that passed between confirmation of a block and the next publish is a broken promise.
static _Atomic uint32_t blocked_since; // confirmed changes, odd while the block holds
static atomic_uint passed_blocked;
static atomic_ulong rounds;

static void *
traffic(void *unused) {
	struct frame out = frame_udp(&a, &far, 1000, 53), in = frame_udp(&far, &a, 53, 1000);
	struct rte_rcu_qsbr *v = b.shared->qsbr;

	(void)unused;
	rte_rcu_qsbr_thread_register(v, b.worker->id);
	rte_rcu_qsbr_thread_online(v, b.worker->id);
	while (!atomic_load(&stop)) {
		uint32_t before = atomic_load(&blocked_since);
		bridge_stage(&b, LAN, &out);
		bridge_stage(&b, WAN, &in);
		bridge_run(&b);
		uint32_t after = atomic_load(&blocked_since);
		if (before == after && before % 2 == 1
		    && (b.reason[0] != REASON_DEVICE_BLOCKED || b.reason[1] != REASON_DEVICE_BLOCKED
		    ))
			atomic_fetch_add(&passed_blocked, 1);
		rte_rcu_qsbr_quiescent(v, b.worker->id);
		b.now += 50 * NS_PER_MS;
		worker_housekeep(b.worker, b.now, 256);
		atomic_fetch_add(&rounds, 1);
	}
	rte_rcu_qsbr_thread_offline(v, b.worker->id);
	rte_rcu_qsbr_thread_unregister(v, b.worker->id);
	return NULL;
}

static void
publish(struct policy *p) {
	struct policy *old;
	uint64_t token = policy_publish(b.shared, p, &old);

	assert_true(policy_confirmed(b.shared, token, true));
	policy_free(old);
}

static void
test_a_confirmed_block_holds(void **state) {
	(void)state;
	static struct image image;
	const char *why;
	size_t length;
	pthread_t worker;

	bridge_open(&b, NULL, NULL);
	a = party_make(1);
	far = party_make(100);
	struct frame f[] = {frame_arp(&a, &far), frame_arp(&far, &a)};
	bridge_send(&b, LAN, &f[0]);
	bridge_send(&b, WAN, &f[1]);
	image_init(&image, POLICY_DEFAULT_ALLOW);
	image_device(&image, a.mac, POLICY_BLOCK, 0);
	void *bytes = image_build(&image, &length);
	assert_int_equal(pthread_create(&worker, NULL, traffic, NULL), 0);
	for (int i = 0; i < CHANGES; i++) {
		publish(policy_new(bytes, length, &why));
		atomic_fetch_add(&blocked_since, 1);
		unsigned long from = atomic_load(&rounds);
		while (atomic_load(&rounds) < from + 3)
			sched_yield();
		atomic_fetch_add(&blocked_since, 1);
		publish(policy_new_default(POLICY_DEFAULT_ALLOW));
		worker_report_all(b.worker, (uint64_t)i + 1);
		bridge_drain(&b);
	}
	atomic_store(&stop, true);
	pthread_join(worker, NULL);
	free(bytes);
	bridge_close(&b);
	assert_int_equal(atomic_load(&passed_blocked), 0);
	assert_true(b.events[WIRE_SNAPSHOT_END] > 0);
}

static const uint64_t some_seed[8] = {
	0x9e3779b97f4a7c15,
	0xbf58476d1ce4e5b9,
	0x94d049bb133111eb,
	0x2545f4914f6cdd1d,
	0xd6e8feb86659fd93,
	0xa0761d6478bd642f,
	0xe7037ed1a0b428db,
	0x8ebc6af09c88c6e3,
};
static struct station_table *stations;
static struct name_table *names;

#define KEYS 600

static uint64_t
key_of(uint32_t n) {
	uint8_t mac[8] = {2};
	memcpy(mac + 2, &n, 4);
	return station_key(mac, 0);
}

// Every value tells which key it belongs to.
static void *
write_tables(void *unused) {
	uint64_t random = 7;

	(void)unused;
	for (uint32_t turn = 0; turn < 300000; turn++) {
		uint32_t n = (uint32_t)(seed_next(&random) % KEYS);
		station_store(stations, key_of(n), (struct station){(uint8_t)n, (uint16_t)n, turn});
		if (turn % 1000 == 0)
			station_age(stations, 0, stations->mask + 1, turn, 500);
		if (turn % 10)
			continue;
		struct name_entry e = {.slot = 3, .family = 4, .ttl = n, .seen_ns = turn}, old;
		struct name_chain c = {.length = 202, .names = 1};
		memcpy(e.address, &n, 4);
		c.bytes[0] = 200;
		memset(c.bytes + 1, (uint8_t)(n % 251 + 1), 200);
		name_learn(names, &e, &c, &old);
	}
	atomic_store(&stop, true);
	return NULL;
}

static void
test_tables_under_writes(void **state) {
	(void)state;
	uint64_t random = seed_take(), found = 0, chains = 0;
	pthread_t writer;

	stations = station_table_new(512, some_seed); // crowded: entries are replaced all the time
	names = name_table_new(256, some_seed);
	atomic_store(&stop, false);
	assert_int_equal(pthread_create(&writer, NULL, write_tables, NULL), 0);
	while (!atomic_load(&stop)) {
		uint32_t n = (uint32_t)(seed_next(&random) % KEYS);
		struct station s;
		if (station_find(stations, key_of(n), &s)) {
			assert_int_equal(s.slot, n);
			assert_int_equal(s.port, (uint8_t)n);
			found++;
		}
		struct name_entry e;
		struct name_chain c;
		uint8_t address[16] = {0};
		memcpy(address, &n, 4);
		if (!name_find(names, 3, 4, address, &e))
			continue;
		assert_int_equal(e.ttl, n);
		if (!name_chain(names, e.chain, &c))
			continue;
		chains++;
		assert_int_equal(c.length, 202);
		for (int i = 1; i <= 200; i++)
			assert_int_equal(c.bytes[i], n % 251 + 1);
	}
	pthread_join(writer, NULL);
	assert_true(found > 0 && chains > 0);
	station_table_free(stations);
	name_table_free(names);
}

static struct event_ring *ring;
static uint64_t sent, refused;

static void *
write_events(void *unused) {
	uint64_t random = 9;

	(void)unused;
	while (sent < 500000) {
		size_t words = 1 + seed_next(&random) % 24;
		uint64_t *p = event_reserve(ring, 1, words * 8);
		if (!p) {
			refused++;
			sched_yield();
			continue;
		}
		for (size_t i = 0; i < words; i++)
			p[i] = sent;
		sent++;
		event_commit(ring);
	}
	return NULL;
}

static void
test_ring_between_threads(void **state) {
	(void)state;
	pthread_t writer;

	ring = event_ring_new(16384);
	assert_int_equal(pthread_create(&writer, NULL, write_events, NULL), 0);
	for (uint64_t want = 0; want < 500000;) {
		const struct event *e = event_peek(ring);
		if (!e) {
			sched_yield();
			continue;
		}
		for (size_t i = 0; i < e->size / 8; i++)
			if (e->payload[i] != want)
				fail_msg("record %llu holds another's", (unsigned long long)want);
		want++;
		event_next(ring);
	}
	pthread_join(writer, NULL);
	event_ring_free(ring);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_confirmed_block_holds),
		cmocka_unit_test(test_tables_under_writes),
		cmocka_unit_test(test_ring_between_threads),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
