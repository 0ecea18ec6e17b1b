// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/ask.h"

#include "control/history/gather.h"
#include "platform/base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_WANTED 420
#define SPANS_WANTED 24 // of a window without a series, so that its edges are near what was asked
// A device's spans are sought one by one; where that is most of the table, it is read through.
#define SEEKS_MAX 20000

struct scan {
	struct hdb *db;
	const struct history_question *q;
	struct history_answer *a;
	uint32_t devices[ASK_DEVICES_MAX];
	uint32_t places[ASK_PLACES_MAX];
	size_t places_count;
	bool entries; // what a device did with whom is asked for, not its counters alone
	struct gather groups;
	uint64_t span_s; // of the tier that is read
	size_t series; // of the first groups, in a second pass; 0: in the first
	uint64_t oldest_s[TIERS];
	uint64_t rolled_s[TIERS];
};

uint64_t
ask_step(uint64_t window_s, uint64_t age_s) {
	static const uint64_t steps[] = {
		10, 60, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400, 604800};
	unsigned int tier = 0;
	size_t i = 0;

	while (tier + 1 < TIERS && age_s > tier_keep_s[tier])
		tier++;
	while (i + 1 < ARRAY_LEN(steps)
	       && (window_s / steps[i] > POINTS_WANTED || steps[i] < tier_step_s[tier]))
		i++;
	return steps[i];
}

static bool
is_wanted(const struct scan *s, const struct bucket_entry *e) {
	const struct history_question *q = s->q;

	bool is_service = q->services_count == 0;

	for (size_t i = 0; i < q->services_count; i++)
		is_service |= q->services[i] & 0xffff ? q->services[i] == e->service
						      : q->services[i] >> 16 == e->service >> 16;
	if (!is_service)
		return false;
	if (!q->one_place)
		return true;
	for (size_t i = 0; i < s->places_count; i++)
		if (s->places[i] == e->place)
			return true;
	return false;
}

static uint64_t
group_of(const struct scan *s, uint32_t device, const struct bucket_entry *e) {
	switch (s->q->group) {
	case ASK_BY_DEVICE:
		return device;
	case ASK_BY_DESTINATION:
		return e->place;
	case ASK_BY_SERVICE:
		return e->service;
	case ASK_BY_ROW: // 16, 24 and 24 bits
		return (uint64_t)device << 48 | (uint64_t)e->place << 24 | e->service;
	case ASK_ALL:
		break;
	}
	return 0;
}

static uint64_t
up_to(uint64_t t, uint64_t step) {
	return t % step ? t - t % step + step : t;
}

static uint64_t
part(uint64_t whole, uint64_t i, uint64_t of) {
	return whole * (i + 1) / of - whole * i / of;
}

// The steps of a span each get their part: together they are the whole, whatever is left over.
static void
put(const struct scan *s,
    struct history_counts *points,
    uint64_t at_s,
    const struct history_counts *c) {
	const struct history_answer *a = s->a;
	uint64_t step = s->q->step_s, of = up_to(s->span_s, step) / step;

	for (uint64_t i = 0; i < of; i++) {
		struct history_counts one = {
			.packets_out = part(c->packets_out, i, of),
			.bytes_out = part(c->bytes_out, i, of),
			.packets_in = part(c->packets_in, i, of),
			.bytes_in = part(c->bytes_in, i, of),
			.dropped = part(c->dropped, i, of),
			.flows = part(c->flows, i, of),
		};
		uint64_t at = at_s + i * step;
		size_t point = at > a->from_s ? (at - a->from_s) / step : 0;
		counts_add(&points[MIN_OF(point, a->points_count - 1)], &one);
	}
}

static int
count(struct scan *s, uint64_t at_s, uint64_t group, const struct history_counts *c) {
	struct history_answer *a = s->a;

	for (size_t i = 0; i < s->series; i++)
		if (s->groups.slots[i].key == group + 1)
			put(s, a->items[i].points, at_s, c);
	if (s->series > 0)
		return 0;
	counts_add(&a->total, c);
	if (a->points_count > 0)
		put(s, a->points, at_s, c);
	return s->q->group == ASK_ALL ? 0 : gather_add(&s->groups, group, c, at_s);
}

static int
take(struct scan *s, int64_t key, const void *body, size_t length) {
	uint64_t at_s = (uint64_t)key >> 16;
	uint32_t device = (uint32_t)(key & 0xffff);
	struct history_counts total;
	struct bucket_reader r;
	struct bucket_entry e;
	int result = 0;

	if (!bucket_read(&r, body, length, &total))
		return 0; // that row alone
	if (!s->entries)
		return count(s, at_s, device, &total);
	while (result == 0 && bucket_next(&r, &e))
		if (is_wanted(s, &e))
			result = count(s, at_s, group_of(s, device, &e), &e.counts);
	return result;
}

