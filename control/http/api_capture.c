// SPDX-License-Identifier: BSD-3-Clause
// Captures: begin, freeze, list, end, remove.  Each waits for the phase that it is about;
// api_capture_ask.c reads what is asked, api_stream.c sends their bytes.

#include "control/http/api_capture.h"

#include "control/capture/capture_view.h"
#include "control/capture/recorder.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/page.h"
#include "control/id.h"
#include "platform/base.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "cap_"

struct waiting {
	struct core *core;
	struct http_later *later;
	uint64_t id;
};

static void
reply_capture(struct http_request *r, struct core *core, const struct capture *c, int status) {
	char id[ID_TEXT];
	struct json j;

	if (status == 201) { // the trail tells which one was begun
		api_heard(core, (enum access_event)0, NULL, id_text(PREFIX, c->id, id), NULL);
		api_capture_tell(core, c);
	}
	json_init(&j);
	capture_view(&core->state, c, &j);
	api_reply(r, status, &j);
}

static struct capture *
of_path(struct http_request *r, const struct core *core) {
	const char *text = http_path(r, "capture");
	uint64_t id = 0;

	struct capture *c = id_parse(PREFIX, text, &id) ? captures_find(core->captures, id) : NULL;
	if (!c || !api_capture_may_see(r, c)) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_CAPTURE,
			"GET /api/v1/captures lists them.",
			"There is no capture '%.40s'.",
			text
		);
		return NULL;
	}
	return c;
}

struct capture *
api_capture(struct http_request *r, const struct core *core) {
	return of_path(r, core);
}

// To end or remove; what the household approved stays the household's.
static struct capture *
own_of_path(struct http_request *r, const struct core *core) {
	struct capture *c = of_path(r, core);

	if (!c || !api_capture_is_limited(r) || c->outside == api_capture_outside(r))
		return c;
	http_problem(
		r,
		PROBLEM_NOT_GRANTED,
		"Ask the household to do it.",
		"You did not begin this capture; you may read it."
	);
	return NULL;
}

struct body {
	struct json_text device, destination, filter, format;
	struct json_number snaplen, max_bytes, max_packets, max_seconds;
	struct json_flag headers_only;
};

