// SPDX-License-Identifier: BSD-3-Clause
// What the provider may count, as it would be sent.

#include "control/spinctl/act.h"
#include "control/spinctl/text_out.h"

#include <inttypes.h>
#include <stdio.h>

int
run_statistics(struct cli *c) {
	static const char *const parts[] = {"devices", "reasons", "alerts", "measures"};
	struct answer a;
	int r = client_ask(c, "GET", "/api/v1/statistics?preview=1", NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
		answer_free(&a);
		return EXIT_OK;
	}
	struct table t = {3, {"WHAT", "WHICH", ">COUNT"}, NULL, 0, 0};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		unsigned int rows = json_get(a.doc, JSON_ROOT, parts[i]);
		for (unsigned int n = json_first(a.doc, rows); n; n = json_next(a.doc, n)) {
			char count[24];
			snprintf(
				count,
				sizeof(count),
				"%" PRId64,
				json_number(a.doc, json_get(a.doc, n, "count"), 0)
			);
			table_cell(&t, parts[i]);
			table_cell(&t, json_text(a.doc, json_first(a.doc, n)));
			table_cell(&t, count);
		}
	}
	table_print(&t);
	if (json_flag(a.doc, json_get(a.doc, JSON_ROOT, "withheld"), false)) {
		puts("what is there fewer than three times is withheld");
	}
	answer_free(&a);
	return EXIT_OK;
}
