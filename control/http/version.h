// SPDX-License-Identifier: BSD-3-Clause
// Which version of a thing somebody edited: ETag on what can be edited, If-Match before it is.
//
// Shape:   one row for each address that has a GET and a PATCH, PUT or DELETE: what of the thing a
//          person decides, as JSON, whose hash is the ETag; counters and times seen are none of it.
//          Actions say what shall hold, whatever was, and need none.
// Threads: the core thread.
// Errors:  412 says who changed it, when and how, as far as the changes go back.
// Source:  RFC 9110 8.8.3 and 13.1.1; DESIGN 8 "Actions are idempotent and need no If-Match".

#pragma once

#include "control/http/request.h"

#include <stdbool.h>
#include <stdint.h>

struct core;

// Before the handler: adds the ETag to a GET's answer, and answers 412 where If-Match says another.
bool version_check(struct http_request *r, void *core);
// After an edit: the ETag that the thing has now.
void version_tell(struct http_request *r, const struct core *c);
// The same after an edit that is none of the changes, with who did it; id 0: there is one of it.
void version_wrote(struct http_request *r, const struct core *c, uint64_t id);
// Does If-Match name the ETag, or any?
bool version_named(const char *header, const char *etag);
// "Anna changed it at 2026-11-26T12:00:00.000Z: TV has the profile guest." or "Somebody changed it."
#define VERSION_WHO 400
const char *version_who_profile(const struct core *c, const char *name, char ret[VERSION_WHO]);
