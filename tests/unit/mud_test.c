// SPDX-License-Identifier: BSD-3-Clause
// MUD files as makers write them become rows, and rows a file that says the same when it is read.

#include "control/mud/mud.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define HEAD                                                                                       \
	"{\"ietf-mud:mud\":{\"mud-version\":1,\"mud-url\":\"https://lighting.example.com/bulb\","  \
	"\"last-update\":\"2019-01-28T11:20:51+01:00\",\"cache-validity\":48,"                     \
	"\"is-supported\":true,\"systeminfo\":\"The BMS Example Light Bulb\","
#define POLICIES                                                                                   \
	"\"from-device-policy\":{\"access-lists\":{\"access-list\":[{\"name\":\"fr\"}]}},"         \
	"\"to-device-policy\":{\"access-lists\":{\"access-list\":[{\"name\":\"to\"}]}}},"
#define LISTS(from, to)                                                                            \
	"\"ietf-access-control-list:acls\":{\"acl\":["                                             \
	"{\"name\":\"to\",\"type\":\"ipv6-acl-type\",\"aces\":{\"ace\":[" to "]}},"                \
	"{\"name\":\"fr\",\"type\":\"ipv6-acl-type\",\"aces\":{\"ace\":[" from "]}}]}}"
#define ACE(matches)                                                                               \
	"{\"name\":\"x\",\"matches\":{" matches "},\"actions\":{\"forwarding\":\"accept\"}}"
#define FILE_OF(from, to) HEAD POLICIES LISTS(from, to)

static struct mud m, again;

static void
reads(const char *text, struct mud *ret) {
	char error[MUD_ERROR] = "";

	if (mud_read(text, strlen(text), ret, error) != 0)
		fail_msg("%s", error);
}

// RFC 8520 section 9.
static void
test_example_of_the_rfc(void **state) {
	(void)state;
	reads(FILE_OF(ACE("\"ipv6\":{\"ietf-acldns:dst-dnsname\":\"Test.example.com\","
			  "\"protocol\":6},\"tcp\":{\"ietf-mud:direction-initiated\":"
			  "\"from-device\",\"destination-port\":{\"operator\":\"eq\","
			  "\"port\":443}}"),
		      ACE("\"ipv6\":{\"ietf-acldns:src-dnsname\":\"test.example.com\","
			  "\"protocol\":6},\"tcp\":{\"ietf-mud:direction-initiated\":"
			  "\"from-device\",\"source-port\":{\"operator\":\"eq\",\"port\":443}}")),
	      &m);
	assert_string_equal(m.url, "https://lighting.example.com/bulb");
	assert_string_equal(m.systeminfo, "The BMS Example Light Bulb");
	assert_int_equal(m.rows_count, 1);
	assert_int_equal(m.rows[0].peer, MUD_DOMAIN);
	assert_string_equal(m.rows[0].text, "test.example.com");
	assert_int_equal(m.rows[0].family, 6);
	assert_int_equal(m.rows[0].protocol, IPPROTO_TCP);
	assert_int_equal(m.rows[0].port_low, 443);
	assert_int_equal(m.rows[0].port_high, 443);
	assert_int_equal(m.rows[0].begins, MUD_DEVICE_BEGINS);
	assert_int_equal(m.unmet, 0);
}

static const struct {
	const char *name;
	const char *from, *to; // matches
	struct mud_row row;
} rows[] = {
	{"a server on the local network",
	 "",
	 "\"ietf-mud:mud\":{\"local-networks\":[null]},\"ipv4\":{\"protocol\":6},"
	 "\"tcp\":{\"ietf-mud:direction-initiated\":\"to-device\","
	 "\"destination-port\":{\"operator\":\"eq\",\"port\":80}}",
	 {MUD_LOCAL, MUD_PEER_BEGINS, 4, 6, 80, 80, ""}},
	{"its port, where no direction is said",
	 "\"ipv4\":{\"protocol\":17},\"udp\":{\"source-port\":{\"operator\":\"eq\",\"port\":161}}",
	 "",
	 {MUD_ANYBODY, MUD_PEER_BEGINS, 4, 17, 161, 161, ""}},
	{"a controller by its class",
	 "\"ietf-mud:mud\":{\"controller\":\"urn:ietf:params:mud:dns\"},\"ipv6\":{\"protocol\":17},"
	 "\"udp\":{\"destination-port\":{\"operator\":\"eq\",\"port\":53}}",
	 "",
	 {MUD_CONTROLLER, MUD_DEVICE_BEGINS, 6, 17, 53, 53, "urn:ietf:params:mud:dns"}},
	{"a network and a range of ports",
	 "\"ipv4\":{\"destination-ipv4-network\":\"192.0.2.0/24\",\"protocol\":17},"
	 "\"udp\":{\"destination-port\":{\"lower-port\":1000,\"upper-port\":2000}}",
	 "",
	 {MUD_NETWORK, MUD_DEVICE_BEGINS, 4, 17, 1000, 2000, "192.0.2.0/24"}},
	{"ICMP",
	 "\"ipv6\":{\"protocol\":58},\"icmp\":{\"type\":128,\"code\":0}",
	 "",
	 {MUD_ANYBODY, MUD_EITHER_BEGINS, 6, 58, 0, 65535, ""}},
	{"devices of the same maker",
	 "\"ietf-mud:mud\":{\"same-manufacturer\":[null]},\"ipv4\":{\"protocol\":6},\"tcp\":{}",
	 "",
	 {MUD_SAME_MANUFACTURER, MUD_EITHER_BEGINS, 4, 6, 0, 65535, ""}},
};

