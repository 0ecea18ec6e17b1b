// SPDX-License-Identifier: BSD-3-Clause
// What is kept comes back; what cannot be kept changes nothing; what is damaged is said.

#include "control/persist.h"
#include "control/store/store.h"
#include "platform/base.h"
#include "platform/policy_image.h"
#include "tests/unit/store_rig.h"

#include <ev.h>
#include <sqlite3.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
save_rule(struct rig *r, struct device *d, struct destination *to, uint64_t id, bool set) {
	static struct store_change c;

	c = (struct store_change){
		.job.run = store_run_change,
		.change =
			{
				.id = id + 1,
				.time_ns = 5,
				.kind = CHANGE_RULE,
				.device = d ? d->id : 0,
				.destination = to ? to->id : 0,
				.rule_has = set,
				.rule_had = !set,
				.rule = set ? id : id - 300,
				.rule_created_ns = 7,
				.author = "uid 1000",
			},
		.has_device = d,
		.has_destination = to,
		.generation = 10 + id,
	};
	rule_spec_plain(&c.change.rule_now, ACTION_BLOCK, d, to);
	c.change.rule_was = c.change.rule_now;
	if (d)
		persist_device_row(d, &c.device);
	if (to)
		persist_destination_row(to, &c.destination);
	return run(r, &c.job);
}

static void
rules_names_and_answers_come_back(void **) {
	static struct rig r;
	static struct peer_row peer;

	rig_open(&r);
	gathering_name(&r.g, 1, "www.shop.com edge.cdn.net", "203.0.113.5");
	struct device *d = gathering_device(&r.g, 1);
	struct destination *shop = destination_find_domain(&r.g.s, "shop.com");
	gathering_flow(&r.g, 0, 1, "2001:db8::1", 1, REASON_NONE);
	struct destination *bare = r.g.s.destinations[r.g.s.destinations_count - 1];
	strcpy(d->user_name, "Radio im Bad");
	strcpy(shop->user_name, "The shop");
	assert_int_equal(save_rule(&r, d, NULL, 100, true), 0);
	assert_int_equal(save_rule(&r, NULL, shop, 200, true), 0);
	assert_int_equal(save_rule(&r, d, bare, 300, true), 0);
	peer = (struct peer_row){.device = d->id, .family = 4, .address = {203, 0, 113, 5}};
	peer.names_length = sizeof "www.shop.com\0edge.cdn.net";
	memcpy(peer.names, "www.shop.com\0edge.cdn.net", peer.names_length);
	struct store_batch b = {
		.job.run = store_run_batch,
		.peers = &peer,
		.peers_count = 1,
		.generation = 250, // an older number never wins
	};
	assert_int_equal(run(&r, &b.job), 0);
	uint64_t device_id = d->id;
	rig_close(&r);

	rig_open(&r);
	d = device_by_id(&r.g.s, device_id);
	shop = destination_find_domain(&r.g.s, "shop.com");
	assert_string_equal(d->user_name, "Radio im Bad");
	assert_string_equal(shop->user_name, "The shop");
	assert_int_equal(r.g.s.generation, 310);
	assert_int_equal(r.g.s.rules_count, 3);
	assert_int_equal(d->actions, ACTION_BLOCK);
	assert_int_equal(shop->actions, ACTION_BLOCK);
	assert_string_equal(rule_by_id(&r.g.s, 200)->author, "uid 1000");
	assert_int_equal(rule_by_id(&r.g.s, 300)->created_ns, 7);
	assert_int_equal(r.g.s.peers.count, 1);
	const struct peer *p = TAILQ_FIRST(&r.g.s.peers_by_age);
	assert_ptr_equal(p->link->destination, shop);
	assert_string_equal(p->chain[0]->name, "cdn.net");
	assert_int_equal(r.kept_count, 3);
	assert_int_equal(save_rule(&r, d, NULL, 400, false), 0);
	rig_close(&r);

	rig_open(&r);
	assert_int_equal(r.g.s.rules_count, 2);
	assert_int_equal(device_by_id(&r.g.s, device_id)->actions, 0);
	rig_close(&r);
}

