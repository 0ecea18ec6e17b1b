// SPDX-License-Identifier: BSD-3-Clause
// All that is held of a device as one JSON document, piece by piece: what control knows first, then
// the history as the reader finds it.

#include "control/clock.h"
#include "control/core.h"
#include "control/history/export.h"
#include "control/http/api_history.h"
#include "control/http/push.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/learn/learn_view.h"
#include "control/view.h"

#include <stdlib.h>
#include <string.h>

struct exporting {
	struct history_ask ask;
	struct history_export at;
	struct core *core;
	struct push *push; // NULL: the client has gone
	struct json piece;
	bool more;
	bool asking;
};

static void
write_names(const struct state *s, const struct device *d, struct json *j) {
	const struct peer *p;

	json_key(j, "names");
	json_array(j);
	TAILQ_FOREACH (p, &s->peers_by_age, by_age) {
		if (p->key.device != d->id)
			continue;
		json_object(j);
		json_key_string(j, "name", p->names);
		view_time(j, "time", p->seen_ns);
		json_end(j);
	}
	json_end(j);
}

static void
write_rules(const struct core *c, const struct device *d, struct json *j) {
	json_key(j, "rules");
	json_array(j);
	for (size_t i = 0; i < c->state.rules_count; i++)
		if (c->state.rules[i]->device == d)
			view_rule(c, c->state.rules[i], j);
	json_end(j);
}

static void
write_live(const struct core *c, const struct device *d, struct json *j) {
	const struct flow *f;

	json_key(j, "flows");
	json_array(j);
	TAILQ_FOREACH (f, &c->state.flows_by_birth, by_birth)
		if (f->device == d)
			view_flow(c, f, j);
	json_end(j);
}

// All but the history; the array of it is left open.
static void
write_head(struct core *c, struct device *d, struct json *j) {
	json_object(j);
	view_time(j, "time", clock_wall_ns());
	json_key(j, "device");
	view_device(c, d, true, j);
	write_rules(c, d, j);
	write_names(&c->state, d, j);
	json_key(j, "learned");
	if (d->learning) {
		learning_settle(&c->state, d);
		learn_view(c, d, j);
	} else {
		json_null(j);
	}
	write_live(c, d, j);
	json_key(j, "history");
	json_array(j);
}

static int
run_piece(struct hdb *db, struct history_ask *ask) {
	struct exporting *e = container_of(ask, struct exporting, ask);

	return export_next(db, &e->at, &e->piece, &e->more);
}

static void
end(struct exporting *e) {
	json_free(&e->piece);
	free(e);
}

static void ask_next(struct exporting *e);

static void
piece_read(struct history_ask *ask) {
	struct exporting *e = container_of(ask, struct exporting, ask);

	e->asking = false;
	if (!e->push) {
		end(e);
		return;
	}
	if (ask->result < 0) {
		push_end(e->push); // unfinished, so that nobody takes it for the whole
		return;
	}
	push_send(e->push, e->piece.text, e->piece.length);
}

static void
ask_next(struct exporting *e) {
	if (!e->core->history) {
		static const char none[] = "],\"connections\":[]}\n";
		e->more = false;
		push_send(e->push, none, sizeof none - 1);
		return;
	}
	e->ask.run = run_piece;
	e->ask.then = piece_read;
	e->asking = history_ask(e->core->history, &e->ask) == 0;
	if (!e->asking)
		push_end(e->push);
}

static void
on_ready(void *context) {
	struct exporting *e = context;

	if (e->more)
		ask_next(e);
	else
		push_end(e->push);
}

static void
on_gone(void *context) {
	struct exporting *e = context;

	e->push = NULL;
	if (!e->asking)
		end(e);
}

void
api_export_device(struct http_request *r, void *core) {
	static const struct push_callbacks callbacks = {.on_ready = on_ready, .on_gone = on_gone};
	struct core *c = core;
	struct device *d = api_device(r, c);

	if (!d)
		return;
	struct exporting *e = calloc(1, sizeof *e);
	if (!e) {
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	e->core = c;
	e->more = true;
	api_history_device(r, c, d, e->at.devices, &e->at.devices_count);
	json_init(&e->piece);
	write_head(c, d, &e->piece);
	if (e->piece.failed) {
		end(e);
		http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		return;
	}
	http_add_header(r, "content-disposition", "attachment; filename=\"device.json\"");
	e->push = push_start(r, "application/json", &callbacks, e);
	push_send(e->push, e->piece.text, e->piece.length);
}
