// SPDX-License-Identifier: BSD-3-Clause
// Profiles: what their files say, what they inherit, and that an edit leaves all else as it was.

#include "control/domain.h"
#include "control/profile.h"
#include "control/profile_edit.h"
#include "control/profile_rule.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[] = "/tmp/spin-profile-XXXXXX";

static int
put(struct profiles *p, const char *name, const char *text, char error[PROFILE_ERROR]) {
	char path[64];

	snprintf(path, sizeof path, "%s.yaml", name);
	return profiles_put(p, name, path, false, text, strlen(text), error);
}

#define HEAD "description: x\ndefault: block\n"

static void
wrong_profiles_are_explained(void **) {
	static const struct {
		const char *text;
		const char *says;
	} cases[] = {
		{"default: allow\n", "a.yaml:1:1: the key 'description' is missing"},
		{"description: x\n", "a.yaml:1:1: the key 'default' is missing"},
		{"description: x\ndefault: alow\n", ":2:10: 'alow' is no verdict: write 'allow'"},
		{HEAD "extend: b\n", ":3:1: unknown key 'extend': did you mean 'extends'?"},
		{HEAD "extends: No Good\n", ":3:10: 'No Good' is no name of a profile"},
		{HEAD "extends: b\n", ":3:10: there is no profile 'b': did you mean 'a'?"},
		{HEAD "extends: a\n", ":3:10: 'a' would inherit from itself"},
		{HEAD "rules: x\n", ":3:8: expected one rule a line"},
		{HEAD "rules:\n  - x\n", ":4:5: a rule begins with allow, block or limit"},
		{HEAD "rules:\n  - alow: local\n",
		 ":4:5: unknown key 'alow': did you mean 'allow'?"},
		{HEAD "rules:\n  - allow: everything\n", ":4:12: what to allow is missing"},
		{HEAD "rules:\n  - allow: {}\n", ":4:5: the rule names nothing"},
		{HEAD "rules:\n  - direction: out\n", ":4:5: the rule does not say what to do"},
		{HEAD "rules:\n  - allow: {domian: x.org}\n",
		 ":4:13: unknown key 'domian': did you mean 'domain'?"},
		{HEAD "rules:\n  - allow: {domain: co.uk}\n", ":4:21: 'co.uk' is a public suffix"},
		{HEAD "rules:\n  - allow: {domain: x.org, country: NL}\n",
		 ":4:37: one rule speaks"},
		{HEAD "rules:\n  - allow: {prefix: '2001:db8::1/32'}\n",
		 ":4:21: '2001:db8::1/32' has bits behind its length: write 2001:db8::/32"},
		{HEAD "rules:\n  - allow: {local: yes}\n",
		 ":4:20: 'yes' is not what 'local' takes"},
		{HEAD "rules:\n  - allow: {service: htps}\n", ":4:22: unknown service 'htps'"},
		{HEAD "rules:\n  - allow: local\n    schedule: noon\n",
		 ":5:15: 'noon' is no schedule: write days and times"},
		{HEAD "rules:\n  - limit: local\n", ":4:5: a limit without a figure"},
		{HEAD "rules:\n  - limit: {up: fast}\n", ":4:17: 'fast' is no rate"},
		{HEAD "rules:\n  - allow: {local: true, up: 2M}\n", ":4:5: figures belong to"},
		{HEAD "rules:\n  - allow: local\n    block: any\n",
		 ":5:12: one rule does one thing"},
		{HEAD "rules:\n  - allow: local\n  - allow: {local: true}\n",
		 ":5:5: the rule in line 4 says the same"},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct profiles p = {.count = 0};
		char error[PROFILE_ERROR] = "";
		int r = put(&p, "a", cases[i].text, error);
		if (r == 0)
			r = profiles_resolve(&p, error);
		if (r == 0 || !strstr(error, cases[i].says))
			fail_msg("%s\n  gave: %s\n  not: %s", cases[i].text, error, cases[i].says);
		profiles_free(&p);
	}
}

