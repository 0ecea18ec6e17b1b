// SPDX-License-Identifier: BSD-3-Clause
// Notifications: one for the same thing, bounded, muted where that was asked, and kept.

#include "control/clock.h"
#include "control/core.h"
#include "control/flow.h"
#include "control/http/stream.h"
#include "control/notify/own.h"
#include "tests/unit/test.h"

#include <ev.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[] = "/tmp/spin-notify-XXXXXX";

static void
ignore_change(void *context, const struct change *c) {
	(void)context;
	(void)c;
}

// As much of a core as notifications stand on.
static struct core *
core_open(void) {
	struct core *c = calloc(1, sizeof *c);
	char error[STORE_ERROR] = "";

	c->loop = ev_loop_new(EVBACKEND_EPOLL);
	c->storage_ok = true;
	state_init(&c->state);
	c->notify = notify_new();
	if (store_open(directory, &c->store, error) < 0
	    || store_load(c->store, &c->state, ignore_change, NULL, error) < 0
	    || notify_load(c, error) < 0)
		fail_msg("%s", error);
	assert_int_equal(store_start(c->store, c->loop), 0);
	return c;
}

static void
core_close(struct core *c) {
	notify_flush(c, true);
	store_close(c->store);
	notify_free(c->notify);
	state_fini(&c->state);
	ev_loop_destroy(c->loop);
	free(c);
}

static void
wanted(void *context, int result, const char *message) {
	if (result < 0)
		fail_msg("%s", message);
	*(bool *)context = true;
}

static void
decide(struct core *c, const struct notify_wish *w) {
	bool done = false;

	notify_decide(c, w, wanted, &done);
	while (!done)
		ev_run(c->loop, EVRUN_ONCE);
}

static const struct notice *
newest(const struct core *c) {
	return notify_at(c->notify, notify_count(c->notify) - 1);
}

static struct device *
device(struct core *c, uint8_t n) {
	return device_get(&c->state, (const uint8_t[6]){0x02, 0, 0, 0, 0, n});
}

static void
every_row_makes_sense(void **state) {
	(void)state;
	for (unsigned int i = 0; i < NOTIFY_KIND_COUNT; i++) {
		const struct notify_kind_row *row = notify_kind_row((enum notify_kind)i);
		enum notify_kind again;
		assert_true(notify_kind_parse(row->key, &again) && again == i);
		assert_true(strchr(row->sentence, '{') && *row->why && *row->advice);
		const char *end = row->advice + strlen(row->advice) - 1;
		assert_int_equal(*end, '.');
	}
	for (unsigned int a = 0; a < ALERT_COUNT; a++)
		assert_string_equal(
			notify_kind_row(notify_kind_of_alert((enum alert)a))->key,
			alert_name((enum alert)a)
		);
}

static void
sentences_take_their_arguments(void **state) {
	static const char *const args[] = {"a{1}", "b"};
	char text[NOTIFY_TEXT];
	char longer[NOTIFY_TEXT + 8];

	(void)state;
	assert_string_equal(
		notify_sentence("{0} and {1}, {2} {x} {", args, 2, text), "a{1} and b, {2} {x} {"
	);
	memset(longer, 'x', sizeof longer);
	longer[sizeof longer - 1] = 0;
	const char *one[] = {longer};
	assert_int_equal(strlen(notify_sentence("{0}{0}", one, 1, text)), NOTIFY_TEXT - 1);
}

static void
the_same_again_counts(void **state) {
	struct core *c = core_open();

	(void)state;
	notify(c, NOTIFY_EVENT_LOSS, NULL, "5", NULL);
	uint64_t id = newest(c)->id;
	const struct notify_wish read = {.notice = id, .sets_read = true, .read = true};
	decide(c, &read);
	notify(c, NOTIFY_EVENT_LOSS, NULL, "9", NULL);
	assert_int_equal(notify_count(c->notify), 1);
	assert_int_equal(newest(c)->count, 2);
	assert_true(newest(c)->read); // told an hour ago at most
	assert_string_equal(newest(c)->args[0], "9");
	notify_end(c, NOTIFY_EVENT_LOSS, NULL);
	assert_true(newest(c)->ended_ns > 0);
	notify(c, NOTIFY_EVENT_LOSS, NULL, "10", NULL); // it was over: that is news
	assert_false(newest(c)->read);
	assert_int_equal(newest(c)->ended_ns, 0);
	// Two lists are two things; so are two devices.
	notify(c, NOTIFY_LIST_OLD, NULL, "ads", "is away", NULL);
	notify(c, NOTIFY_LIST_OLD, NULL, "bad", "is away", NULL);
	notify(c, NOTIFY_NEW_DEVICE, device(c, 1), NULL);
	notify(c, NOTIFY_NEW_DEVICE, device(c, 2), NULL);
	notify(c, NOTIFY_NEW_DEVICE, device(c, 2), NULL);
	assert_int_equal(notify_count(c->notify), 5);
	assert_string_equal(newest(c)->args[0], "02:00:00:00:00:02");
	core_close(c);
}

