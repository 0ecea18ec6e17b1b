// SPDX-License-Identifier: BSD-3-Clause
// Captures that somebody brings: uploaded in parts, and asked about like the home itself, with the
// same handlers.

#include "control/analyses/analyses.h"
#include "control/core.h"
#include "control/graph.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/summary.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_MAX_S (400ull * 86400)

static struct analysis *
find(struct http_request *r, const struct core *c) {
	const char *text = http_path(r, "analysis");
	uint64_t id;
	struct analysis *a = id_parse("ana_", text, &id) ? analyses_find(c->analyses, id) : NULL;

	if (!a)
		http_problem(
			r,
			PROBLEM_UNKNOWN_ANALYSIS,
			"GET /api/v1/analyses lists what is there; all of it is gone after a day.",
			"There is no analysis '%.40s'.",
			text
		);
	return a;
}

static void
answer(struct http_request *r, int status, const struct analysis *a) {
	struct json j;

	json_init(&j);
	analysis_view(a, &j);
	api_reply(r, status, &j);
}

void
api_list_analyses(struct http_request *r, void *core) {
	const struct core *c = core;
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = 0; i < analyses_count(c->analyses); i++)
		analysis_view(analyses_at(c->analyses, i), &j);
	json_end(&j);
	json_key_string(&j, "next_cursor", NULL);
	json_end(&j);
	api_reply(r, 200, &j);
}

void
api_get_analysis(struct http_request *r, void *core) {
	const struct analysis *a = find(r, core);

	if (a)
		answer(r, 200, a);
}

void
api_delete_analysis(struct http_request *r, void *core) {
	struct analysis *a = find(r, core);

	if (!a)
		return;
	analysis_remove(a);
	http_reply_empty(r, 204);
}

// --- A new one ---

static bool
bad(struct http_request *r, const char *field, const char *hint, const char *detail) {
	http_problem_at(r, PROBLEM_BAD_VALUE, field, hint, detail);
	return false;
}

static bool
read_homes(struct http_request *r, struct json_doc *d, unsigned int list, struct analysis_wish *w) {
	static const char hint[] = N_("Write a list of prefixes, as [\"192.168.1.0/24\"].");

	if (!json_is_array(d, list) || json_size(d, list) > ANALYSIS_HOMES)
		return bad(r, "home", hint, _("home is no list of at most 64 prefixes."));
	for (unsigned int n = json_first(d, list); n; n = json_next(d, n)) {
		const char *text = json_text(d, n);
		size_t length = text ? strlen(text) : 0;
		if (length == 0 || length >= ANALYSIS_HOME
		    || strspn(text, "0123456789abcdefABCDEF:./") != length)
			return bad(r, "home", hint, _("home holds what is no prefix."));
		memcpy(w->home[w->homes++], text, length + 1);
	}
	return true;
}

static bool
read_name(struct http_request *r, const char *text, struct analysis_wish *w) {
	static const char hint[] = N_("Write the file's name, of at most 120 bytes.");
	size_t length = text ? strlen(text) : 0;

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return bad(r, "name", hint, _("name holds control characters."));
	if (length == 0 || length > 120)
		return bad(r, "name", hint, _("name is no name."));
	memcpy(w->name, text, length + 1);
	return true;
}

static bool
read_wish(struct http_request *r, struct json_doc *d, struct analysis_wish *w) {
	for (unsigned int n = json_first(d, JSON_ROOT); n; n = json_next(d, n)) {
		const char *key = json_key_of(d, n);
		if (strcmp(key, "name") == 0) {
			if (!read_name(r, json_text(d, n), w))
				return false;
		} else if (strcmp(key, "bytes") == 0) {
			int64_t bytes = json_number(d, n, 0);
			if (bytes < 1 || (uint64_t)bytes > ANALYSIS_BYTES_MAX)
				return bad(
					r,
					"bytes",
					_("Cut it with editcap, or choose a shorter time."),
					_("bytes is from 1 to 1073741824.")
				);
			w->bytes = (uint64_t)bytes;
		} else if (strcmp(key, "home") == 0) {
			if (!read_homes(r, d, n, w))
				return false;
		} else {
			http_problem_at(
				r,
				PROBLEM_UNKNOWN_FIELD,
				key,
				"It takes name, bytes and home.",
				"There is no such field."
			);
			return false;
		}
	}
	if (w->bytes == 0)
		return bad(r, "bytes", _("Say how large the capture is."), _("bytes is missing."));
	return w->name[0]
		|| bad(r, "name", _("Say what the capture is called."), _("name is missing."));
}

void
api_create_analysis(struct http_request *r, void *core) {
	struct core *c = core;
	struct json_doc *d = http_read_document(r);
	struct analysis_wish w = {.bytes = 0};
	struct analysis *a;

	if (!d)
		return;
	bool good = read_wish(r, d, &w);
	json_doc_free(d);
	if (!good)
		return;
	int failed = analyses_add(c->analyses, &w, &a);
	if (failed == 0)
		answer(r, 201, a);
	else if (failed == -EMFILE)
		http_problem(
			r,
			PROBLEM_TOO_MANY_ANALYSES,
			"DELETE one of those that GET /api/v1/analyses lists.",
			"There are %d already.",
			ANALYSES_MAX
		);
	else
		http_problem(
			r,
			failed == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"Free some space in the state directory.",
			"The capture cannot be kept there: %s.",
			strerror(-failed)
		);
}

