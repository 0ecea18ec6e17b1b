// SPDX-License-Identifier: BSD-3-Clause
// What a rule means, as a table, through the real compiler and the real pipeline.

#include "platform/base.h"
#include "tests/unit/rules_rig.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

static const struct rules_case {
	const char *families;
	const char *rules;
	const char *given;
	const char *packet;
	const char *reason;
} cases[] = {
#include "tests/unit/rules_cases.h"
#include "tests/unit/rules_cases_match.h"
};

// The steps before the packet, and the rules where they belong.
static void
prepare(struct rules_rig *r, const struct rules_case *c) {
	char before[256];
	const char *given = c->given;
	const char *mark = strchr(given, '~');

	if (given[0] == '[') {
		size_t n = strcspn(given, "]");
		snprintf(before, sizeof before, "%.*s", (int)n - 1, given + 1);
		rules_rig_set(r, before);
		given += n + 1;
	} else if (mark) {
		snprintf(before, sizeof before, "%.*s", (int)(mark - given), given);
		rules_rig_run(r, before);
		given = mark + 1;
	}
	if (mark)
		rules_rig_set(r, c->rules);
	rules_rig_run(r, given);
	if (!mark)
		rules_rig_set(r, c->rules);
}

static bool
holds(const struct rules_case *c, unsigned int family) {
	static struct rules_rig rig;

	rules_rig_open(&rig, family);
	prepare(&rig, c);
	enum reason got = rules_rig_run(&rig, c->packet);
	bool forwarded = rig.b.out[0] != 0;
	bool right = strcmp(reason_name(got), c->reason) == 0 && forwarded == (got == REASON_NONE);
	if (!right)
		print_error(
			"IPv%u {%s} given {%s}, {%s}: %s, not %s\n",
			family,
			c->rules,
			c->given,
			c->packet,
			reason_name(got),
			c->reason
		);
	rules_rig_close(&rig);
	return right;
}

static void
test_table(void **state) {
	unsigned int run = 0, wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (const char *family = cases[i].families; *family; family++, run++)
			wrong += !holds(&cases[i], (unsigned int)(*family - '0'));
	print_message("%zu rows, %u cases, %u wrong\n", ARRAY_LEN(cases), run, wrong);
	assert_int_equal(wrong, 0);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
	};
	return cmocka_run_group_tests(tests, bridge_start, bridge_stop);
}
