// SPDX-License-Identifier: BSD-3-Clause
// What was kept becomes state again, before anything else happens.  A row that makes no sense any
// more is left out, not guessed at.

#include "control/clock.h"
#include "control/id.h"
#include "control/rule_json.h"
#include "control/state.h"
#include "control/store/db.h"
#include "platform/policy_image.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct loader {
	struct store_db *db;
	struct state *s;
	void (*keep)(void *context, const struct change *c);
	void *context;
};

static void
text_column(sqlite3_stmt *s, int at, char *into, size_t room) {
	const unsigned char *text = sqlite3_column_text(s, at);

	snprintf(into, room, "%s", text ? (const char *)text : "");
}

static uint64_t
u64_column(sqlite3_stmt *s, int at) {
	return (uint64_t)sqlite3_column_int64(s, at);
}

// The blob when it has exactly this length.
static const void *
blob_column(sqlite3_stmt *s, int at, int length) {
	return sqlite3_column_bytes(s, at) == length ? sqlite3_column_blob(s, at) : NULL;
}

// What stands there has been checked; a hand that changed it is not trusted.
static struct device_limits
limits_columns(sqlite3_stmt *s, int at) {
	struct device_limits l = {u64_column(s, at), u64_column(s, at + 1), u64_column(s, at + 2)};

	l.up_bps = MIN_OF(l.up_bps, (uint64_t)LIMIT_BPS_MAX);
	l.down_bps = MIN_OF(l.down_bps, (uint64_t)LIMIT_BPS_MAX);
	l.new_flows = MIN_OF(l.new_flows, (uint64_t)LIMIT_FLOWS_MAX);
	return l;
}

static struct device_choice
choice_columns(sqlite3_stmt *s, int at, int privacy) {
	const char *text = (const char *)sqlite3_column_text(s, at + 1);
	enum kind kind = KIND_NONE;

	if (text)
		kind_parse(text, &kind);
	return (struct device_choice){u64_column(s, at), kind, u64_column(s, privacy)};
}

static uint8_t
source_column(sqlite3_stmt *s, int at) {
	const char *text = (const char *)sqlite3_column_text(s, at);
	enum source source = 0;

	while (source < SOURCE_COUNT - 1 && (!text || strcmp(source_name(source), text) != 0))
		source++;
	return (uint8_t)source;
}

static void
load_meta(struct loader *l, sqlite3_stmt *s) {
	if (strcmp((const char *)sqlite3_column_text(s, 0), "generation") == 0)
		l->s->generation = u64_column(s, 1);
}

static void
load_device(struct loader *l, sqlite3_stmt *s) {
	const uint8_t *mac = blob_column(s, 1, 6);
	struct device *d = mac ? device_restore(l->s, u64_column(s, 0), mac) : NULL;

	if (!d)
		return;
	d->side = (uint8_t)sqlite3_column_int(s, 2);
	text_column(s, 3, d->user_name, sizeof d->user_name);
	text_column(s, 4, d->hostname, sizeof d->hostname);
	d->hostname_source = (uint8_t)sqlite3_column_int(s, 5);
	text_column(s, 6, d->profile, sizeof d->profile);
	d->first_seen_ns = u64_column(s, 7);
	d->last_seen_ns = u64_column(s, 8);
	d->limits = limits_columns(s, 9);
	const struct fact hostname = {
		.clue = CLUE_HOSTNAME,
		.source = d->hostname_source,
		.first_ns = d->first_seen_ns,
		.seen_ns = d->last_seen_ns,
		.text = d->hostname,
	};
	facts_restore(&d->identity.facts, &hostname); // of a release that kept no facts
	d->identity.choice = choice_columns(s, 12, 15);
	const void *presence = blob_column(s, 14, sizeof d->identity.presence);
	if (presence)
		memcpy(&d->identity.presence, presence, sizeof d->identity.presence);
	l->s->joined_count += d->identity.choice.joined != 0;
}

