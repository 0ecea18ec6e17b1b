// SPDX-License-Identifier: BSD-3-Clause
// Who may read which captures.  An admin all; a user its own, which may hold what others say, and
// those of headers that the recorder or somebody outside the home took; those outside the headers
// that they captured themselves, and what the household approved, one by one, payload and all.

#include "control/capture/capture_view.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/api_capture.h"
#include "control/notify/notify.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
api_capture_is_limited(const struct http_request *r) {
	return http_principal(r)->role == ROLE_PROVIDER;
}

uint64_t
api_capture_outside(const struct http_request *r) {
	return api_capture_is_limited(r) ? http_principal(r)->credential : 0;
}

// By its credential: a name can be that of somebody at home.
bool
api_capture_may_see(const struct http_request *r, const struct capture *c) {
	const struct capture_approval *a = &c->approval;

	if (http_principal(r)->role == ROLE_ADMIN)
		return true;
	if (!api_capture_is_limited(r))
		return c->outside || c->kind == CAPTURE_KIND_RECORDER
			|| strcmp(c->who, http_who(r)) == 0;
	if (c->outside && c->outside == api_capture_outside(r))
		return true;
	return a->at_ns && (!a->reader[0] || strcmp(a->reader, http_who(r)) == 0);
}

static void
approve(const struct http_request *r, const char *reader, struct capture_approval *ret) {
	*ret = (struct capture_approval){.at_ns = clock_wall_ns()};
	snprintf(ret->by, sizeof ret->by, "%s", http_who(r));
	snprintf(ret->reader, sizeof ret->reader, "%s", reader);
}

bool
api_capture_accepted(const struct http_request *r, struct capture_approval *ret) {
	if (!http_behalf(r))
		return false;
	approve(r, http_behalf(r), ret);
	return true;
}

void
api_capture_tell(struct core *core, const struct capture *c) {
	const struct device *d = c->device ? device_by_id(&core->state, c->device) : NULL;

	if (c->outside && d)
		notify(core, NOTIFY_PROVIDER_CAPTURED, d, c->who, NULL);
	else if (c->outside)
		notify(core, NOTIFY_PROVIDER_CAPTURED, NULL, "The home", c->who, NULL);
}

struct waiting {
	struct core *core;
	struct http_later *later;
	uint64_t id;
};

static void
reply(struct http_request *r, const struct core *core, const struct capture *c) {
	struct json j;

	json_init(&j);
	capture_view(&core->state, c, &j);
	api_reply(r, 200, &j);
}

static void
on_approved(void *context, int result) {
	struct waiting *w = context;
	struct http_request *r = http_resume(w->later);
	const struct capture *c = captures_find(w->core->captures, w->id);

	if (r && result == 0 && c)
		reply(r, w->core, c);
	else if (r)
		http_problem(
			r,
			result == -ENOSPC || result == -EDQUOT ? PROBLEM_STORAGE_FULL
							       : PROBLEM_STORAGE_FAILED,
			"Make room on the state directory's disk and try again.",
			"The approval cannot be written down: %s.",
			strerror(-result)
		);
	free(w);
}

void
api_approve_capture(struct http_request *r, void *context) {
	struct core *core = context;
	struct capture *c = api_capture(r, core);
	struct capture_approval a;

	if (!c || !http_read(r, NULL, 0, NULL))
		return;
	if (c->outside) {
		http_problem(
			r,
			PROBLEM_HEADERS_ONLY,
			"Accept a proposal to capture, or capture it yourself and approve that.",
			"It was begun from outside the home: its payload was never kept."
		);
		return;
	}
	if (c->approval.at_ns && !c->approval.reader[0]) {
		reply(r, core, c);
		return;
	}
	struct waiting *w = malloc(sizeof *w);
	approve(r, "", &a);
	int result = w ? captures_approve(core->captures, c, &a, on_approved, w) : -ENOMEM;
	if (result < 0) {
		free(w);
		if (result == -ENOENT)
			http_problem(
				r,
				PROBLEM_UNKNOWN_CAPTURE,
				"A live capture is sent to whoever began it.",
				"This capture has no file."
			);
		else
			http_problem(r, PROBLEM_BUSY, "Try again.", "It begins or ends just now.");
		return;
	}
	*w = (struct waiting){core, http_later(r), c->id};
}
