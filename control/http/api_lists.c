// SPDX-License-Identifier: BSD-3-Clause
// The lists of names and addresses, in the order of spin.yaml; a cursor is the name of one.

#include "control/core.h"
#include "control/http/api.h"
#include "control/lists.h"
#include "platform/json_write.h"

#define LIMIT_MAX 500

// The number of the list in the path; false after the problem was answered.
static bool
find(struct http_request *r, const struct core *c, unsigned int *ret) {
	const char *name = http_path(r, "list");
	int i = lists_find(c->lists, name);

	if (i < 0)
		http_problem(
			r,
			PROBLEM_UNKNOWN_LIST,
			"GET /api/v1/lists lists the lists of spin.yaml.",
			"There is no list '%.40s'.",
			name
		);
	else
		*ret = (unsigned int)i;
	return i >= 0;
}

void
api_list_lists(struct http_request *r, void *core) {
	const struct core *c = core;
	const char *cursor = http_query(r, "cursor");
	bool first = !cursor || !cursor[0];
	int last = first ? -1 : lists_find(c->lists, cursor);
	uint64_t left;
	struct json j;

	if (!http_query_number(r, "limit", 1, LIMIT_MAX, LIMIT_MAX, &left))
		return;
	if (!first && last < 0) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Use next_cursor of the page before, as it was given.",
			"'%.40s' is no cursor of this list.",
			cursor
		);
		return;
	}
	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	unsigned int i = (unsigned int)(last + 1);
	for (; i < lists_count(c->lists) && left > 0; left--)
		lists_view(c->lists, i++, &j);
	json_end(&j);
	bool more = i < lists_count(c->lists);
	json_key_string(&j, "next_cursor", more ? lists_name(c->lists, i - 1) : NULL);
	json_end(&j);
	api_reply(r, 200, &j);
}

static void
answer(struct http_request *r, const struct core *c, int status, unsigned int i) {
	struct json j;

	json_init(&j);
	lists_view(c->lists, i, &j);
	api_reply(r, status, &j);
}

void
api_get_list(struct http_request *r, void *core) {
	unsigned int i;

	if (find(r, core, &i))
		answer(r, core, 200, i);
}

void
api_refresh_list(struct http_request *r, void *core) {
	const struct core *c = core;
	unsigned int i;

	if (!find(r, c, &i) || !http_read(r, NULL, 0, NULL))
		return;
	lists_refresh(c->lists, i);
	answer(r, c, 202, i);
}
