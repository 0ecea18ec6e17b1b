// SPDX-License-Identifier: BSD-3-Clause
// The support bundle: looked at on a terminal, taken away as a file.

#include "control/spinctl/client.h"
#include "control/spinctl/text_out.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PREVIEW "/api/v1/support-bundle?preview=1"

static const char *
string_of(const struct json_doc *d, unsigned int node, const char *key) {
	const char *text = json_text(d, json_get(d, node, key));
	return text ? text : "";
}

static void
put_lines(const char *text) {
	for (const char *at = text; *at;) {
		char line[2048];
		size_t n = strcspn(at, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)(n < 2000 ? n : 2000), at);
		fputs("    ", stdout);
		text_put(stdout, line);
		putchar('\n');
		at += n + (at[n] == '\n');
	}
}

static int
show(const struct cli *c) {
	struct answer a;
	int r = client_ask(c, "GET", PREVIEW, NULL, &a);
	if (r) {
		return r;
	}
	if (c->json) {
		puts(a.body);
		answer_free(&a);
		return EXIT_OK;
	}
	unsigned int items = json_get(a.doc, JSON_ROOT, "items");
	for (unsigned int n = json_first(a.doc, items); n; n = json_next(a.doc, n)) {
		printf("%s: %s\n", string_of(a.doc, n, "name"), string_of(a.doc, n, "description"));
		put_lines(string_of(a.doc, n, "text"));
	}
	answer_free(&a);
	return EXIT_OK;
}

int
run_support_bundle(struct cli *c) {
	struct answer a;
	if (c->dry_run || c->json) {
		return show(c);
	}
	if (isatty(STDOUT_FILENO)) {
		return usage(
			c->command,
			"write spinctl support-bundle > FILE; --dry-run shows what is in it"
		);
	}
	int r = client_bytes(c, "/api/v1/support-bundle", &a);
	if (r) {
		return r;
	}
	bool whole = fwrite(a.body, 1, a.length, stdout) == a.length && fflush(stdout) == 0;
	answer_free(&a);
	if (!whole) {
		fprintf(stderr, "spinctl: it cannot be written: %s\n", strerror(errno));
	}
	return whole ? EXIT_OK : EXIT_FAILED;
}
