// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/tier.h"

#include "platform/base.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROLLED_AT_ONCE 400 // spans; the rest with the next batch
#define SHRINK_AT_ONCE 64
#define SHRINK_PART 16
#define SHRINK_SPAN_S 600ull // or so much, where that is more

// The most entries a span of a device has: a scan of ports does not fill the disk.
static const size_t entries_max[TIERS] = {256, 256, 512, 1024};

static int
put_packed(struct hdb *db, unsigned int tier, int64_t key, struct bucket *b) {
	bucket_settle(b, entries_max[tier]);
	if (bucket_pack(b, &db->packed) < 0)
		return -ENOMEM;
	sqlite3_stmt *s = hdb_statement(db, HDB_PUT_0 + tier);
	sqlite3_bind_int64(s, 1, key);
	sqlite3_bind_blob(s, 2, db->packed.data, (int)db->packed.length, SQLITE_STATIC);
	return hdb_run(db, s);
}

static int
merge(struct hdb *db, unsigned int tier, int64_t key, const struct bucket *b) {
	sqlite3_stmt *s = hdb_statement(db, HDB_FIND_0 + tier);
	int r = 0;

	bucket_reset(&db->one);
	sqlite3_bind_int64(s, 1, key);
	int code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		r = bucket_unpack(
			sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0), &db->one
		);
	else if (code != SQLITE_DONE)
		r = hdb_error(db);
	sqlite3_reset(s);
	if (r < 0 && r != -EBADMSG)
		return r;
	counts_add(&db->one.total, &b->total);
	for (size_t i = 0; i < b->count; i++) {
		const struct bucket_entry *e = &b->entries[i];
		if (bucket_add(&db->one, e->place, e->service, &e->counts) < 0)
			return -ENOMEM;
	}
	return put_packed(db, tier, key, &db->one);
}

int
tier_add(struct hdb *db, uint64_t time_s, uint32_t device, const struct bucket *b) {
	int r = 0;

	for (unsigned int tier = 0; tier < TIERS && r == 0; tier++) {
		uint64_t at = time_s - time_s % tier_step_s[tier];
		if (tier == 0 || at < db->rolled_s[tier])
			r = merge(db, tier, tier_key(at, device), b);
	}
	return r;
}

// --- Summing up ---

struct sums {
	uint16_t index[TIER_DEVICES_MAX + 1]; // of a device's number, plus one
	uint32_t *devices;
	struct bucket *buckets;
	size_t count;
	size_t room;
};

static struct bucket *
sum_of(struct sums *s, uint32_t device) {
	if (s->index[device])
		return &s->buckets[s->index[device] - 1];
	if (s->count == s->room) {
		size_t room = s->room ? 2 * s->room : 64;
		uint32_t *devices = realloc(s->devices, room * sizeof *devices);
		if (devices)
			s->devices = devices;
		struct bucket *buckets = realloc(s->buckets, room * sizeof *buckets);
		if (buckets) {
			memset(buckets + s->room, 0, (room - s->room) * sizeof *buckets);
			s->buckets = buckets;
		}
		if (!devices || !buckets)
			return NULL;
		s->room = room;
	}
	s->devices[s->count] = device;
	bucket_reset(&s->buckets[s->count]);
	s->index[device] = (uint16_t)++s->count;
	return &s->buckets[s->count - 1];
}

static void
sums_free(struct sums *s) {
	for (size_t i = 0; i < s->room; i++)
		bucket_free(&s->buckets[i]);
	free(s->buckets);
	free(s->devices);
	free(s);
}

static int
gather(struct hdb *db, unsigned int tier, uint64_t from_s, uint64_t to_s, struct sums *ret) {
	sqlite3_stmt *s = hdb_statement(db, HDB_RANGE_0 + tier);
	int r = 0, code;

	sqlite3_bind_int64(s, 1, tier_key(from_s, 0));
	sqlite3_bind_int64(s, 2, tier_key(to_s, 0));
	while (r == 0 && (code = sqlite3_step(s)) == SQLITE_ROW) {
		uint32_t device = (uint32_t)(sqlite3_column_int64(s, 0) & 0xffff);
		struct bucket *b = sum_of(ret, device);
		if (!b)
			r = -ENOMEM;
		else
			r = bucket_unpack(
				sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1), b
			);
		if (r == -EBADMSG) // that row alone
			r = 0;
	}
	if (r == 0 && code != SQLITE_DONE)
		r = hdb_error(db);
	sqlite3_reset(s);
	return r;
}

