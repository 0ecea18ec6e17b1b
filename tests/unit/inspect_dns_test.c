// SPDX-License-Identifier: BSD-3-Clause
// DNS messages: chains, compression and its loops, escapes, and every way to be cut short.
#include "dataplane/inspect/dns.h"
#include "platform/base.h"
#include "tests/unit/bytes.h"
#include "tests/unit/test.h"

#include <errno.h>

#define HEAD(flags, questions, answers, additional) "1234" flags questions answers "0000" additional
// www.Example.org: label www at 12, Example at 16, org at 24; ends at 29; question ends at 33
#define QUESTION "03 777777 07 4578616d706c65 03 6f7267 00 0001 0001"
#define A_RECORD "0001 0001 0000003c 0004 c0000201"

static size_t
names_of(const char *hex, unsigned int i, char ret[DNS_NAMES_MAX]) {
	static uint8_t bytes[1024];
	static struct dns_message m;
	size_t n = bytes_read(hex, bytes, sizeof(bytes));

	assert_int_equal(dns_read(bytes, n, false, &m), 0);
	assert_true(i < m.addresses_n);
	return dns_names(bytes, n, &m, i, ret);
}

static void
query_is_read(void **) {
	uint8_t bytes[512];
	struct dns_message m;
	char text[DNS_TEXT_MAX];
	size_t n = bytes_read(HEAD("0100", "0001", "0000", "0000") QUESTION, bytes, sizeof(bytes));

	assert_int_equal(dns_question(bytes, n, &m), 0);
	assert_int_equal(m.id, 0x1234);
	assert_false(m.response);
	assert_int_equal(m.qtype, DNS_TYPE_A);
	assert_int_equal(dns_name_text(bytes, n, m.question, text), 15);
	assert_string_equal(text, "www.example.org");
}

// The CNAMEs stand in the wrong order and the question in upper case.
static void
chain_is_followed(void **) {
	char names[DNS_NAMES_MAX];
	size_t n = names_of(
		HEAD("8180", "0001", "0003", "0000") QUESTION
		// at 33: a.org CNAME b.org
		"01 61 c018 0005 0001 0000003c 0004 01 62 c018"
		// at 51: www.example.org CNAME a.org
		"c00c 0005 0001 0000003c 0002 c021"
		// at 65: b.org A 192.0.2.1, its name a pointer into the first record
		"c02f" A_RECORD,
		0,
		names
	);

	assert_int_equal(n, 16 + 6 + 6);
	assert_memory_equal(names, "www.example.org\0a.org\0b.org", n);
}

static void
chain_that_bites_its_tail_ends(void **) {
	char names[DNS_NAMES_MAX];
	size_t n = names_of(
		HEAD("8180", "0001", "0003", "0000") QUESTION
		"c00c 0005 0001 0000003c 0004 01 61 c018" // www.example.org CNAME a.org, at 45
		"c02d 0005 0001 0000003c 0002 c00c" // a.org CNAME www.example.org
		"c02d" A_RECORD,
		0,
		names
	);

	assert_memory_equal(names, "www.example.org\0a.org", n);
}

static void
owner_off_the_chain_follows_the_question(void **) {
	char names[DNS_NAMES_MAX];
	size_t n = names_of(
		HEAD("8180", "0001", "0001", "0000") QUESTION "01 7a 00" A_RECORD, 0, names
	);

	assert_memory_equal(names, "www.example.org\0z", n);
}

// An HTTPS record of www.example.org with `data`, in hexadecimal.
#define SERVICE(size, data)                                                                        \
	HEAD("8180", "0001", "0001", "0000") QUESTION "c00c 0041 0001 0000003c " size data

