// SPDX-License-Identifier: BSD-3-Clause
// Nothing of the home's names, MACs and addresses comes through the mask; all else does.

#include "control/provider/mask.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t key[MASK_KEY] = {1, 2, 3};
static struct mask m;

static int
set_up(void **) {
	static const struct rule_address home = {{192, 0, 2}, 4, 24};

	mask_init(&m, key);
	m.own = "helper";
	mask_add_word(&m, "Kitchen", "device 9");
	mask_add_word(&m, "Kitchen Radio", "speaker 1");
	mask_add_word(&m, "tv", "television 2");
	mask_add_word(&m, "Gro\xc3\x9f \"und\" gut", "device 3");
	mask_add_word(&m, "7", "device 4"); // names nobody
	mask_add_word(&m, "online", "device 5");
	mask_add_id(&m, "dev_1", "speaker 1");
	mask_add_home(&m, &home);
	mask_ready(&m);
	return 0;
}

static int
tear_down(void **) {
	mask_fini(&m);
	return 0;
}

static void
expect(const char *json, const char *want) {
	size_t length;
	char *text = mask_json(&m, json, strlen(json), &length);

	assert_non_null(text);
	assert_string_equal(text, want);
	assert_int_equal(length, strlen(want));
	free(text);
}

static void
words_are_found_where_they_stand_alone(void **) {
	static const char *const cases[][2] = {
		{"{\"name\":\"Kitchen Radio\"}", "{\"name\":\"speaker 1\"}"},
		{"{\"name\":\"kitchen radio\"}", "{\"name\":\"speaker 1\"}"},
		{"{\"text\":\"The Kitchen is on\"}", "{\"text\":\"The device 9 is on\"}"},
		{"{\"text\":\"Kitchens, tvs\"}", "{\"text\":\"Kitchens, tvs\"}"},
		{"{\"n\":\"my-tv.local\"}", "{\"n\":\"my-television 2.local\"}"},
		{"{\"n\":\"Gro\xc3\x9f \\\"und\\\" gut\"}", "{\"n\":\"device 3\"}"},
		{"{\"n\":\"GRO\\u00df\"}", "{\"n\":\"GRO\xc3\x9f\"}"},
		{"{\"n\":\"7 of 7\"}", "{\"n\":\"7 of 7\"}"},
		{"{\"community_id\":\"1:X0snYXpgwiv9TZtqg64sgzUn6Dk=\"}",
		 "{\"community_id\":null}"},
		{"{\"tv\":[\"tv\",\"\",\"a\\\\tv\"]}",
		 "{\"tv\":[\"television 2\",\"\",\"a\\\\television 2\"]}"},
		{"{\"state\":\"online\",\"text\":\"online\"}",
		 "{\"state\":\"online\",\"text\":\"device 5\"}"},
		{"[1,true,null,\"x\"]", "[1,true,null,\"x\"]"},
		{"{\"facts\":[{\"text\":\"]\"},[]],\"a\":1}", "{\"facts\":[],\"a\":1}"},
		{"{\"comment\":\"for Lena\",\"who\":\"anna\"}",
		 "{\"comment\":\"masked\",\"who\":\"household\"}"},
		{"{\"who\":\"helper\",\"author\":\"clock\"}",
		 "{\"who\":\"helper\",\"author\":\"clock\"}"},
		{"{\"n\":\"7.2.0.192.in-addr.arpa\"}", "{\"n\":\"masked.arpa\"}"},
		{"{\"objects\":[{\"id\":\"dev_1\",\"name\":\"Old\"},{\"id\":\"dev_2\",\"name\":"
		 "\"Older\"}],\"before\":{\"name\":\"Old\"},\"name\":\"new\"}",
		 "{\"objects\":[{\"id\":\"dev_1\",\"name\":\"speaker 1\"},{\"id\":\"dev_2\","
		 "\"name\":\"a device\"}],\"before\":{\"name\":\"masked\"},\"name\":\"new\"}"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect(cases[i][0], cases[i][1]);
}

// What the text has become, with what stood there before nowhere in it.
static char *
masked(const char *json, const char *secret) {
	size_t length;
	char *text = mask_json(&m, json, strlen(json), &length);

	assert_non_null(text);
	assert_null(strstr(text, secret));
	return text;
}

static void
macs_and_addresses_get_others(void **) {
	char *a = masked("{\"mac\":\"02:00:5e:10:00:0b\"}", "5e:10");
	char *b = masked("{\"mac\":\"02:00:5E:10:00:0B\"}", "5E:10");
	char *c = masked("{\"mac\":\"02:00:5e:10:00:0c\"}", "5e:10");

	assert_string_equal(a, b); // the same, however it is written
	assert_string_not_equal(a, c);
	assert_int_equal(strlen(a), strlen("{\"mac\":\"02:00:5e:10:00:0b\"}"));
	free(a);
	free(b);
	free(c);
	free(masked("{\"n\":\"ESP_A1B2C3D4E5F6\"}", "A1B2"));
	free(masked("{\"n\":\"02-00-5e-10-00-0b\"}", "5e-10"));
	a = masked("{\"n\":\"192.0.2.7\"}", "192.0.2");
	assert_non_null(strstr(a, "198.1"));
	free(a);
	free(masked("{\"n\":\"to 192.0.2.7:443, then\"}", "192.0.2"));
	free(masked("{\"n\":\"192.0.2.0/24\"}", "192.0.2"));
	a = masked("{\"n\":\"2001:db8::5e:10ff:fe00:b\"}", "10ff");
	assert_non_null(strstr(a, "2001:2:"));
	free(a);
	expect("{\"n\":\"198.51.100.7 and 2001:db8::1\"}",
	       "{\"n\":\"198.51.100.7 and 2001:db8::1\"}");
	expect("{\"n\":\"2026-11-26T14:01:24.994Z 1.2.3 10:20:30\"}",
	       "{\"n\":\"2026-11-26T14:01:24.994Z 1.2.3 10:20:30\"}");
}

static void
what_is_cut_off_is_not_sent(void **) {
	size_t length;

	assert_null(mask_json(&m, "{\"a\":\"b", 7, &length));
	char *text = mask_plain(&m, "id,name\n1,tv\n", 13, &length);
	assert_string_equal(text, "id,name\n1,television 2\n");
	free(text);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_found_where_they_stand_alone),
		cmocka_unit_test(macs_and_addresses_get_others),
		cmocka_unit_test(what_is_cut_off_is_not_sent),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
