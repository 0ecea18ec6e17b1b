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
assert_named(const char *name, enum source source, const struct party *at) {
	bridge_drain(&talk.b);
	assert_string_equal(talk.b.names, name);
	assert_int_equal(talk.b.name.source, source);
	assert_int_equal(talk.b.name.names, 1);
	assert_memory_equal(talk.b.name.mac, talk.a.mac, 6);
	assert_memory_equal(talk.b.name.address, at->ip4, 4);
}

static void
test_hello_judges_its_connection(void **state) {
	(void)state;
	struct hello h = tls("www.ads.example", 30), fine = tls("news.example", 0);

	talk_open(&talk.site, 443); // by a cached address: nobody asked for a name
	assert_int_equal(
		talk_out(&talk.site, 443, ACK, 0, h.bytes, h.length), REASON_DESTINATION_BLOCKED
	);
	assert_named("www.ads.example", SOURCE_TLS, &talk.site);
	assert_int_equal(talk_in(&talk.site, 443, ACK, 0, "x", 1), REASON_DESTINATION_BLOCKED);
	assert_true(is_cached(&talk.site, 443));
	talk_open(&talk.server, 8443); // any port
	assert_int_equal(
		talk_out(&talk.server, 8443, ACK, 0, fine.bytes, fine.length), REASON_NONE
	);
	assert_named("news.example", SOURCE_TLS, &talk.server);
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
		talk_begin(NULL);
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
		assert_named("x.ads.example", SOURCE_TLS, &talk.site);
		talk_end(NULL);
	}
	talk_begin(NULL);
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
		talk_begin(NULL);
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
		talk_end(NULL);
	}
	talk_begin(NULL);
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

static const struct hello_initial initial = {1, "quic", hello_salt_1, 0, "firstkey", "firstkey", 0};

static enum reason
datagram(const struct hello *h) {
	struct frame f = frame_udp_with(&talk.a, &talk.site, talk.sport, 443, h->bytes, h->length);
	return bridge_send(&talk.b, LAN, &f);
}

static void
test_quic_names(void **state) {
	(void)state;
	static const struct hello_initial v2 = {
		0x6b3343cf, "quicv2", hello_salt_2, 1, "firstkey", "firstkey", 0};
	const struct hello_initial *versions[] = {&initial, &v2};

	for (size_t i = 0; i < ARRAY_LEN(versions); i++) {
		struct hello m = hello_message("q.ads.example", 40, 0), frames = {.length = 0};
		hello_crypto(&frames, &m, 100, m.length - 100); // as browsers shuffle them
		hello_crypto(&frames, &m, 0, 100);
		struct hello h = hello_seal(versions[i], &frames, 1200);
		talk.sport++;
		assert_int_equal(datagram(&h), REASON_DESTINATION_BLOCKED);
		assert_named("q.ads.example", SOURCE_QUIC, &talk.site);
	}
}

static void
test_quic_over_several_initials(void **state) {
	(void)state;
	struct hello m = hello_message("q.ads.example", 1500, 0);
	struct hello one = {.length = 0}, two = {.length = 0};
	struct hello_initial second = initial;

	hello_crypto(&one, &m, 0, 1100);
	hello_crypto(&two, &m, 1100, m.length - 1100);
	second.to = "srvchose"; // after the server's first answer
	second.number = 1;
	struct hello first = hello_seal(&initial, &one, 1200);
	struct hello last = hello_seal(&second, &two, 1200);
	assert_int_equal(datagram(&first), REASON_NONE);
	assert_int_equal(datagram(&last), REASON_DESTINATION_BLOCKED);
	talk.sport++;
	second.to = initial.to;
	last = hello_seal(&second, &two, 1200);
	assert_int_equal(datagram(&last), REASON_NONE);
	assert_int_equal(datagram(&first), REASON_DESTINATION_BLOCKED);
	talk.sport++; // a Retry: everything again under another key
	struct hello_initial again = initial;
	again.key_id = again.to = "retried!";
	assert_int_equal(datagram(&first), REASON_NONE);
	struct hello h = hello_seal(&again, &one, 1200);
	assert_int_equal(datagram(&h), REASON_NONE);
	again.number = 1;
	h = hello_seal(&again, &two, 1200);
	assert_int_equal(datagram(&h), REASON_DESTINATION_BLOCKED);
}

static void
test_quic_beside_other_packets(void **state) {
	(void)state;
	static const uint8_t early[] = {0xd0, 0, 0, 0, 1, 0, 0, 3, 1, 2, 3}; // 0-RTT
	struct hello m = hello_message("q.ads.example", 0, 0), frames = {.length = 0};

	hello_crypto(&frames, &m, 0, m.length);
	struct hello h = hello_seal(&initial, &frames, 1180), both = {.length = 0};
	memcpy(both.bytes, early, sizeof early);
	memcpy(both.bytes + sizeof early, h.bytes, h.length);
	both.length = sizeof early + h.length;
	struct hello other = {.length = 40};
	talk.sport++;
	assert_int_equal(datagram(&other), REASON_NONE); // no QUIC: that was all
	assert_int_equal(datagram(&h), REASON_NONE);
	talk.sport++;
	assert_int_equal(datagram(&both), REASON_DESTINATION_BLOCKED);
	talk.sport++;
	struct hello early_only = {.length = sizeof early};
	memcpy(early_only.bytes, early, sizeof early);
	assert_int_equal(datagram(&early_only), REASON_NONE); // came before its Initial
	assert_int_equal(datagram(&h), REASON_DESTINATION_BLOCKED);
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
		TEST(hidden_ways_are_shown),
		TEST(quic_names),
		TEST(quic_over_several_initials),
		TEST(quic_beside_other_packets),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
