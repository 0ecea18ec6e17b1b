// SPDX-License-Identifier: BSD-3-Clause
// Server names, through all stages: hellos judge their own connection.

#include "dataplane/table/flow.h"
#include "tests/unit/hello.h"
#include "tests/unit/talk.h"
#include "tests/unit/test.h"

#include <string.h>

static struct hello
tls(const char *name, size_t before) {
	struct hello m = hello_message(name, before, 20);
	return hello_records(&m, 16384);
}

// Does the next packet take its verdict from the flow, without a look?
static bool
is_cached(const struct party *to, uint16_t port) {
	uint64_t before = talk.b.worker->counters.judged;
	bool found = false;

	talk_out(to, port, ACK, 9000, "x", 1);
	for (uint32_t i = 0; i < talk.b.worker->flows->high; i++) {
		const struct flow *f = &talk.b.worker->flows->flow[i];
		if (f->key.family
		    && (f->key.port[0] == __builtin_bswap16(talk.sport)
			|| f->key.port[1] == __builtin_bswap16(talk.sport)))
			found = f->cached;
	}
	return found && talk.b.worker->counters.judged == before;
}

static void
test_hello_judges_its_connection(void **state) {
	(void)state;
	struct hello h = tls("www.ads.example", 30), fine = tls("news.example", 0);

	talk_open(&talk.site, 443); // by a cached address: nobody asked for a name
	assert_int_equal(
		talk_out(&talk.site, 443, ACK, 0, h.bytes, h.length), REASON_DESTINATION_BLOCKED
	);
	talk_named("www.ads.example", SOURCE_TLS, &talk.site);
	assert_int_equal(talk_in(&talk.site, 443, ACK, 0, "x", 1), REASON_DESTINATION_BLOCKED);
	assert_true(is_cached(&talk.site, 443));
	talk_open(&talk.server, 8443); // any port
	assert_int_equal(
		talk_out(&talk.server, 8443, ACK, 0, fine.bytes, fine.length), REASON_NONE
	);
	talk_named("news.example", SOURCE_TLS, &talk.server);
	fine = tls("198.51.100.110", 0); // an address is no name
	talk_open(&talk.server, 443);
	assert_int_equal(talk_out(&talk.server, 443, ACK, 0, fine.bytes, fine.length), REASON_NONE);
	bridge_drain(&talk.b);
	assert_int_equal(talk.b.events[WIRE_NAME], 2);
	talk.sport--;
	assert_true(is_cached(&talk.server, 8443));
}

static void
test_hello_in_pieces(void **state) {
	(void)state;
	static const struct {
		unsigned int n;
		struct {
			size_t from, to;
		} piece[6];
	} cases[] = {
		{2, {{0, 400}, {400, 9999}}},
		{2, {{400, 9999}, {0, 400}}},
		{3, {{3, 9}, {0, 3}, {9, 9999}}},
		{3, {{0, 300}, {0, 300}, {200, 9999}}}, // again, and overlapping
		{6, {{500, 9999}, {0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 500}}},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct hello h = tls("x.ads.example", 600);
		talk_again();
		talk_open(&talk.site, 443);
		for (unsigned int k = 0; k < cases[i].n; k++) {
			size_t from = cases[i].piece[k].from;
			size_t to = MIN_OF(cases[i].piece[k].to, h.length);
			enum reason r = talk_out(
				&talk.site, 443, ACK, (uint32_t)from, h.bytes + from, to - from
			);
			bool last = k + 1 == cases[i].n;
			assert_int_equal(r, last ? REASON_DESTINATION_BLOCKED : REASON_NONE);
		}
		talk_named("x.ads.example", SOURCE_TLS, &talk.site);
	}
}

static void
test_patience_ends(void **state) {
	(void)state;
	struct hello h = tls("x.ads.example", 600);

	talk_open(&talk.site, 443);
	assert_false(is_cached(&talk.site, 443)
	); // a packet that is no hello's beginning is waited over
	talk_open(&talk.site, 443);
	for (uint32_t i = 0; i < 8; i++) // byte by byte
		assert_int_equal(talk_out(&talk.site, 443, ACK, i, h.bytes + i, 1), REASON_NONE);
	assert_true(is_cached(&talk.site, 443));
	talk_open(&talk.site, 443);
	talk_out(&talk.site, 443, ACK, 0, "GET / HTTP/1.1\r\n", 16);
	assert_true(is_cached(&talk.site, 443));
	talk_open(&talk.site, 25);
	talk_in(&talk.site, 25, ACK, 0, "220 mail\r\n", 10); // the server speaks first
	assert_true(is_cached(&talk.site, 25));
	struct hello big = tls("x.ads.example", 5000);
	talk_open(&talk.site, 443);
	for (uint32_t at = 0; at < 4200; at += 1400)
		talk_out(&talk.site, 443, ACK, at, big.bytes + at, 1400);
	assert_true(is_cached(&talk.site, 443));
	bridge_drain(&talk.b);
	assert_int_equal(talk.b.events[WIRE_NAME], 0);
}

