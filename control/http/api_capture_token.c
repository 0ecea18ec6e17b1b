// SPDX-License-Identifier: BSD-3-Clause
// A token for one capture while it runs, for the line that pipes it into Wireshark.

#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/api_capture.h"
#include "control/id.h"
#include "control/view.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool
on_phase(struct capture *c, void *core) {
	if (c->phase != CAPTURE_ENDED)
		return false;
	ticket_revoke(&((struct core *)core)->access.tickets, c->id);
	return true;
}

static void
reply(struct http_request *r, const struct capture *c, const char *secret, uint64_t expires_ns) {
	char id[ID_TEXT], path[80];
	struct json j;

	id_text("cap_", c->id, id);
	snprintf(path, sizeof path, "/api/v1/captures/%s/download", id);
	json_init(&j);
	json_object(&j);
	json_key_string(&j, "capture", id);
	json_key_string(&j, "token", secret);
	json_key_string(&j, "path", path);
	view_time(&j, "expires", expires_ns);
	json_end(&j);
	api_reply(r, 201, &j);
}

void
api_make_capture_token(struct http_request *r, void *context) {
	struct core *core = context;
	struct capture *c = api_capture(r, core);
	char secret[SECRET_TEXT];
	uint64_t expires_ns;

	if (!c || !http_read(r, NULL, 0, NULL))
		return;
	if (c->phase == CAPTURE_ENDED || c->kind == CAPTURE_KIND_LIVE) {
		http_problem(
			r,
			PROBLEM_CAPTURE_ENDED,
			"Download its file, or begin another capture.",
			"Tokens are for captures that write a file and still run."
		);
		return;
	}
	bool watched = ticket_is_of(&core->access.tickets, c->id);
	int result = ticket_make(
		&core->access.tickets,
		http_principal(r),
		c->id,
		clock_wall_ns(),
		secret,
		&expires_ns
	);
	if (result == 0 && !watched && captures_watch(core->captures, c, on_phase, core) < 0) {
		ticket_revoke(&core->access.tickets, c->id);
		result = -ENOMEM;
	}
	if (result < 0)
		http_problem(
			r,
			PROBLEM_BUSY,
			"Try again in some minutes.",
			result == -ENOSPC ? "There are too many such tokens."
					  : "It cannot be made now."
		);
	else
		reply(r, c, secret, expires_ns);
	explicit_bzero(secret, sizeof secret);
}