static void
services_give_addresses(void **) {
	static const struct {
		const char *message;
		const char *names; // of the first address; NULL: there is none
		unsigned int addresses;
		bool partial;
	} cases[] = {
		{SERVICE("000b", "0001 00 0004 0004 c0000201"), "www.example.org", 1, false},
		{SERVICE("0013", "0001 00 0001 0004 03683303 0004 0004 c0000201"),
		 "www.example.org",
		 1,
		 false},
		{SERVICE("0016", "0001 00 0004 0004 c0000201 0001 0003 026832 0000"),
		 NULL,
		 0,
		 true}, // keys do not grow, and something is left
		{SERVICE("000f", "0001 00 0004 0008 c0000201 c0000202"),
		 "www.example.org",
		 2,
		 false},
		{SERVICE("001f",
			 "0001 00 0004 0004 c0000201 0006 0010 20010db8000000000000000000000001"),
		 "www.example.org",
		 2,
		 false},
		{SERVICE("000f", "0001 03 63646e 00 0004 0004 c0000201"),
		 "www.example.org\0cdn",
		 1,
		 false},
		{SERVICE("0007", "0001 03 63646e 00"), NULL, 0, false},
		{SERVICE("0003", "0000 00"), NULL, 0, false}, // the service is not there
		{SERVICE("000b", "0001 00 0004 0003 c00002 00"), NULL, 0, true},
		{SERVICE("0007", "0001 00 0004 0000"), NULL, 0, true}, // a hint of nothing
		{SERVICE("0007", "0001 00 0004 0004"), NULL, 0, true}, // longer than the record
		{SERVICE("000b", "0001 c000 0004 0004 c0000201"), NULL, 0, true},
		{SERVICE("0002", "0001"), NULL, 0, true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t bytes[512];
		struct dns_message m;
		char names[DNS_NAMES_MAX];
		size_t n = bytes_read(cases[i].message, bytes, sizeof bytes);
		assert_int_equal(dns_read(bytes, n, false, &m), 0);
		assert_int_equal(m.addresses_n, cases[i].addresses);
		assert_int_equal(m.partial, cases[i].partial);
		if (cases[i].names == NULL)
			continue;
		assert_true(dns_names(bytes, n, &m, 0, names) > 0);
		assert_memory_equal(names, cases[i].names, strlen(cases[i].names) + 1);
	}
}

// The owner's alias is another name: its address is the owner's, too.
static void
services_have_aliases(void **) {
	char names[DNS_NAMES_MAX];
	size_t n = names_of(
		HEAD("8180", "0001", "0002", "0000") QUESTION
		"c00c 0041 0001 0000003c 0005 0000 01 61 00" // alias of a.
		"01 61 00" A_RECORD,
		0,
		names
	);

	assert_memory_equal(names, "www.example.org\0a", n);
	assert_int_equal(n, 18);
}

static void
addresses_carry_their_lifetime(void **) {
	uint8_t bytes[512];
	struct dns_message m;
	size_t n = bytes_read(
		HEAD("8180", "0001", "0002", "0001") QUESTION
		"c00c" A_RECORD "c00c 001c 0001 00015180 0010 20010db8000000000000000000000001"
		"c00c 0001 8001 00000001 0004 c0000202", // additional, with mDNS's cache-flush bit
		bytes,
		sizeof(bytes)
	);

	assert_int_equal(dns_read(bytes, n, false, &m), 0);
	assert_int_equal(m.addresses_n, 2);
	assert_int_equal(m.addresses[0].ttl, 60);
	assert_int_equal(m.addresses[1].family, 6);
	assert_int_equal(m.addresses[1].ttl, 86400);
	assert_int_equal(m.addresses[0].owner, m.addresses[1].owner);
	assert_int_equal(dns_read(bytes, n, true, &m), 0);
	assert_int_equal(m.addresses_n, 3);
	assert_true(m.addresses[2].additional);
}

static void
bytes_are_escaped(void **) {
	uint8_t bytes[128];
	char text[DNS_TEXT_MAX];
	size_t n = bytes_read("07 61 2e 5c ff 22 2a 20 02 2d5f 00", bytes, sizeof(bytes));

	assert_int_equal(dns_name_text(bytes, n, 0, text), 25);
	assert_string_equal(text, "a\\046\\092\\255\\034*\\032.-_");
	assert_int_equal(dns_name_text((const uint8_t *)"", 1, 0, text), 1);
	assert_string_equal(text, ".");
}

static void
bad_names_are_refused(void **) {
	static const char *const names[] = {
		"c000", // points at itself
		"c002", // points forward
		"0161 c000 ", // leads back into itself for ever
		"40", // reserved label type
		"0361", // label past the end
		"0161", // no end
		"c0", // half a pointer
		"",
	};
	uint8_t bytes[1024], wire[DNS_WIRE_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = bytes_read(names[i], bytes, sizeof(bytes));
		assert_int_equal(dns_name_wire(bytes, n, 0, wire), -EBADMSG);
	}
	// 127 labels of one byte fit into 255; one more does not.
	size_t n = 0;
	for (unsigned int i = 0; i < 128; i++)
		n += bytes_read("0161", bytes + n, 8);
	bytes[n++] = 0;
	assert_int_equal(dns_name_wire(bytes, n, 2, wire), 255);
	assert_int_equal(dns_name_wire(bytes, n, 0, wire), -EBADMSG);
	// 16 pointers, each leading to the one before it, are followed; 17 are not.
	memset(bytes, 0, sizeof(bytes));
	for (unsigned int i = 1; i <= 17; i++) {
		bytes[i * 2] = 0xc0;
		bytes[i * 2 + 1] = (uint8_t)(i == 1 ? 0 : i * 2 - 2);
	}
	assert_int_equal(dns_name_wire(bytes, 40, 16 * 2, wire), 1);
	assert_int_equal(dns_name_wire(bytes, 40, 17 * 2, wire), -EBADMSG);
}

static void
bad_record_ends_the_walk(void **) {
	uint8_t bytes[512];
	struct dns_message m;
	size_t n = bytes_read(
		HEAD("8180", "0001", "0003", "0000") QUESTION
		"c00c" A_RECORD "c00c 0001 0001 0000003c 0003 c00002" // an address of three bytes
		"c00c" A_RECORD,
		bytes,
		sizeof(bytes)
	);

	assert_int_equal(dns_read(bytes, n, false, &m), 0);
	assert_true(m.partial);
	assert_int_equal(m.addresses_n, 1);
}

static void
no_cut_reads_too_far(void **) {
	static const char hex[] = HEAD("8180", "0001", "0003", "0001") QUESTION
		"01 61 c018 0005 0001 0000003c 0004 01 62 c018"
		"c00c 0005 0001 0000003c 0002 c021"
		"c02f" A_RECORD "c02f" A_RECORD;
	struct guard g = guard_new(1024);
	uint8_t bytes[512];
	size_t n = bytes_read(hex, bytes, sizeof(bytes));

	for (size_t cut = 0; cut <= n; cut++) {
		const uint8_t *message = guard_put(&g, bytes, cut);
		struct dns_message m;
		char names[DNS_NAMES_MAX];
		int r = dns_read(message, cut, true, &m);
		assert_int_equal(r, cut < 33 ? -EBADMSG : 0);
		if (r == 0)
			assert_int_equal(m.partial, cut < n);
		for (unsigned int i = 0; r == 0 && i < m.addresses_n; i++)
			assert_int_equal(dns_names(message, cut, &m, i, names), 28);
	}
	guard_free(&g);
}

// An answer without records but for `authority` and `additional`, and one OPT with `size` options.
#define ANSWERED(authority, additional) "1234 8183 0001 0000" authority additional QUESTION
#define OPT(size, options) "00 0029 04d0 00000000" size options
#define BLOCKED OPT("0006", "000f 0002 000f")
#define SOA "c00c 0006 0001 0000003c 0002 c00c"

static void
extended_errors_are_read(void **) {
	static const struct {
		const char *message;
		int code; // -1: none
	} cases[] = {
		{ANSWERED("0000", "0001") BLOCKED, 15},
		{ANSWERED("0000", "0001") OPT("0006", "000f 0002 0000"), 0},
		{ANSWERED("0000", "0001") OPT("0006", "000f 0002 ffff"), 65535},
		{ANSWERED("0000", "0001") OPT("000d", "000f 0009 0011 626c6f636b6564"), 17},
		{ANSWERED("0000", "0001") OPT("0012", "000a 0008 0102030405060708 000f 0002 0006"),
		 6},
		{ANSWERED("0000", "0001") OPT("000c", "000f 0002 0006 000f 0002 0016"), 6},
		{ANSWERED("0001", "0002") SOA "c00c" A_RECORD BLOCKED, 15},
		{HEAD("8180", "0001", "0001", "0001") QUESTION "c00c" A_RECORD BLOCKED, 15},
		{ANSWERED("0000", "0000") BLOCKED, -1},
		{ANSWERED("0001", "0000") BLOCKED, -1}, // in no additional section
		{ANSWERED("0000", "0001") SOA, -1},
		{ANSWERED("0000", "0001") OPT("0000", ""), -1},
		{ANSWERED("0000", "0001") OPT("0003", "000f 00"), -1},
		{ANSWERED("0000", "0001") OPT("0005", "000f 0001 0f"), -1},
		{ANSWERED("0000", "0001") OPT("0006", "000f 0003 000f"), -1}, // past the OPT
		{ANSWERED("0000", "0001") OPT("0006", "000a ffff 000f"), -1},
		{ANSWERED("0000", "0001") OPT("0007", "000f 0002 000f"), -1}, // past the end
		{ANSWERED("0000", "0001") "c00c 0029 04d0 00000000 0006 000f 0002 000f", -1},
		{ANSWERED("0000", "0001") "00 0029 04d0 00010000 0006 000f 0002 000f",
		 -1}, // EDNS 1
		{ANSWERED("0000", "0002") OPT("0000", "") BLOCKED, -1}, // the second OPT
		{ANSWERED("0000", "0002") "40" BLOCKED, -1}, // a reserved type of label
		{ANSWERED("0000", "ffff") "3f", -1},
	};
	uint8_t bytes[512];
	struct dns_message m;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		size_t n = bytes_read(cases[i].message, bytes, sizeof(bytes));
		assert_int_equal(dns_read(bytes, n, false, &m), 0);
		assert_false(m.partial); // what is not understood costs no name
		assert_int_equal(m.has_error ? m.error : -1, cases[i].code);
		assert_int_equal(dns_read(bytes, n, true, &m), 0);
		assert_false(m.has_error); // mDNS has no resolver
	}
}

