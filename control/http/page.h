// SPDX-License-Identifier: BSD-3-Clause
// One page of a list.
//
// Shape:   page_begin, page_take for each item that the filters let pass, page_end.  A page goes on
//          behind the id in `cursor`, so that nothing is seen twice or left out when things come
//          and go between two pages.  A list in another order is made whole, and goes on behind
//          where that id stands then.
// Threads: the core thread.

#pragma once

#include "control/http/order.h"
#include "control/http/request.h"
#include "platform/json_write.h"

struct core;

typedef void (*view_one)(const struct core *c, const void *item, struct json *j);

struct page {
	struct http_request *r;
	const struct core *c;
	const char *prefix;
	view_one view;
	const struct order *order; // NULL: by age
	bool down;
	struct order_row *rows; // of another order
	size_t rows_count, rows_room;
	uint64_t behind; // the cursor of another order
	uint64_t limit;
	uint64_t cursor; // 0: from the start
	uint64_t last;
	uint64_t items;
	struct json j;
};

// False when a parameter was wrong; the problem has been answered.
bool page_begin(
	struct page *p,
	struct http_request *r,
	const struct core *c,
	const char *prefix,
	const struct order *orders,
	view_one view
);
// False when no more fit.
bool page_take(struct page *p, uint64_t id, const void *item);
void page_end(struct page *p);
// The same in two steps, for an answer that says more than its items: into p->j, between them.
void page_close(struct page *p);
void page_reply(struct page *p);