static int
roll_one(struct hdb *db, unsigned int tier, uint64_t start_s, struct sums *sums) {
	int r = gather(db, tier - 1, start_s, start_s + tier_step_s[tier], sums);

	for (size_t i = 0; i < sums->count; i++) {
		if (r == 0)
			r = put_packed(
				db, tier, tier_key(start_s, sums->devices[i]), &sums->buckets[i]
			);
		sums->index[sums->devices[i]] = 0;
	}
	sums->count = 0;
	return r;
}

// The first span from `from_s` on that the finer tier has something in; 0: none.
static int
next_span(struct hdb *db, unsigned int tier, uint64_t from_s, uint64_t to_s, uint64_t *ret) {
	sqlite3_stmt *s = hdb_statement(db, HDB_RANGE_0 + tier - 1);

	sqlite3_bind_int64(s, 1, tier_key(from_s, 0));
	sqlite3_bind_int64(s, 2, tier_key(to_s, 0));
	int code = sqlite3_step(s);
	*ret = code == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(s, 0) >> 16 : 0;
	*ret -= *ret % tier_step_s[tier];
	int r = code == SQLITE_ROW || code == SQLITE_DONE ? 0 : hdb_error(db);
	sqlite3_reset(s);
	return r;
}

static int
roll_tier(struct hdb *db, unsigned int tier, uint64_t until_s, struct sums *sums) {
	uint64_t step = tier_step_s[tier];
	uint64_t end = until_s - until_s % step;

	// A clock that ran ahead once: all before the end of this span came in directly.
	if (db->rolled_s[tier] > end + 2 * step)
		db->rolled_s[tier] = end + step;
	for (unsigned int i = 0; i < ROLLED_AT_ONCE; i++) {
		uint64_t start;
		int r = next_span(db, tier, db->rolled_s[tier], end, &start);
		if (r < 0)
			return r;
		if (start == 0) {
			db->rolled_s[tier] = MAX_OF(db->rolled_s[tier], end);
			return 0;
		}
		if ((r = roll_one(db, tier, start, sums)) < 0)
			return r;
		db->rolled_s[tier] = start + step;
	}
	return 0;
}

int
tier_roll_up(struct hdb *db, uint64_t now_s) {
	struct sums *sums = calloc(1, sizeof *sums);
	uint64_t until = now_s - now_s % tier_step_s[0];
	uint64_t before[TIERS];
	int r = sums ? 0 : -ENOMEM;

	memcpy(before, db->rolled_s, sizeof before);
	for (unsigned int tier = 1; tier < TIERS && r == 0; tier++) {
		r = roll_tier(db, tier, until, sums);
		until = MIN_OF(until, db->rolled_s[tier]);
	}
	for (unsigned int tier = 1; tier < TIERS && r == 0; tier++) {
		char key[] = {'r', 'o', 'l', 'l', 'e', 'd', (char)('0' + tier), 0};
		if (before[tier] != db->rolled_s[tier])
			r = hdb_put_meta(db, key, db->rolled_s[tier]);
	}
	if (sums)
		sums_free(sums);
	return r;
}

// --- Removing ---

static int
drop_before(struct hdb *db, enum hdb_statement which, int64_t key) {
	sqlite3_stmt *s = hdb_statement(db, which);

	sqlite3_bind_int64(s, 1, key);
	return hdb_run(db, s);
}

int
tier_size(struct hdb *db, uint64_t *ret) {
	uint64_t pages, unused;
	int r = hdb_ask(db, "PRAGMA page_count", &pages);

	if (r == 0)
		r = hdb_ask(db, "PRAGMA freelist_count", &unused);
	if (r == 0)
		*ret = (pages - MIN_OF(unused, pages)) * 4096;
	return r;
}

