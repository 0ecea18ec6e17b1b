// SPDX-License-Identifier: BSD-3-Clause
// What people write about rules: a rule in JSON, and a profile in YAML that is read, resolved,
// edited and read again; as a MUD file it says the same however often it goes there and back.
//
// Shape:   the first byte says which; the rest is the text.
#include "control/change.h"
#include "control/domain.h"
#include "control/profile.h"
#include "control/profile_edit.h"
#include "control/profile_mud.h"
#include "control/rule_json.h"
#include "tests/fuzz/fuzz.h"

static void
try_rule(const char *text, size_t length) {
	struct json_fault json_fault;
	struct rule_fault fault = {.what = ""};
	struct rule_spec spec;
	struct rule_spec again;
	struct json_doc *d;
	struct json j;

	if (json_parse(text, length, &json_limits_body, &d, &json_fault) < 0)
		return;
	bool good = rule_json_read(d, JSON_ROOT, &spec, &fault);
	json_doc_free(d);
	must(good || (fault.what[0] && fault.right[0]));
	if (!good)
		return;
	json_init(&j);
	rule_json_write(&spec, &j);
	must(rule_json_parse(j.text, &again) && rule_spec_same(&spec, &again));
	json_free(&j);
}

static void
edit(const struct profile *p) {
	char error[YAML_ERROR];
	struct rule_spec spec = {.action = ACTION_BLOCK, .subject = RULE_PROFILE};
	struct profiles after = {.count = 0};
	struct rule_fault f;
	struct text *made;

	must(rule_set_object(&spec, RULE_DOMAIN, "x.example.org", &f));
	if (profile_text_add("p.yaml", p->text, p->length, &spec, &made, error) < 0)
		return;
	// What was edited is still a profile, unless it said the same or is too long now.
	if (profiles_put(&after, "p", "p.yaml", false, made->text, made->length, error) == 0)
		must(after.items[0].own_count == p->own_count + 1);
	profiles_free(&after);
	text_drop(made);
	if (profile_text_remove("p.yaml", p->text, p->length, 1, &made, error) < 0)
		return;
	must(profiles_put(&after, "p", "p.yaml", false, made->text, made->length, error) == 0);
	must(after.items[0].own_count + 1 == p->own_count);
	profiles_free(&after);
	text_drop(made);
}

static void export(const struct profile *p, struct mud *m, struct json *j) {
	struct mud_unmet unmet;

	profile_to_mud(p, 1, false, m, &unmet);
	json_init(j);
	mud_write(m, j);
	must(!j->failed);
}

static void
there_and_back(const struct profile *p) {
	static struct rule_spec rules[PROFILE_RULES_MAX];
	static struct profile_rule kept[PROFILE_RULES_MAX];
	static struct mud m;
	struct profile made = {.verdict = POLICY_DEFAULT_BLOCK, .rules = kept};
	struct mud_unmet unmet;
	char error[MUD_ERROR];
	struct json one, two;

	export(p, &m, &one);
	must(mud_read(one.text, one.length, &m, error) == 0);
	mud_head_of(&m, &made.mud);
	made.own_count = made.rules_count = mud_to_rules(&m, rules, PROFILE_RULES_MAX, &unmet);
	for (size_t i = 0; i < made.own_count; i++)
		kept[i].spec = rules[i];
	export(&made, &m, &two);
	must(unmet.count > 0
	     || (one.length == two.length && memcmp(one.text, two.text, one.length) == 0));
	json_free(&one);
	json_free(&two);
}

static void
try_profile(const char *text, size_t length) {
	struct profiles *p = calloc(1, sizeof *p);
	char error[PROFILE_ERROR] = "";

	must(p != NULL);
	if (profiles_put(p, "p", "p.yaml", false, text, length, error) == 0) {
		edit(&p->items[0]);
		bool whole = profiles_resolve(p, error) == 0;
		must(whole || error[0]);
		if (whole)
			there_and_back(&p->items[0]);
	} else {
		must(error[0]);
	}
	profiles_free(p);
	free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static bool begun;
	char text[FUZZ_MAX + 1];

	if (!begun)
		domain_init(NULL);
	begun = true;
	if (size < 1 || size > FUZZ_MAX)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = 0;
	if (data[0] & 1)
		try_rule(text, size - 1);
	else
		try_profile(text, size - 1);
	return 0;
}
