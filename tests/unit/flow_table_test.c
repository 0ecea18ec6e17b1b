// SPDX-License-Identifier: BSD-3-Clause
// The flow table against a plain model of it, its capacity, its queue and its states.

#include "dataplane/table/flow.h"
#include "dataplane/table/flow_state.h"
#include "dataplane/table/slot.h"
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

static struct flow_key
key_of(uint32_t n) {
	struct flow_key k = {.family = 4, .protocol = 17, .flags = KEY_PORTS};

	memcpy(k.address[0], &n, 4);
	k.address[1][0] = 9;
	k.port[0] = (uint16_t)(n * 7);
	return k;
}

static struct flow *
find(const struct flow_table *t, uint32_t n) {
	struct flow_key k = key_of(n);
	return flow_find(t, flow_hash(t, &k), &k);
}

static struct flow *
insert(struct flow_table *t, uint32_t n) {
	struct flow_key k = key_of(n);
	return flow_insert(t, flow_hash(t, &k), &k);
}

static void
test_holds_its_capacity(void **state) {
	(void)state;
	for (uint32_t flows = 64; flows <= 65536; flows *= 32) {
		struct flow_table *t = flow_table_new(flows, some_seed);
		assert_non_null(t);
		assert_int_equal(t->capacity, flows);
		for (uint32_t n = 0; n < flows; n++)
			assert_non_null(insert(t, n));
		assert_null(insert(t, flows));
		for (uint32_t n = 0; n < flows; n++) {
			struct flow *f = find(t, n);
			struct flow_key k = key_of(n);
			assert_non_null(f);
			assert_true(flow_key_equal(&f->key, &k));
		}
		assert_null(find(t, flows));
		assert_int_equal(flow_table_used(t), flows);
		flow_table_free(t);
	}
}

#define MODEL 2048

static void
test_agrees_with_a_model(void **state) {
	(void)state;
	uint64_t random = seed_take();
	struct flow_table *t = flow_table_new(MODEL / 2, some_seed);
	static bool there[MODEL];
	static uint32_t serial[MODEL];
	uint32_t used = 0;

	memset(there, 0, sizeof there);
	for (int turn = 0; turn < 400000; turn++) {
		uint32_t n = (uint32_t)(seed_next(&random) % MODEL);
		struct flow *f = find(t, n);
		assert_int_equal(f != NULL, there[n]);
		if (f) {
			assert_int_equal(t->cold[flow_index(t, f)].serial, serial[n]);
			flow_remove(t, f);
			there[n] = false;
			used--;
			continue;
		}
		f = insert(t, n);
		assert_int_equal(f != NULL, used < t->capacity);
		if (!f)
			continue;
		serial[n] = t->cold[flow_index(t, f)].serial;
		assert_int_equal(f->slot[0], SLOT_UNKNOWN);
		assert_int_equal(t->count[flow_index(t, f)].packets[0], 0);
		there[n] = true;
		used++;
	}
	assert_int_equal(flow_table_used(t), used);
	flow_table_free(t);
}

// Two starts place the same keys differently.
static void
test_seed_decides_the_place(void **state) {
	(void)state;
	uint64_t other[8];
	uint64_t random = seed_take();
	unsigned int same = 0;

	for (int i = 0; i < 8; i++)
		other[i] = seed_next(&random);
	for (uint32_t n = 0; n < 4096; n++) {
		struct flow_key k = key_of(n);
		same += (hash_flow_key(&k, some_seed) & 1023) == (hash_flow_key(&k, other) & 1023);
	}
	assert_true(same < 64); // four are expected
}

// Keys gathered for one bucket under one seed are spread under another.
static void
test_collisions_need_the_seed(void **state) {
	(void)state;
	uint64_t other[8];
	uint64_t random = seed_take();
	uint16_t count[1024] = {0};
	unsigned int gathered = 0, most = 0;

	for (int i = 0; i < 8; i++)
		other[i] = seed_next(&random);
	for (uint32_t n = 0; gathered < 256; n++) {
		struct flow_key k = key_of(n);
		if ((hash_flow_key(&k, some_seed) & 1023) != 7)
			continue;
		gathered++;
		unsigned int c = ++count[hash_flow_key(&k, other) & 1023];
		most = MAX_OF(most, c);
	}
	assert_true(most <= 10); // a bucket's slots; a quarter of one is expected
}

// The hash spreads keys that differ in few bits: no bucket gets many more than its share.
static void
test_hash_spreads(void **state) {
	(void)state;
	uint16_t count[1024] = {0};
	unsigned int most = 0;

	for (uint32_t n = 0; n < 16384; n++) {
		struct flow_key k = key_of(n << 8);
		unsigned int c = ++count[hash_flow_key(&k, some_seed) & 1023];
		most = MAX_OF(most, c);
	}
	assert_true(most < 48); // sixteen are expected
}

static void
test_oldest_unanswered_gives_way(void **state) {
	(void)state;
	struct flow_table *t = flow_table_new(64, some_seed);

	for (uint32_t n = 0; n < 64; n++)
		insert(t, n)->state = n % 2 ? FLOW_UNANSWERED : FLOW_ANSWERED;
	for (uint32_t n = 1; n < 64; n += 2) {
		struct flow *f = flow_oldest_idle(t);
		assert_ptr_equal(f, find(t, n));
		flow_remove(t, f);
	}
	assert_null(flow_oldest_idle(t));
	// A closed flow joins the queue, and an established one never leaves by it.
	struct flow *closed = find(t, 10);
	closed->state = FLOW_TCP_CLOSED;
	flow_queue(t, closed);
	assert_ptr_equal(flow_oldest_idle(t), closed);
	assert_null(flow_oldest_idle(t));
	flow_table_free(t);
}