static void
try_telnet(struct core *c, struct device *d, uint8_t last) {
	struct wire_flow w = {
		.id = last,
		.first_seen_ns = clock_mono_ns(),
		.last_seen_ns = clock_mono_ns(),
		.packets = {1, 0},
		.bytes = {60, 0},
		.address = {{192, 168, 1, 2}, {198, 51, 100, last}},
		.port = {40000, 23},
		.family = 4,
		.protocol = 6,
		.flags = WIRE_FLOW_HAS_PORTS,
		.side = {SIDE_LAN, SIDE_WAN},
	};

	memcpy(w.mac[0], d->mac, sizeof w.mac[0]);
	flow_observe(&c->state, &w);
}

static void
a_scan_is_told_once_until_it_is_over(void **state) {
	(void)state;
	struct core *c = core_open();
	struct device *d = device(c, 1);
	uint64_t now = clock_wall_ns();
	size_t before = notify_count(c->notify);

	for (uint8_t i = 1; i <= SCAN_ADDRESSES; i++)
		try_telnet(c, d, i);
	for (unsigned int look = 1; look <= 6; look++)
		notify_scans(c, now + look * 10 * NS_PER_S);
	assert_int_equal(notify_count(c->notify), before + 1);
	assert_int_equal(newest(c)->kind, NOTIFY_SCANNING);
	assert_int_equal(newest(c)->count, 1);
	assert_string_equal(newest(c)->args[1], "23");
	assert_int_equal(newest(c)->ended_ns, 0);
	notify_scans(c, now + (SCAN_WINDOW_S + 10) * NS_PER_S);
	assert_true(newest(c)->ended_ns > 0);
	core_close(c);
}

static void
a_new_home_is_not_news(void **state) {
	struct core *c = core_open();

	(void)state;
	c->notify->first_home = true;
	notify(c, NOTIFY_NEW_DEVICE, device(c, 3), NULL);
	assert_true(newest(c)->read);
	c->notify->first_home = false;
	notify(c, NOTIFY_NEW_DEVICE, device(c, 4), NULL);
	assert_false(newest(c)->read);
	core_close(c);
}

// Who came right before the end is told of after it, who is here for long is not.
static void
nobody_new_is_passed_over(void **state) {
	(void)state;
	struct core *c = core_open();
	char error[STORE_ERROR];
	struct device *old = device(c, 1), *told = device(c, 2), *late = device(c, 3);

	for (unsigned int days = 2; days-- > 0;) {
		notify_free(c->notify);
		c->notify = notify_new();
		old->first_seen_ns = clock_wall_ns() - days * 86401 * NS_PER_S;
		assert_int_equal(notify_load(c, error), 0);
		assert_int_equal(c->notify->newest_device == old->id, days);
	}
	notify(c, NOTIFY_NEW_RANDOM, told, NULL);
	notify_flush(c, true);
	while (c->notify->writing)
		ev_run(c->loop, EVRUN_ONCE);
	notify_free(c->notify);
	c->notify = notify_new();
	assert_int_equal(notify_load(c, error), 0);
	assert_int_equal(c->notify->newest_device, told->id);
	assert_true(late->id > told->id);
	core_close(c);
}

