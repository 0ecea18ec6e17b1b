// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/export.h"

#include "control/service.h"
#include "platform/base.h"
#include "platform/text.h"
#include "platform/wire_types.h"

#include <errno.h>
#include <stdio.h>

static void
write_counts(struct json *j, const struct history_counts *c) {
	json_key_u64(j, "packets_out", c->packets_out);
	json_key_u64(j, "bytes_out", c->bytes_out);
	json_key_u64(j, "packets_in", c->packets_in);
	json_key_u64(j, "bytes_in", c->bytes_in);
	json_key_u64(j, "dropped", c->dropped);
	json_key_u64(j, "flows", c->flows);
}

static int
write_place(struct hdb *db, uint32_t number, struct json *j) {
	struct ask_place p;
	int r = ask_place_name(db, number, &p);

	json_key_string(j, "kind", place_kind_name((enum place_kind)p.kind));
	json_key_string(j, "destination", p.name[0] ? p.name : NULL);
	return r;
}

static void
write_time(struct json *j, const char *key, uint64_t ns) {
	char text[TEXT_TIME];

	json_key_string(j, key, text_time(ns, text));
}

static void
write_service(struct json *j, uint32_t service) {
	char text[SERVICE_TEXT];

	json_key_string(
		j,
		"service",
		service ? service_text((uint8_t)(service >> 16), (uint16_t)service, text) : NULL
	);
}

static int
write_span(struct hdb *db, unsigned int tier, sqlite3_stmt *s, struct json *j) {
	struct history_counts total;
	struct bucket_reader b;
	struct bucket_entry e;
	int r = 0;

	json_object(j);
	json_key_string(j, "span", tier_names[tier]);
	write_time(j, "time", ((uint64_t)sqlite3_column_int64(s, 0) >> 16) * NS_PER_S);
	if (bucket_read(&b, sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1), &total))
		write_counts(j, &total);
	json_key(j, "destinations");
	json_array(j);
	while (r == 0 && bucket_next(&b, &e)) {
		json_object(j);
		r = write_place(db, e.place, j);
		write_service(j, e.service);
		write_counts(j, &e.counts);
		json_end(j);
	}
	json_end(j);
	json_end(j);
	return r;
}

static int
write_flow(struct hdb *db, sqlite3_stmt *s, struct json *j) {
	struct flow_row f = {.id = 0};
	char text[TEXT_ADDRESS];

	if (flow_row_unpack(sqlite3_column_blob(s, 1), (size_t)sqlite3_column_bytes(s, 1), &f) < 0)
		return 0;
	json_object(j);
	int r = write_place(db, (uint32_t)sqlite3_column_int64(s, 2), j);
	json_key_string(j, "name", f.name[0] ? f.name : NULL);
	json_key_string(
		j, "address", f.has_address ? text_address(f.family, f.address, text) : NULL
	);
	write_service(j, f.service);
	json_key_string(j, "direction", f.inward ? "in" : "out");
	write_time(j, "first_seen", f.started_ns);
	write_time(j, "last_seen", f.ended_ns);
	json_key_string(j, "reason", reason_name(f.reason));
	json_key_u64(j, "packets_out", f.counts.packets_out);
	json_key_u64(j, "bytes_out", f.counts.bytes_out);
	json_key_u64(j, "packets_in", f.counts.packets_in);
	json_key_u64(j, "bytes_in", f.counts.bytes_in);
	json_end(j);
	return r;
}

static bool
is_of(const uint32_t *numbers, size_t count, uint32_t n) {
	for (size_t i = 0; i < count; i++)
		if (numbers[i] == n)
			return true;
	return false;
}

// Rows of the part until the piece is full; *ret_over: it has no more.
static int
write_part(
	struct hdb *db,
	struct history_export *e,
	const uint32_t *numbers,
	struct json *j,
	bool *ret_over
) {
	char sql[120];
	sqlite3_stmt *s;
	int code, r = 0;

	*ret_over = false;
	if (e->part < TIERS)
		snprintf(
			sql,
			sizeof sql,
			"SELECT key,body,key&65535 FROM tier%u WHERE key>? ORDER BY key",
			e->part
		);
	else
		snprintf(
			sql,
			sizeof sql,
			"SELECT id,body,place,device FROM flows WHERE id>? ORDER BY id"
		);
	if (sqlite3_prepare_v2(db->sqlite, sql, -1, &s, NULL) != SQLITE_OK)
		return hdb_error(db);
	sqlite3_bind_int64(s, 1, e->after);
	while (r == 0 && (code = sqlite3_step(s)) == SQLITE_ROW) {
		bool flow = e->part == TIERS;
		e->after = sqlite3_column_int64(s, 0);
		if (!is_of(numbers,
			   e->devices_count,
			   (uint32_t)sqlite3_column_int64(s, flow ? 3 : 2)))
			continue;
		struct json one;
		json_init(&one);
		r = flow ? write_flow(db, s, &one) : write_span(db, e->part, s, &one);
		if (one.length > 0) {
			j->comma = false; // pieces of an array that was begun in another one
			if (e->begun)
				json_raw(j, ",\n", 2);
			j->comma = false;
			json_raw(j, one.text, one.length);
			e->begun = true;
		}
		j->failed |= one.failed;
		json_free(&one);
		if (j->length > EXPORT_PIECE) {
			sqlite3_finalize(s);
			return r;
		}
	}
	if (r == 0 && code != SQLITE_DONE)
		r = hdb_error(db);
	sqlite3_finalize(s);
	*ret_over = true;
	return r;
}

int
export_next(struct hdb *db, struct history_export *e, struct json *ret, bool *ret_more) {
	uint32_t numbers[ASK_DEVICES_MAX];
	bool over = false;

	json_reset(ret);
	*ret_more = true;
	int r = ask_device_numbers(db, e->devices, e->devices_count, numbers);
	while (r == 0 && e->part <= TIERS && ret->length <= EXPORT_PIECE) {
		r = write_part(db, e, numbers, ret, &over);
		if (r < 0 || !over)
			break;
		e->part++;
		e->after = 0;
		ret->comma = false;
		if (e->part == TIERS) {
			json_raw(ret, "],\n\"connections\":[", 18);
			e->begun = false;
		}
	}
	if (r == 0 && e->part > TIERS) {
		ret->comma = false;
		json_raw(ret, "]}\n", 3);
		*ret_more = false;
	}
	return ret->failed ? -ENOMEM : r;
}
