// SPDX-License-Identifier: BSD-3-Clause
// A call of the original SPIN, for scripts that know its methods: the answer as it is.

#include "control/spinctl/client.h"
#include "platform/json_write.h"

#include <stdio.h>
#include <string.h>

int
run_rpc(struct cli *c) {
	struct answer a;
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_string(&j, "jsonrpc", "2.0");
	json_key_u64(&j, "id", 1);
	json_key_string(&j, "method", c->argv[0]);
	if (c->argc > 1) {
		json_key(&j, "params");
		json_raw(&j, c->argv[1], strlen(c->argv[1]));
	}
	json_end(&j);
	int r = client_ask(c, "POST", "/spin_api/jsonrpc", j.failed ? "{}" : j.text, &a);
	json_free(&j);
	if (r != EXIT_OK) {
		return r;
	}
	fwrite(a.body, 1, a.length, stdout);
	putchar('\n');
	r = a.doc && json_get(a.doc, JSON_ROOT, "error") ? EXIT_FAILED : EXIT_OK;
	answer_free(&a);
	return r;
}