static void
test_rows(void **state) {
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char text[4096];
		const char *open = "{\"name\":\"x\",\"actions\":{\"forwarding\":\"accept\"},"
				   "\"matches\":{";
		snprintf(
			text,
			sizeof text,
			HEAD POLICIES LISTS("%s%s%s", "%s%s%s"),
			rows[i].to[0] ? open : "",
			rows[i].to,
			rows[i].to[0] ? "}}" : "",
			rows[i].from[0] ? open : "",
			rows[i].from,
			rows[i].from[0] ? "}}" : ""
		);
		reads(text, &m);
		assert_int_equal(m.rows_count, 1);
		if (mud_row_compare(&m.rows[0], &rows[i].row) != 0)
			fail_msg("%s: another row", rows[i].name);
	}
}

static void
write(const struct mud *from, struct json *j) {
	json_reset(j);
	mud_write(from, j);
	assert_false(j->failed);
}

// Every kind of row, both families and one: written, read and written is the same.
static void
test_round_trip(void **state) {
	(void)state;
	struct json one, two;

	reads(FILE_OF("", ""), &m);
	for (unsigned int family = 0; family <= 6; family += family ? 2 : 4)
		for (size_t i = 0; i < ARRAY_LEN(rows); i++)
			for (int begins = 0; begins < 3; begins++) {
				struct mud_row row = rows[i].row;
				if (row.peer == MUD_NETWORK && family != 4)
					continue;
				row.begins = (uint8_t)begins;
				if (begins == MUD_EITHER_BEGINS) {
					row.port_low = 0;
					row.port_high = UINT16_MAX;
				}
				row.family = (uint8_t)family;
				m.rows[m.rows_count++] = row;
			}
	mud_sort(&m);
	json_init(&one);
	json_init(&two);
	write(&m, &one);
	reads(one.text, &again);
	write(&again, &two);
	assert_string_equal(one.text, two.text);
	assert_int_equal(m.rows_count, again.rows_count);
	const struct mud_row *missing[MUD_ROWS_MAX];
	assert_int_equal(mud_missing(&m, &again, missing), 0);
	again.rows_count--;
	assert_int_equal(mud_missing(&m, &again, missing), 1);
	assert_ptr_equal(missing[0], &m.rows[m.rows_count - 1]);
	json_free(&one);
	json_free(&two);
}

// What is narrower than we can say is left out, and told.
static void
test_unmet(void **state) {
	(void)state;
	reads(FILE_OF(ACE("\"eth\":{\"ethertype\":\"0x88b5\"}"
		      ) ","
			"{\"name\":\"no\",\"matches\":{\"ipv4\":{}},"
			"\"actions\":{\"forwarding\":\"drop\"}}",
		      ""),
	      &m);
	assert_int_equal(m.rows_count, 0);
	assert_int_equal(m.unmet, 2);
	assert_non_null(strstr(m.unmet_first, "'x' of list 'fr'"));
}

static const struct {
	const char *text;
	const char *says;
} broken[] = {
	{"", "1:1"},
	{"{}", "no 'ietf-mud:mud' object"},
	{"[1]", ""},
	{"{\"ietf-mud:mud\":{\"mud-version\":2}}", "mud-version"},
	{"{\"ietf-mud:mud\":{\"mud-version\":1,\"mud-url\":\"http://a.example/\"}}", "https://"},
	{"{\"ietf-mud:mud\":{\"mud-version\":1,\"mud-url\":\"https://a\",\"cache-validity\":999}}",
	 "168 hours"},
	{HEAD POLICIES "\"ietf-access-control-list:acls\":{\"acl\":[]}}", "no access list 'fr'"},
	{FILE_OF(ACE("\"ipv4\":{\"ietf-acldns:dst-dnsname\":\"a b\"}"), ""), "no domain name"},
	{FILE_OF(ACE("\"ipv4\":{\"ietf-acldns:dst-dnsname\":7}"), ""), "domain name"},
	{FILE_OF(ACE("\"ipv4\":{\"ietf-acldns:src-dnsname\":\"a.b\"}"), ""),
	 "the device's own name"},
	{FILE_OF(ACE("\"ipv4\":{\"destination-ipv4-network\":\"192.0.2.1/24\"}"), ""),
	 "bits behind"},
	{FILE_OF(ACE("\"ipv4\":{\"destination-ipv4-network\":\"fe80::/10\"}"), ""), "no IPv4"},
	{FILE_OF(ACE("\"ipv4\":{\"protocol\":256}"), ""), "0 to 255"},
	{FILE_OF(ACE("\"tcp\":{\"destination-port\":{\"operator\":\"gt\",\"port\":1}}"), ""),
	 "'gt'"},
	{FILE_OF(ACE("\"tcp\":{\"destination-port\":{\"port\":70000}}"), ""), "65535"},
	{FILE_OF(ACE("\"tcp\":{\"ietf-mud:direction-initiated\":\"up\"}"), ""), "from-device or"},
	{FILE_OF(ACE("\"ietf-mud:mud\":{}"), ""), "names nobody"},
};

static void
test_broken(void **state) {
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		char error[MUD_ERROR] = "";
		assert_int_equal(
			mud_read(broken[i].text, strlen(broken[i].text), &m, error), -EINVAL
		);
		if (!error[0] || !strstr(error, broken[i].says))
			fail_msg("%zu: '%s' lacks '%s'", i, error, broken[i].says);
	}
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example_of_the_rfc),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_unmet),
		cmocka_unit_test(test_broken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