static void
load_fact(struct loader *l, sqlite3_stmt *s) {
	struct device *d = device_by_id(l->s, u64_column(s, 0));
	const char *clue_text = (const char *)sqlite3_column_text(s, 1);
	enum clue clue;
	char text[CLUE_TEXT_MAX + 1];

	if (!d || !clue_parse(clue_text, &clue))
		return;
	text_column(s, 3, text, sizeof text);
	const struct fact kept = {
		.clue = (uint8_t)clue,
		.source = source_column(s, 2),
		.first_ns = u64_column(s, 4),
		.seen_ns = u64_column(s, 5),
		.text = text,
	};
	facts_restore(&d->identity.facts, &kept);
}

static void
load_learning(struct loader *l, sqlite3_stmt *s) {
	struct device *d = device_by_id(l->s, u64_column(s, 0));

	if (!d || d->learning)
		return;
	d->learning = learning_new(u64_column(s, 1), u64_column(s, 2));
	if (!d->learning)
		return;
	d->learning->left_out = u64_column(s, 3);
	d->learning->since_ns = clock_wall_ns(); // the flows of before were counted before
	l->s->learning_count++;
}

static void
load_learned(struct loader *l, sqlite3_stmt *s) {
	struct device *d = device_by_id(l->s, u64_column(s, 0));
	const uint8_t *address = blob_column(s, 4, 16);
	struct learn_row row = {
		.object = (uint8_t)sqlite3_column_int(s, 1),
		.family = (uint8_t)sqlite3_column_int(s, 3),
		.protocol = (uint8_t)sqlite3_column_int(s, 5),
		.port = (uint16_t)sqlite3_column_int(s, 6),
		.in = sqlite3_column_int(s, 7),
		.first_ns = u64_column(s, 8),
		.last_ns = u64_column(s, 9),
		.packets = u64_column(s, 10),
	};

	if (!d || !d->learning || !address || row.object >= LEARN_OBJECT_COUNT)
		return;
	memcpy(row.address, address, sizeof row.address);
	text_column(s, 2, row.name, sizeof row.name);
	learning_restore(d->learning, &row);
}

static void
load_destination(struct loader *l, sqlite3_stmt *s) {
	const char *name = (const char *)sqlite3_column_text(s, 2);
	unsigned int family = (unsigned int)sqlite3_column_int(s, 4);
	const uint8_t *address = blob_column(s, 5, 16);
	struct destination *d = NULL;

	if (sqlite3_column_int(s, 1) == DESTINATION_DOMAIN && name && name[0])
		d = destination_of_domain(l->s, name);
	else if (address && (family == 4 || family == 6))
		d = destination_of_address(l->s, family, address);
	if (!d)
		return;
	destination_restore_id(l->s, d, u64_column(s, 0));
	text_column(s, 3, d->user_name, sizeof d->user_name);
	d->first_seen_ns = u64_column(s, 6);
	d->last_seen_ns = u64_column(s, 7);
	d->visible = d->changed = true;
	d->dirty = false;
}

static void
load_peer(struct loader *l, sqlite3_stmt *s) {
	struct device *d = device_by_id(l->s, u64_column(s, 0));
	unsigned int family = (unsigned int)sqlite3_column_int(s, 1);
	const uint8_t *address = blob_column(s, 2, 16);
	const char *names = sqlite3_column_blob(s, 3);
	int length = sqlite3_column_bytes(s, 3);

	if (!d || !address || (family != 4 && family != 6) || length < 2 || length > WIRE_CHAIN_MAX
	    || names[length - 1] != 0)
		return;
	struct peer *p =
		peer_learn(l->s, d, family, address, names, (size_t)length, u64_column(s, 4));
	if (p)
		peer_set_dirty(l->s, p, false);
}

