// SPDX-License-Identifier: BSD-3-Clause
// Telling the audit trail: an answer to a request that writes waits until what was done is
// written down, so that no handler has to think of it.

#include "control/http/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct told {
	int status;
	const char *content_type;
	const char *body;
	size_t length;
};

static bool
writes(const struct http_request *r) {
	return strcmp(r->method, "GET") != 0 && strcmp(r->method, "HEAD") != 0
		&& strcmp(r->method, "OPTIONS") != 0;
}

bool
told_hold(
	struct http_request *r,
	int status,
	const char *content_type,
	const char *body,
	size_t length
) {
	bool refused = status == 401 || status == 403;
	bool done = r->route && writes(r) && status < 400;

	if (r->told || !r->server->told || (!refused && !done))
		return false;
	r->told = true;
	struct told *t = request_alloc(r, sizeof *t);
	*t = (struct told){.status = status, .length = length};
	if (done) {
		if (content_type)
			t->content_type = request_copy(r, content_type, strlen(content_type));
		t->body = request_copy(r, length ? body : "", length);
	}
	r->held = t;
	return r->server->told(r, status, r->server->handler_context) && done;
}

bool
told_rewrite(struct http_request *r, const char *content_type, const char **body, size_t *length) {
	const struct http_server *s = r->server;
	bool ours = !r->rewritten && content_type
		&& (strstr(content_type, "json") || strncmp(content_type, "text/csv", 8) == 0);

	if (!ours || *length == 0 || !s->masks || !s->masks(r, s->handler_context))
		return true;
	char *text = s->rewrite(r, content_type, *body, *length, length, s->handler_context);
	if (!text)
		return false;
	*body = request_copy(r, text, *length);
	free(text);
	return true;
}

void
http_rewrite(struct http_request *r, struct json *j) {
	const struct http_server *s = r->server;
	size_t length = j->length;

	if (j->failed || r->rewritten || !s->masks || !s->masks(r, s->handler_context))
		return;
	char *text =
		s->rewrite(r, "application/json", j->text, j->length, &length, s->handler_context);
	json_free(j);
	json_init(j);
	if (text)
		json_raw(j, text, length);
	else
		j->failed = true;
	free(text);
	r->rewritten = true;
}

void
http_is_rewritten(struct http_request *r) {
	r->rewritten = true;
}

void
http_release(struct http_request *r) {
	const struct told *t = r->held;

	http_reply(r, t->status, t->content_type, t->body, t->length);
}

void
http_told(struct http_request *r) {
	r->told = true;
}

static const char *
json_copy(struct http_request *r, const struct json *j) {
	return j && !j->failed && j->length ? request_copy(r, j->text, j->length) : NULL;
}

void
http_note(struct http_request *r, const struct json *before, const struct json *after) {
	r->note_before = json_copy(r, before);
	r->note_after = json_copy(r, after);
}

const char *
http_note_before(const struct http_request *r) {
	return r->note_before;
}

const char *
http_note_after(const struct http_request *r) {
	return r->note_after;
}

const char *
http_refusal(const struct http_request *r) {
	return r->refusal ? r->refusal : "";
}

const char *
http_path_at(const struct http_request *r, size_t index, char ret_name[HTTP_PART_NAME]) {
	const struct match_part *p = &r->match.parts[index];

	if (!r->route || index >= r->match.n_parts)
		return NULL;
	snprintf(ret_name, HTTP_PART_NAME, "%.*s", (int)p->name_length, p->name);
	return p->value;
}
