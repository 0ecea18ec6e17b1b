// SPDX-License-Identifier: BSD-3-Clause
// OpenWrt's rpcd calls a program for each object of ubus it serves: `list` prints the methods with
// their arguments, `call METHOD` reads the arguments from standard input and prints the answer.
//
// Shape:   what the methods mean is control/export/ubus/methods.c, which spin-ubus offers as well.
// Errors:  {"error": {"code", "message"}} on standard output, as rpcd shows nothing else.
// Source:  OpenWrt rpcd, exec plugins (/usr/libexec/rpcd); reference/spin.md 3.2 and 3.3.

#include "control/export/ubus/request.h"
#include "control/spinctl/client.h"
#include "control/spinctl/resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
list_one(const struct method *m) {
	static const char *const samples[] = {
#define X(id, sample, word) sample,
		ARGUMENTS(X)
#undef X
	};

	printf("%s\"%s\":{", m == ubus_methods ? "" : ",", m->name);
	for (unsigned int i = 0; i < ARGUMENTS_MAX && m->arguments[i].name; i++)
		printf("%s\"%s\":%s",
		       i ? "," : "",
		       m->arguments[i].name,
		       samples[m->arguments[i].kind]);
	putchar('}');
}

static int
list_all(void) {
	putchar('{');
	for (size_t i = 0; i < ubus_methods_count; i++)
		list_one(&ubus_methods[i]);
	puts("}");
	return EXIT_OK;
}

static bool
look(void *context, bool device, const char *said, char ret[ID_TEXT]) {
	const struct cli *c = context;
	struct node found;

	if ((device ? resolve_device(c, said, &found) : resolve_destination(c, said, &found))
	    != EXIT_OK)
		return false;
	snprintf(ret, ID_TEXT, "%.*s", ID_TEXT - 1, found.id);
	return true;
}

// What the answer is, or that there was none; the exit status.
static int
tell(const struct method *m, int failed, struct answer *a, struct json *j) {
	bool good = !failed;

	if (failed)
		method_error(failed, METHOD_AWAY, j);
	else if (m->verb)
		good = method_answer(a->status, a->body, a->length, j);
	else
		good = method_rpc_answer(a->status, a->body, a->length, j);
	if (!failed)
		answer_free(a);
	return good ? EXIT_OK : EXIT_FAILED;
}

static int
ask_api(struct cli *c, const struct method *m, const struct json_doc *d, struct json *j) {
	struct method_request q;
	struct answer a;
	int r = method_request(m, d, look, c, &q);

	if (r < 0) {
		method_refuse(r, j);
		return EXIT_FAILED;
	}
	bool has_body = strcmp(m->verb, "GET") != 0 && q.body.length > 2;
	r = client_any(c, m->verb, q.target, has_body ? q.body.text : NULL, &a);
	json_free(&q.body);
	return tell(m, r, &a, j);
}

static int
ask_spin(struct cli *c, const struct method *m, const struct json_doc *d, struct json *j) {
	struct answer a;
	struct json call;

	json_init(&call);
	method_rpc(m, d, &call);
	int r = call.failed ? EXIT_FAILED
			    : client_any(c, "POST", "/spin_api/jsonrpc", call.text, &a);
	json_free(&call);
	return tell(m, r, &a, j);
}

static int
answer(struct cli *c, const char *name, struct json *j) {
	const struct method *m = method_find(name);
	static char input[METHOD_INPUT_MAX + 1];
	struct json_doc *d;
	struct json_fault fault;
	char text[METHOD_WRONG];
	int r = EXIT_FAILED;

	size_t length = m ? fread(input, 1, sizeof input, stdin) : 0;
	if (length == 0)
		length = (size_t)snprintf(input, sizeof input, "{}");
	if (!m)
		method_error(-1, "No such method; `list` tells which there are", j);
	else if (length == sizeof input)
		method_error(-1, "The arguments are too long", j);
	else if (json_parse(input, length, &json_limits_body, &d, &fault) < 0)
		method_error(-1, fault.message, j);
	else {
		const char *what = method_wrong(m, d, text);
		if (what)
			method_error(-1, what, j);
		else
			r = m->verb ? ask_api(c, m, d, j) : ask_spin(c, m, d, j);
		json_doc_free(d);
	}
	return r;
}

int
run_rpcd(struct cli *c) {
	struct json j;

	if (c->argc == 1 && strcmp(c->argv[0], "list") == 0)
		return list_all();
	if (c->argc != 2 || strcmp(c->argv[0], "call") != 0)
		return usage(c->command, "say list, or call and a method");
	json_init(&j);
	int r = answer(c, c->argv[1], &j);
	puts(j.text && !j.failed ? j.text : "{}");
	json_free(&j);
	return r;
}