static void
test_only_where_it_is_allowed(void **state) {
	(void)state;
	struct hello h = tls("x.ads.example", 0);

	talk_open(&talk.site, 443);
	talk.b.shared->inspect_hellos = false;
	assert_int_equal(talk_out(&talk.site, 443, ACK, 0, h.bytes, h.length), REASON_NONE);
	assert_true(is_cached(&talk.site, 443));
	talk_open(&talk.site, 443);
	assert_int_equal(talk_out(&talk.site, 443, ACK, 0, h.bytes, h.length), REASON_NONE);
	assert_true(is_cached(&talk.site, 443));
	bridge_drain(&talk.b);
	assert_int_equal(talk.b.events[WIRE_NAME], 0);
}

static void
test_others_in_the_batch_obey(void **state) {
	(void)state;
	struct hello h = tls("x.ads.example", 0);

	talk_open(&talk.site, 443);
	for (uint32_t i = 0; i < 3; i++) {
		uint32_t sequence[2] = {0xfffffff0u + i * (uint32_t)h.length, 5001};
		struct frame f = frame_segment(
			&talk.a,
			&talk.site,
			(uint16_t[]){talk.sport, 443},
			ACK,
			sequence,
			h.bytes,
			h.length
		);
		bridge_stage(&talk.b, LAN, &f);
	}
	bridge_run(&talk.b);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(talk.b.reason[i], REASON_DESTINATION_BLOCKED);
}

static void
test_nobody_names_for_another(void **state) {
	(void)state;
	struct hello h = tls("x.ads.example", 0);
	struct party thief = party_make(2);

	talk_open(&talk.site, 443);
	memcpy(thief.ip4, talk.a.ip4, 4);
	struct frame f = frame_segment(
		&thief,
		&talk.site,
		(uint16_t[]){talk.sport, 443},
		ACK,
		(uint32_t[]){0xfffffff0u, 5001},
		h.bytes,
		h.length
	);
	bridge_send(&talk.b, LAN2, &f);
	assert_int_equal(talk_out(&talk.site, 443, ACK, 0, "hello", 5), REASON_NONE);
	bridge_drain(&talk.b);
	assert_int_equal(talk.b.events[WIRE_NAME], 0);
}

// Two names of one address, one of them blocked: the hello tells which is meant.
static void
test_hello_decides_between_names(void **state) {
	(void)state;
	static const struct {
		const char *hello; // NULL: there is none
		enum reason reason;
	} cases[] = {
		{"news.example", REASON_NONE},
		{"www.ads.example", REASON_DESTINATION_BLOCKED},
		{"else.example", REASON_NONE},
		{NULL, REASON_DESTINATION_BLOCKED},
	};

	for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) {
		struct hello h = tls(cases[i / 2].hello ? cases[i / 2].hello : "x", 0);
		talk_again();
		talk_resolve(i % 2 ? "news.example" : "www.ads.example", &talk.site);
		talk_resolve(i % 2 ? "www.ads.example" : "news.example", &talk.site);
		talk_open(&talk.site, 443);
		if (!cases[i / 2].hello)
			h = (struct hello){.bytes = "GET", .length = 3};
		enum reason r = talk_out(&talk.site, 443, ACK, 0, h.bytes, h.length);
		assert_int_equal(r, cases[i / 2].reason);
		assert_int_equal(talk_out(&talk.site, 443, ACK, 900, "x", 1), cases[i / 2].reason);
		assert_true(is_cached(&talk.site, 443));
		// Where nobody says hello, the name resolved last counts.
		struct frame f = frame_echo(&talk.a, &talk.site, 8, 7);
		r = bridge_send(&talk.b, LAN, &f);
		assert_int_equal(r, i % 2 ? REASON_DESTINATION_BLOCKED : REASON_NONE);
	}
}

