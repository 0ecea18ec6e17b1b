// SPDX-License-Identifier: BSD-3-Clause
// What the handlers of captures and of their streams share.
//
// Threads: the core thread.
// Errors:  those that return bool or NULL have answered the problem.

#pragma once

#include "control/capture/captures.h"

#include <stdbool.h>

struct core;
struct http_request;

// Who asks may have headers only, what it captured itself, and what the household approved.
bool api_capture_is_limited(const struct http_request *r);
// Its credential, when it is not at home; else 0.
uint64_t api_capture_outside(const struct http_request *r);
bool api_capture_may_see(const struct http_request *r, const struct capture *c);
// When the request accepts what somebody proposed.
bool api_capture_accepted(const struct http_request *r, struct capture_approval *ret);
// Tells the household of one that was begun from outside.
void api_capture_tell(struct core *core, const struct capture *c);
struct capture *api_capture(struct http_request *r, const struct core *core); // of the path
bool api_capture_subject(
	struct http_request *r,
	const struct core *core,
	const char *device,
	const char *destination,
	struct capture_request *ret
);
bool api_capture_format(struct http_request *r, const char *text, enum capture_format *ret);
bool api_capture_filter(struct http_request *r, const char *filter);
// Why it never ran; why it could not even be tried (errno).
void api_capture_failed(struct http_request *r, const struct core *core, const struct capture *c);
void api_capture_not_begun(struct http_request *r, int error);
