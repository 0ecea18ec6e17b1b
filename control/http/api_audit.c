// SPDX-License-Identifier: BSD-3-Clause
// The audit trail as people read it: a page of it, all of it, and the way back from one entry.

#include "control/audit/audit_store.h"
#include "control/core.h"
#include "control/http/api.h"
#include "control/http/push.h"
#include "control/text/language.h"
#include "control/view.h"
#include "platform/base.h"
#include "platform/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"
#define PAGE AUDIT_PAGE_MAX

struct reading {
	struct store_audit_page job;
	struct core *core;
	struct http_later *later;
	uint64_t entry; // to be undone; 0: a page
	// Of an export.
	struct push *push;
	struct json text;
	bool running;
	bool gone;
	bool last;
};

static void
drop_rows(struct store_audit_page *p) {
	for (size_t i = 0; i < p->count; i++)
		audit_free(p->rows[i]);
	p->count = 0;
}

static void
reading_free(struct reading *g) {
	drop_rows(&g->job);
	json_free(&g->text);
	free(g);
}

static struct reading *
reading_new(struct http_request *r, struct core *c, store_done done) {
	struct reading *g = calloc(1, sizeof *g);

	if (!g) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return NULL;
	}
	g->core = c;
	g->job.job = (struct store_job){.run = store_run_audit_page, .done = done};
	json_init(&g->text);
	// What a household member sees beside the admin: what was done to the things at home.
	g->job.query.things_only = http_principal(r)->role != ROLE_ADMIN;
	return g;
}

static bool
failed(struct http_request *r, const struct reading *g) {
	if (g->job.job.result == 0)
		return false;
	http_problem(
		r,
		PROBLEM_STORAGE_FAILED,
		"Check the state directory's disk.",
		"%s",
		g->job.job.message
	);
	return true;
}

static bool
read_time(struct http_request *r, const char *name, uint64_t *ret_ms) {
	const char *text = http_query(r, name);
	uint64_t ns;

	*ret_ms = 0;
	if (!text)
		return true;
	if (text_parse_time(text, &ns) == 0) {
		*ret_ms = ns / NS_PER_MS;
		return true;
	}
	http_problem(
		r,
		PROBLEM_BAD_VALUE,
		"Write it as 2026-11-26T18:00:00Z.",
		"%s is no time: '%.40s'.",
		name,
		text
	);
	return false;
}

static bool
read_word(struct http_request *r, const char *name, char *into, size_t room) {
	const char *text = http_query(r, name);

	into[0] = 0;
	if (!text)
		return true;
	if (strlen(text) < room && !strpbrk(text, "\"\\")) {
		snprintf(into, room, "%s", text);
		return true;
	}
	http_problem(r, PROBLEM_BAD_VALUE, NULL, "%s is nothing that an entry has.", name);
	return false;
}

static bool
read_query(struct http_request *r, struct audit_query *q) {
	const char *cursor = http_query(r, "cursor");
	const char *order = http_query(r, "order");
	uint64_t limit;

	if (!http_query_number(r, "limit", 1, AUDIT_PAGE_MAX, PAGE, &limit)
	    || !read_time(r, "since", &q->since_ms) || !read_time(r, "until", &q->until_ms)
	    || !read_word(r, "who", q->who, sizeof q->who)
	    || !read_word(r, "operation", q->operation, sizeof q->operation)
	    || !read_word(r, "object", q->object, sizeof q->object)
	    || !read_word(r, "way", q->way, sizeof q->way))
		return false;
	q->limit = limit;
	q->oldest_first = order && strcmp(order, "oldest") == 0;
	if (order && !q->oldest_first && strcmp(order, "newest") != 0) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"It is newest or oldest.",
			"There is no order '%.40s'.",
			order
		);
		return false;
	}
	if (cursor && !id_parse("aud_", cursor, &q->from)) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Give the next_cursor of the page before.",
			"'%.40s' is no cursor of this list.",
			cursor
		);
		return false;
	}
	return true;
}

static void
write_head(const struct audit_head *h, struct json *j) {
	json_key(j, "head");
	json_object(j);
	json_key_u64(j, "seq", h->seq);
	json_key_string(j, "hash", h->hash[0] ? h->hash : AUDIT_BEGINNING);
	json_end(j);
}

