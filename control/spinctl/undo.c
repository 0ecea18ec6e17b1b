// SPDX-License-Identifier: BSD-3-Clause
// The newest change, taken back, and what holds now in the words of the answer.

#include "control/spinctl/act.h"
#include "control/spinctl/text_out.h"

#include <stdio.h>

// A rule that went does not say what holds, but what no longer does.
static void
put_what(const struct json_doc *d) {
	unsigned int rule = json_get(d, JSON_ROOT, "rule");
	const char *sentence = json_text(d, json_get(d, JSON_ROOT, "sentence"));

	fputs(rule && !json_is_object(d, rule) ? "undone, no longer: " : "undone, again: ", stdout);
	text_put(stdout, sentence ? sentence : "");
}

int
run_undo(struct cli *c) {
	struct answer a;
	int r = client_change(c, "POST", "/api/v1/undo", NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		put_what(a.doc);
		print_force(&a);
	}
	answer_free(&a);
	return EXIT_OK;
}
