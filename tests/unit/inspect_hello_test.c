// SPDX-License-Identifier: BSD-3-Clause
// Server names in TLS hellos and QUIC Initials: what is read, what is waited for, what is refused.

#include "dataplane/inspect/quic.h"
#include "dataplane/inspect/tls.h"
#include "tests/unit/bytes.h"
#include "tests/unit/hello.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static struct guard guard;

// The state, and the name as text; the bytes end at a guard page.
static enum hello_state
read_tls(const struct hello *h, size_t n, char text[DNS_TEXT_MAX]) {
	struct server_name name;
	enum hello_state state = tls_hello(guard_put(&guard, h->bytes, n), n, &name);

	if (state == HELLO_NAME)
		dns_wire_text(name.wire, name.length, text);
	return state;
}

static void
names_are_read(void **) {
	static const struct {
		const char *sent, *read; // NULL: no name
	} cases[] = {
		{"example.org", "example.org"},
		{"WWW.Example.ORG", "www.example.org"},
		{"example.org.", "example.org"},
		{"localhost", "localhost"},
		{"192.0.2.1", "192.0.2.1"},
		{"x_y.example", "x_y.example"},
		{"a b.example", "a\\032b.example"},
		{"", NULL},
		{".", NULL},
		{"a..b", NULL},
		{".a", NULL},
		{"a-label-of-sixty-four-letters-is-one-letter-too-long-for-any-name.x", NULL},
	};
	char text[DNS_TEXT_MAX];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct hello m = hello_message(cases[i].sent, 8, 8);
		struct hello h = hello_records(&m, 16384);
		enum hello_state state = read_tls(&h, h.length, text);
		assert_int_equal(state, cases[i].read ? HELLO_NAME : HELLO_NONE);
		if (cases[i].read)
			assert_string_equal(text, cases[i].read);
	}
}

static void
any_cut_asks_for_more(void **) {
	struct hello m = hello_message("www.example.org", 450, 450);

	for (size_t most = 1; most <= 2000; most = most * 3 + 5) {
		struct hello h = hello_records(&m, most);
		char text[DNS_TEXT_MAX] = "";
		bool seen = false;
		for (size_t n = 0; n <= h.length && n < TLS_HELLO_MAX; n++) {
			enum hello_state state = read_tls(&h, n, text);
			assert_int_not_equal(state, HELLO_NONE);
			assert_true(!seen || state == HELLO_NAME);
			seen |= state == HELLO_NAME;
		}
		assert_true(seen || h.length >= TLS_HELLO_MAX);
	}
}

static void
other_bytes_are_no_hello(void **) {
	static const char *const cases[] = {
		"474554202f20485454502f312e310d0a", // GET / HTTP/1.1
		"1503010002 0100", // an alert
		"1603010004 02000000", // ServerHello
		"1604010004 01000000", // another major version
		"1603050004 01000000",
		"1603010000", // an empty record
		"16030148ff", // longer than any record
		"1603010007 01000003 030303", // too short for its own fields
		"160301002b 01000027 0303 "
		"0000000000000000000000000000000000000000000000000000000000000000 21 0000 0100",
		"80 2e 01 03 01", // SSLv2
	};
	char text[DNS_TEXT_MAX];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct hello h = {.length = 0};
		h.length = bytes_read(cases[i], h.bytes, sizeof h.bytes);
		assert_int_equal(read_tls(&h, h.length, text), HELLO_NONE);
	}
	struct hello m = hello_message(NULL, 40, 40); // a hello without a name
	struct hello h = hello_records(&m, 16384);
	assert_int_equal(read_tls(&h, h.length, text), HELLO_NONE);
	// What follows a whole hello does not matter; what cuts one short does.
	m = hello_message("a.example", 0, 0);
	h = hello_records(&m, 16384);
	memcpy(h.bytes + h.length, "\x14\x03\x03\x00\x01\x01", 6);
	assert_int_equal(read_tls(&h, h.length + 6, text), HELLO_NAME);
	m.length = 60;
	h = hello_records(&m, 16384);
	memcpy(h.bytes + h.length, "\x14\x03\x03\x00\x01\x01", 6);
	assert_int_equal(read_tls(&h, h.length + 6, text), HELLO_NONE);
}

static const struct hello_initial version_1 =
	{1, "quic", hello_salt_1, 0, "firstkey", "firstkey", 0};

// Opens an Initial in a datagram that ends at a guard page; the length of the frames or an error.
static int
open_it(const struct hello *h, const char *first, uint8_t plain[QUIC_PLAIN_MAX]) {
	struct quic_keys *k = quic_keys_new();
	struct quic_packet p;
	struct quic_id id = {.length = 8};
	const uint8_t *bytes = guard_put(&guard, h->bytes, h->length);

	assert_non_null(k);
	assert_int_equal(quic_packet(bytes, h->length, &p), 0);
	assert_int_equal(p.type, QUIC_INITIAL);
	memcpy(id.bytes, first, 8);
	int n = quic_open(k, bytes, &p, &id, plain);
	quic_keys_free(k);
	return n;
}

