// SPDX-License-Identifier: BSD-3-Clause
// The door for those from outside: their role opens it only while they have a grant, and only to
// what the grant names.

#include "control/access/access.h"
#include "control/access/roles.h"
#include "control/audit/audit.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/request.h"
#include "control/provider/provider.h"
#include "platform/base.h"

#include <string.h>

static bool
refuse_right(struct http_request *r, enum right right) {
	http_problem(
		r,
		PROBLEM_NOT_GRANTED,
		"The household can allow it: POST /api/v1/provider:grant.",
		"It did not allow you to %s.",
		right_meaning(right)
	);
	return false;
}

// What a recording holds cannot be masked.
static bool
is_unmaskable(const struct grant *g, enum right right) {
	return right == RIGHT_CAPTURE && g->masked;
}

bool
provider_admit(struct http_request *r, void *core) {
	struct core *c = core;
	const char *operation = http_operation(r);
	struct audit_by by;
	enum right right = RIGHT_NONE;

	if (!access_admit(r, core))
		return false;
	const struct principal *p = http_principal(r);
	if (p->role != ROLE_PROVIDER || roles_is_open(operation))
		return true;
	const struct grant *g = provider_grant(c, p);
	if (!g) {
		http_problem(
			r,
			PROBLEM_NO_CONSENT,
			"Ask the household to let you in, and for how long.",
			"The household does not let its provider in now."
		);
		return false;
	}
	if (!right_of(operation, &right) || !grant_has(g, right))
		return refuse_right(r, right);
	if (is_unmaskable(g, right)) {
		http_problem(
			r,
			PROBLEM_NOT_GRANTED,
			"Ask the household to show the names, too.",
			"A recording holds names and addresses that are masked for you."
		);
		return false;
	}
	// What it does has an entry each; what it looks at is counted.
	if (strcmp(http_method(r), "GET") == 0) {
		api_by(r, &by);
		audit_count(c, &by, operation, "done", "");
	}
	return true;
}

bool
provider_asks(struct http_request *r, void *core) {
	static const char *const telling[] = {
		"name", "mac", "address", "hostname", "who", "author", "q", "search"};

	for (size_t i = 0; i < ARRAY_LEN(telling); i++)
		if (http_query(r, telling[i]) && provider_masks(r, core)) {
			http_problem(
				r,
				PROBLEM_NOT_GRANTED,
				"Ask without it, or ask the household to show the names.",
				"You may not look for a %s: it is masked for you.",
				telling[i]
			);
			return false;
		}
	return true;
}
