// SPDX-License-Identifier: BSD-3-Clause
// The ways that notifications take beside the browsers: how they do, and a button to try one.

#include "control/core.h"
#include "control/http/api.h"
#include "control/notify/deliver.h"
#include "control/notify/notify.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
api_list_deliveries(struct http_request *r, void *core) {
	const struct core *c = core;
	const struct deliver *d = notify_deliver(c->notify);
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (unsigned int i = 0; i < deliver_count(d); i++)
		deliver_view(d, i, &j);
	json_end(&j);
	json_key_string(&j, "next_cursor", NULL);
	json_end(&j);
	api_reply(r, 200, &j);
}

struct trial {
	struct core *core;
	struct http_later *later;
	unsigned int number;
};

static void
tried(void *context, const char *error) {
	struct trial *t = context;
	struct http_request *r = http_resume(t->later);
	struct json j;

	if (r && error) {
		http_problem(
			r,
			PROBLEM_DELIVERY_FAILED,
			"Correct the delivery in spin.yaml, then try it again.",
			"The test did not get through: %s.",
			error
		);
	} else if (r) {
		json_init(&j);
		deliver_view(notify_deliver(t->core->notify), t->number, &j);
		api_reply(r, 200, &j);
	}
	free(t);
}

void
api_test_delivery(struct http_request *r, void *core) {
	static const struct json_field fields[] = {
		{"delivery", JSON_TEXT, 0, true, false, 1, DELIVERY_NAME - 1}};
	struct core *c = core;
	struct deliver *d = notify_deliver(c->notify);
	struct json_text name;

	if (!http_read(r, fields, ARRAY_LEN(fields), &name))
		return;
	int number = deliver_find(d, name.text);
	if (number < 0) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_DELIVERY,
			"GET /api/v1/notifications/deliveries lists those of spin.yaml.",
			"There is no delivery '%.32s'.",
			name.text
		);
		return;
	}
	struct trial *t = malloc(sizeof *t);
	if (!t) {
		http_problem(r, PROBLEM_INTERNAL, NULL, "Out of memory.");
		return;
	}
	*t = (struct trial){.core = c, .number = (unsigned int)number};
	int failed = deliver_test(d, t->number, tried, t);
	if (failed == 0) {
		t->later = http_later(r);
		return;
	}
	if (failed == -EBUSY)
		http_problem(
			r,
			PROBLEM_BUSY,
			"Try again in a few seconds.",
			"A message is on its way by this delivery."
		);
	else
		http_problem(
			r,
			PROBLEM_DELIVERY_FAILED,
			"Is its path in spin.yaml right?",
			"The program cannot be started: %s.",
			strerror(-failed)
		);
	free(t);
}
