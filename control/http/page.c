// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/page.h"

#include "control/core.h"
#include "control/http/api.h"
#include "control/http/shape.h"
#include "control/id.h"
#include "control/view.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_MAX 500

bool
page_begin(
	struct page *p,
	struct http_request *r,
	const struct core *c,
	const char *prefix,
	const struct order *orders,
	view_one view
) {
	const char *cursor = http_query(r, "cursor"), *word = NULL;

	*p = (struct page){.r = r, .c = c, .prefix = prefix, .view = view};
	if (!shape_sort(r, &word, &p->down))
		return false;
	p->order = word ? order_named(orders, word) : NULL;
	if (!http_query_number(r, "limit", 1, LIMIT_MAX, LIMIT_MAX, &p->limit))
		return false;
	if (cursor && cursor[0] && !id_parse(prefix, cursor, &p->cursor)) {
		http_problem(
			r,
			PROBLEM_BAD_VALUE,
			"Use next_cursor of the page before, as it was given.",
			"'%.40s' is no cursor of this list.",
			cursor
		);
		return false;
	}
	if (p->order) {
		p->behind = p->cursor;
		p->cursor = 0;
	}
	json_init(&p->j);
	json_object(&p->j);
	json_key(&p->j, "items");
	json_array(&p->j);
	return true;
}

static bool
page_keep(struct page *p, uint64_t id, const void *item) {
	if (p->rows_count == p->rows_room) {
		size_t room = p->rows_room ? 2 * p->rows_room : 256;
		struct order_row *rows = realloc(p->rows, room * sizeof *rows);
		if (!rows) {
			p->j.failed = true;
			return false;
		}
		p->rows = rows;
		p->rows_room = room;
	}
	p->rows[p->rows_count] = (struct order_row){.id = id, .item = item, .down = p->down};
	p->order->fill(p->c, item, &p->rows[p->rows_count++]);
	return true;
}

bool
page_take(struct page *p, uint64_t id, const void *item) {
	if (p->order)
		return page_keep(p, id, item);
	if (p->items++ == p->limit)
		return false;
	p->last = id;
	p->view(p->c, item, &p->j);
	return true;
}

static void
page_put_in_order(struct page *p) {
	size_t i = 0;

	order_rows(p->rows, p->rows_count);
	while (p->behind && i < p->rows_count && p->rows[i].id != p->behind)
		i++;
	p->order = NULL;
	for (i += p->behind != 0; i < p->rows_count; i++)
		if (!page_take(p, p->rows[i].id, p->rows[i].item))
			break;
	free(p->rows);
}

void
page_close(struct page *p) {
	if (p->order)
		page_put_in_order(p);
	json_end(&p->j);
	view_id(&p->j, "next_cursor", p->prefix, p->items > p->limit ? p->last : 0);
}

void
page_reply(struct page *p) {
	json_end(&p->j);
	api_reply(p->r, 200, &p->j);
}

void
page_end(struct page *p) {
	page_close(p);
	page_reply(p);
}