#define TEXT(field, most)                                                                          \
	{ #field, JSON_TEXT, offsetof(struct body, field), false, true, 0, most }
#define NUMBER(field, least, most)                                                                 \
	{ #field, JSON_NUMBER, offsetof(struct body, field), false, true, least, most }
static const struct json_field fields[] = {
	TEXT(device, 40),
	TEXT(destination, 40),
	TEXT(filter, 1000),
	TEXT(format, 16),
	NUMBER(snaplen, CAPTURE_SNAPLEN_MIN, CAPTURE_SNAPLEN_MAX),
	NUMBER(max_bytes, 4096, CAPTURE_MAX_BYTES),
	NUMBER(max_packets, 1, CAPTURE_MAX_PACKETS),
	NUMBER(max_seconds, 1, CAPTURE_SECONDS_MAX),
	{"headers_only", JSON_FLAG, offsetof(struct body, headers_only), false, false, 0, 0},
};

static const char *
text_of(const struct json_text *t) {
	return t->present && !t->null ? t->text : NULL;
}

static uint64_t
number_of(const struct json_number *n, uint64_t fallback) {
	return n->present && !n->null ? (uint64_t)n->value : fallback;
}

static bool
on_begun(struct capture *c, void *context) {
	struct waiting *w = context;

	if (c->phase != CAPTURE_RUNNING && c->phase != CAPTURE_ENDED)
		return false;
	struct http_request *r = http_resume(w->later);
	if (r && c->phase == CAPTURE_RUNNING)
		reply_capture(r, w->core, c, 201);
	else if (r)
		api_capture_failed(r, w->core, c);
	free(w);
	return true;
}

// Answers when the capture's phase is what `fn` waits for.
static void
wait_for(struct http_request *r, struct core *core, struct capture *c, captures_watch_fn *fn) {
	struct waiting *w = malloc(sizeof *w);

	if (!w || captures_watch(core->captures, c, fn, w) < 0) {
		free(w);
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	*w = (struct waiting){.core = core, .later = http_later(r), .id = c->id};
}

void
api_create_capture(struct http_request *r, void *context) {
	struct core *core = context;
	static struct body b; // large; handlers do not nest
	struct capture_approval approval;
	struct capture_request q = {
		.kind = CAPTURE_KIND_FILE,
		.who = http_who(r),
		.outside = api_capture_outside(r),
	};

	if (!http_read(r, fields, ARRAY_LEN(fields), &b)
	    || !api_capture_subject(r, core, text_of(&b.device), text_of(&b.destination), &q)
	    || !api_capture_format(r, text_of(&b.format), &q.format)
	    || !api_capture_filter(r, text_of(&b.filter)))
		return;
	q.filter = text_of(&b.filter);
	q.snaplen = (uint32_t)number_of(&b.snaplen, 0);
	q.max_bytes = number_of(&b.max_bytes, CAPTURE_BYTES);
	q.max_packets = number_of(&b.max_packets, 0);
	q.max_seconds = number_of(&b.max_seconds, CAPTURE_SECONDS);
	q.headers_only =
		api_capture_is_limited(r) || (b.headers_only.present && b.headers_only.value);
	q.approval = api_capture_accepted(r, &approval) ? &approval : NULL;
	struct capture *c = captures_begin(core->captures, &q);
	if (c)
		wait_for(r, core, c, on_begun);
	else
		api_capture_not_begun(r, errno);
}

static void
view_one_capture(const struct core *c, const void *item, struct json *j) {
	capture_view(&c->state, item, j);
}

void
api_list_captures(struct http_request *r, void *context) {
	const struct core *core = context;
	struct page p;

	if (!page_begin(&p, r, core, "cap_", NULL, view_one_capture))
		return;
	for (const struct capture *c = NULL; (c = captures_next(core->captures, c));)
		if (c->id > p.cursor && api_capture_may_see(r, c) && !page_take(&p, c->id, c))
			break;
	page_close(&p);
	json_key_u64(&p.j, "bytes", captures_bytes(core->captures));
	json_key_u64(&p.j, "bytes_max", CAPTURES_BYTES);
	page_reply(&p);
}

void
api_get_capture(struct http_request *r, void *context) {
	const struct capture *c = of_path(r, context);

	if (c)
		reply_capture(r, context, c, 200);
}

static bool
on_stopped(struct capture *c, void *context) {
	struct waiting *w = context;

	if (c->phase != CAPTURE_ENDED)
		return false;
	struct http_request *r = http_resume(w->later);
	if (r)
		reply_capture(r, w->core, c, 200);
	free(w);
	return true;
}

void
api_stop_capture(struct http_request *r, void *context) {
	struct core *core = context;
	struct capture *c = own_of_path(r, core);

	if (!c)
		return;
	if (c->phase == CAPTURE_ENDED) {
		reply_capture(r, core, c, 200);
		return;
	}
	wait_for(r, core, c, on_stopped);
	captures_stop(core->captures, c, CAPTURE_END_STOPPED);
}

static bool
on_removed(struct capture *c, void *context) {
	struct waiting *w = context;

	if (c->phase != CAPTURE_ENDED)
		return false;
	struct http_request *r = http_resume(w->later);
	if (r)
		http_reply_empty(r, 204);
	free(w);
	return true;
}

void
api_delete_capture(struct http_request *r, void *context) {
	struct core *core = context;
	struct capture *c = own_of_path(r, core);

	if (!c)
		return;
	wait_for(r, core, c, on_removed);
	captures_remove(core->captures, c);
}

static bool
on_frozen(struct capture *c, void *context) {
	struct waiting *w = context;

	if (c->phase != CAPTURE_ENDED)
		return false;
	struct http_request *r = http_resume(w->later);
	if (r && c->result == 0)
		reply_capture(r, w->core, c, 201);
	else if (r)
		api_capture_failed(r, w->core, c);
	free(w);
	return true;
}

void
api_freeze_device(struct http_request *r, void *context) {
	struct core *core = context;
	const struct device *d = api_device(r, core);

	if (!d)
		return;
	struct capture *c = recorder_freeze(core->recorder, d, http_who(r), api_capture_outside(r));
	if (c)
		wait_for(r, core, c, on_frozen);
	else if (errno == ENOTSUP)
		http_problem(
			r,
			PROBLEM_NOT_RECORDED,
			"Write flight_recorder: {on: true} into spin.yaml and start spin-control "
			"again.",
			"The flight recorder is off."
		);
	else if (errno == ENOENT)
		http_problem(
			r,
			PROBLEM_NOT_RECORDED,
			"Wait until the device sends something.",
			"The flight recorder has seen nothing of this device."
		);
	else
		api_capture_not_begun(r, errno);
}
