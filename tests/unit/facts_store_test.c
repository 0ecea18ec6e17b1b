// SPDX-License-Identifier: BSD-3-Clause
// What is known of a device, and who is one with whom, outlives a restart.

#include "control/identity/join.h"
#include "control/persist.h"
#include "tests/unit/store_rig.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
save(struct rig *r, struct device_row *devices, size_t n, struct fact_row *facts, size_t n_facts) {
	struct store_batch b = {
		.job.run = store_run_batch,
		.devices = devices,
		.devices_count = n,
		.facts = facts,
		.facts_count = n_facts,
	};

	return run(r, &b.job);
}

static void
facts_are_replaced_together(void **) {
	static struct rig r;
	static struct device_row rows[2];
	static struct fact_row facts[] = {
		{0, 3, 4, CLUE_MDNS_SERVICE, SOURCE_MDNS, "_ipp._tcp"},
		{0, 5, 6, CLUE_SERVES, SOURCE_TRAFFIC, "tcp/9100"},
		{0, 7, 8, CLUE_HOSTNAME, SOURCE_LLMNR, "other"},
	};

	rig_open(&r);
	persist_device_row(gathering_device(&r.g, 1), &rows[0]);
	persist_device_row(gathering_device(&r.g, 2), &rows[1]);
	rows[1].choice = (struct device_choice){.joined = rows[0].id, .kind = KIND_PHONE};
	presence_mark(&rows[1].presence, 1000 * PRESENCE_STEP_NS);
	facts[0].device = facts[1].device = rows[0].id;
	facts[2].device = rows[1].id;
	assert_int_equal(save(&r, rows, 2, facts, 3), 0);
	assert_int_equal(save(&r, NULL, 0, facts, 1), 0); // all that is known of one
	rig_close(&r);

	rig_open(&r);
	const struct device *a = device_by_id(&r.g.s, rows[0].id);
	const struct device *b = device_by_id(&r.g.s, rows[1].id);
	assert_int_equal(a->identity.facts.count, 1);
	const struct fact *f = &a->identity.facts.items[0];
	assert_true(f->clue == CLUE_MDNS_SERVICE && f->source == SOURCE_MDNS);
	assert_true(f->first_ns == 3 && f->seen_ns == 4 && strcmp(f->text, "_ipp._tcp") == 0);
	assert_string_equal(b->identity.facts.items[0].text, "other");
	assert_int_equal(b->identity.facts.items[0].source, SOURCE_LLMNR);
	assert_int_equal(identity_kind(b), KIND_PHONE);
	assert_int_equal(presence_steps(&b->identity.presence), 1);
	assert_ptr_equal(join_whole(&r.g.s, b), a);
	assert_int_equal(r.g.s.joined_count, 1);
	rig_close(&r);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_are_replaced_together),
	};

	if (!mkdtemp(directory))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path_of("state.db"));
	unlink(path_of("state.db-wal"));
	rmdir(directory);
	return failed;
}
