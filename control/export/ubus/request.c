// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/ubus/request.h"

#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool
is_in_path(const struct method *m, const char *name) {
	char word[64];

	snprintf(word, sizeof word, "{%s}", name);
	return strstr(m->path, word) != NULL;
}

const char *
method_wrong(const struct method *m, const struct json_doc *d, char ret[METHOD_WRONG]) {
	static const char *const kinds[] = {
#define X(id, sample, word) word,
		ARGUMENTS(X)
#undef X
	};
	size_t known = 0;

	for (unsigned int i = 0; i < ARGUMENTS_MAX && m->arguments[i].name; i++) {
		const struct argument *a = &m->arguments[i];
		unsigned int node = json_get(d, JSON_ROOT, a->name);
		bool good = a->kind == ARGUMENT_TEXT ? json_is_string(d, node)
			: a->kind == ARGUMENT_NUMBER ? json_number(d, node, INT64_MIN) != INT64_MIN
			: a->kind == ARGUMENT_FLAG
			? json_flag(d, node, true) == json_flag(d, node, false)
			: json_is_object(d, node);
		known += node != 0;
		if (good || (!node && a->optional))
			continue;
		snprintf(ret, METHOD_WRONG, "Give %s, a %s", a->name, kinds[a->kind]);
		return ret;
	}
	// rpcd puts this one in by itself.
	known += json_get(d, JSON_ROOT, "ubus_rpc_session") != 0;
	if (json_is_object(d, JSON_ROOT) && json_size(d, JSON_ROOT) == known)
		return NULL;
	snprintf(ret, METHOD_WRONG, "An argument of %s is not known", m->name);
	return ret;
}

// --- The way to the API ---

static int
fill_path(
	const struct method *m,
	const struct json_doc *d,
	method_look look,
	void *context,
	char ret[METHOD_TARGET]
) {
	const char *at = m->path;
	char id[ID_TEXT];
	size_t n = 0;

	while (*at) {
		bool device = strncmp(at, "{device}", 8) == 0;
		bool destination = strncmp(at, "{destination}", 13) == 0;
		if (!device && !destination) {
			ret[n++] = *at++;
			continue;
		}
		const char *name = device ? "device" : "destination";
		if (!look(context, device, json_text(d, json_get(d, JSON_ROOT, name)), id))
			return -ENOENT;
		n += (size_t)snprintf(ret + n, METHOD_TARGET - n, "%s", id);
		at += device ? 8 : 13;
	}
	ret[n] = 0;
	return 0;
}

static int
put_query(char *target, const char *name, const char *value) {
	size_t n = strlen(target);

	if (n + strlen(name) + 3 * strlen(value) + 3 > METHOD_TARGET)
		return -E2BIG;
	n += (size_t
	)snprintf(target + n, METHOD_TARGET - n, "%c%s=", strchr(target, '?') ? '&' : '?', name);
	for (; *value; value++)
		n += (size_t)snprintf(target + n, 4, "%%%02X", (unsigned char)*value);
	return 0;
}

static int
put_rest(const struct method *m, const struct json_doc *d, struct method_request *q) {
	bool get = strcmp(m->verb, "GET") == 0;
	char number[24];
	int r = 0;

	json_object(&q->body);
	for (unsigned int i = 0; i < ARGUMENTS_MAX && m->arguments[i].name && r == 0; i++) {
		const struct argument *a = &m->arguments[i];
		unsigned int node = json_get(d, JSON_ROOT, a->name);
		size_t length;
		if (!node || a->kind == ARGUMENT_FLAG || is_in_path(m, a->name))
			continue;
		if (!get) {
			const char *raw = json_raw_of(d, node, &length);
			json_key(&q->body, a->name);
			json_raw(&q->body, raw, length);
			continue;
		}
		snprintf(number, sizeof number, "%lld", (long long)json_number(d, node, 0));
		r = put_query(
			q->target, a->name, a->kind == ARGUMENT_TEXT ? json_text(d, node) : number
		);
	}
	json_end(&q->body);
	return r;
}

int
method_request(
	const struct method *m,
	const struct json_doc *d,
	method_look look,
	void *context,
	struct method_request *ret
) {
	int r = fill_path(m, d, look, context, ret->target);

	json_init(&ret->body);
	if (r == 0)
		r = put_rest(m, d, ret);
	if (r == 0 && strcmp(m->verb, "GET") != 0
	    && json_flag(d, json_get(d, JSON_ROOT, "confirm"), false))
		r = put_query(ret->target, "confirm", "true");
	if (r == 0 && ret->body.failed)
		r = -ENOMEM;
	if (r < 0)
		json_free(&ret->body);
	return r;
}

// --- The way to SPIN's own calls ---

void
method_rpc(const struct method *m, const struct json_doc *d, struct json *j) {
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

// --- Answers ---

void
method_error(int code, const char *message, struct json *j) {
	json_object(j);
	json_key(j, "error");
	json_object(j);
	json_key(j, "code");
	json_i64(j, code);
	json_key_string(j, "message", message);
	json_end(j);
	json_end(j);
}

void
method_refuse(int failed, struct json *j) {
	if (failed == -ENOENT)
		method_error(404, "No device or destination is called so, or several are.", j);
	else if (failed == -E2BIG)
		method_error(-1, "The arguments are too long", j);
	else
		method_error(500, "Out of memory", j);
}

bool
method_answer(int status, const char *body, size_t length, struct json *j) {
	static const char *const words[] = {"detail", "hint"};
	struct json_doc *d;
	struct json_fault fault;
	char text[900] = "";

	// 503 is what GET /health answers, too, when the gateway is not well.
	if (status < 400 || status == 503) {
		json_raw(j, body, length);
		return true;
	}
	if (json_parse(body, length, &json_limits_reply, &d, &fault) == 0) {
		for (size_t i = 0; i < ARRAY_LEN(words); i++) {
			const char *word = json_text(d, json_get(d, JSON_ROOT, words[i]));
			size_t n = strlen(text);
			if (word)
				snprintf(text + n, sizeof text - n, "%s%.440s", n ? " " : "", word);
		}
		json_doc_free(d);
	}
	method_error(status, text, j);
	return false;
}

bool
method_rpc_answer(int status, const char *body, size_t length, struct json *j) {
	static const char *const members[] = {"result", "error"};
	struct json_doc *d;
	struct json_fault fault;

	if (status >= 400) {
		method_error(
			status,
			"Switch on spin_compat.enabled for the calls of the original SPIN.",
			j
		);
		return false;
	}
	if (json_parse(body, length, &json_limits_reply, &d, &fault) < 0) {
		method_error(500, "The answer is no JSON", j);
		return false;
	}
	json_object(j);
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		unsigned int node = json_get(d, JSON_ROOT, members[i]);
		size_t n;
		if (!node)
			continue;
		const char *raw = json_raw_of(d, node, &n);
		json_key(j, members[i]);
		json_raw(j, raw, n);
	}
	json_end(j);
	json_doc_free(d);
	return true;
}
