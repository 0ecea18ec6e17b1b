// SPDX-License-Identifier: BSD-3-Clause
// Letting the access provider in for a time, and out again.

#include "control/spinctl/act.h"
#include "control/spinctl/rate.h"
#include "control/spinctl/text_out.h"
#include "platform/json_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
put_rights(const struct json_doc *d, unsigned int node) {
	const char *before = "";
	unsigned int rights = json_get(d, node, "rights");
	for (unsigned int n = json_first(d, rights); n; n = json_next(d, n)) {
		printf("%s%s", before, json_text(d, n));
		before = ", ";
	}
}

static void
print_state(const struct json_doc *d) {
	const char *until = json_text(d, json_get(d, JSON_ROOT, "until"));
	const char *names = json_text(d, json_get(d, JSON_ROOT, "names"));
	const char *purpose = json_text(d, json_get(d, JSON_ROOT, "purpose"));
	char when[SIZE_BYTES];
	if (!json_flag(d, json_get(d, JSON_ROOT, "active"), false)) {
		puts("the provider is not let in");
		return;
	}
	printf("the provider is let in until %s: ", until ? text_when(until, when) : "?");
	put_rights(d, JSON_ROOT);
	printf("; names are %s\n", names ? names : "masked");
	if (purpose) {
		fputs("for: ", stdout);
		text_put(stdout, purpose);
		putchar('\n');
	}
}

int
write_grant(const struct cli *c, const char *rights, struct json *j) {
	char words[128], until[32];
	char *rest = words;
	unsigned long seconds = c->duration ? read_duration(c->duration) : 0;
	if (c->duration && (c->until || seconds < 60)) {
		return usage(c->command, "it lasts --for 1m to 31d, or --until a time, not both");
	}
	if (c->until && !read_until(c->until, until)) {
		return usage(c->command, "--until is 18:30, morning, or 2026-11-26T18:30:00Z");
	}
	snprintf(words, sizeof(words), "%s", rights);
	json_key(j, "rights");
	json_array(j);
	for (char *word; (word = strsep(&rest, ", "));) {
		if (*word) {
			json_string(j, word);
		}
	}
	json_end(j);
	if (c->names) {
		json_key_string(j, "names", c->names);
	}
	if (c->duration) {
		json_key_u64(j, "minutes", seconds / 60);
	} else if (c->until) {
		json_key_string(j, "until", until);
	}
	if (c->comment) {
		json_key_string(j, "purpose", c->comment);
	}
	return EXIT_OK;
}

int
run_provider(struct cli *c) {
	const char *verb = c->argc ? c->argv[0] : NULL;
	struct answer a;
	struct json j;
	int r;
	json_init(&j);
	if (verb && strcmp(verb, "grant") == 0) {
		json_object(&j);
		r = write_grant(c, c->argc > 1 ? c->argv[1] : "devices", &j);
		json_end(&j);
		if (r == EXIT_OK) {
			r = client_ask(c, "POST", "/api/v1/provider:grant", j.text, &a);
		}
	} else if (verb && strcmp(verb, "end") == 0) {
		r = client_ask(c, "POST", "/api/v1/provider:end", NULL, &a);
	} else if (verb) {
		r = usage(c->command, "there is no \"provider %s\"", verb);
	} else {
		r = client_ask(c, "GET", "/api/v1/provider", NULL, &a);
	}
	json_free(&j);
	if (r) {
		return r;
	}
	if (c->json) {
		print_answer(&a);
	} else {
		print_state(a.doc);
	}
	answer_free(&a);
	return EXIT_OK;
}