// The text, or what a row from before rules had texts meant.
static bool
spec_column(struct loader *l, sqlite3_stmt *s, int body, int action, struct rule_spec *ret) {
	const char *text = (const char *)sqlite3_column_text(s, body);
	int code = sqlite3_column_int(s, action);
	const struct device *d = device_by_id(l->s, u64_column(s, action + 1));
	const struct destination *to = destination_by_id(l->s, u64_column(s, action + 2));

	if (text)
		return rule_json_parse(text, ret);
	if ((!d && !to) || (u64_column(s, action + 1) && !d) || (u64_column(s, action + 2) && !to)
	    || (code != ACTION_BLOCK && code != ACTION_ALLOW && code != ACTION_IGNORE))
		return false;
	rule_spec_plain(ret, (enum action)code, d, to);
	return true;
}

static void
load_rule(struct loader *l, sqlite3_stmt *s) {
	const char *author = (const char *)sqlite3_column_text(s, 5);
	struct rule_spec spec;

	if (spec_column(l, s, 6, 1, &spec))
		rule_put(
			l->s,
			u64_column(s, 0),
			&spec,
			u64_column(s, 4),
			author ? author : RULE_AUTHOR
		);
}

static void
load_rule_state(struct loader *l, sqlite3_stmt *s) {
	uint64_t id = u64_column(s, 0);
	struct rule *r = rule_by_id(l->s, id);
	bool active = sqlite3_column_int(s, 1);

	profiles_restore(&l->s->profiles, id, active, u64_column(s, 2), u64_column(s, 3));
	if (!r && !(id & RULE_OF_PROFILE))
		rule_remember(l->s, id, u64_column(s, 2), u64_column(s, 3));
	if (!r)
		return;
	rule_set_active(l->s, r, active && !r->spec.disabled);
	r->hits = u64_column(s, 2);
	r->last_hit_ns = u64_column(s, 3);
	r->dirty = false;
}

static struct text *
file_column(sqlite3_stmt *s, int at) {
	const char *text = (const char *)sqlite3_column_text(s, at);

	return text ? text_new(text, (size_t)sqlite3_column_bytes(s, at)) : NULL;
}

static void
load_change_rule(struct loader *l, sqlite3_stmt *s, struct change *c) {
	bool set = sqlite3_column_int(s, 6);
	struct rule_spec plain;

	if (sqlite3_column_text(s, 22) || sqlite3_column_text(s, 23)) {
		const char *was = (const char *)sqlite3_column_text(s, 22);
		const char *now = (const char *)sqlite3_column_text(s, 23);
		c->rule_had = was && rule_json_parse(was, &c->rule_was);
		c->rule_has = now && rule_json_parse(now, &c->rule_now);
		return;
	}
	rule_spec_plain(
		&plain,
		(enum action)sqlite3_column_int(s, 5),
		device_by_id(l->s, c->device),
		destination_by_id(l->s, c->destination)
	);
	c->rule_had = !set;
	c->rule_has = set;
	c->rule_was = c->rule_now = plain;
}

static void
load_change(struct loader *l, sqlite3_stmt *s) {
	struct change c = {
		.id = u64_column(s, 0),
		.time_ns = u64_column(s, 1),
		.kind = (enum change_kind)sqlite3_column_int(s, 2),
		.device = u64_column(s, 3),
		.destination = u64_column(s, 4),
		.rule = u64_column(s, 7),
		.undoes = u64_column(s, 8),
		.undone = sqlite3_column_int(s, 14),
		.rule_created_ns = u64_column(s, 15),
		.limits_was = limits_columns(s, 16),
		.limits_now = limits_columns(s, 19),
		.text_was = file_column(s, 24),
		.text_now = file_column(s, 25),
		.confirm_ns = u64_column(s, 26),
		.chooses = sqlite3_column_type(s, 27) != SQLITE_NULL,
		.choice_was = choice_columns(s, 27, 31),
		.choice_now = choice_columns(s, 29, 32),
	};

	text_column(s, 9, c.author, sizeof c.author);
	text_column(s, 10, c.name_was, sizeof c.name_was);
	text_column(s, 11, c.name_now, sizeof c.name_now);
	text_column(s, 12, c.profile_was, sizeof c.profile_was);
	text_column(s, 13, c.profile_now, sizeof c.profile_now);
	if (c.kind == CHANGE_RULE)
		load_change_rule(l, s, &c);
	id_seen(c.id);
	if (c.kind < CHANGE_KIND_COUNT)
		l->keep(l->context, &c);
	text_drop(c.text_was);
	text_drop(c.text_now);
}

