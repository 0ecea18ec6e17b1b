// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/ticket.h"
#include "control/id.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NOW (1000 * NS_PER_S)
#define MADE 7ull

static const struct principal maker =
	{.role = ROLE_USER, .kind = PRINCIPAL_SESSION, .name = "anna", .user = 3, .credential = 5};

static void
test_it_is_its_maker_and_narrow(void **state) {
	static struct tickets t;
	char secret[SECRET_TEXT];
	uint64_t expires = 0;

	(void)state;
	assert_int_equal(ticket_make(&t, &maker, MADE, NOW, secret, &expires), 0);
	assert_int_equal(expires, NOW + TICKET_S * NS_PER_S);
	const struct ticket *found = ticket_find(&t, secret, NOW);
	assert_non_null(found);
	assert_int_equal(found->maker.role, ROLE_USER);
	assert_int_equal(found->maker.credential, 5);
	assert_int_equal(found->maker.capture, MADE);
	assert_non_null(ticket_find(&t, secret, expires - 1));
	assert_null(ticket_find(&t, secret, expires));
	secret[strlen(secret) - 1] ^=
		1; // another digit: 0x30…0x39 and 0x61…0x66 stay such in pairs
	assert_null(ticket_find(&t, secret, NOW));
	assert_null(ticket_find(&t, "", NOW));
	assert_null(ticket_find(&t, "spin_0", NOW));
}

static void
test_what_it_allows(void **state) {
	struct principal p = maker;
	char own[ID_TEXT], other[ID_TEXT];

	(void)state;
	p.capture = MADE;
	id_text("cap_", MADE, own);
	id_text("cap_", MADE + 1, other);
	const struct {
		const char *operation, *capture;
		bool may;
	} cases[] = {
		{"downloadCapture", own, true},
		{"downloadCapture", other, false},
		{"downloadCapture", "cap_", false},
		{"downloadCapture", "", false},
		{"downloadCapture", NULL, false},
		{"getCapture", own, false},
		{"stopCapture", own, false},
		{"deleteCapture", own, false},
		{"approveCapture", own, false},
		{"makeCaptureToken", own, false},
		{"listCaptures", NULL, false},
		{"createCapture", NULL, false},
		{"captureLive", NULL, false},
		{"getSession", NULL, false},
		{"listDevices", NULL, false},
		{"createToken", NULL, false},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
			ticket_allows(&p, cases[i].operation, cases[i].capture), cases[i].may
		);
}

static void
test_made_again_and_revoked(void **state) {
	static struct tickets t;
	char first[SECRET_TEXT], second[SECRET_TEXT], other[SECRET_TEXT];
	uint64_t expires;

	(void)state;
	assert_false(ticket_is_of(&t, MADE));
	assert_int_equal(ticket_make(&t, &maker, MADE, NOW, first, &expires), 0);
	assert_int_equal(ticket_make(&t, &maker, MADE, NOW, second, &expires), 0);
	assert_int_equal(ticket_make(&t, &maker, MADE + 1, NOW, other, &expires), 0);
	assert_null(ticket_find(&t, first, NOW));
	assert_non_null(ticket_find(&t, second, NOW));
	assert_true(ticket_is_of(&t, MADE));
	ticket_revoke(&t, MADE);
	assert_false(ticket_is_of(&t, MADE));
	assert_null(ticket_find(&t, second, NOW));
	assert_non_null(ticket_find(&t, other, NOW));
}

static void
test_they_are_bounded(void **state) {
	static struct tickets t;
	char secret[SECRET_TEXT];
	uint64_t expires;

	(void)state;
	for (uint64_t i = 0; i < TICKETS_MAX; i++)
		assert_int_equal(ticket_make(&t, &maker, MADE + i, NOW, secret, &expires), 0);
	assert_int_equal(ticket_make(&t, &maker, MADE + 99, NOW, secret, &expires), -ENOSPC);
	assert_int_equal(ticket_make(&t, &maker, MADE + 99, expires, secret, &expires), 0);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_its_maker_and_narrow),
		cmocka_unit_test(test_what_it_allows),
		cmocka_unit_test(test_made_again_and_revoked),
		cmocka_unit_test(test_they_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