static void
it_is_kept(void **state) {
	struct core *c = core_open();

	(void)state;
	notify(c, NOTIFY_PROFILE_FAILED, device(c, 5), "guest", "The disk is full.", NULL);
	uint64_t id = newest(c)->id;
	const struct notify_wish w = {
		.notice = id,
		.sets_outcome = true,
		.outcome = NOTICE_EXPECTED,
		.mutes = true,
		.mute = {.id = 77, .kind = NOTIFY_LIST_OLD, .first = "ads", .expected = true},
	};
	notify_flush(c, true);
	decide(c, &w);
	core_close(c);

	char text[NOTIFY_TEXT];
	c = core_open();
	const struct notice *n = notify_find(c->notify, id);
	assert_non_null(n);
	assert_int_equal(n->outcome, NOTICE_EXPECTED);
	assert_true(n->read);
	assert_string_equal(
		notice_text(n, text),
		"02:00:00:00:00:05 could not be given the profile guest: The disk is full."
	);
	assert_int_equal(notify_mutes_count(c->notify), 1);
	const struct notify_mute *m = notify_mute_at(c->notify, 0);
	assert_true(m->kind == NOTIFY_LIST_OLD && m->expected && m->id == 77);
	assert_string_equal(m->first, "ads");
	const struct notify_wish back = {.unmutes = 77, .notice = 1};
	decide(c, &back);
	core_close(c);
	c = core_open();
	assert_int_equal(notify_mutes_count(c->notify), 0);
	core_close(c);
}

static void
muted_things_are_quiet(void **state) {
	struct core *c = core_open();
	struct notify_wish w = {
		.notice = 1, // none
		.mutes = true,
		.mute =
			{.id = 81,
			 .kind = NOTIFY_LIST_OLD,
			 .first = "ads",
			 .until_ns = UINT64_MAX / 2},
	};

	(void)state;
	decide(c, &w);
	w.mute = (struct notify_mute
	){.id = 82, .kind = -1, .device = device(c, 6)->id, .expected = true};
	decide(c, &w);
	w.mute = (struct notify_mute){.id = 83, .kind = NOTIFY_DISK_FULL, .until_ns = 1}; // over
	decide(c, &w);
	notify(c, NOTIFY_LIST_OLD, NULL, "ads", "x", NULL);
	assert_int_equal(newest(c)->outcome, NOTICE_MUTED);
	assert_true(newest(c)->read);
	notify(c, NOTIFY_LIST_OLD, NULL, "other", "x", NULL);
	assert_int_equal(newest(c)->outcome, NOTICE_OPEN);
	notify(c, NOTIFY_PROFILE_SET, device(c, 6), "guest", "me", NULL);
	assert_int_equal(newest(c)->outcome, NOTICE_EXPECTED);
	notify(c, NOTIFY_DISK_FULL, NULL, "x", NULL);
	assert_int_equal(newest(c)->outcome, NOTICE_OPEN);
	for (uint64_t id = 81; id <= 83; id++) {
		const struct notify_wish back = {.unmutes = id, .notice = 1};
		decide(c, &back);
	}
	core_close(c);
}

// What is missed least makes room: the critical one outlives a flood of small things.
static void
a_flood_is_bounded(void **state) {
	struct core *c = core_open();
	char name[16];

	(void)state;
	notify(c, NOTIFY_POLICY_REJECTED, NULL, "x", NULL);
	uint64_t critical = newest(c)->id;
	for (int i = 0; i < 2 * NOTIFY_MAX; i++) {
		snprintf(name, sizeof name, "list-%d", i);
		notify(c, NOTIFY_LIST_OLD, NULL, name, "x", NULL);
	}
	assert_int_equal(notify_count(c->notify), NOTIFY_MAX);
	assert_non_null(notify_find(c->notify, critical));
	assert_string_equal(newest(c)->args[0], "list-999");
	core_close(c);
	c = core_open();
	assert_int_equal(notify_count(c->notify), NOTIFY_MAX);
	assert_non_null(notify_find(c->notify, critical));
	assert_string_equal(newest(c)->args[0], "list-999");
	core_close(c);
}

int
main(void) {
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_makes_sense),
		cmocka_unit_test(sentences_take_their_arguments),
		cmocka_unit_test(the_same_again_counts),
		cmocka_unit_test(a_scan_is_told_once_until_it_is_over),
		cmocka_unit_test(a_new_home_is_not_news),
		cmocka_unit_test(nobody_new_is_passed_over),
		cmocka_unit_test(it_is_kept),
		cmocka_unit_test(muted_things_are_quiet),
		cmocka_unit_test(a_flood_is_bounded),
	};
	char command[64];

	assert_non_null(mkdtemp(directory));
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof command, "rm -rf %s", directory);
	return system(command) == 0 ? r : 1;
}
