// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/order.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/identity/join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct join_sum
sum_of(const struct core *c, const void *device) {
	return join_sum(&c->state, device, clock_wall_ns());
}

static void
device_by_name(const struct core *c, const void *item, struct order_row *ret) {
	char name[NAME_BYTES_MAX + 1];

	(void)c;
	snprintf(ret->text, sizeof ret->text, "%.63s", device_name(item, name));
}

static void
destination_by_name(const struct core *c, const void *item, struct order_row *ret) {
	(void)c;
	snprintf(ret->text, sizeof ret->text, "%.63s", destination_label(item));
}

// One row: the list, the word, what the item is there, and its number.
#define NUMBERS(X)                                                                                 \
	X(device, first_seen, const struct join_sum, sum_of(c, item), x.first_seen_ns)             \
	X(device, last_seen, const struct join_sum, sum_of(c, item), x.last_seen_ns)               \
	X(device, bytes_out, const struct join_sum, sum_of(c, item), x.sum.bytes_out)              \
	X(device, bytes_in, const struct join_sum, sum_of(c, item), x.sum.bytes_in)                \
	X(device, dropped, const struct join_sum, sum_of(c, item), x.sum.dropped)                  \
	X(device, rate_out, const struct join_sum, sum_of(c, item), x.rate_out)                    \
	X(device, rate_in, const struct join_sum, sum_of(c, item), x.rate_in)                      \
	X(destination, first_seen, const struct destination *, item, x->first_seen_ns)             \
	X(destination,                                                                             \
	  last_seen,                                                                               \
	  const struct destination *,                                                              \
	  item,                                                                                    \
	  MAX_OF(x->last_seen_ns, x->dns_seen_ns))                                                 \
	X(destination, bytes_out, const struct destination *, item, x->sum.bytes_out)              \
	X(destination, bytes_in, const struct destination *, item, x->sum.bytes_in)                \
	X(destination, dropped, const struct destination *, item, x->sum.dropped)                  \
	X(flow, first_seen, const struct flow *, item, x->first_seen_ns)                           \
	X(flow, last_seen, const struct flow *, item, x->last_seen_ns)                             \
	X(flow, bytes_to_responder, const struct flow *, item, x->wire.bytes[0])                   \
	X(flow, bytes_to_initiator, const struct flow *, item, x->wire.bytes[1])                   \
	X(rule, hits, const struct rule *, item, x->hits)                                          \
	X(rule, last_hit, const struct rule *, item, x->last_hit_ns)                               \
	X(rule, created, const struct rule *, item, x->created_ns)

#define X(list, word, type, from, value)                                                           \
	static void list##_by_##word(                                                              \
		const struct core *c, const void *item, struct order_row *ret                      \
	) {                                                                                        \
		type x = from;                                                                     \
		(void)c;                                                                           \
		ret->number = value;                                                               \
	}
NUMBERS(X)
#undef X

#define ROW(list, word)                                                                            \
	{ #word, list##_by_##word }

const struct order device_orders[] = {
	ROW(device, name),
	ROW(device, first_seen),
	ROW(device, last_seen),
	ROW(device, bytes_out),
	ROW(device, bytes_in),
	ROW(device, dropped),
	ROW(device, rate_out),
	ROW(device, rate_in),
	{NULL, NULL},
};

const struct order destination_orders[] = {
	ROW(destination, name),
	ROW(destination, first_seen),
	ROW(destination, last_seen),
	ROW(destination, bytes_out),
	ROW(destination, bytes_in),
	ROW(destination, dropped),
	{NULL, NULL},
};

const struct order flow_orders[] = {
	ROW(flow, first_seen),
	ROW(flow, last_seen),
	ROW(flow, bytes_to_responder),
	ROW(flow, bytes_to_initiator),
	{NULL, NULL},
};

const struct order rule_orders[] = {
	ROW(rule, hits),
	ROW(rule, last_hit),
	ROW(rule, created),
	{NULL, NULL},
};

const struct order *
order_named(const struct order *table, const char *word) {
	for (const struct order *o = table; o && o->word; o++)
		if (strcmp(o->word, word) == 0)
			return o;
	return NULL;
}

static int
compare(const void *a, const void *b) {
	const struct order_row *x = a, *y = b;
	int r = strcasecmp(x->text, y->text);

	if (r == 0)
		r = (x->number > y->number) - (x->number < y->number);
	if (r == 0)
		return (x->id > y->id) - (x->id < y->id);
	return x->down ? -r : r;
}

void
order_rows(struct order_row *rows, size_t count) {
	if (count > 0)
		qsort(rows, count, sizeof *rows, compare);
}
