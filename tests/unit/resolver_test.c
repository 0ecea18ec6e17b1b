// SPDX-License-Identifier: BSD-3-Clause
// What resolvers said is kept by question, replaced by the next answer, bounded and forgotten.

#include "control/clock.h"
#include "control/resolver.h"
#include "platform/base.h"
#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#define TYPE_A 1
#define TYPE_HTTPS 65
#define NOTHING (-1)

// The device is told of `name`, in a flow, without an address.
static void
hear(struct gathering *g, uint8_t device, const char *name, uint16_t type, int code) {
	struct wire_name w = {
		.source = SOURCE_DNS,
		.seen_ns = clock_mono_ns(),
		.length = (uint16_t)(strlen(name) + 1),
		.names = 1,
		.asked = type,
		.rcode = 3,
		.has_ede = code != NOTHING,
		.flow = 1,
		.ede = code == NOTHING ? 0 : (uint16_t)code,
	};

	memcpy(w.mac, gathering_device(g, device)->mac, sizeof w.mac);
	observe_name(&g->s, &w, name);
}

static int
said(struct gathering *g, uint8_t device, const char *names, size_t length) {
	const struct resolver_said *r =
		resolver_find(&g->s, gathering_device(g, device), names, length);
	return r ? r->code : NOTHING;
}

#define SAID(g, device, names) said(g, device, names, sizeof names)

static void
the_last_answer_counts(void **) {
	struct gathering g;

	gathering_open(&g);
	hear(&g, 1, "ads.example", TYPE_A, NOTHING);
	assert_int_equal(SAID(&g, 1, "ads.example"), NOTHING);
	hear(&g, 1, "ads.example", TYPE_A, 15);
	hear(&g, 2, "ads.example", TYPE_A, 0);
	assert_int_equal(SAID(&g, 1, "ads.example"), 15);
	assert_int_equal(SAID(&g, 2, "ads.example"), 0);
	assert_int_equal(SAID(&g, 1, "www.shop.example\0ads.example"), 15); // on the way there
	assert_int_equal(SAID(&g, 1, "shop.example"), NOTHING);
	hear(&g, 1, "ads.example", TYPE_A, 22);
	assert_int_equal(SAID(&g, 1, "ads.example"), 22);
	hear(&g, 1, "ads.example", TYPE_HTTPS, NOTHING); // of another question
	gathering_name(&g, 1, "ads.example", "192.0.2.1"); // as in a snapshot: in no flow
	assert_int_equal(SAID(&g, 1, "ads.example"), 22);
	hear(&g, 1, "ads.example", TYPE_A, NOTHING);
	assert_int_equal(SAID(&g, 1, "ads.example"), NOTHING);
	assert_int_equal(g.s.resolver.count, 1);
	gathering_close(&g);
}

static void
it_is_bounded_and_forgotten(void **) {
	struct gathering g;
	char name[32];

	gathering_open(&g);
	hear(&g, 1, "first.example", TYPE_A, 15);
	hear(&g, 2, "second.example", TYPE_A, 16);
	for (unsigned int i = 0; i < RESOLVER_SAID_MAX - 1; i++) {
		snprintf(name, sizeof name, "n%u.example", i);
		hear(&g, 2, name, TYPE_A, 17);
	}
	assert_int_equal(g.s.resolver.count, RESOLVER_SAID_MAX);
	assert_int_equal(SAID(&g, 1, "first.example"), NOTHING);
	assert_int_equal(SAID(&g, 2, "second.example"), 16);
	hear(&g, 1, "first.example", TYPE_A, 18);
	resolver_forget_device(&g.s, gathering_device(&g, 2));
	assert_int_equal(g.s.resolver.count, 1);
	assert_int_equal(SAID(&g, 1, "first.example"), 18);
	gathering_close(&g);
}

static void
errors_have_names(void **) {
	assert_string_equal(resolver_error_name(15), "Blocked");
	assert_string_equal(resolver_error_name(30), "Invalid Query Type");
	assert_null(resolver_error_name(31));
	assert_null(resolver_error_name(UINT16_MAX));
	for (unsigned int code = 0; resolver_error_name(code); code++)
		assert_true(code <= 30);
	assert_null(resolver_error_text(0));
	assert_non_null(resolver_error_text(16));
	assert_null(resolver_error_text(49152));
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_answer_counts),
		cmocka_unit_test(it_is_bounded_and_forgotten),
		cmocka_unit_test(errors_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
