// SPDX-License-Identifier: BSD-3-Clause
// The jobs that write to the database, each in one transaction.

#include "control/audit/audit_store.h"
#include "control/peer.h"
#include "control/profile.h"
#include "control/rule.h"
#include "control/rule_json.h"
#include "control/store/db.h"
#include "control/store/image.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
bind_text(sqlite3_stmt *s, int at, const char *text) {
	sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

static void
bind_u64(sqlite3_stmt *s, int at, uint64_t value) {
	sqlite3_bind_int64(s, at, (sqlite3_int64)value);
}

static void
bind_limits(sqlite3_stmt *s, int at, const struct device_limits *l) {
	bind_u64(s, at, l->up_bps);
	bind_u64(s, at + 1, l->down_bps);
	bind_u64(s, at + 2, l->new_flows);
}

static void
bind_choice(sqlite3_stmt *s, int at, const struct device_choice *c) {
	bind_u64(s, at, c->joined);
	bind_text(s, at + 1, kind_name((enum kind)c->kind));
}

static int
put_meta(struct store_db *db, const char *key, uint64_t value) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_META);

	bind_text(s, 1, key);
	bind_u64(s, 2, value);
	return db_run(db, s);
}

int
db_put_device(struct store_db *db, const struct device_row *d) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_DEVICE);

	bind_u64(s, 1, d->id);
	sqlite3_bind_blob(s, 2, d->mac, 6, SQLITE_STATIC);
	bind_u64(s, 3, d->side);
	bind_text(s, 4, d->user_name);
	bind_text(s, 5, d->hostname);
	bind_u64(s, 6, d->hostname_source);
	bind_text(s, 7, d->profile);
	bind_u64(s, 8, d->first_seen_ns);
	bind_u64(s, 9, d->last_seen_ns);
	bind_limits(s, 10, &d->limits);
	bind_choice(s, 13, &d->choice);
	sqlite3_bind_blob(s, 15, &d->presence, sizeof d->presence, SQLITE_STATIC);
	bind_u64(s, 16, d->choice.privacy);
	return db_run(db, s);
}

// The rows of one device follow each other.
static int
put_facts(struct store_db *db, const struct fact_row *f, size_t count) {
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		if (i == 0 || f[i].device != f[i - 1].device) {
			sqlite3_stmt *drop = db_statement(db, DB_DROP_FACTS);
			bind_u64(drop, 1, f[i].device);
			r = db_run(db, drop);
		}
		if (r < 0)
			break;
		sqlite3_stmt *s = db_statement(db, DB_PUT_FACT);
		bind_u64(s, 1, f[i].device);
		bind_text(s, 2, clue_name(f[i].clue));
		bind_text(s, 3, source_name(f[i].source));
		bind_text(s, 4, f[i].text);
		bind_u64(s, 5, f[i].first_ns);
		bind_u64(s, 6, f[i].seen_ns);
		r = db_run(db, s);
	}
	return r;
}

static int
put_destination(struct store_db *db, const struct destination_row *d) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_DESTINATION);

	bind_u64(s, 1, d->id);
	bind_u64(s, 2, d->kind);
	bind_text(s, 3, d->name);
	bind_text(s, 4, d->user_name);
	bind_u64(s, 5, d->family);
	sqlite3_bind_blob(s, 6, d->address, 16, SQLITE_STATIC);
	bind_u64(s, 7, d->first_seen_ns);
	bind_u64(s, 8, d->last_seen_ns);
	return db_run(db, s);
}

static int
put_peer(struct store_db *db, const struct peer_row *p) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_PEER);

	bind_u64(s, 1, p->device);
	bind_u64(s, 2, p->family);
	sqlite3_bind_blob(s, 3, p->address, 16, SQLITE_STATIC);
	sqlite3_bind_blob(s, 4, p->names, p->names_length, SQLITE_STATIC);
	bind_u64(s, 5, p->seen_ns);
	return db_run(db, s);
}

static int
put_rule_state(struct store_db *db, const struct rule_state_row *row) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_RULE_STATE);

	bind_u64(s, 1, row->id);
	bind_u64(s, 2, row->active);
	bind_u64(s, 3, row->hits);
	bind_u64(s, 4, row->last_hit_ns);
	return db_run(db, s);
}