static void
page_read(struct store_job *job) {
	struct reading *g = container_of(job, struct reading, job.job);
	struct http_request *r = http_resume(g->later);
	bool more = g->job.count == g->job.query.limit;
	struct json j;

	if (r && !failed(r, g)) {
		json_init(&j);
		json_object(&j);
		json_key(&j, "items");
		json_array(&j);
		for (size_t i = 0; i < g->job.count; i++)
			audit_write_line(g->job.rows[i], &j);
		json_end(&j);
		view_id(&j, "next_cursor", "aud_", more ? g->job.rows[g->job.count - 1]->seq : 0);
		write_head(&g->job.head, &j);
		json_end(&j);
		api_reply(r, 200, &j);
	}
	reading_free(g);
}

void
api_list_audit(struct http_request *r, void *core) {
	struct core *c = core;
	struct reading *g = reading_new(r, c, page_read);

	if (!g)
		return;
	if (!read_query(r, &g->job.query)) {
		reading_free(g);
		return;
	}
	g->later = http_later(r);
	store_submit(c->store, &g->job.job);
}

// --- All of it ---

static void
next_page(struct reading *g) {
	g->running = true;
	store_submit(g->core->store, &g->job.job);
}

static void
export_read(struct store_job *job) {
	struct reading *g = container_of(job, struct reading, job.job);

	g->running = false;
	if (g->gone) {
		reading_free(g);
		return;
	}
	json_reset(&g->text);
	g->last = job->result < 0 || g->job.count < g->job.query.limit;
	for (size_t i = 0; i < g->job.count; i++) {
		audit_write_line(g->job.rows[i], &g->text);
		g->text.comma = false; // lines, not one array
		json_raw(&g->text, "\n", 1);
		g->text.comma = false;
		g->job.query.from = g->job.rows[i]->seq;
	}
	drop_rows(&g->job);
	if (g->text.length > 0 && !g->text.failed)
		push_send(g->push, g->text.text, g->text.length);
	else
		push_end(g->push); // and perhaps the reading with it
}

static void
on_ready(void *context) {
	struct reading *g = context;

	if (g->last)
		push_end(g->push);
	else
		next_page(g);
}

static void
on_gone(void *context) {
	struct reading *g = context;

	g->gone = true;
	if (!g->running)
		reading_free(g);
}

void
api_export_audit(struct http_request *r, void *core) {
	static const struct push_callbacks callbacks = {on_ready, on_gone};
	struct audit_by by;

	http_add_header(r, "content-disposition", "attachment; filename=\"spin-audit.ndjson\"");
	if (strcmp(http_method(r), "HEAD") == 0) {
		http_reply(r, 200, "application/x-ndjson", NULL, 0);
		return;
	}
	struct reading *g = reading_new(r, core, export_read);
	if (!g)
		return;
	api_by(r, &by);
	audit_count(core, &by, http_operation(r), "", "done", "");
	g->job.query.oldest_first = true;
	g->job.query.limit = AUDIT_PAGE_MAX;
	g->push = push_start(r, "application/x-ndjson", &callbacks, g);
	next_page(g);
}

// --- The way back ---

static void
entry_read(struct store_job *job) {
	struct reading *g = container_of(job, struct reading, job.job);
	struct http_request *r = http_resume(g->later);
	const struct audit_entry *e = g->job.count > 0 ? g->job.rows[0] : NULL;
	struct change change;

	if (r && !failed(r, g)) {
		if (!e || e->seq != g->entry)
			http_problem(
				r,
				PROBLEM_UNKNOWN_ENTRY,
				"GET " V1 "/audit lists them.",
				"The audit trail has no such entry."
			);
		else if (e->change && acts_undo_one(g->core, e->change, http_who(r), &change))
			api_submit(r, g->core, &change);
		else
			http_problem(
				r,
				PROBLEM_NOTHING_TO_UNDO,
				"The newest changes can be taken back, each of them once.",
				"%s",
				e->change ? _("It was taken back already, or is too old.")
					  : _("There is nothing in it to take back.")
			);
	}
	reading_free(g);
}

void
api_undo_audited(struct http_request *r, void *core) {
	struct core *c = core;
	struct reading *g = NULL;
	uint64_t seq;

	if (!http_read(r, NULL, 0, NULL))
		return;
	if (!id_parse("aud_", http_path(r, "entry"), &seq) || seq == 0) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_ENTRY,
			"GET " V1 "/audit lists them.",
			"There is no entry '%.40s'.",
			http_path(r, "entry")
		);
		return;
	}
	g = reading_new(r, c, entry_read);
	if (!g)
		return;
	g->entry = seq;
	g->job.query.from = seq + 1;
	g->job.query.limit = 1;
	g->later = http_later(r);
	store_submit(c->store, &g->job.job);
}