static int
scan_all(struct scan *s, unsigned int tier, uint64_t from_s, uint64_t to_s) {
	sqlite3_stmt *q = hdb_statement(s->db, HDB_RANGE_0 + tier);
	bool wanted[TIER_DEVICES_MAX + 1];
	int r = 0, code;

	memset(wanted, s->q->devices_count == 0, sizeof wanted);
	for (size_t i = 0; i < s->q->devices_count; i++)
		wanted[s->devices[i]] = true;
	sqlite3_bind_int64(q, 1, tier_key(from_s, 0));
	sqlite3_bind_int64(q, 2, tier_key(to_s, 0));
	while (r == 0 && (code = sqlite3_step(q)) == SQLITE_ROW) {
		int64_t key = sqlite3_column_int64(q, 0);
		if (wanted[key & 0xffff])
			r =
				take(s,
				     key,
				     sqlite3_column_blob(q, 1),
				     (size_t)sqlite3_column_bytes(q, 1));
	}
	if (r == 0 && code != SQLITE_DONE)
		r = hdb_error(s->db);
	sqlite3_reset(q);
	return r;
}

static int
scan_seek(struct scan *s, unsigned int tier, uint64_t from_s, uint64_t to_s) {
	sqlite3_stmt *q = hdb_statement(s->db, HDB_FIND_0 + tier);
	int r = 0;

	for (uint64_t at = from_s; at < to_s && r == 0; at += tier_step_s[tier])
		for (size_t i = 0; i < s->q->devices_count && r == 0; i++) {
			int64_t key = tier_key(at, s->devices[i]);
			sqlite3_reset(q);
			sqlite3_bind_int64(q, 1, key);
			int code = s->devices[i] ? sqlite3_step(q) : SQLITE_DONE;
			if (code == SQLITE_ROW)
				r =
					take(s,
					     key,
					     sqlite3_column_blob(q, 0),
					     (size_t)sqlite3_column_bytes(q, 0));
			else if (code != SQLITE_DONE)
				r = hdb_error(s->db);
		}
	sqlite3_reset(q);
	return r;
}

static int
scan_part(struct scan *s, unsigned int tier, uint64_t from_s, uint64_t to_s) {
	from_s -= from_s % tier_step_s[tier];
	s->span_s = tier_step_s[tier];
	if (from_s >= to_s)
		return 0;
	uint64_t seeks = (to_s - from_s) / tier_step_s[tier] * s->q->devices_count;
	if (seeks > 0 && seeks < SEEKS_MAX)
		return scan_seek(s, tier, from_s, to_s);
	return scan_all(s, tier, from_s, to_s);
}

// What is older than the tier's first row, from the next coarser ones. Of the span that the row is
// in the tier has all there was: it forgets whole spans of the next one.
static int
scan_old(struct scan *s, unsigned int tier, uint64_t from_s, uint64_t to_s, uint64_t *ret_end) {
	*ret_end = from_s;
	if (tier + 1 == TIERS || from_s >= s->oldest_s[tier])
		return 0;
	uint64_t step = tier_step_s[tier + 1];
	uint64_t oldest = s->oldest_s[tier] - s->oldest_s[tier] % step;
	uint64_t end = MIN_OF(oldest, s->rolled_s[tier + 1]);
	end = MIN_OF(end, up_to(to_s, step));
	if (end <= from_s)
		return 0;
	uint64_t begun;
	from_s -= from_s % step;
	int r = scan_old(s, tier + 1, from_s, end, &begun);
	if (r == 0)
		r = scan_part(s, tier + 1, begun, end);
	*ret_end = MAX_OF(end, begun); // a coarser span may reach further
	return r;
}

static int
scan_window(struct scan *s, unsigned int tier, uint64_t from_s, uint64_t to_s) {
	uint64_t begun;
	int r = scan_old(s, tier, from_s, to_s, &begun);

	// What is newer than the tier holds, from the finer ones.
	for (unsigned int t = tier + 1; t-- > 0 && r == 0;) {
		uint64_t end = t == 0 ? to_s : MIN_OF(to_s, s->rolled_s[t]);
		if (begun >= end)
			continue;
		r = scan_part(s, t, begun, end);
		begun = end;
	}
	return r;
}

// The coarsest whose spans make up the steps, or leave the window's edges near what was asked.
static unsigned int
tier_for(const struct history_question *q) {
	unsigned int tier = TIERS - 1;

	for (; tier > 0; tier--) {
		uint64_t step = tier_step_s[tier];
		if (q->step_s ? q->step_s % step == 0
			      : (q->to_s - q->from_s) / step >= SPANS_WANTED)
			break;
	}
	return tier;
}