// Binds the rule as JSON; `j` holds the text until the statement has run.
static void
bind_spec(sqlite3_stmt *s, int at, const struct rule_spec *spec, struct json *j) {
	json_init(j);
	rule_json_write(spec, j);
	if (!j->failed)
		sqlite3_bind_text(s, at, j->text, (int)j->length, SQLITE_STATIC);
}

static int
put_rule(struct store_db *db, const struct change *c) {
	sqlite3_stmt *s;
	struct json j;

	if (!c->rule_has) {
		s = db_statement(db, DB_DROP_RULE);
		bind_u64(s, 1, c->rule);
		return db_run(db, s);
	}
	s = db_statement(db, DB_PUT_RULE);
	bind_u64(s, 1, c->rule);
	bind_u64(s, 2, c->rule_now.action);
	bind_u64(s, 3, c->rule_now.device);
	bind_u64(s, 4, c->rule_now.destination);
	bind_u64(s, 5, c->rule_created_ns);
	bind_text(s, 6, c->author);
	bind_spec(s, 7, &c->rule_now, &j);
	int r = j.failed ? -ENOMEM : db_run(db, s);
	json_free(&j);
	return r;
}

static void
bind_file(sqlite3_stmt *s, int at, const struct text *t) {
	if (t)
		sqlite3_bind_text(s, at, t->text, (int)t->length, SQLITE_STATIC);
}

static int
put_pending(struct store_db *db, const struct change *c) {
	sqlite3_stmt *s = db_statement(db, DB_DROP_PENDING);
	int r = 0;

	if (c->undoes) {
		bind_u64(s, 1, c->undoes);
		r = db_run(db, s);
	}
	if (r < 0 || !c->confirm_ns)
		return r;
	s = db_statement(db, DB_PUT_PENDING);
	bind_u64(s, 1, c->id);
	bind_u64(s, 2, c->confirm_ns);
	return db_run(db, s);
}

static int
put_change(struct store_db *db, const struct change *c) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_CHANGE);
	struct json was = {.text = NULL};
	struct json now = {.text = NULL};

	bind_u64(s, 1, c->id);
	bind_u64(s, 2, c->time_ns);
	bind_u64(s, 3, c->kind);
	bind_u64(s, 4, c->device);
	bind_u64(s, 5, c->destination);
	bind_u64(s, 6, c->rule_now.action);
	bind_u64(s, 7, c->rule_has);
	bind_u64(s, 8, c->rule);
	bind_u64(s, 9, c->undoes);
	bind_text(s, 10, c->author);
	bind_text(s, 11, c->name_was);
	bind_text(s, 12, c->name_now);
	bind_text(s, 13, c->profile_was);
	bind_text(s, 14, c->profile_now);
	bind_u64(s, 15, c->rule_created_ns);
	bind_limits(s, 16, &c->limits_was);
	bind_limits(s, 19, &c->limits_now);
	if (c->rule_had)
		bind_spec(s, 22, &c->rule_was, &was);
	if (c->rule_has)
		bind_spec(s, 23, &c->rule_now, &now);
	bind_file(s, 24, c->text_was);
	bind_file(s, 25, c->text_now);
	if (c->chooses) {
		bind_choice(s, 26, &c->choice_was);
		bind_choice(s, 28, &c->choice_now);
		bind_u64(s, 30, c->choice_was.privacy);
		bind_u64(s, 31, c->choice_now.privacy);
	}
	int r = db_run(db, s);
	json_free(&was);
	json_free(&now);
	if (r == 0 && c->undoes) {
		s = db_statement(db, DB_UNDO_CHANGE);
		bind_u64(s, 1, c->undoes);
		r = db_run(db, s);
	}
	if (r == 0)
		r = put_pending(db, c);
	return r < 0 ? r : db_run(db, db_statement(db, DB_TRIM_CHANGES));
}

// The household's own file; it goes where there was none before.
static int
put_file(struct store_db *db, const struct store_change *c) {
	char name[PROFILE_NAME_MAX + sizeof ".yaml"];
	const struct text *t = c->change.text_now;
	int r = store_make_directory(c->profiles_dir);

	snprintf(name, sizeof name, "%s.yaml", c->change.profile_now);
	// Somebody wrote it with an editor, and nobody confirmed it: it is kept, and not read.
	if (r == 0 && c->change.unconfirmed)
		r = image_put_aside(c->profiles_dir, name);
	if (r == 0)
		r = t ? image_replace(c->profiles_dir, name, t->text, t->length)
		      : image_remove(c->profiles_dir, name);
	if (r < 0)
		snprintf(
			db->message,
			sizeof db->message,
			"%.100s/%s cannot be written: %s.",
			c->profiles_dir,
			name,
			strerror(-r)
		);
	return r;
}

