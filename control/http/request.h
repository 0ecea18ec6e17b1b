// SPDX-License-Identifier: BSD-3-Clause
// One request as a handler sees it: what was asked, and the ways to answer.
//
// Shape:   a handler answers once: at once with a http_reply_* or http_problem, or later with
//          http_later.  What the accessors return lives as long as the request.
// Threads: the loop's thread.
// Errors:  a handler that returns without answering is answered 500 and logged: a bug of ours.
// Source:  RFC 9110, RFC 9457.

#pragma once

#include "control/access/principal.h"
#include "control/http/http.h"
#include "control/http/json_read.h"
#include "control/http/problem.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct http_request;
struct http_later;

struct http_peer {
	enum http_peer_kind kind;
	uid_t uid; // of the unix socket, as pid
	pid_t pid;
	const char *address; // of the other end, without port; "" on the unix socket
	const char *certificate; // common name of the provider's client; "" elsewhere
	const struct principal *as; // of INSIDE; NULL elsewhere
};

const char *http_method(const struct http_request *r);
const char *http_operation(const struct http_request *r);
const char *http_target(const struct http_request *r); // path and query as they came
const char *http_pattern(const struct http_request *r); // of the route
// The decoded part of the path that stood at "{name}"; asking for a name the pattern lacks is a
// bug.
const char *http_path(const struct http_request *r, const char *name);
// The decoded query parameter, "" when it has no value, NULL when it is not there.
const char *http_query(const struct http_request *r, const char *name);
// A request header by its lower-case name, NULL when it is not there.
const char *http_header(const struct http_request *r, const char *name);
const char *http_host(const struct http_request *r); // as it was checked, with its port
struct http_peer http_peer(const struct http_request *r);
// The address the request came from, or "unix".
const char *http_source(const struct http_request *r);
bool http_is_secure(const struct http_request *r); // it came over TLS
// Who asks, with which role; never NULL.
const struct principal *http_principal(const struct http_request *r);
void http_set_principal(struct http_request *r, const struct principal *p); // before the handler
// The principal's name: who did it, for what is remembered of actions.
const char *http_who(const struct http_request *r);
// Not NUL-terminated.
const char *http_body(const struct http_request *r, size_t *ret_length);

// A query parameter as a number: `fallback` when absent.  False: it was no number between min and
// max, and the problem has been answered.
bool http_query_number(
	struct http_request *r,
	const char *name,
	uint64_t min,
	uint64_t max,
	uint64_t fallback,
	uint64_t *ret
);
// A query parameter that is true or false; false when it is absent.
bool http_query_flag(struct http_request *r, const char *name, bool *ret);
// The body into the struct `ret` that `fields` describes (see json_read.h); an absent body counts
// as {}.  False: it did not fit, and the problem has been answered.
bool http_read(struct http_request *r, const struct json_field *fields, size_t n_fields, void *ret);
// The whole body to walk, for json_doc_free; NULL after the problem was answered.
struct json_doc *http_read_document(struct http_request *r);

// Before the reply.  Both texts are copied; the name must be lower-case.
void http_add_header(struct http_request *r, const char *name, const char *value);

// The body is copied.
void http_reply_json(struct http_request *r, int status, const char *json, size_t length);
void http_reply(
	struct http_request *r,
	int status,
	const char *content_type,
	const char *body,
	size_t length
);
void http_reply_empty(struct http_request *r, int status);
// An application/problem+json answer; `hint` says what would be right and may be NULL.  Both are
// said in the language of who asks (control/text/language.h).
void http_problem(
	struct http_request *r,
	enum problem p,
	const char *hint,
	const char *detail_format,
	...
) __attribute__((format(printf, 4, 5)));
// One about a field of the body: "object/domain".
void http_problem_at(
	struct http_request *r,
	enum problem p,
	const char *field,
	const char *hint,
	const char *detail
);

// --- What the audit trail is told (control/http/told.c) ---
// An answer below 400 to a request that writes waits for http_config's `told`, which answers true
// and calls http_release when it is written down.  Refusals (401, 403) are told as they go out.

#define HTTP_PART_NAME 32

// An entry of its own tells of what was done: the answer does not wait.
void http_told(struct http_request *r);
// What was there before and after, for the entry; each may be NULL.  No secrets.
struct json;
void http_note(struct http_request *r, const struct json *before, const struct json *after);
const char *http_note_before(const struct http_request *r);
const char *http_note_after(const struct http_request *r);
void http_release(struct http_request *r);
// The key of the problem that it was refused with.
const char *http_refusal(const struct http_request *r);
// The parts of the path in their order, NULL past the last.
const char *http_path_at(const struct http_request *r, size_t index, char ret_name[HTTP_PART_NAME]);

// Before something else is made of an answer: as who asked may see it.
void http_rewrite(struct http_request *r, struct json *j);
void http_is_rewritten(struct http_request *r); // the answer is so already

// Goes on as another operation (control/http/become.c), with one part of its path (NULL: none) and
// this body; the handler has answered, or will.
void http_become(
	struct http_request *r,
	const char *operation,
	const char *part,
	const char *value,
	const char *body
);
// As if it had stood in the address.  False: there are too many.
bool http_put_query(struct http_request *r, const char *name, const char *value);
// For http_config's `foreign`: whose operation the audit trail tells of, and the limit of requests
// a second, false after it was answered.
void http_set_route(struct http_request *r, const struct http_route *route);
bool http_pace(struct http_request *r);
// Why it is refused, where the answer is no problem document.
void http_set_refusal(struct http_request *r, enum problem p);
// Instead of the GUI's own content policy.
void http_set_policy(struct http_request *r, const char *policy);
// Memory as long as the request; `gone` is called before it goes.
void *http_keep(struct http_request *r, size_t size, void (*gone)(void *kept));
// Called once, before an answer below 400 goes out.  When the client has gone, never.
typedef void (*http_answered)(void *context, struct http_request *r, int status);
void http_on_answer(struct http_request *r, http_answered answered, void *context);
// Whose wish it was, beside who does it; NULL: nobody else's.
void http_set_behalf(struct http_request *r, const char *name);
const char *http_behalf(const struct http_request *r);

// To answer after the handler returned.  The token outlives the client.
struct http_later *http_later(struct http_request *r);
// Ends the token: the request to answer now, or NULL when the client has gone.
struct http_request *http_resume(struct http_later *l);
