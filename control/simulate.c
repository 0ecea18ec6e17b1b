// SPDX-License-Identifier: BSD-3-Clause
// The draft is among the rules only while its image is compiled; nothing is told, kept or sent.

#include "control/simulate.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/decide.h"
#include "control/id.h"
#include "control/lists_map.h"
#include "control/policy.h"
#include "control/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 512

// What changes for one device with one destination.
struct row {
	const struct link *link;
	enum reason was, is;
	uint64_t flows, packets, bytes;
};

struct sums {
	uint64_t looked_at, stopped, let_pass;
	struct row row[ROWS_MAX];
	size_t count;
	bool more; // rows than fit
};

static struct row *
row_of(struct sums *s, const struct link *l, enum reason was, enum reason is) {
	for (size_t i = 0; i < s->count; i++)
		if (s->row[i].link == l && s->row[i].was == was && s->row[i].is == is)
			return &s->row[i];
	if (s->count == ROWS_MAX) {
		s->more = true;
		return NULL;
	}
	s->row[s->count] = (struct row){.link = l, .was = was, .is = is};
	return &s->row[s->count++];
}

static void
add_flow(struct sums *s, const struct flow *f, enum reason was, enum reason is) {
	bool stops = is != REASON_NONE && was == REASON_NONE;
	bool passes = is == REASON_NONE && was != REASON_NONE;

	s->looked_at++;
	s->stopped += stops;
	s->let_pass += passes;
	if ((!stops && !passes) || !f->link)
		return;
	struct row *r = row_of(s, f->link, was, is);
	if (!r)
		return;
	r->flows++;
	r->packets += f->wire.packets[0] + f->wire.packets[1];
	r->bytes += f->wire.bytes[0] + f->wire.bytes[1];
}

static void
judge_all(
	const struct core *c,
	const struct policy_header *now,
	const struct policy_header *then,
	uint64_t since_ns,
	struct sums *ret
) {
	const struct lists_header *lists = lists_map(c->lists);
	const struct flow *f;
	struct told was, is;
	struct ask a;

	TAILQ_FOREACH_REVERSE(f, &c->state.flows_by_age, flow_list, by_age) {
		if (f->last_seen_ns < since_ns || !ask_by_flow(&c->state, f, &a))
			continue;
		decide(&c->state, now, lists, &a, &was);
		decide(&c->state, then, lists, &a, &is);
		add_flow(ret, f, was.answer.reason, is.answer.reason);
	}
	lists_unmap(lists);
}

static int
compare_rows(const void *a, const void *b) {
	const struct row *x = a, *y = b;

	if (x->link->device != y->link->device)
		return x->link->device->id < y->link->device->id ? -1 : 1;
	return x->bytes < y->bytes ? 1 : x->bytes > y->bytes ? -1 : 0;
}

static void
write_row(const struct row *r, struct json *j) {
	char name[NAME_BYTES_MAX + 1];

	json_object(j);
	json_key(j, "device");
	json_object(j);
	view_id(j, "id", "dev_", r->link->device->id);
	json_key_string(j, "name", device_name(r->link->device, name));
	json_end(j);
	json_key(j, "destination");
	json_object(j);
	view_id(j, "id", "dst_", r->link->destination->id);
	json_key_string(j, "name", destination_label(r->link->destination));
	json_end(j);
	json_key_string(j, "verdict_now", r->was == REASON_NONE ? "forward" : "drop");
	json_key_string(j, "verdict_then", r->is == REASON_NONE ? "forward" : "drop");
	json_key_string(j, "reason", reason_name(r->is == REASON_NONE ? r->was : r->is));
	json_key_u64(j, "flows", r->flows);
	json_key_u64(j, "packets", r->packets);
	json_key_u64(j, "bytes", r->bytes);
	json_end(j);
}

// The image that there would be; the state is afterwards what it was.
static int
compile_draft(struct core *c, const struct rule_spec *draft, void **ret_image) {
	size_t length;
	struct rule *r = rule_put(&c->state, id_new(), draft, clock_wall_ns(), RULE_AUTHOR);

	if (!r)
		return -ENOMEM;
	rule_set_active(&c->state, r, true);
	int result = policy_compile(
		&c->state, c->state.generation + 1, c->image_key, ret_image, &length
	);
	rule_clear(&c->state, r);
	return result;
}

int
simulate_compile(struct core *c, const struct rule_spec *draft, void **ret_now, void **ret_then) {
	size_t length;
	int r = policy_compile(&c->state, c->state.generation, c->image_key, ret_now, &length);

	return r == 0 ? compile_draft(c, draft, ret_then) : r;
}

int
simulate(struct core *c, const struct rule_spec *draft, uint64_t window_ns, struct json *j) {
	void *then = NULL, *now = NULL;

	struct sums *s = calloc(1, sizeof *s);
	if (!s)
		return -ENOMEM;
	int r = simulate_compile(c, draft, &now, &then);
	if (r < 0)
		goto out;
	uint64_t wall = clock_wall_ns();
	judge_all(c, now, then, wall > window_ns ? wall - window_ns : 0, s);
	qsort(s->row, s->count, sizeof s->row[0], compare_rows);
	json_object(j);
	json_key_u64(j, "window_s", window_ns / NS_PER_S);
	json_key_u64(j, "flows", s->looked_at);
	json_key_u64(j, "stopped", s->stopped);
	json_key_u64(j, "let_pass", s->let_pass);
	json_key_bool(j, "complete", !s->more);
	json_key(j, "items");
	json_array(j);
	for (size_t i = 0; i < s->count; i++)
		write_row(&s->row[i], j);
	json_end(j);
	json_end(j);
out:
	free(then);
	free(now);
	free(s);
	return r;
}