// A rule that says more than whom and what, what was counted of it, and a change that waits for a
// word.
static void
long_rules_and_what_is_pending_come_back(void **) {
	static struct rig r;
	static struct store_change c;
	struct rule_fault f;

	rig_open(&r);
	c = (struct store_change){
		.job.run = store_run_change,
		.change =
			{
				.id = 9000,
				.kind = CHANGE_RULE,
				.rule = 8000,
				.rule_has = true,
				.rule_now = {.action = ACTION_BLOCK, .until_ns = UINT64_MAX / 4},
				.confirm_ns = 77,
			},
	};
	assert_true(rule_set_object(&c.change.rule_now, RULE_DOMAIN, "ads.example.org", &f));
	assert_true(rule_set_service(&c.change.rule_now, "udp/5000-5100", &f));
	assert_int_equal(run(&r, &c.job), 0);
	struct rule_state_row row = {.id = 8000, .active = false, .hits = 12, .last_hit_ns = 13};
	struct store_batch b = {
		.job.run = store_run_batch,
		.rule_states = &row,
		.rule_states_count = 1,
	};
	assert_int_equal(run(&r, &b.job), 0);
	rig_close(&r);

	rig_open(&r);
	const struct rule *rule = rule_by_id(&r.g.s, 8000);
	assert_string_equal(rule->spec.text, "ads.example.org");
	assert_int_equal(rule->spec.service.high, 5100);
	assert_int_equal(rule->hits, 12);
	assert_false(rule->active);
	assert_int_equal(r.kept[r.kept_count - 1].confirm_ns, 77);
	struct store_confirm confirm = {.job.run = store_run_confirm, .change = 9000};
	assert_int_equal(run(&r, &confirm.job), 0);
	c.change.id = 9001;
	c.change.confirm_ns = 0;
	c.change.rule_has = false;
	assert_int_equal(run(&r, &c.job), 0);
	rig_close(&r);

	rig_open(&r);
	assert_null(rule_by_id(&r.g.s, 8000));
	assert_int_equal(r.kept[r.kept_count - 2].confirm_ns, 0);
	rig_close(&r);
}

static void
two_controls_do_not_share(void **) {
	static struct rig r;
	char error[STORE_ERROR] = "";
	struct store *other;

	rig_open(&r);
	assert_true(store_open(directory, &other, error) < 0);
	assert_non_null(strstr(error, "Another spin-control uses this state directory"));
	rig_close(&r);
}

static void
the_image_is_replaced_whole(void **) {
	static struct rig r;
	static char one[] = "one image";
	struct store_image i = {
		.job.run = store_run_image,
		.state_dir = directory,
		.image = one,
		.length = sizeof one,
	};
	struct stat st;

	rig_open(&r);
	assert_int_equal(run(&r, &i.job), 0);
	assert_int_equal(stat(path_of(POLICY_RULES_FILE), &st), 0);
	assert_int_equal(st.st_size, sizeof one);
	assert_int_equal(access(path_of(POLICY_RULES_FILE ".new"), F_OK), -1);
	i.state_dir = "/nonexistent";
	assert_int_equal(run(&r, &i.job), -ENOENT);
	assert_non_null(strstr(i.job.message, "could not be written"));
	rig_close(&r);
}