// --- Its parts ---

struct waiting {
	struct core *core;
	struct http_later *later;
};

static void
put(void *context, uint64_t id, int result) {
	struct waiting *w = context;
	struct http_request *r = http_resume(w->later);
	const struct analysis *a = analyses_find(w->core->analyses, id);

	if (r && a && result == 0)
		answer(r, 200, a);
	else if (r && !a)
		http_problem(r, PROBLEM_UNKNOWN_ANALYSIS, NULL, "It was removed meanwhile.");
	else if (r)
		http_problem(
			r,
			result == -ENOSPC ? PROBLEM_STORAGE_FULL : PROBLEM_STORAGE_FAILED,
			"Free some space in the state directory, then send the part again.",
			"The part could not be stored: %s.",
			strerror(-result)
		);
	free(w);
}

static void
refuse_part(struct http_request *r, const struct analysis *a, int why) {
	char hint[80];

	snprintf(
		hint,
		sizeof hint,
		_("Send part %llu next."),
		(unsigned long long)analysis_next_part(a)
	);
	switch (why) {
	case -EALREADY: // sent again after a broken connection
		answer(r, 200, a);
		break;
	case -EINVAL:
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Send part_bytes bytes, or what is left in the last part.",
			"The part has not the length that it should have."
		);
		break;
	case -ERANGE:
		http_problem(
			r,
			PROBLEM_WRONG_PART,
			analysis_state(a) == ANALYSIS_UPLOADING ? hint : NULL,
			"%s",
			analysis_state(a) == ANALYSIS_UPLOADING ? _("Another part is next.")
								: _("All parts are there.")
		);
		break;
	default:
		http_problem(r, PROBLEM_BUSY, "Send it again.", "A part is being stored.");
		break;
	}
}

void
api_put_analysis_part(struct http_request *r, void *core) {
	struct analysis *a = find(r, core);
	const char *number = http_path(r, "part");
	size_t length;
	const char *body = http_body(r, &length);

	if (!a)
		return;
	if (strlen(number) > 5 || strspn(number, "0123456789") != strlen(number)) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Parts are numbered from 0.",
			"'%.40s' is no number of a part.",
			number
		);
		return;
	}
	struct waiting *w = malloc(sizeof *w);
	if (!w) {
		http_problem(r, PROBLEM_INTERNAL, NULL, "Out of memory.");
		return;
	}
	*w = (struct waiting){.core = core};
	int why = analysis_put(a, strtoull(number, NULL, 10), body, length, put, w);
	if (why == 0) {
		w->later = http_later(r);
		return;
	}
	refuse_part(r, a, why);
	free(w);
}

// --- What was found, by the handlers of the live home ---

static struct core *
ready(struct http_request *r, const struct core *c) {
	const struct analysis *a = find(r, c);

	if (!a || analysis_core(a))
		return a ? analysis_core(a) : NULL;
	http_problem(
		r,
		PROBLEM_ANALYSIS_NOT_READY,
		"GET /api/v1/analyses/{analysis} says how far it is.",
		"The analysis is not ready, or failed."
	);
	return NULL;
}

void
api_list_analysis_devices(struct http_request *r, void *core) {
	struct core *found = ready(r, core);

	if (found)
		api_list_devices(r, found);
}

void
api_list_analysis_destinations(struct http_request *r, void *core) {
	struct core *found = ready(r, core);

	if (found)
		api_list_destinations(r, found);
}

void
api_list_analysis_flows(struct http_request *r, void *core) {
	struct core *found = ready(r, core);

	if (found)
		api_list_flows(r, found);
}

// The window ends with the capture, and is all of it unless said otherwise.
static bool
window_of(struct http_request *r, const struct fill *f, uint64_t *ret) {
	uint64_t whole = (f->last_ns - f->first_ns) / NS_PER_S + 2;

	return http_query_number(r, "window", 1, WINDOW_MAX_S, MIN_OF(whole, WINDOW_MAX_S), ret);
}

void
api_analysis_graph(struct http_request *r, void *core) {
	struct core *found = ready(r, core);

	if (!found)
		return;
	const struct fill *f = analysis_fill(find(r, core));
	struct graph_query q = {.now_ns = f->last_ns};
	struct json j;
	if (!window_of(r, f, &q.window_s) || !api_graph_asked(r, &q))
		return;
	json_init(&j);
	if (!graph_write(&found->state, &q, &j))
		j.failed = true;
	api_reply(r, 200, &j);
}

void
api_analysis_summary(struct http_request *r, void *core) {
	struct core *found = ready(r, core);
	uint64_t window;
	struct json j;

	if (!found)
		return;
	const struct fill *f = analysis_fill(find(r, core));
	if (!window_of(r, f, &window))
		return;
	json_init(&j);
	json_object(&j);
	summary_write(&found->state, window, f->last_ns, &j);
	json_end(&j);
	api_reply(r, 200, &j);
}