static void
test_word_is_the_fields(void **state) {
	(void)state;
	struct flow f = {.last_seen_us = 0x1234567890123, .reason = 21, .state = FLOW_TCP_OPEN};

	assert_int_equal(flow_word(&f) & FLOW_WORD_TIME, f.last_seen_us);
	assert_int_equal(flow_word(&f) >> FLOW_WORD_REASON_SHIFT & 31, f.reason);
	for (unsigned int s = 0; s < 2 * FLOW_STATES; s++) {
		f.state = s / 2 & 15;
		f.cached = s & 1;
		bool plain = (f.state == FLOW_ANSWERED || f.state == FLOW_TCP_OPEN) && f.cached;
		assert_int_equal((flow_word(&f) & FLOW_WORD_PLAIN) == FLOW_WORD_PLAIN, plain);
	}
	for (unsigned int s = 0; s < 4 * FLOW_STATES; s++) {
		f.state = s / 4 & 15;
		f.cached = s & 1;
		f.initiator = s >> 1 & 1;
		for (unsigned int end = 0; end < 2; end++)
			assert_int_equal(
				(flow_word(&f) & FLOW_WORD_ONE_WAY) == flow_word_one_way(end),
				f.state == FLOW_UNANSWERED && f.cached && f.initiator == end
			);
	}
	f.initiator = 0;
	flow_set_word(&f, flow_word(&f) + 5);
	assert_int_equal(f.last_seen_us, 0x1234567890128);
	assert_int_equal(f.reason, 21);
	// What the fast path relies on: nothing but FIN, SYN and RST moves a settled flow.
	for (unsigned int flags = 0; flags < 256; flags++)
		for (unsigned int responder = 0; responder < 2 && !(flags & 7); responder++) {
			assert_int_equal(
				flow_next(FLOW_TCP_OPEN, responder, (uint8_t)flags), FLOW_TCP_OPEN
			);
			assert_int_equal(flow_next(FLOW_ANSWERED, responder, 0), FLOW_ANSWERED);
		}
}

static const struct {
	const char *name;
	const char *packets; // i: initiator, r: responder; then S A(SYN-ACK) a(ACK) F R
	enum flow_state state;
} lives[] = {
	{"handshake", "iS rA ia", FLOW_TCP_OPEN},
	{"half-open", "iS iS", FLOW_TCP_SYN},
	{"answered", "iS rA", FLOW_TCP_SYNACK},
	{"refused", "iS rR", FLOW_TCP_CLOSED},
	{"closed by both", "iS rA ia iF ra rF ia", FLOW_TCP_CLOSED},
	{"closed by one", "iS rA ia rF ia ia", FLOW_TCP_FIN_RESPONDER},
	{"reset", "iS rA ia ra iR", FLOW_TCP_CLOSED},
	{"from the middle", "ia ia", FLOW_TCP_MID},
	{"middle, both ways", "ia ra", FLOW_TCP_OPEN},
	{"simultaneous", "iS rS iA", FLOW_TCP_OPEN},
};

static uint8_t
flags_of(char c) {
	switch (c) {
	case 'S':
		return TCP_SYN;
	case 'A':
		return TCP_SYN | TCP_ACK;
	case 'F':
		return TCP_FIN | TCP_ACK;
	case 'R':
		return TCP_RST | TCP_ACK;
	default:
		return TCP_ACK;
	}
}

static void
test_tcp_lives(void **state) {
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lives); i++) {
		const char *p = lives[i].packets;
		unsigned int s = flow_first_state(6, flags_of(p[1]));
		for (; *p; p += p[2] ? 3 : 2)
			s = flow_next(s, p[0] == 'r', flags_of(p[1]));
		if (s != lives[i].state)
			print_error("%s: state %u\n", lives[i].name, s);
		assert_int_equal(s, lives[i].state);
	}
}

static void
test_timeouts(void **state) {
	(void)state;
	uint64_t s = 1000000;

	assert_true(flow_timeout_us(FLOW_TCP_OPEN, 6) >= 7440 * s);
	assert_true(flow_timeout_us(FLOW_TCP_SYN, 6) >= 240 * s);
	assert_true(flow_timeout_us(FLOW_ANSWERED, 17) >= 120 * s);
	assert_true(flow_timeout_us(FLOW_UNANSWERED, 1) >= 60 * s);
	for (unsigned int st = 0; st < FLOW_STATES; st++)
		for (unsigned int protocol = 0; protocol < 256; protocol++)
			if ((protocol == 6) != (st == FLOW_UNANSWERED || st == FLOW_ANSWERED)
			    && st != 7)
				assert_true(
					flow_timeout_us(st, (uint8_t)protocol)
					>= FLOW_SILENCE_MIN_US
				);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holds_its_capacity),
		cmocka_unit_test(test_agrees_with_a_model),
		cmocka_unit_test(test_seed_decides_the_place),
		cmocka_unit_test(test_collisions_need_the_seed),
		cmocka_unit_test(test_hash_spreads),
		cmocka_unit_test(test_oldest_unanswered_gives_way),
		cmocka_unit_test(test_word_is_the_fields),
		cmocka_unit_test(test_tcp_lives),
		cmocka_unit_test(test_timeouts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
