// SPDX-License-Identifier: BSD-3-Clause
// The adapters to the world: how they do, and a button to try one.

#include "control/core.h"
#include "control/export/export.h"
#include "control/http/api.h"
#include "platform/json_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
api_list_integrations(struct http_request *r, void *core) {
	const struct core *c = core;
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = 0; i < exports_count(); i++)
		exports_view(c->exports, i, &j);
	json_end(&j);
	json_key_string(&j, "next_cursor", NULL);
	json_end(&j);
	api_reply(r, 200, &j);
}

// The number of the one in the path; false after the problem was answered.
static bool
find(struct http_request *r, size_t *ret) {
	const char *name = http_path(r, "integration");
	int i = exports_find(name);

	if (i < 0)
		http_problem(
			r,
			PROBLEM_UNKNOWN_INTEGRATION,
			"GET /api/v1/integrations lists them.",
			"There is no integration '%.40s'.",
			name
		);
	else
		*ret = (size_t)i;
	return i >= 0;
}

static void
answer(struct http_request *r, const struct core *c, size_t i) {
	struct json j;

	json_init(&j);
	exports_view(c->exports, i, &j);
	api_reply(r, 200, &j);
}

void
api_get_integration(struct http_request *r, void *core) {
	size_t i;

	if (find(r, &i))
		answer(r, core, i);
}

struct trial {
	struct core *core;
	struct http_later *later; // NULL while the adapter is being asked
	size_t number;
	bool over; // before `later` was there
	char error[EXPORT_ERROR];
};

static void
reply(struct http_request *r, struct trial *t) {
	if (r && t->error[0])
		http_problem(
			r,
			PROBLEM_INTEGRATION_FAILED,
			"Correct its keys in the configuration, or look at the other end.",
			"The test did not get through: %s.",
			t->error
		);
	else if (r)
		answer(r, t->core, t->number);
	free(t);
}

static void
tried(void *context, const char *error) {
	struct trial *t = context;

	if (error)
		snprintf(t->error, sizeof t->error, "%s", error);
	if (t->later)
		reply(http_resume(t->later), t);
	else
		t->over = true;
}

void
api_test_integration(struct http_request *r, void *core) {
	struct core *c = core;
	size_t i;

	if (!find(r, &i) || !http_read(r, NULL, 0, NULL))
		return;
	struct trial *t = calloc(1, sizeof *t);
	if (!t) {
		http_problem(r, PROBLEM_INTERNAL, NULL, "Out of memory.");
		return;
	}
	*t = (struct trial){.core = c, .number = i};
	int failed = exports_test(c->exports, i, tried, t);
	if (failed == 0 && t->over) {
		reply(r, t);
		return;
	}
	if (failed == 0) {
		t->later = http_later(r);
		return;
	}
	free(t);
	const char *name = exports_adapter(i)->name;
	if (failed == -ENOTCONN)
		http_problem(
			r,
			PROBLEM_INTEGRATION_OFF,
			"Switch it on with PATCH /api/v1/config, or in a file of conf.d.",
			"The integration '%s' does not run.",
			name
		);
	else if (failed == -ENOSYS)
		http_problem(
			r,
			PROBLEM_NOTHING_TO_TEST,
			"Look at last_contact.",
			"The integration '%s' waits to be asked; there is nothing to try.",
			name
		);
	else if (failed == -EBUSY)
		http_problem(
			r, PROBLEM_BUSY, "Try again in a few seconds.", "A test runs already."
		);
	else
		http_problem(
			r,
			PROBLEM_INTEGRATION_FAILED,
			"Correct its keys in the configuration, or look at the other end.",
			"The test cannot begin: %s.",
			strerror(-failed)
		);
}
