// SPDX-License-Identifier: BSD-3-Clause
// What h2o refuses before any handler runs (a body beyond all limits, broken chunks) is plain text
// without our headers.  An output filter turns it into the problem document of everything else.

#include "control/http/server.h"
#include "control/text/language.h"

#include <stdio.h>

struct replaced {
	h2o_ostream_t super;
	h2o_iovec_t body;
};

static void
send_replaced(
	h2o_ostream_t *self,
	h2o_req_t *req,
	h2o_iovec_t *bufs,
	size_t n_bufs,
	h2o_send_state_t state
) {
	struct replaced *r = (struct replaced *)self;
	(void)bufs;
	h2o_ostream_send_next(self, req, &r->body, n_bufs && r->body.len ? 1 : 0, state);
	r->body.len = 0;
}

static h2o_iovec_t
problem_of(h2o_req_t *req) {
	struct json j;
	json_init(&j);
	if (req->res.status == 413) {
		request_write_problem(
			&j,
			PROBLEM_BODY_TOO_LARGE,
			_("The body is far too large."),
			_("Send at most 256 KiB."),
			NULL
		);
	} else {
		request_write_problem(
			&j, PROBLEM_BAD_REQUEST, _("The request is not valid HTTP/1.1."), NULL, NULL
		);
	}
	h2o_iovec_t text = h2o_strdup(&req->pool, j.failed ? "{}" : j.text, SIZE_MAX);
	json_free(&j);
	return text;
}

static void
on_setup(h2o_filter_t *self, h2o_req_t *req, h2o_ostream_t **slot) {
	static const char plain[] = "text/plain";
	(void)self;
	ssize_t at = h2o_find_header(&req->res.headers, H2O_TOKEN_CONTENT_TYPE, -1);
	h2o_iovec_t *type = at < 0 ? NULL : &req->res.headers.entries[at].value;
	if (req->res.status >= 400 && type && type->len >= sizeof(plain) - 1
	    && memcmp(type->base, plain, sizeof(plain) - 1) == 0) {
		struct replaced *r = (struct replaced *)h2o_add_ostream(req, sizeof(*r), slot);
		r->super.do_send = send_replaced;
		r->body = problem_of(req);
		*type = h2o_iovec_init(H2O_STRLIT("application/problem+json"));
		req->res.content_length = r->body.len;
		if (req->res.status != 413) {
			req->res.status = problem_status(PROBLEM_BAD_REQUEST);
			req->res.reason = "Bad Request";
		}
		request_headers(req, NULL, false);
		slot = &r->super.next;
	}
	h2o_setup_next_ostream(req, slot);
}

void
own_errors_register(h2o_pathconf_t *path) {
	h2o_filter_t *filter = h2o_create_filter(path, sizeof(*filter));
	filter->on_setup_ostream = on_setup;
}