static void
what_is_inherited(void **) {
	struct profiles p = {.count = 0};
	struct profiles again;
	char error[PROFILE_ERROR] = "";

	assert_int_equal(
		put(&p,
		    "child",
		    "description: c\nextends: middle\nrules:\n  - block: {domain: x.org}\n",
		    error),
		0
	);
	assert_int_equal(
		put(&p,
		    "middle",
		    "description: m\nextends: base\nrules:\n  - allow: {domain: y.org}\n",
		    error),
		0
	);
	assert_int_equal(
		put(&p,
		    "base",
		    "description: b\ndefault: block\nrules:\n  - allow: {domain: x.org}\n"
		    "  - allow: local\n    schedule: daily 08:00-20:00\n",
		    error),
		0
	);
	if (profiles_resolve(&p, error) < 0)
		fail_msg("%s", error);
	const struct profile *child = profiles_find(&p, "child");
	assert_int_equal(child->verdict, POLICY_DEFAULT_BLOCK);
	assert_int_equal(child->own_count, 1);
	// Its own block takes the place of what base allows.
	assert_int_equal(child->rules_count, 3);
	assert_string_equal(child->rules[1].from, "middle");
	assert_string_equal(child->rules[1].spec.profile, "child");
	assert_string_equal(child->rules[2].from, "base");
	assert_true(child->rules[2].id == profiles_find(&p, "base")->rules[1].id);
	profiles_count_hits(&p, child->rules[2].id, 3, 9);
	assert_int_equal(profiles_find(&p, "base")->rules[1].hits, 3);

	// The same text keeps its ids, and what was counted.
	assert_int_equal(profiles_copy(&p, &again, error), 0);
	assert_int_equal(profiles_resolve(&again, error), 0);
	profiles_remember(&again, &p);
	assert_int_equal(profiles_find(&again, "child")->rules[2].hits, 3);

	// A ring is refused with a place.
	assert_int_equal(put(&again, "base", "description: b\nextends: child\n", error), 0);
	assert_int_equal(profiles_resolve(&again, error), -EINVAL);
	assert_non_null(strstr(error, ".yaml:2:10: "));
	assert_non_null(strstr(error, "would inherit from itself"));
	profiles_free(&again);
	profiles_free(&p);
}

static void
the_shipped_ones_are_good(void **) {
	static const char *const names[] = {
		"allow-all",
		"block-all",
		"camera",
		"guest",
		"learned",
		"local-only",
		"printer",
		"television",
	};
	struct profiles p = {.count = 0};
	char error[PROFILE_ERROR] = "";

	if (profiles_load(&p, SPIN_SOURCE "/control/profiles", true, error) < 0
	    || profiles_resolve(&p, error) < 0)
		fail_msg("%s", error);
	assert_int_equal(p.count, ARRAY_LEN(names));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_non_null(profiles_find(&p, names[i]));
	assert_int_equal(profiles_find(&p, "camera")->verdict, POLICY_DEFAULT_BLOCK);
	assert_int_equal(profiles_find(&p, "camera")->rules_count, 5);
	assert_int_equal(profiles_set_default(&p, "party"), -ENOENT);
	assert_int_equal(profiles_set_default(&p, "guest"), 0);
	profiles_free(&p);
}