static void
sql(const char *text) {
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path_of("state.db"), &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

// A database of the first release gets what later ones added, and keeps what it had.
static void
an_older_database_is_brought_up(void **) {
	static struct rig r;
	static struct store_change c;

	sql("ALTER TABLE devices DROP COLUMN up_bps; ALTER TABLE devices DROP COLUMN down_bps;"
	    "ALTER TABLE devices DROP COLUMN new_flows; ALTER TABLE changes DROP COLUMN up_was;"
	    "ALTER TABLE changes DROP COLUMN down_was; ALTER TABLE changes DROP COLUMN up_now;"
	    "ALTER TABLE changes DROP COLUMN down_now;"
	    "ALTER TABLE changes DROP COLUMN new_flows_was;"
	    "ALTER TABLE changes DROP COLUMN new_flows_now;"
	    "ALTER TABLE devices DROP COLUMN joined; ALTER TABLE devices DROP COLUMN kind;"
	    "ALTER TABLE devices DROP COLUMN presence; DROP TABLE facts;"
	    "ALTER TABLE changes DROP COLUMN joined_was; ALTER TABLE changes DROP COLUMN kind_was;"
	    "ALTER TABLE changes DROP COLUMN joined_now; ALTER TABLE changes DROP COLUMN kind_now;"
	    "ALTER TABLE changes DROP COLUMN rule_was; ALTER TABLE changes DROP COLUMN rule_now;"
	    "ALTER TABLE changes DROP COLUMN text_was; ALTER TABLE changes DROP COLUMN text_now;"
	    "ALTER TABLE devices DROP COLUMN privacy;"
	    "ALTER TABLE changes DROP COLUMN privacy_was;"
	    "ALTER TABLE changes DROP COLUMN privacy_now;"
	    "DROP TABLE rule_state; DROP TABLE pending; DROP TABLE choices;"
	    "DROP TABLE provider; DROP TABLE users; DROP TABLE sessions; DROP TABLE tokens;"
	    "DROP TABLE learnings; DROP TABLE learned; DROP TABLE notices; DROP TABLE mutes; DROP "
	    "TABLE audit;"
	    "CREATE TABLE old(id INTEGER PRIMARY KEY, action INTEGER NOT NULL, device INTEGER NOT "
	    "NULL, destination INTEGER NOT NULL, created INTEGER, author TEXT, UNIQUE(action, "
	    "device, destination));"
	    "INSERT INTO old SELECT id,action,device,destination,created,author FROM rules;"
	    "DROP TABLE rules; ALTER TABLE old RENAME TO rules; PRAGMA user_version=1;");
	rig_open(&r);
	size_t devices = r.g.s.devices_count, rules = r.g.s.rules_count, kept = r.kept_count;
	assert_true(devices > 0 && rules > 0 && kept > 0);
	struct device *d = r.g.s.devices[0];
	assert_false(device_is_limited(d));
	assert_true(rule_spec_is_plain(&r.g.s.rules[0]->spec));
	assert_true(r.kept[0].rule_has && r.kept[0].rule_now.action == ACTION_BLOCK);
	c = (struct store_change){
		.job.run = store_run_change,
		.change =
			{
				.id = r.kept[kept - 1].id + 1,
				.kind = CHANGE_DEVICE,
				.device = d->id,
				.limits_was = {4, 5, 6},
				.limits_now = {1000000, 2000000, 30},
				.chooses = true,
				.choice_now = {.joined = 9, .kind = KIND_VACUUM},
			},
		.has_device = true,
	};
	d->limits = c.change.limits_now;
	d->identity.choice = c.change.choice_now;
	persist_device_row(d, &c.device);
	assert_int_equal(run(&r, &c.job), 0);
	rig_close(&r);
	rig_open(&r);
	assert_int_equal(r.g.s.devices_count, devices);
	assert_int_equal(r.g.s.rules_count, rules);
	assert_memory_equal(
		&r.g.s.devices[0]->limits, &c.change.limits_now, sizeof c.change.limits_now
	);
	assert_int_equal(r.g.s.devices[0]->identity.choice.joined, 9);
	assert_int_equal(r.g.s.devices[0]->identity.choice.kind, KIND_VACUUM);
	assert_true(r.kept[kept].chooses && !r.kept[0].chooses);
	assert_int_equal(r.kept[kept].choice_now.kind, KIND_VACUUM);
	assert_int_equal(r.kept_count, kept + 1);
	assert_int_equal(r.kept[kept].limits_was.up_bps, 4);
	assert_int_equal(r.kept[kept].limits_was.new_flows, 6);
	assert_int_equal(r.kept[kept].limits_now.down_bps, 2000000);
	rig_close(&r);
}

static void
damage_is_not_an_empty_house(void **) {
	char error[STORE_ERROR] = "";
	struct store *st;
	int fd = open(path_of("state.db"), O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	for (unsigned int at = 4096; at < 10 * 4096; at += 64)
		assert_int_equal(pwrite(fd, "nonsense", 8, at), 8);
	close(fd);
	if (store_open(directory, &st, error) == 0) {
		store_close(st);
		fail_msg("a damaged database was opened");
	}
	assert_non_null(strstr(error, "state.db"));
	assert_non_null(strstr(error, "move rules.image and state.db away"));
	fd = open(path_of("state.db"), O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_int_equal(write(fd, "this is no database, it is a sentence", 37), 37);
	close(fd);
	assert_true(store_open(directory, &st, error) < 0);
	assert_non_null(strstr(error, "move rules.image and state.db away"));
}

// SQLite takes an empty file for a new database; the blocks in the image say that it is not.
static void
nothing_beside_rules_is_a_loss(void **) {
	char error[STORE_ERROR] = "";
	struct store *st;

	unlink(path_of("state.db"));
	unlink(path_of("state.db-wal"));
	int fd = open(path_of("rules.image"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(store_open(directory, &st, error), -ENODATA);
	assert_non_null(strstr(error, "rules.image beside it holds rules"));
	unlink(path_of("rules.image"));
	assert_int_equal(store_open(directory, &st, error), 0);
	store_close(st);
}

static int
make_directory(void **) {
	return mkdtemp(directory) ? 0 : -1;
}

static int
remove_directory(void **) {
	char command[64];

	snprintf(command, sizeof command, "rm -r %s", directory);
	return system(command);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_names_and_answers_come_back),
		cmocka_unit_test(long_rules_and_what_is_pending_come_back),
		cmocka_unit_test(two_controls_do_not_share),
		cmocka_unit_test(the_image_is_replaced_whole),
		cmocka_unit_test(an_older_database_is_brought_up),
		cmocka_unit_test(damage_is_not_an_empty_house),
		cmocka_unit_test(nothing_beside_rules_is_a_loss),
	};
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