static void
load_choice(struct loader *l, sqlite3_stmt *s) {
	const char *key = (const char *)sqlite3_column_text(s, 0);

	if (strcmp(key, "default_profile") == 0)
		text_column(s, 1, l->s->default_profile, sizeof l->s->default_profile);
	else if (strcmp(key, "default_profile_asked") == 0)
		text_column(s, 1, l->s->default_asked, sizeof l->s->default_asked);
	else if (strcmp(key, "privacy") == 0)
		l->s->privacy = u64_column(s, 1);
	else
		db_load_accepted(key, s, &l->s->accepted);
}

static const struct {
	const char *sql;
	void (*row)(struct loader *l, sqlite3_stmt *s);
} tables[] = {
	{"SELECT key,value FROM meta", load_meta},
	{"SELECT id,mac,side,user_name,hostname,hostname_source,profile,first_seen,last_seen,"
	 "up_bps,down_bps,new_flows,joined,kind,presence,privacy FROM devices ORDER BY id",
	 load_device},
	{"SELECT device,clue,source,text,first_seen,last_seen FROM facts ORDER BY device,last_seen",
	 load_fact},
	{"SELECT device,began,until,left_out FROM learnings", load_learning},
	{"SELECT device,object,name,family,address,protocol,port,began_there,first_seen,last_seen,"
	 "packets FROM learned ORDER BY device,n",
	 load_learned},
	{"SELECT id,kind,name,user_name,family,address,first_seen,last_seen FROM destinations "
	 "ORDER BY last_seen",
	 load_destination},
	{"SELECT id,action,device,destination,created,author,body FROM rules ORDER BY id",
	 load_rule},
	{"SELECT id,active,hits,last_hit FROM rule_state ORDER BY last_hit", load_rule_state},
	{"SELECT key,value FROM choices", load_choice},
	{"SELECT device,family,address,names,seen FROM peers ORDER BY seen", load_peer},
	{"SELECT id,time,kind,device,destination,action,made,rule,undoes,author,name_was,name_now,"
	 "profile_was,profile_now,undone,rule_created,up_was,down_was,new_flows_was,up_now,"
	 "down_now,new_flows_now,rule_was,rule_now,text_was,text_now,"
	 "(SELECT deadline FROM pending WHERE change=changes.id),"
	 "joined_was,kind_was,joined_now,kind_now,privacy_was,privacy_now FROM changes ORDER BY id",
	 load_change},
};

static int
load_table(struct loader *l, size_t which) {
	sqlite3_stmt *s;
	int code;

	if (sqlite3_prepare_v2(l->db->sqlite, tables[which].sql, -1, &s, NULL) != SQLITE_OK)
		return db_error(l->db);
	while ((code = sqlite3_step(s)) == SQLITE_ROW)
		tables[which].row(l, s);
	int r = code == SQLITE_DONE ? 0 : db_error(l->db);
	sqlite3_finalize(s);
	return r;
}

int
store_load(
	struct store *st,
	struct state *s,
	void (*keep)(void *context, const struct change *c),
	void *context,
	char ret_error[STORE_ERROR]
) {
	struct loader l = {store_database(st), s, keep, context};

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		int r = load_table(&l, i);
		if (r < 0) {
			snprintf(
				ret_error,
				STORE_ERROR,
				"state.db: %s Restore a backup, or move " POLICY_RULES_FILE
				" and state.db away to start without names and rules.",
				l.db->message
			);
			return r;
		}
	}
	s->names_moved = false;
	return 0;
}
