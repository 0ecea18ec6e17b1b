// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a rules file: what is refused names its place, what is taken can judge anything.
#include "control/identity/kind_judge.h"
#include "platform/utf8.h"
#include "tests/fuzz/fuzz.h"

static void
judge(const struct kind_rules *k, const char *text) {
	struct clue_text clues[CLUE_COUNT];
	struct kind_verdict v;

	for (enum clue c = 0; c < CLUE_COUNT; c++)
		clues[c] = (struct clue_text){c, text};
	kind_judge(k, clues, CLUE_COUNT, &v);
	must(v.kind < KIND_COUNT && v.confidence <= 100);
	must((v.kind == KIND_NONE) == (v.confidence == 0));
	must(v.evidence_count <= KIND_EVIDENCE_MAX);
	must((v.evidence_count > 0) == (v.kind != KIND_NONE));
	for (unsigned int i = 0; i < v.evidence_count; i++) {
		size_t n = strnlen(v.evidence[i], KIND_SENTENCE);
		must(n > 0 && n < KIND_SENTENCE);
		for (size_t at = 0; at < n;) {
			size_t step = utf8_sequence(v.evidence[i] + at, n - at);
			must(step > 0);
			at += step;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct kind_rules k = {.count = 0};
	char error[KIND_RULES_ERROR] = "";

	if (kind_rules_parse(&k, "f", (const char *)data, size, error) < 0) {
		must(strncmp(error, "f:", 2) == 0 && k.count == 0);
		kind_rules_free(&k);
		return 0;
	}
	judge(&k, "_ipp._tcp");
	for (size_t i = 0; i < k.count; i++) {
		const struct kind_condition *c = &k.rules[i].when[0];
		judge(&k, c->patterns[0]);
		must(kind_rules_want(&k, c->clue, c->patterns[0]) || strpbrk(c->patterns[0], "*?"));
	}
	kind_rules_free(&k);
	return 0;
}