static int
look_around(struct scan *s) {
	static const char *const oldest[] = {
		"SELECT min(key)>>16 FROM tier0",
		"SELECT min(key)>>16 FROM tier1",
		"SELECT min(key)>>16 FROM tier2",
		"SELECT min(key)>>16 FROM tier3",
	};
	static const char *const rolled[] = {"", "rolled1", "rolled2", "rolled3"};
	int r = 0;

	for (unsigned int t = 0; t < TIERS && r == 0; t++) {
		r = hdb_ask(s->db, oldest[t], &s->oldest_s[t]);
		if (t > 0)
			s->rolled_s[t] = hdb_meta(s->db, rolled[t]);
		if (s->oldest_s[t] && (!s->a->oldest_s || s->oldest_s[t] < s->a->oldest_s))
			s->a->oldest_s = s->oldest_s[t];
		if (!s->oldest_s[t]) // nothing yet, or nothing any more
			s->oldest_s[t] = UINT64_MAX / 2;
	}
	return r;
}

static int
name_items(struct scan *s) {
	struct history_answer *a = s->a;

	gather_sort(&s->groups);
	a->items_all = s->groups.count;
	a->items_count = MIN_OF(a->items_all, s->q->limit);
	a->items = calloc(a->items_count + 1, sizeof *a->items);
	if (!a->items)
		return -ENOMEM;
	for (size_t i = a->items_count; i < a->items_all; i++)
		counts_add(&a->rest, &s->groups.slots[i].counts);
	int r = 0;
	for (size_t i = 0; i < a->items_count && r == 0; i++) {
		const struct gathered *g = &s->groups.slots[i];
		struct history_item *item = &a->items[i];
		uint64_t key = g->key - 1;
		item->counts = g->counts;
		item->last_s = g->last_s;
		switch (s->q->group) {
		case ASK_BY_SERVICE:
			item->service = (uint32_t)key;
			break;
		case ASK_BY_DEVICE:
			item->device = ask_device_id(s->db, (uint32_t)key);
			break;
		case ASK_BY_DESTINATION:
			r = ask_place_name(s->db, (uint32_t)key, &item->place);
			break;
		case ASK_BY_ROW:
			item->device = ask_device_id(s->db, (uint32_t)(key >> 48));
			item->service = (uint32_t)(key & 0xffffff);
			r = ask_place_name(s->db, (uint32_t)(key >> 24 & 0xffffff), &item->place);
			break;
		case ASK_ALL:
			break;
		}
	}
	return r;
}

// The points of the first items: which they are is known only now, so the window is read again.
static int
scan_series(struct scan *s, unsigned int tier) {
	struct history_answer *a = s->a;
	size_t n = MIN_OF(s->q->series, a->items_count);

	if (n == 0 || a->points_count == 0)
		return 0;
	a->series = calloc(n * a->points_count, sizeof *a->series);
	if (!a->series)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		a->items[i].points = a->series + i * a->points_count;
	s->series = n;
	return scan_window(s, tier, a->from_s, a->to_s);
}

static int
ask_in(struct scan *s) {
	const struct history_question *q = s->q;
	unsigned int tier = tier_for(q);
	uint64_t align = q->step_s ? q->step_s : tier_step_s[tier];
	int r = look_around(s);

	s->a->from_s = q->from_s - q->from_s % align;
	s->a->to_s = up_to(q->to_s, q->step_s ? q->step_s : tier_step_s[0]);
	if (r == 0 && q->step_s) {
		s->a->points_count = (s->a->to_s - s->a->from_s) / q->step_s;
		s->a->points = calloc(s->a->points_count + 1, sizeof *s->a->points);
		r = s->a->points ? 0 : -ENOMEM;
	}
	if (r == 0)
		r = ask_device_numbers(s->db, q->devices, q->devices_count, s->devices);
	if (r == 0 && q->one_place)
		r = ask_place_numbers(s->db, &q->place, s->places, &s->places_count);
	if (r == 0)
		r = scan_window(s, tier, s->a->from_s, s->a->to_s);
	if (r == 0 && q->group != ASK_ALL)
		r = name_items(s);
	return r == 0 ? scan_series(s, tier) : r;
}

int
ask_counts(struct hdb *db, const struct history_question *q, struct history_answer *ret) {
	struct scan s = {
		.db = db,
		.q = q,
		.a = ret,
		.entries = q->one_place || q->services_count || q->group > ASK_BY_DEVICE,
	};

	*ret = (struct history_answer){.from_s = q->from_s};
	int r = hdb_exec(db, "BEGIN"); // one state of the file for all parts
	if (r == 0) {
		r = ask_in(&s);
		sqlite3_exec(db->sqlite, "COMMIT", NULL, NULL, NULL);
	}
	gather_free(&s.groups);
	if (r < 0)
		answer_free_counts(ret);
	return r;
}

void
answer_free_counts(struct history_answer *a) {
	free(a->points);
	free(a->items);
	free(a->series);
	*a = (struct history_answer){.from_s = 0};
}