// Ids are milliseconds above 20 bits (control/id.h).
static int64_t
id_at(uint64_t time_s) {
	return (int64_t)(time_s * 1000 << 20);
}

// Of the first table that has any: a part of what it holds, the oldest.
static int
shrink(struct hdb *db) {
	static const struct {
		const char *least, *most;
		enum hdb_statement drop;
	} tables[] = {
		{"SELECT min(id) FROM flows", "SELECT max(id) FROM flows", HDB_DROP_FLOWS},
		{"SELECT min(key) FROM tier0", "SELECT max(key) FROM tier0", HDB_DROP_0},
		{"SELECT min(key) FROM tier1", "SELECT max(key) FROM tier1", HDB_DROP_1},
		{"SELECT min(key) FROM tier2", "SELECT max(key) FROM tier2", HDB_DROP_2},
		{"SELECT min(key) FROM tier3", "SELECT max(key) FROM tier3", HDB_DROP_3},
	};
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		uint64_t least, most, cut;
		int r = hdb_ask(db, tables[i].least, &least);
		if (r == 0)
			r = hdb_ask(db, tables[i].most, &most);
		if (r < 0)
			return r;
		if (most == 0)
			continue;
		uint64_t span = i == 0 ? (uint64_t)id_at(SHRINK_SPAN_S) : SHRINK_SPAN_S << 16;
		cut = least + MAX_OF((most - least) / SHRINK_PART, span);
		if (i > 0 && i < TIERS) { // whole spans of the next one, but those it has not
			uint64_t step = tier_step_s[i];
			cut = MIN_OF(((cut >> 16) + step - 1) / step * step, db->rolled_s[i]) << 16;
		}
		if (cut > least)
			return drop_before(db, tables[i].drop, (int64_t)cut);
	}
	return 0;
}

static int
drop_unused(struct hdb *db, uint64_t oldest_s) {
	char sql[160];

	snprintf(
		sql,
		sizeof sql,
		"DELETE FROM places WHERE last<%llu; DELETE FROM devices WHERE last<%llu",
		(unsigned long long)oldest_s,
		(unsigned long long)oldest_s
	);
	int r = hdb_exec(db, sql);
	if (r == 0)
		r = hdb_ask(db, "SELECT count(*) FROM places", &db->places);
	return r;
}

int
tier_prune(struct hdb *db, const struct history_config *config, uint64_t now_s) {
	uint64_t size = 0, unused = 0;
	int r = 0;

	for (unsigned int tier = 0; tier < TIERS && r == 0; tier++) {
		uint64_t keep = tier + 1 < TIERS ? tier_keep_s[tier] : config->keep_s;
		uint64_t cut = now_s - MIN_OF(keep, now_s);
		if (tier + 1 < TIERS) // whole spans of the next one: no part of any is left
			cut = MIN_OF(cut - cut % tier_step_s[tier + 1], db->rolled_s[tier + 1]);
		r = drop_before(db, HDB_DROP_0 + tier, tier_key(cut, 0));
	}
	if (r == 0)
		r = drop_before(
			db, HDB_DROP_FLOWS, id_at(now_s - MIN_OF(config->flows_keep_s, now_s))
		);
	uint64_t longest = MAX_OF(config->keep_s, config->flows_keep_s) + 86400;
	if (r == 0)
		r = drop_unused(db, now_s - MIN_OF(longest, now_s));
	for (unsigned int i = 0; i < SHRINK_AT_ONCE && r == 0; i++) {
		r = tier_size(db, &size);
		if (r < 0 || size <= config->size)
			break;
		r = shrink(db);
	}
	if (r == 0)
		r = hdb_ask(db, "PRAGMA freelist_count", &unused);
	if (r == 0 && unused * 4096 > size / 4 + (4u << 20))
		r = hdb_exec(db, "PRAGMA incremental_vacuum(256)");
	return r;
}