// All names are blocked: there is no doubt, and no handshake.  The other one has died: neither.
static void
test_names_that_agree(void **state) {
	(void)state;
	talk_resolve("a.ads.example", &talk.site);
	talk_resolve("b.ads.example", &talk.site);
	talk.sport++;
	assert_int_equal(talk_out(&talk.site, 443, SYN, 0, NULL, 0), REASON_DESTINATION_BLOCKED);
	talk_resolve("news.example", &talk.site);
	talk.sport++;
	assert_int_equal(talk_out(&talk.site, 443, SYN, 0, NULL, 0), REASON_NONE);
	talk.b.now += 61000 * NS_PER_MS;
	talk_resolve("c.ads.example", &talk.site);
	talk.sport++;
	assert_int_equal(talk_out(&talk.site, 443, SYN, 0, NULL, 0), REASON_DESTINATION_BLOCKED);
}

// A connection that is open keeps its name whatever is resolved later.
static void
test_open_connections_keep_their_name(void **state) {
	(void)state;
	struct hello h = tls("news.example", 0);

	talk_resolve("news.example", &talk.site);
	talk_open(&talk.site, 443);
	talk_out(&talk.site, 443, ACK, 0, h.bytes, h.length);
	talk_open(&talk.site, 80);
	talk_out(&talk.site, 80, ACK, 0, "GET", 3);
	talk_resolve("www.ads.example", &talk.site);
	assert_int_equal(talk_out(&talk.site, 80, ACK, 3, "x", 1), REASON_NONE);
	talk.sport--;
	assert_int_equal(talk_out(&talk.site, 443, ACK, 900, "x", 1), REASON_NONE);
	bridge_policy(&talk.b, &talk.image);
	assert_int_equal(talk_out(&talk.site, 443, ACK, 901, "x", 1), REASON_NONE);
}

// The same ports again, without an end of the first connection in between.
static void
test_ports_are_used_again(void **state) {
	(void)state;
	struct hello fine = tls("news.example", 0), h = tls("www.ads.example", 0);

	talk_open(&talk.site, 443);
	talk_out(&talk.site, 443, ACK, 0, fine.bytes, fine.length);
	assert_true(is_cached(&talk.site, 443));
	talk.sport--;
	talk_open(&talk.site, 443);
	assert_int_equal(
		talk_out(&talk.site, 443, ACK, 0, h.bytes, h.length), REASON_DESTINATION_BLOCKED
	);
	assert_true(is_cached(&talk.site, 443));
}

static unsigned int
facts(void) {
	bridge_drain(&talk.b);
	return talk.b.events[WIRE_FACT];
}

// Encrypted DNS and tunnels are shown; their ports tell without a name being read.
static void
test_hidden_ways_are_shown(void **state) {
	(void)state;
	struct hello h = tls("dns.google", 0), other = tls("news.example", 0);

	talk_open(&talk.server, 443);
	unsigned int before = facts(); // its hop limit
	talk_out(&talk.server, 443, ACK, 0, other.bytes, other.length);
	assert_int_equal(facts(), before);
	talk_open(&talk.server, 443);
	talk_out(&talk.server, 443, ACK, 0, h.bytes, h.length);
	assert_int_equal(facts(), before + 1);
	talk.b.shared->inspect_hellos = false;
	talk_open(&talk.server, 853);
	talk_out(&talk.server, 853, ACK, 0, other.bytes, other.length);
	assert_int_equal(facts(), before + 2);
	assert_true(is_cached(&talk.server, 853));
	talk_open(&talk.server, 853);
	talk_out(&talk.server, 853, ACK, 0, "nothing", 7);
	assert_int_equal(facts(), before + 2);
	talk_open(&talk.server, 1194);
	talk_out(&talk.server, 1194, ACK, 0, (uint8_t[16]){0, 14, 0x38}, 16);
	assert_int_equal(facts(), before + 3);
	uint8_t handshake[148] = {1};
	struct frame f = frame_udp_with(&talk.a, &talk.server, 5000, 51820, handshake, 148);
	bridge_send(&talk.b, LAN, &f);
	assert_int_equal(facts(), before + 4);
	bridge_send(&talk.b, LAN, &f); // known by now
	assert_int_equal(facts(), before + 4);
}

int
main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, talk_begin, talk_end)
	const struct CMUnitTest tests[] = {
		TEST(hello_judges_its_connection),
		TEST(hello_in_pieces),
		TEST(patience_ends),
		TEST(only_where_it_is_allowed),
		TEST(others_in_the_batch_obey),
		TEST(nobody_names_for_another),
		TEST(hello_decides_between_names),
		TEST(names_that_agree),
		TEST(open_connections_keep_their_name),
		TEST(ports_are_used_again),
		TEST(hidden_ways_are_shown),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