// More records than are walked: the OPT behind them is not reached.
static void
extended_error_behind_too_many_records(void **) {
	static uint8_t bytes[8192];
	struct dns_message m;

	for (unsigned int records = 254; records <= 257; records++) {
		size_t n = bytes_read(ANSWERED("0000", "0000"), bytes, sizeof(bytes));
		bytes[10] = (uint8_t)(records >> 8);
		bytes[11] = (uint8_t)records;
		for (unsigned int i = 1; i < records; i++)
			n += bytes_read(SOA, bytes + n, sizeof(bytes) - n);
		n += bytes_read(BLOCKED, bytes + n, sizeof(bytes) - n);
		assert_int_equal(dns_read(bytes, n, false, &m), 0);
		assert_int_equal(m.has_error, records <= DNS_RECORDS_MAX);
	}
}

static void
no_cut_of_an_error_reads_too_far(void **) {
	static const char hex[] = ANSWERED("0001", "0002") SOA
		"01 61 c010" A_RECORD OPT("000f", "000a 0001 01 000f 0006 0016 74657874");
	struct guard g = guard_new(1024);
	uint8_t bytes[512];
	size_t n = bytes_read(hex, bytes, sizeof(bytes));

	for (size_t cut = 0; cut <= n; cut++) {
		const uint8_t *message = guard_put(&g, bytes, cut);
		struct dns_message m;
		if (dns_read(message, cut, false, &m) == 0)
			assert_int_equal(m.has_error ? m.error : -1, cut == n ? 22 : -1);
		else
			assert_true(cut < 33);
	}
	guard_free(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(query_is_read),
		cmocka_unit_test(chain_is_followed),
		cmocka_unit_test(chain_that_bites_its_tail_ends),
		cmocka_unit_test(owner_off_the_chain_follows_the_question),
		cmocka_unit_test(services_give_addresses),
		cmocka_unit_test(services_have_aliases),
		cmocka_unit_test(addresses_carry_their_lifetime),
		cmocka_unit_test(bytes_are_escaped),
		cmocka_unit_test(bad_names_are_refused),
		cmocka_unit_test(bad_record_ends_the_walk),
		cmocka_unit_test(no_cut_reads_too_far),
		cmocka_unit_test(extended_errors_are_read),
		cmocka_unit_test(extended_error_behind_too_many_records),
		cmocka_unit_test(no_cut_of_an_error_reads_too_far),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