static void
write_file(const char *name, const char *text) {
	char path[128];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
a_household_replaces_a_shipped_one(void **) {
	struct profiles p = {.count = 0};
	char error[PROFILE_ERROR] = "";

	assert_int_equal(profiles_load(&p, SPIN_SOURCE "/control/profiles", true, error), 0);
	size_t before = p.count;
	write_file("allow-all.yaml", "description: Mine.\ndefault: block\n");
	assert_int_equal(profiles_load(&p, directory, false, error), 0);
	assert_int_equal(p.count, before);
	assert_string_equal(profiles_find(&p, "allow-all")->description, "Mine.");
	assert_false(profiles_find(&p, "allow-all")->shipped);
	assert_int_equal(profiles_load(&p, "/nonexistent", false, error), 0);
	write_file("No Good.yaml", "description: Mine.\ndefault: block\n");
	assert_int_equal(profiles_load(&p, directory, false, error), -EINVAL);
	assert_non_null(strstr(error, "the file's name is the profile's"));
	profiles_free(&p);
}

static struct rule_spec
domain_rule(const char *name) {
	struct rule_spec s = {.action = ACTION_BLOCK, .subject = RULE_PROFILE};
	struct rule_fault f;

	assert_true(rule_set_object(&s, RULE_DOMAIN, name, &f));
	return s;
}

static void
an_edit_keeps_the_rest(void **) {
	static const struct {
		const char *before;
		const char *after; // with the rule added; NULL: refused
	} adds[] = {
		{"# top\n" HEAD
		 "rules:\n  # why\n  - allow: local # here\n    direction: in\n\n# end\n",
		 "# top\n" HEAD "rules:\n  # why\n  - allow: local # here\n    direction: in\n"
		 "  - block: {domain: \"x.org\"}\n\n# end\n"},
		{HEAD "rules:\n- allow:\n    domain: y.org\n# last\n",
		 HEAD
		 "rules:\n- allow:\n    domain: y.org\n- block: {domain: \"x.org\"}\n# last\n"},
		{HEAD, HEAD "rules:\n  - block: {domain: \"x.org\"}\n"},
		{"description: x\ndefault: block",
		 "description: x\ndefault: block\nrules:\n  - block: {domain: \"x.org\"}\n"},
		{"rules: []\n" HEAD, "rules:\n  - block: {domain: \"x.org\"}\n" HEAD},
		{HEAD "rules:\n# none yet\n",
		 HEAD "rules:\n  - block: {domain: \"x.org\"}\n# none yet\n"},
		{HEAD "rules: [{allow: local}]\n", NULL},
	};
	const struct rule_spec spec = domain_rule("x.org");
	for (size_t i = 0; i < ARRAY_LEN(adds); i++) {
		char error[YAML_ERROR] = "";
		struct text *made = NULL;
		int r = profile_text_add(
			"a.yaml", adds[i].before, strlen(adds[i].before), &spec, &made, error
		);
		if ((r == 0) != (adds[i].after != NULL))
			fail_msg("%s\n  gave: %d %s", adds[i].before, r, error);
		if (r == 0)
			assert_string_equal(made->text, adds[i].after);
		text_drop(made);
	}
	static const char three[] = HEAD "rules:\n  # one\n  - allow: local # a\n"
					 "  - allow:\n      domain: y.org\n    direction: out\n"
					 "  # three\n  - block: any\n";
	struct text *made = NULL;
	char error[YAML_ERROR];
	assert_int_equal(
		profile_text_remove("a.yaml", three, sizeof three - 1, 2, &made, error), 0
	);
	assert_string_equal(
		made->text,
		HEAD "rules:\n  # one\n  - allow: local # a\n  # three\n  - block: any\n"
	);
	text_drop(made);
	assert_int_equal(
		profile_text_remove("a.yaml", three, sizeof three - 1, 4, &made, error), -ENOENT
	);
	static const char one[] = HEAD "rules:\n  - allow: local\n";
	assert_int_equal(profile_text_remove("a.yaml", one, sizeof one - 1, 1, &made, error), 0);
	assert_string_equal(made->text, HEAD "rules:\n");
	text_drop(made);
}

static void
every_rule_is_written_as_it_is_read(void **) {
	static const char *const rules[] = {
		"allow: {domain: \"x.org\", service: https, direction: out}",
		"block: {address: \"2001:db8::\"}",
		"block: {prefix: \"2001:db8::/32\", service: udp/5000-5100}",
		"block: {country: \"NO\", schedule: \"mon-fri 22:00-06:00\"}",
		"limit: {up: 2000000, new_flows: 5, comment: \"say \\\"no\\\"\"}",
		"allow: {local: true}",
		"block: {any: true, service: icmp}",
		"block: {list: \"ads\"}",
	};
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		char text[PROFILE_RULE_TEXT + 64];
		char back[PROFILE_RULE_TEXT];
		char error[YAML_ERROR] = "";
		struct profiles p = {.count = 0};
		snprintf(text, sizeof text, HEAD "rules:\n  - %s\n", rules[i]);
		if (put(&p, "a", text, error) < 0)
			fail_msg("%s", error);
		assert_int_equal(profile_rule_write(&p.items[0].rules[0].spec, back), 0);
		assert_string_equal(back, rules[i]);
		profiles_free(&p);
	}
}

static int
set_up(void **) {
	domain_init(NULL);
	return mkdtemp(directory) ? 0 : -1;
}

static int
tear_down(void **) {
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", directory);
	return system(command);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_profiles_are_explained),
		cmocka_unit_test(what_is_inherited),
		cmocka_unit_test(the_shipped_ones_are_good),
		cmocka_unit_test(a_household_replaces_a_shipped_one),
		cmocka_unit_test(an_edit_keeps_the_rest),
		cmocka_unit_test(every_rule_is_written_as_it_is_read),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
