// SPDX-License-Identifier: BSD-3-Clause
// What a GET leaves out, and what form it has: `fields`, and CSV for everything that is a list.
//
// Shape:   shapes_table has a row for each operation whose answer is an object or a list, made of
//          openapi.yaml when building; handlers answer as ever, and api_reply hands their JSON on.
// Threads: the core thread.
// Errors:  shape_reply answers 400 for a field that there is not.
// Source:  RFC 4180 (CSV); OWASP "CSV Injection" for the apostrophe.

#pragma once

#include "control/http/request.h"
#include "platform/json_write.h"

#include <stdbool.h>
#include <stddef.h>

struct shape {
	const char *operation;
	const char *fields; // parted by blanks
	const char
		*columns; // of the table; "kind.value" is a member of an object; NULL: it is none
	const char *sort; // what a list can be sorted by; NULL: it cannot
};

extern const struct shape shapes_table[];
extern const size_t shapes_table_count;

// Whether the operation takes the parameter because of its row.
bool shape_takes(const char *operation, const char *parameter);
// The word that `sort` has, without its '-'; NULL when it is absent.  False: answered 400.
bool shape_sort(struct http_request *r, const char **ret_word, bool *ret_down);
// True when it answered; false: the JSON is to be sent as it is.
bool shape_reply(struct http_request *r, int status, const struct json *j);
