// SPDX-License-Identifier: BSD-3-Clause
// OpenWrt's rpcd calls a program for each object of ubus it serves: `list` prints the methods with
// their arguments, `call METHOD` reads the arguments from standard input and prints the answer.
//
// Shape:   methods of our own stand for one request of the API each; those of the original SPIN go
//          through its JSON-RPC, as `rpc` does with a whole request.  What ubus takes is an object,
//          so other results stand in {"result": …}.
// Errors:  {"error": {"code", "message"}} on standard output, as rpcd shows nothing else.
// Source:  OpenWrt rpcd, exec plugins (/usr/libexec/rpcd); reference/spin.md 3.2 and 3.3.

#include "control/spinctl/rpcd.h"

#include "control/spinctl/client.h"
#include "control/spinctl/resolve.h"
#include "control/spinctl/text_out.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (64u << 10)
#define PATH_ROOM 512

static void
list_one(const struct method *m, bool first) {
	static const char *const samples[] = {
#define X(id, sample) sample,
		KINDS(X)
#undef X
	};

	printf("%s\"%s\":{", first ? "" : ",", m->name);
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
	for (size_t i = 0; i < rpcd_methods_count; i++)
		list_one(&rpcd_methods[i], i == 0);
	for (size_t i = 0; i < rpcd_calls_count; i++)
		list_one(&rpcd_calls[i], false);
	puts("}");
	return EXIT_OK;
}

static int
fail(int code, const char *message) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "error");
	json_object(&j);
	json_key(&j, "code");
	json_i64(&j, code);
	json_key_string(&j, "message", message);
	json_end(&j);
	json_end(&j);
	puts(j.text ? j.text : "{}");
	json_free(&j);
	return EXIT_FAILED;
}

// --- The way to the API ---

static bool
is_in_path(const struct method *m, const char *name) {
	char word[64];

	snprintf(word, sizeof word, "{%s}", name);
	return strstr(m->path, word) != NULL;
}

// Every argument is there, is of its kind, and there is no other.
static const char *
wrong(const struct method *m, const struct json_doc *d, char ret[160]) {
	size_t known = 0;

	for (unsigned int i = 0; i < ARGUMENTS_MAX && m->arguments[i].name; i++) {
		const struct argument *a = &m->arguments[i];
		unsigned int node = json_get(d, JSON_ROOT, a->name);
		bool good = a->kind == KIND_TEXT ? json_is_string(d, node)
			: a->kind == KIND_NUMBER ? json_number(d, node, INT64_MIN) != INT64_MIN
						 : json_is_object(d, node);
		known += node != 0;
		if (!node && a->optional)
			continue;
		if (good)
			continue;
		snprintf(
			ret,
			160,
			"Give %s, a %s",
			a->name,
			a->kind == KIND_TEXT		 ? "text"
				: a->kind == KIND_NUMBER ? "number"
							 : "table"
		);
		return ret;
	}
	// rpcd puts this one in by itself.
	known += json_get(d, JSON_ROOT, "ubus_rpc_session") != 0;
	if (json_size(d, JSON_ROOT) == known)
		return NULL;
	snprintf(ret, 160, "An argument of %s is not known", m->name);
	return ret;
}

static int
fill_path(const struct cli *c, const struct method *m, const struct json_doc *d, char *ret) {
	const char *at = m->path;
	size_t n = 0;

	while (*at) {
		bool device = strncmp(at, "{device}", 8) == 0;
		bool destination = strncmp(at, "{destination}", 13) == 0;
		struct node found;
		if (!device && !destination) {
			ret[n++] = *at++;
			continue;
		}
		const char *said =
			json_text(d, json_get(d, JSON_ROOT, device ? "device" : "destination"));
		int r = device ? resolve_device(c, said, &found)
			       : resolve_destination(c, said, &found);
		if (r)
			return r;
		n += (size_t)snprintf(ret + n, PATH_ROOM - n, "%s", found.id);
		at += device ? 8 : 13;
	}
	ret[n] = 0;
	return EXIT_OK;
}

static void
put_query(char *path, const char *name, const char *value) {
	size_t n = strlen(path);

	n += (size_t
	)snprintf(path + n, PATH_ROOM - n, "%c%s=", strchr(path, '?') ? '&' : '?', name);
	for (; *value && n + 4 < PATH_ROOM; value++)
		n += (size_t)snprintf(path + n, 4, "%%%02X", (unsigned char)*value);
}

static void
put_rest(const struct method *m, const struct json_doc *d, char *path, struct json *j) {
	bool get = strcmp(m->verb, "GET") == 0;
	char number[24];

	json_object(j);
	for (unsigned int i = 0; i < ARGUMENTS_MAX && m->arguments[i].name; i++) {
		const struct argument *a = &m->arguments[i];
		unsigned int node = json_get(d, JSON_ROOT, a->name);
		size_t length;
		if (!node || a->kind == KIND_FLAG || is_in_path(m, a->name))
			continue;
		if (!get) {
			const char *raw = json_raw_of(d, node, &length);
			json_key(j, a->name);
			json_raw(j, raw, length);
			continue;
		}
		snprintf(number, sizeof number, "%lld", (long long)json_number(d, node, 0));
		put_query(path, a->name, a->kind == KIND_TEXT ? json_text(d, node) : number);
	}
	json_end(j);
}

