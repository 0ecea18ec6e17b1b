// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/ubus/call.h"

#include "control/core.h"
#include "control/export/spin/own.h"
#include "control/export/spin/rpc.h"
#include "control/export/ubus/find.h"
#include "control/export/ubus/own.h"
#include "control/export/ubus/request.h"
#include "control/http/inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS_MAX 32 // under way

struct ubus_call {
	LIST_ENTRY(ubus_call) link;
	struct ubus *of;
	struct inside *asked; // NULL: SPIN's JSON-RPC is
	char number[24]; // by which the helper knows it
};

static void
answer(struct ubus *u, const char *number, struct json *j) {
	char head[40];

	snprintf(head, sizeof head, "answer %.20s", number);
	if (j->failed || !j->length)
		helper_send(&u->helper, head, "{}", 2);
	else if (helper_send(&u->helper, head, j->text, j->length) < 0)
		u->lost++;
	json_free(j);
}

static void
refuse(struct ubus *u, const char *number, int code, const char *why) {
	struct json j;

	json_init(&j);
	method_error(code, why, &j);
	answer(u, number, &j);
}

static void
end(struct ubus_call *k) {
	LIST_REMOVE(k, link);
	k->of->calls_count--;
	free(k);
}

static void
on_answer(void *context, const struct inside_answer *a) {
	struct ubus_call *k = context;
	struct json j;

	json_init(&j);
	if (!a->status)
		method_error(502, a->error, &j);
	else
		method_answer(a->status, a->body, a->length, &j);
	answer(k->of, k->number, &j);
	end(k);
}

static void
on_rpc(void *context, const char *text, size_t length) {
	struct ubus_call *k = context;
	struct json j;

	json_init(&j);
	method_rpc_answer(200, text, length, &j);
	answer(k->of, k->number, &j);
	end(k);
}

static bool
look(void *context, bool device, const char *said, char ret[ID_TEXT]) {
	const struct ubus *u = context;

	return device ? find_device(&u->core->state, said, ret)
		      : find_destination(&u->core->state, said, ret);
}

static void
ask_api(struct ubus_call *k, const struct method *m, const struct json_doc *d, const char *user) {
	struct ubus *u = k->of;
	struct method_request q;
	struct json j;
	int r = method_request(m, d, look, u, &q);

	if (r < 0) {
		json_init(&j);
		method_refuse(r, &j);
		answer(u, k->number, &j);
		end(k);
		return;
	}
	struct inside_request request = {
		.method = m->verb,
		.target = q.target,
		.headers = "",
		.body = q.body.text,
		.as = {.role = ROLE_ADMIN, .kind = PRINCIPAL_UNIX},
		.source = "ubus",
	};
	if (strcmp(m->verb, "GET") != 0 && q.body.length > 2)
		request.length = q.body.length;
	snprintf(request.as.name, sizeof request.as.name, "%.32s", user);
	r = inside_ask(u->core->http, &request, on_answer, k, &k->asked);
	json_free(&q.body);
	if (r == 0)
		return;
	refuse(u, k->number, r == -EBUSY ? 429 : 500, "Too much is asked at once");
	end(k);
}

static void
ask_spin(struct ubus_call *k, const struct method *m, const struct json_doc *d, const char *user) {
	struct spin *s = spin_of(k->of->core);
	struct rpc_who who = {.role = ROLE_ADMIN};
	struct json j;

	json_init(&j);
	if (!s) {
		method_rpc_answer(404, "", 0, &j);
		answer(k->of, k->number, &j);
		end(k);
		return;
	}
	snprintf(who.by.who, sizeof who.by.who, "%.32s", user);
	snprintf(who.by.role, sizeof who.by.role, "%s", role_name(ROLE_ADMIN));
	snprintf(who.by.way, sizeof who.by.way, "spin");
	snprintf(who.by.source, sizeof who.by.source, "ubus");
	method_rpc(m, d, &j);
	rpc_ask(s, &who, j.text, j.length, on_rpc, k);
	json_free(&j);
}

static void
ask(struct ubus *u,
    const char *number,
    const struct method *m,
    const struct json_doc *d,
    const char *user) {
	struct ubus_call *k = u->calls_count < CALLS_MAX ? calloc(1, sizeof *k) : NULL;

	if (!k) {
		refuse(u, number, 429, "Too much is asked at once");
		return;
	}
	k->of = u;
	snprintf(k->number, sizeof k->number, "%s", number);
	LIST_INSERT_HEAD(&u->calls, k, link);
	u->calls_count++;
	if (m->verb)
		ask_api(k, m, d, user);
	else
		ask_spin(k, m, d, user);
}

void
ubus_call_begin(struct ubus *u, char *text) {
	const char *number = strsep(&text, " "), *name = strsep(&text, " ");
	const char *user = strsep(&text, " ");
	const struct method *m = name ? method_find(name) : NULL;
	char wrong[METHOD_WRONG];
	struct json_fault fault;
	struct json_doc *d;

	if (!m || !text || strlen(number) > 20)
		return; // no line of ours
	if (json_parse(text, strlen(text), &json_limits_body, &d, &fault) < 0) {
		refuse(u, number, -1, fault.message);
		return;
	}
	const char *what = method_wrong(m, d, wrong);
	if (what)
		refuse(u, number, -1, what);
	else
		ask(u, number, m, d, user);
	json_doc_free(d);
}

void
ubus_calls_end(struct ubus *u) {
	struct spin *s = spin_of(u->core);
	struct ubus_call *k;

	while ((k = LIST_FIRST(&u->calls))) {
		if (k->asked)
			inside_end(k->asked);
		else if (s)
			rpc_forget(s, k);
		end(k);
	}
}