static void
initials_of_every_version_open(void **) {
	static const struct hello_initial cases[] = {
		{1, "quic", hello_salt_1, 0, "firstkey", "firstkey", 7},
		{0x6b3343cf, "quicv2", hello_salt_2, 1, "firstkey", "firstkey", 0x01020304},
		{0xff00001d, "quic", hello_salt_29, 0, "firstkey", "firstkey", 0},
		{0xff000020, "quic", hello_salt_29, 0, "firstkey", "another!", 1},
		{0xff000022, "quic", hello_salt_1, 0, "firstkey", "firstkey", 0},
		{0x1a2a3a4a, "quic", hello_salt_1, 0, "firstkey", "firstkey", 0}, // reserved
		{0xfafafafa, "quic", hello_salt_29, 0, "firstkey", "firstkey", 0},
	};
	uint8_t plain[QUIC_PLAIN_MAX];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct hello m = hello_message("quic.example", 10, 10), frames = {.length = 0};
		struct server_name name;
		struct quic_piece piece;
		hello_crypto(&frames, &m, 0, m.length);
		struct hello h = hello_seal(&cases[i], &frames, 1200);
		assert_int_equal(h.length, 1200);
		int n = open_it(&h, "firstkey", plain);
		assert_true(n > (int)m.length);
		struct quic_frames f = {plain, (size_t)n, 0};
		assert_true(quic_crypto_next(&f, &piece));
		assert_int_equal(piece.offset, 0);
		assert_int_equal(piece.length, m.length);
		assert_int_equal(tls_handshake(piece.bytes, piece.length, &name), HELLO_NAME);
		assert_false(quic_crypto_next(&f, &piece));
		assert_true(open_it(&h, "otherkey", plain) < 0);
		for (size_t at = 0; at < h.length; at += 171) { // the tag covers every bit
			struct hello bad = h;
			if (at > 0 && at < 18)
				continue; // what walks the packet
			bad.bytes[at] ^= at == 0 ? 1 : 0x80;
			assert_true(open_it(&bad, "firstkey", plain) < 0);
		}
	}
	struct hello m = hello_message("quic.example", 0, 0), frames = {.length = 0};
	hello_crypto(&frames, &m, 0, m.length);
	struct hello_initial unknown = version_1;
	unknown.version = 2;
	struct hello h = hello_seal(&unknown, &frames, 1200);
	assert_int_equal(open_it(&h, "firstkey", plain), -ENOTSUP);
}

static void
datagrams_are_walked(void **) {
	static const struct {
		const char *bytes;
		int result;
		unsigned int type;
		size_t size;
	} cases[] = {
		{"", -EBADMSG, 0, 0},
		{"40 0102", 0, QUIC_SHORT, 3},
		{"c0 00000001 00", -EBADMSG, 0, 0},
		{"c0 00000001 15", -EBADMSG, 0, 0}, // an id of 21 bytes
		{"c0 00000000 00 00 0a0a0a0a", 0, QUIC_NEGOTIATION, 11},
		{"f0 00000001 00 00 0102", 0, QUIC_RETRY, 9},
		{"c0 6b3343cf 00 00 0102", 0, QUIC_RETRY, 9},
		{"d0 00000001 00 00 02 aabb cc", 0, QUIC_0RTT, 10}, // and more behind it
		{"e0 6b3343cf 00 00 02 aabb cc", 0, QUIC_0RTT, 10},
		{"e0 00000001 00 00 00", 0, QUIC_HANDSHAKE, 8},
		{"f0 6b3343cf 00 00 00", 0, QUIC_HANDSHAKE, 8},
		{"e0 00000001 00 00 03 aabb", -EBADMSG, 0, 0}, // longer than the datagram
		{"c0 00000001 00 00 05 aabb", -EBADMSG, 0, 0}, // so its token
		{"c0 00000001 00 00 00 02 aabb", -EBADMSG, 0, 0}, // too short to be sealed
		{"c0 00000001 00 00 ffffffffffffffff 00", -EBADMSG, 0, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t bytes[64];
		struct quic_packet p;
		size_t n = bytes_read(cases[i].bytes, bytes, sizeof bytes);
		assert_int_equal(quic_packet(guard_put(&guard, bytes, n), n, &p), cases[i].result);
		if (cases[i].result != 0)
			continue;
		assert_int_equal(p.type, cases[i].type);
		assert_int_equal(p.size, cases[i].size);
	}
}

static void
frames_are_found(void **) {
	static const struct {
		const char *frames;
		const char *pieces; // offset and length of each
	} cases[] = {
		{"", ""},
		{"00 00 01 06 00 02 aabb 00 06 02 01 cc", "0,2 2,1 "},
		{"02 05 00 00 00 06 4100 01 dd", "256,1 "},
		{"02 05 00 01 00 01 01 06 00 01 dd", "0,1 "},
		{"03 05 00 00 00 01 02 03 06 00 01 dd", "0,1 "},
		{"02 05 00 7f 00 01", ""}, // ranges that are not there
		{"06 00 03 aabb", ""}, // longer than the packet
		{"1c 00 00 00 06 00 01 aa", ""}, // CONNECTION_CLOSE ends it
		{"06 00 01 aa 08 00 aa 06 00 01 bb", "0,1 "}, // STREAM may not be there
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t bytes[64];
		char found[64] = "";
		size_t n = bytes_read(cases[i].frames, bytes, sizeof bytes);
		struct quic_frames f = {guard_put(&guard, bytes, n), n, 0};
		struct quic_piece p;
		while (quic_crypto_next(&f, &p))
			snprintf(
				found + strlen(found),
				sizeof found - strlen(found),
				"%d,%d ",
				(int)p.offset,
				(int)p.length
			);
		assert_string_equal(found, cases[i].pieces);
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read),
		cmocka_unit_test(any_cut_asks_for_more),
		cmocka_unit_test(other_bytes_are_no_hello),
		cmocka_unit_test(initials_of_every_version_open),
		cmocka_unit_test(datagrams_are_walked),
		cmocka_unit_test(frames_are_found),
	};

	guard = guard_new(HELLO_ROOM);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	guard_free(&guard);
	return failed;
}
