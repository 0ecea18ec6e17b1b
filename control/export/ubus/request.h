// SPDX-License-Identifier: BSD-3-Clause
// A method of ubus as a request of the API or of SPIN's JSON-RPC, and their answers as ubus has
// them.
//
// Shape:   what of the arguments is not in the path is the body, or the query of a GET.  What ubus
//          takes is an object; {"error": {"code", "message"}} is what went wrong.
// Threads: pure.
// Errors:  method_wrong says what would be right; method_request returns -ENOENT where nothing, or
//          too much, is called so, and -E2BIG.

#pragma once

#include "control/export/ubus/methods.h"
#include "control/http/json_read.h"
#include "control/id.h"
#include "platform/json_write.h"

#define METHOD_TARGET 1024
#define METHOD_WRONG 160
#define METHOD_INPUT_MAX (64u << 10) // of arguments, as JSON
#define METHOD_AWAY "spin-control cannot be reached; does it run?"

struct method_request {
	char target[METHOD_TARGET];
	struct json body; // for the caller to free; {} and no more: send none
};

// The id of what a person calls so; false: there is none, or several.
typedef bool (*method_look)(void *context, bool device, const char *said, char ret[ID_TEXT]);

// NULL: every argument is there, is of its kind, and there is no other.
const char *
method_wrong(const struct method *m, const struct json_doc *arguments, char ret[METHOD_WRONG]);
int method_request(
	const struct method *m,
	const struct json_doc *arguments,
	method_look look,
	void *context,
	struct method_request *ret
);
// Of a method without a verb: its call as JSON-RPC.
void method_rpc(const struct method *m, const struct json_doc *arguments, struct json *j);

void method_error(int code, const char *message, struct json *j);
// What -errno of method_request means.
void method_refuse(int failed, struct json *j);
// What the API answered: its body; false: it refuses, then why, and what would be right.
bool method_answer(int status, const char *body, size_t length, struct json *j);
// What the JSON-RPC answered, without what ubus has no use for; false: not even that.
bool method_rpc_answer(int status, const char *body, size_t length, struct json *j);
