// SPDX-License-Identifier: BSD-3-Clause
// From the text of a request to its answer.

#include "control/export/spin/rpc.h"

#include "control/access/roles.h"
#include "control/clock.h"
#include "control/confirm.h"
#include "control/core.h"
#include "control/export/spin/rpc_own.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void go_on(struct rpc_call *c);

void
rpc_fail(struct rpc_call *c, int code, const char *format, ...) {
	va_list list;

	c->code = code;
	va_start(list, format);
	vsnprintf(c->error, sizeof c->error, format, list);
	va_end(list);
}

static void
write_answer(const struct rpc_call *c, const struct json *result, struct json *j) {
	json_object(j);
	json_key_string(j, "jsonrpc", "2.0");
	if (c->id) {
		json_key(j, "id");
		json_raw(j, c->id, strlen(c->id));
	}
	if (c->error[0]) {
		json_key(j, "error");
		json_object(j);
		json_key(j, "code");
		json_i64(j, c->code);
		json_key_string(j, "message", c->error);
		json_end(j);
	} else if (result && result->length) {
		json_key(j, "result");
		json_raw(j, result->text, result->length);
	}
	json_end(j);
}

void
rpc_end(struct rpc_call *c, struct json *result) {
	static const char no_memory[] =
		"{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":\"Out of memory\"}}";
	struct json j;

	c->over = true;
	if (c->running)
		return;
	if (c->spin) {
		LIST_REMOVE(c, link);
		c->spin->calls_count--;
		c->spin->answers++;
		c->spin->contact_ns = clock_wall_ns();
	}
	json_init(&j);
	if (result && result->failed)
		j.failed = true;
	else
		write_answer(c, result, &j);
	// What could not be understood has no id, and is told all the same.
	bool tell = c->id || !c->method;
	if (c->answered && !tell)
		c->answered(c->context, NULL, 0);
	else if (c->answered && j.failed)
		c->answered(c->context, no_memory, sizeof no_memory - 1);
	else if (c->answered)
		c->answered(c->context, j.text, j.length);
	json_free(&j);
	free(c->id);
	free(c);
}

// --- What acts ---

static void
on_done(void *context, const struct change *change, const struct act_result *a) {
	struct rpc_call *c = context;

	(void)change;
	if (a->outcome != ACT_CONFIRMED && a->outcome != ACT_PENDING)
		rpc_fail(c, -1, "%s", a->message[0] ? a->message : "Unknown node id");
	if (c->error[0] || !c->spin || !a->told || c->step >= RPC_STEPS_MAX)
		rpc_end(c, NULL);
	else
		go_on(c);
}

static void
go_on(struct rpc_call *c) {
	struct change *change = calloc(1, sizeof *change);
	char cuts[CUTS_TEXT];

	if (!change)
		rpc_fail(c, -1, "Out of memory");
	if (!change || !c->next(c, change)) {
		free(change);
		rpc_end(c, NULL);
		return;
	}
	c->step++;
	snprintf(change->author, sizeof change->author, "%.32s", c->who.by.who);
	change->by = c->who.by;
	snprintf(change->operation, sizeof change->operation, "%s", c->method->operation);
	if (change_cuts(c->spin->core, change, cuts)) {
		rpc_fail(c, -1, "Do this in the gateway's own interface: %.150s", cuts);
		rpc_end(c, NULL);
	} else {
		act_submit(c->spin->core, change, on_done, c);
	}
	free(change);
}

// --- What is asked ---

static const struct rpc_method *
find(const char *name) {
	for (size_t i = 0; i < rpc_methods_count; i++)
		if (strcmp(rpc_methods[i].name, name) == 0)
			return &rpc_methods[i];
	return NULL;
}

static bool
read_number(const struct json_doc *d, unsigned int node, int64_t *ret) {
	size_t length;
	const char *raw = json_raw_of(d, node, &length);

	// An integer, and no fraction that happens to be whole.
	if (length == 0 || length > 19 || (!isdigit((unsigned char)raw[0]) && raw[0] != '-')
	    || memchr(raw, '.', length) || memchr(raw, 'e', length) || memchr(raw, 'E', length))
		return false;
	*ret = json_number(d, node, INT64_MIN);
	return *ret != INT64_MIN;
}

static bool
read_value(const struct json_doc *d, unsigned int node, enum rpc_type type, struct rpc_value *ret) {
	const char *text = json_text(d, node);

	switch (type) {
	case RPC_INT:
		return read_number(d, node, &ret->number);
	case RPC_STRING:
		if (!text || strlen(text) >= sizeof ret->text)
			return false;
		memcpy(ret->text, text, strlen(text) + 1);
		return true;
	default:
		ret->json = json_raw_of(d, node, &ret->json_length);
		return json_is_object(d, node);
	}
}