// What the API refuses is told with its reason and with what would be right.
static int
refused(const struct answer *a) {
	char text[900];
	const char *words[2] = {"detail", "hint"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		words[i] = json_text(a->doc, json_get(a->doc, JSON_ROOT, words[i]));
		words[i] = words[i] ? words[i] : "";
	}
	snprintf(text, sizeof text, "%.500s %.380s", words[0], words[1]);
	return fail(a->status, text);
}

static int
ask_api(const struct cli *c, const struct method *m, const struct json_doc *d) {
	bool get = strcmp(m->verb, "GET") == 0;
	char path[PATH_ROOM];
	struct answer a;
	struct json j;

	if (fill_path(c, m, d, path))
		return fail(404, "No device or destination is called so, or several are.");
	json_init(&j);
	put_rest(m, d, path, &j);
	if (!get && json_flag(d, json_get(d, JSON_ROOT, "confirm"), false))
		put_query(path, "confirm", "true");
	int r = client_any(c, m->verb, path, !get && j.length > 2 ? j.text : NULL, &a);
	json_free(&j);
	if (r)
		return fail(r, "spin-control cannot be reached; does it run?");
	if (a.status >= 400 && a.status != 503) {
		r = refused(&a);
	} else {
		fwrite(a.body, 1, a.length, stdout);
		putchar('\n');
	}
	answer_free(&a);
	return r;
}

// --- The way to SPIN's own calls ---

static void
write_request(const struct method *m, const struct json_doc *d, struct json *j) {
	bool whole = strcmp(m->name, "rpc") == 0;
	unsigned int params = json_get(d, JSON_ROOT, "params");
	size_t length;

	json_object(j);
	json_key_string(j, "jsonrpc", "2.0");
	json_key_u64(j, "id", 1);
	json_key_string(
		j, "method", whole ? json_text(d, json_get(d, JSON_ROOT, "method")) : m->name
	);
	json_key(j, "params");
	if (whole && params) {
		const char *raw = json_raw_of(d, params, &length);
		json_raw(j, raw, length);
	} else {
		json_object(j);
		for (unsigned int i = 0; !whole && i < ARGUMENTS_MAX && m->arguments[i].name; i++) {
			const char *name = m->arguments[i].name;
			const char *raw = json_raw_of(d, json_get(d, JSON_ROOT, name), &length);
			json_key(j, name);
			json_raw(j, raw, length);
		}
		json_end(j);
	}
	json_end(j);
}

// Without "jsonrpc" and "id", which ubus has no use for.
static void
print_call(const struct answer *a) {
	static const char *const members[] = {"result", "error"};
	const char *comma = "";
	size_t length;

	putchar('{');
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		unsigned int node = json_get(a->doc, JSON_ROOT, members[i]);
		if (!node)
			continue;
		const char *raw = json_raw_of(a->doc, node, &length);
		printf("%s\"%s\":%.*s", comma, members[i], (int)length, raw);
		comma = ",";
	}
	puts("}");
}

static int
ask_spin(const struct cli *c, const struct method *m, const struct json_doc *d) {
	struct answer a;
	struct json j;

	json_init(&j);
	write_request(m, d, &j);
	int r = j.failed ? EXIT_FAILED : client_any(c, "POST", "/spin_api/jsonrpc", j.text, &a);
	json_free(&j);
	if (r)
		return fail(r, "spin-control cannot be reached; does it run?");
	if (a.status >= 400)
		r =
			fail(a.status,
			     "Switch on spin_compat.enabled for the calls of the original SPIN.");
	else
		print_call(&a);
	answer_free(&a);
	return r;
}

static const struct method *
find(const struct method *in, size_t count, const char *name) {
	for (size_t i = 0; i < count; i++)
		if (strcmp(in[i].name, name) == 0)
			return &in[i];
	return NULL;
}

static int
call(const struct cli *c, const char *name) {
	const struct method *own = find(rpcd_methods, rpcd_methods_count, name);
	const struct method *m = own ? own : find(rpcd_calls, rpcd_calls_count, name);
	static char input[INPUT_MAX + 1];
	struct json_doc *d;
	struct json_fault fault;
	char text[160];

	if (!m)
		return fail(-1, "No such method; `list` tells which there are");
	size_t length = fread(input, 1, sizeof input, stdin);
	if (length == sizeof input)
		return fail(-1, "The arguments are too long");
	if (length == 0)
		length = (size_t)snprintf(input, sizeof input, "{}");
	if (json_parse(input, length, &json_limits_body, &d, &fault) < 0)
		return fail(-1, fault.message);
	const char *what = wrong(m, d, text);
	int r = what ? fail(-1, what) : own ? ask_api(c, m, d) : ask_spin(c, m, d);
	json_doc_free(d);
	return r;
}

int
run_rpcd(struct cli *c) {
	if (c->argc == 1 && strcmp(c->argv[0], "list") == 0)
		return list_all();
	if (c->argc == 2 && strcmp(c->argv[0], "call") == 0)
		return call(c, c->argv[1]);
	return usage(c->command, "say list, or call and a method");
}
