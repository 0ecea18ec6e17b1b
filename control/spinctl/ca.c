// SPDX-License-Identifier: BSD-3-Clause
// The household's authority, to be trusted by browsers and phones.

#include "control/spinctl/connection.h"
#include "platform/json_write.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int
ask(const struct cli *c, struct answer *ret) {
	struct connection s = {.fd = -1};
	*ret = (struct answer){0};
	int r = connection_request(c, &s, "GET", "/api/v1/ca.pem", NULL);
	if (r == EXIT_OK) {
		r = connection_head(&s);
	}
	if (r == EXIT_OK) {
		ret->status = s.status;
		r = connection_body(&s, ret);
	}
	connection_close(&s);
	if (r == EXIT_OK && ret->status >= 400) {
		r = answer_parse(ret);
		r = r ? r : answer_problem(ret);
	}
	return r;
}

static int
print(const struct cli *c, FILE *to, const char *pem) {
	struct json j;
	if (!c->json) {
		return fputs(pem, to);
	}
	json_init(&j);
	json_object(&j);
	json_key_string(&j, "pem", pem);
	json_end(&j);
	int r = j.failed ? EOF : fprintf(to, "%s\n", j.text);
	json_free(&j);
	return r;
}

int
run_ca(struct cli *c) {
	struct answer a;
	int r = ask(c, &a);
	if (r) {
		answer_free(&a);
		return r;
	}
	FILE *to = c->file ? fopen(c->file, "we") : stdout;
	bool ok = to && print(c, to, a.body) >= 0;
	ok = ok && (to == stdout ? fflush(to) : fclose(to)) == 0;
	answer_free(&a);
	if (!ok) {
		fprintf(stderr,
			"spinctl: %s: %s\n",
			c->file ? c->file : "standard output",
			strerror(errno));
		return EXIT_FAILED;
	}
	return EXIT_OK;
}