static bool
read_params(struct rpc_call *c, const struct json_doc *d, unsigned int params) {
	const struct rpc_method *m = c->method;
	size_t wanted = 0;

	while (wanted < RPC_PARAMS && m->param[wanted].name)
		wanted++;
	if (params && !json_is_object(d, params)) {
		rpc_fail(c, 3, "'params' object must be a dict");
		return false;
	}
	if ((params ? json_size(d, params) : 0) != wanted) {
		rpc_fail(c, -1, "Wrong number of arguments");
		return false;
	}
	for (unsigned int n = params ? json_first(d, params) : JSON_NONE; n; n = json_next(d, n)) {
		size_t i = 0;
		while (i < wanted && strcmp(m->param[i].name, json_key_of(d, n)) != 0)
			i++;
		if (i == wanted)
			rpc_fail(c, -1, "No such argument registered");
		else if (!read_value(d, n, m->param[i].type, &c->param[i]))
			rpc_fail(c, -1, "Wrong type of argument");
		if (c->error[0])
			return false;
	}
	return true;
}

static bool
may(struct rpc_call *c) {
	const char *operation = c->method->operation;

	if (!roles_allow(operation, c->who.role))
		rpc_fail(c, -1, "The role %s may not do this", role_name(c->who.role));
	else if (!roles_in_scope(operation, c->who.scopes))
		rpc_fail(c, -1, "This token is for less than that");
	return !c->error[0];
}

// True when the method may run; false with the error.
static bool
read_request(struct rpc_call *c, const struct json_doc *d) {
	unsigned int version = json_get(d, JSON_ROOT, "jsonrpc");
	unsigned int id = json_get(d, JSON_ROOT, "id");
	const char *method = json_text(d, json_get(d, JSON_ROOT, "method"));
	size_t length;

	if (id) {
		const char *raw = json_raw_of(d, id, &length);
		c->id = strndup(raw, length);
	} else if (!version && asprintf(&c->id, "%" PRIu64, c->spin->answers + 1) < 0) {
		c->id = NULL;
	}
	// The original's older web server put in both, so some of its clients leave the version
	// out, or both, and wait for an answer.  A notification says that it is JSON-RPC 2.0.
	if (version && (!json_text(d, version) || strcmp(json_text(d, version), "2.0") != 0)) {
		rpc_fail(c, 1, "Wrong JSON-RPC version, expected 2.0");
		return false;
	}
	if (!method) {
		rpc_fail(c, 2, "method is not a string");
		return false;
	}
	c->method = find(method);
	if (!c->method)
		rpc_fail(c, -1, "No such function registered");
	else if (read_params(c, d, json_get(d, JSON_ROOT, "params")) && may(c) && !nodes_is_ready(c->spin->nodes))
		rpc_fail(c, -1, "Nodes have no numbers now: the state directory cannot be written");
	return !c->error[0];
}

static void
run(struct rpc_call *c) {
	struct json result;

	json_init(&result);
	c->running = true;
	c->method->run(c, &result);
	c->running = false;
	if (c->next && !c->error[0]) {
		json_free(&result);
		go_on(c);
		return;
	}
	if (!c->waits || c->over || c->error[0])
		rpc_end(c, c->error[0] ? NULL : &result);
	json_free(&result);
}

void
rpc_ask(struct spin *s,
	const struct rpc_who *who,
	const char *text,
	size_t length,
	rpc_answered answered,
	void *context) {
	static const char busy[] = "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":"
				   "\"Too many calls at once\"}}";
	struct rpc_call *c = s->calls_count < RPC_CALLS_MAX ? calloc(1, sizeof *c) : NULL;
	struct json_fault fault;
	struct json_doc *d = NULL;

	if (!c) {
		answered(context, busy, sizeof busy - 1);
		return;
	}
	c->spin = s;
	c->who = *who;
	c->answered = answered;
	c->context = context;
	LIST_INSERT_HEAD(&s->calls, c, link);
	s->calls_count++;
	if (json_parse(text, length, &json_limits_body, &d, &fault) < 0)
		rpc_fail(c, 1, "Wrong JSON-RPC version, expected 2.0");
	if (!c->error[0] && read_request(c, d))
		run(c);
	else
		rpc_end(c, NULL);
	json_doc_free(d);
}

void
rpc_forget(struct spin *s, const void *context) {
	struct rpc_call *c;

	LIST_FOREACH (c, &s->calls, link)
		if (c->context == context)
			c->answered = NULL;
}

void
rpc_stop(struct spin *s) {
	static const char ends[] = "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":"
				   "\"SPIN compatibility was switched off\"}}";
	struct rpc_call *c;

	while ((c = LIST_FIRST(&s->calls))) {
		LIST_REMOVE(c, link);
		if (c->answered)
			c->answered(c->context, ends, sizeof ends - 1);
		c->answered = NULL;
		c->spin = NULL; // its change is done all the same
	}
	s->calls_count = 0;
}