static int
put_choice(struct store_db *db, const struct change *c) {
	sqlite3_stmt *s = db_statement(db, DB_PUT_CHOICE);

	bind_text(s, 1, "default_profile");
	bind_text(s, 2, c->profile_now);
	int r = db_run(db, s);
	if (r < 0)
		return r;
	s = db_statement(db, DB_PUT_CHOICE);
	bind_text(s, 1, "default_profile_asked");
	bind_text(s, 2, c->name_now);
	return db_run(db, s);
}

static int
write_change(struct store_db *db, const struct store_change *c) {
	int r = put_meta(db, "generation", c->generation);

	if (r == 0 && c->has_device)
		r = db_put_device(db, &c->device);
	if (r == 0 && c->has_destination)
		r = put_destination(db, &c->destination);
	if (r == 0 && c->change.kind == CHANGE_RULE)
		r = put_rule(db, &c->change);
	if (r == 0 && c->rule_state.id)
		r = put_rule_state(db, &c->rule_state);
	if (r == 0 && c->change.kind == CHANGE_DEFAULT)
		r = put_choice(db, &c->change);
	if (r == 0 && !c->change.automatic)
		r = put_change(db, &c->change);
	if (r == 0 && c->change.kind == CHANGE_PROFILE)
		r = db_put_accepted(db, c->change.profile_now, c->change.text_now);
	if (r == 0)
		r = audit_put(db, c->audit);
	// Last: what stands in the directory cannot be rolled back.
	if (r == 0 && c->change.kind == CHANGE_PROFILE)
		r = put_file(db, c);
	return r;
}

static int
write_batch(struct store_db *db, const struct store_batch *b) {
	int r = put_meta(db, "generation", b->generation);

	for (size_t i = 0; i < b->devices_count && r == 0; i++)
		r = db_put_device(db, &b->devices[i]);
	if (r == 0)
		r = put_facts(db, b->facts, b->facts_count);
	for (size_t i = 0; i < b->destinations_count && r == 0; i++)
		r = put_destination(db, &b->destinations[i]);
	for (size_t i = 0; i < b->peers_count && r == 0; i++)
		r = put_peer(db, &b->peers[i]);
	for (size_t i = 0; i < b->rule_states_count && r == 0; i++)
		r = put_rule_state(db, &b->rule_states[i]);
	// Rules of profiles that are not there any more leave theirs behind.
	if (r == 0 && b->rule_states_count > 0) {
		sqlite3_stmt *s = db_statement(db, DB_TRIM_RULE_STATES);
		bind_u64(s, 1, RULE_STATES_MAX);
		r = db_run(db, s);
	}
	if (r == 0 && b->peers_count > 0) {
		sqlite3_stmt *s = db_statement(db, DB_TRIM_PEERS);
		bind_u64(s, 1, PEERS_MAX);
		r = db_run(db, s);
	}
	if (r == 0 && b->destinations_count > 0) {
		sqlite3_stmt *s = db_statement(db, DB_TRIM_DESTINATIONS);
		bind_u64(s, 1, DESTINATIONS_MAX);
		r = db_run(db, s);
	}
	return r;
}

int
store_run_change(struct store_db *db, struct store_job *job) {
	int r = db_begin(db);

	if (r == 0)
		r = db_end(db, write_change(db, (const struct store_change *)(const void *)job));
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}

int
store_run_batch(struct store_db *db, struct store_job *job) {
	int r = db_begin(db);

	if (r == 0)
		r = db_end(db, write_batch(db, (const struct store_batch *)(const void *)job));
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}

int
store_run_confirm(struct store_db *db, struct store_job *job) {
	const struct store_confirm *c = (const struct store_confirm *)(const void *)job;
	int r = db_begin(db);

	if (r == 0) {
		sqlite3_stmt *s = db_statement(db, DB_DROP_PENDING);
		bind_u64(s, 1, c->change);
		r = db_end(db, db_run(db, s));
	}
	if (r < 0)
		memcpy(job->message, db->message, sizeof job->message);
	return r;
}
