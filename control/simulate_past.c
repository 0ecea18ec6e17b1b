// SPDX-License-Identifier: BSD-3-Clause
// A draft tried on the history: who talked to whom by which service, not each connection; the far
// end is asked for by the name or address that was kept.

#include "control/core.h"
#include "control/decide.h"
#include "control/history/ask.h"
#include "control/identity/join.h"
#include "control/lists_map.h"
#include "control/simulate.h"
#include "control/view.h"
#include "platform/policy_image.h"
#include "platform/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 512

struct row {
	const struct device *device;
	const struct history_item *item; // the first of them
	enum reason was, is;
	uint64_t flows, packets, bytes;
};

struct sums {
	uint64_t looked_at, stopped, let_pass;
	struct row row[ROWS_MAX];
	size_t count;
	bool more;
};

// False where nothing is known that a rule could be about.
static bool
ask_by_item(
	const struct state *s,
	const struct device *d,
	const struct history_item *item,
	struct ask *ret
) {
	unsigned int family;
	uint8_t address[16];

	if (item->place.kind == PLACE_DOMAIN)
		ask_by_name(s, d, item->place.name, ret);
	else if (item->place.kind != PLACE_ADDRESS)
		return false;
	else if (text_parse_address(item->place.name, &family, address) == 0)
		ask_by_address(s, d, family, address, ret);
	else
		return false;
	ret->protocol = (uint8_t)(item->service >> 16);
	ret->port = (uint16_t)item->service;
	return true;
}

static void
add(struct sums *s,
    const struct device *d,
    const struct history_item *item,
    enum reason was,
    enum reason is) {
	const struct history_counts *c = &item->counts;
	uint64_t flows = c->flows ? c->flows : 1; // that began before the window
	bool stops = is != REASON_NONE && was == REASON_NONE;
	bool passes = is == REASON_NONE && was != REASON_NONE;
	size_t i = 0;

	s->looked_at += flows;
	s->stopped += stops ? flows : 0;
	s->let_pass += passes ? flows : 0;
	if (!stops && !passes)
		return;
	while (i < s->count
	       && (s->row[i].device != d || s->row[i].was != was || s->row[i].is != is
		   || strcmp(s->row[i].item->place.name, item->place.name) != 0))
		i++;
	if (i == ROWS_MAX) {
		s->more = true;
		return;
	}
	if (i == s->count)
		s->row[s->count++] = (struct row){.device = d, .item = item, .was = was, .is = is};
	s->row[i].flows += flows;
	s->row[i].packets += c->packets_in + c->packets_out;
	s->row[i].bytes += c->bytes_in + c->bytes_out;
}

static void
judge_all(
	const struct core *c,
	const struct policy_header *now,
	const struct policy_header *then,
	const struct history_answer *rows,
	struct sums *ret
) {
	const struct lists_header *lists = lists_map(c->lists);
	struct told was, is;
	struct ask a;

	for (size_t i = 0; i < rows->items_count; i++) {
		const struct history_item *item = &rows->items[i];
		const struct device *d = device_by_id(&c->state, item->device);
		if (!d)
			continue;
		d = join_whole(&c->state, d);
		if (!ask_by_item(&c->state, d, item, &a))
			continue;
		decide(&c->state, now, lists, &a, &was);
		decide(&c->state, then, lists, &a, &is);
		add(ret, d, item, was.answer.reason, is.answer.reason);
	}
	lists_unmap(lists);
}

static int
by_device(const void *one, const void *other) {
	const struct row *x = one, *y = other;

	if (x->device != y->device)
		return x->device->id < y->device->id ? -1 : 1;
	return x->bytes < y->bytes ? 1 : x->bytes > y->bytes ? -1 : 0;
}

static void
write_row(const struct row *r, struct json *j) {
	char name[NAME_BYTES_MAX + 1];

	json_object(j);
	json_key(j, "device");
	json_object(j);
	view_id(j, "id", "dev_", r->device->id);
	json_key_string(j, "name", device_name(r->device, name));
	json_end(j);
	json_key(j, "destination");
	json_object(j);
	view_id(j, "id", "dst_", r->item->place.id);
	json_key_string(j, "name", r->item->place.name);
	json_end(j);
	json_key_string(j, "verdict_now", r->was == REASON_NONE ? "forward" : "drop");
	json_key_string(j, "verdict_then", r->is == REASON_NONE ? "forward" : "drop");
	json_key_string(j, "reason", reason_name(r->is == REASON_NONE ? r->was : r->is));
	json_key_u64(j, "flows", r->flows);
	json_key_u64(j, "packets", r->packets);
	json_key_u64(j, "bytes", r->bytes);
	json_end(j);
}

int
simulate_past(
	struct core *c,
	const struct rule_spec *draft,
	const struct history_answer *rows,
	struct json *j
) {
	void *now = NULL, *then = NULL;
	struct sums *s = calloc(1, sizeof *s);

	if (!s)
		return -ENOMEM;
	int r = simulate_compile(c, draft, &now, &then);
	if (r == 0) {
		judge_all(c, now, then, rows, s);
		qsort(s->row, s->count, sizeof s->row[0], by_device);
		json_object(j);
		json_key_u64(j, "window_s", rows->to_s - rows->from_s);
		json_key_u64(j, "flows", s->looked_at);
		json_key_u64(j, "stopped", s->stopped);
		json_key_u64(j, "let_pass", s->let_pass);
		json_key_bool(j, "complete", !s->more && rows->items_all == rows->items_count);
		json_key(j, "items");
		json_array(j);
		for (size_t i = 0; i < s->count; i++)
			write_row(&s->row[i], j);
		json_end(j);
		json_end(j);
	}
	free(now);
	free(then);
	free(s);
	return r;
}
