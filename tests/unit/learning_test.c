// SPDX-License-Identifier: BSD-3-Clause
// Flows become rows of what a device needs: by domain, place and service, bounded, and kept.

#include "control/clock.h"
#include "control/learn/learn_rule.h"
#include "platform/text.h"
#include "tests/unit/store_rig.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEVICE 1

// One conversation; what is not said is TCP to port 443 of the WAN that went well.
struct talk {
	const char *address;
	uint16_t port;
	uint8_t protocol;
	bool in; // the other begins
	bool silent; // the one with whom it is begun says nothing
	uint8_t side; // of the other, plus one
	enum reason reason;
};

static void
see(struct gathering *g, const struct talk *t) {
	unsigned int device = t->in ? 1 : 0, family;
	struct wire_flow w = {
		.id = ++g->flows,
		.first_seen_ns = clock_mono_ns(),
		.last_seen_ns = clock_mono_ns(),
		.packets = {5, t->silent ? 0 : 5},
		.port = {40000, t->port ? t->port : 443},
		.protocol = t->protocol ? t->protocol : 6,
		.reason = (uint8_t)t->reason,
	};

	w.flags = w.protocol == 1 || w.protocol == 58 ? WIRE_FLOW_ICMP : WIRE_FLOW_HAS_PORTS;
	w.side[device] = SIDE_LAN;
	w.side[1 - device] = t->side ? (uint8_t)(t->side - 1) : SIDE_WAN;
	assert_int_equal(text_parse_address(t->address, &family, w.address[1 - device]), 0);
	w.family = (uint8_t)family;
	memcpy(w.mac[device], (const uint8_t[6]){2, 0, 0, 0, 0, DEVICE}, 6);
	flow_observe(&g->s, &w);
}

static struct learning *
watch(struct gathering *g) {
	struct device *d = gathering_device(g, DEVICE);

	d->learning = learning_new(clock_wall_ns() - NS_PER_S, clock_wall_ns() + 60 * NS_PER_S);
	g->s.learning_count = 1;
	return d->learning;
}

static const char *
sentence(const struct learning *l, size_t i) {
	static char text[LEARN_SENTENCE];
	struct rule_spec spec;

	assert_true(i < l->count);
	assert_true(learn_rule(&l->rows[i], &spec));
	return learn_sentence(&spec, text);
}

static const struct {
	const char *name; // of the address
	struct talk talk;
	const char *says; // NULL: nothing is learned
} cases[] = {
	{"www.example.org", {.address = "198.51.100.7"}, "may open https to example.org"},
	{"edge.cdn.example.org", {.address = "2001:db8::7"}, "may open https to example.org"},
	{NULL, {.address = "198.51.100.7", .port = 8443}, "may open tcp/8443 to 198.51.100.7"},
	{NULL, {.address = "198.51.100.7", .protocol = 1}, "may open icmp to 198.51.100.7"},
	{NULL, {.address = "2001:db8::7", .protocol = 58}, "may open icmp to 2001:db8::7"},
	{"nas.home",
	 {.address = "192.168.1.9", .port = 445},
	 "may open smb to the home's own network"},
	{NULL,
	 {.address = "203.0.113.9", .side = SIDE_LAN + 1},
	 "may open https to the home's own network"},
	{NULL,
	 {.address = "239.255.255.250", .port = 1900, .protocol = 17, .silent = true},
	 "may open ssdp to the home's own network"},
	{NULL,
	 {.address = "192.168.1.1", .port = 53, .protocol = 17, .side = SIDE_HOST + 1},
	 "may open dns to the gateway"},
	{NULL,
	 {.address = "192.168.1.9", .port = 554, .in = true},
	 "may be reached by rtsp from the home's own network"},
	{NULL, {.address = "198.51.100.7", .port = 23, .in = true, .silent = true}, NULL},
	{NULL,
	 {.address = "198.51.100.7", .reason = REASON_PROFILE_BLOCKED, .silent = true},
	 "may open https to 198.51.100.7"},
	{NULL, {.address = "198.51.100.7", .reason = REASON_PAIR_BLOCKED}, NULL},
	{NULL, {.address = "198.51.100.7", .reason = REASON_RULE_BLOCKED}, NULL},
	{NULL, {.address = "198.51.100.7", .reason = REASON_LIST_BLOCKED}, NULL},
	// Everybody's domains are beneath it, so that only the address can be meant.
	{"co.uk", {.address = "198.51.100.7"}, "may open https to 198.51.100.7"},
};

static void
test_rows_of_flows(void **state) {
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct gathering g;
		gathering_open(&g);
		const struct learning *l = watch(&g);
		if (cases[i].name)
			gathering_name(&g, DEVICE, cases[i].name, cases[i].talk.address);
		see(&g, &cases[i].talk);
		assert_int_equal(l->count, cases[i].says ? 1 : 0);
		if (cases[i].says) {
			assert_string_equal(sentence(l, 0), cases[i].says);
			assert_int_equal(l->rows[0].packets, cases[i].talk.silent ? 5 : 10);
		}
		gathering_close(&g);
	}
}

// New addresses and host names of one domain are one row.
static void
test_addresses_change(void **state) {
	struct gathering g;
	char address[TEXT_ADDRESS], name[64];

	(void)state;
	gathering_open(&g);
	const struct learning *l = watch(&g);
	for (unsigned int i = 1; i < 200; i++) {
		snprintf(address, sizeof address, "198.51.100.%u", i);
		snprintf(name, sizeof name, "edge-%u.cdn.example.org", i);
		gathering_name(&g, DEVICE, name, address);
		see(&g, &(struct talk){.address = address});
	}
	assert_int_equal(l->count, 1);
	assert_int_equal(l->rows[0].packets, 1990);
	gathering_close(&g);
}

// What is answered first to us was begun before: the server's port tells.
static void
test_begun_before(void **state) {
	struct gathering g;

	(void)state;
	gathering_open(&g);
	const struct learning *l = watch(&g);
	struct wire_flow w = {
		.id = 7,
		.first_seen_ns = clock_mono_ns(),
		.last_seen_ns = clock_mono_ns(),
		.packets = {5, 5},
		.port = {443, 40000},
		.protocol = 6,
		.flags = WIRE_FLOW_HAS_PORTS,
		.family = 4,
		.address = {{198, 51, 100, 7}, {192, 168, 1, 2}},
		.side = {SIDE_WAN, SIDE_LAN},
		.mac = {{0}, {2, 0, 0, 0, 0, DEVICE}},
	};
	flow_observe(&g.s, &w);
	assert_int_equal(l->count, 1);
	assert_string_equal(sentence(l, 0), "may open https to 198.51.100.7");
	w.packets[0] = 7;
	flow_observe(&g.s, &w);
	assert_int_equal(l->rows[0].packets, 12);
	gathering_close(&g);
}

static void
test_many_ports_are_the_protocol(void **state) {
	struct gathering g;

	(void)state;
	gathering_open(&g);
	const struct learning *l = watch(&g);
	see(&g, &(struct talk){.address = "198.51.100.7", .port = 3478, .protocol = 17});
	for (uint16_t port = 0; port < LEARN_PORTS_MAX; port++)
		see(&g,
		    &(struct talk
		    ){.address = "198.51.100.7", .port = (uint16_t)(50000 + port), .protocol = 17});
	assert_int_equal(l->count, 1 + LEARN_PORTS_MAX);
	see(&g, &(struct talk){.address = "198.51.100.7", .port = 60000, .protocol = 17});
	see(&g, &(struct talk){.address = "198.51.100.7", .port = 60001, .protocol = 17});
	assert_int_equal(l->count, 2);
	assert_string_equal(sentence(l, 0), "may open stun to 198.51.100.7");
	assert_string_equal(sentence(l, 1), "may open udp to 198.51.100.7");
	assert_int_equal(l->rows[1].packets, 10 * (LEARN_PORTS_MAX + 2));
	gathering_close(&g);
}

static void
test_bounded(void **state) {
	struct gathering g;
	char address[TEXT_ADDRESS];

	(void)state;
	gathering_open(&g);
	const struct learning *l = watch(&g);
	for (unsigned int i = 0; i < LEARN_ROWS_MAX + 9; i++) {
		snprintf(address, sizeof address, "198.51.%u.%u", i >> 8, i & 255);
		see(&g, &(struct talk){.address = address});
	}
	assert_int_equal(l->count, LEARN_ROWS_MAX);
	assert_int_equal(l->left_out, 9);
	gathering_close(&g);
}

static void
test_a_name_that_comes_later(void **state) {
	struct gathering g;

	(void)state;
	gathering_open(&g);
	const struct learning *l = watch(&g);
	gathering_name(&g, DEVICE, "a.example.org", "198.51.100.7");
	see(&g, &(struct talk){.address = "198.51.100.7"});
	see(&g, &(struct talk){.address = "198.51.100.8"});
	assert_int_equal(l->count, 2);
	gathering_name(&g, DEVICE, "b.example.org", "198.51.100.8");
	learning_settle(&g.s, gathering_device(&g, DEVICE));
	assert_int_equal(l->count, 1);
	assert_string_equal(sentence(l, 0), "may open https to example.org");
	assert_int_equal(l->rows[0].packets, 20);
	gathering_close(&g);
}

static void
test_only_while_it_is_watched(void **state) {
	struct gathering g;

	(void)state;
	gathering_open(&g);
	struct learning *l = watch(&g);
	l->until_ns = clock_wall_ns() - 1;
	see(&g, &(struct talk){.address = "198.51.100.7"});
	assert_int_equal(l->count, 0);
	assert_false(learning_is_on(l, clock_wall_ns()));
	gathering_close(&g);
}

static void
test_kept(void **state) {
	struct rig r;

	(void)state;
	assert_non_null(mkdtemp(directory));
	rig_open(&r);
	struct device *d = gathering_device(&r.g, DEVICE);
	struct store_batch device = {.job = {.run = store_run_batch}};
	struct device_row row = {.id = d->id, .side = SIDE_LAN};
	memcpy(row.mac, d->mac, sizeof row.mac);
	device.devices = &row;
	device.devices_count = 1;
	assert_int_equal(run(&r, &device.job), 0);
	const struct learning *l = watch(&r.g);
	gathering_name(&r.g, DEVICE, "a.example.org", "198.51.100.7");
	see(&r.g, &(struct talk){.address = "198.51.100.7"});
	see(&r.g, &(struct talk){.address = "2001:db8::7", .in = true, .port = 23});
	struct learned_row rows[2] = {{0, l->rows[0]}, {1, l->rows[1]}};
	struct store_learning job = {
		.job = {.run = store_run_learning},
		.device = d->id,
		.began_ns = l->began_ns,
		.until_ns = l->until_ns,
		.left_out = 3,
		.whole = true,
		.rows = rows,
		.count = 2,
	};
	assert_int_equal(run(&r, &job.job), 0);
	rig_close(&r);
	rig_open(&r);
	l = gathering_device(&r.g, DEVICE)->learning;
	assert_non_null(l);
	assert_int_equal(l->began_ns, job.began_ns);
	assert_int_equal(l->until_ns, job.until_ns);
	assert_int_equal(l->left_out, 3);
	assert_int_equal(l->count, 2);
	assert_int_equal(r.g.s.learning_count, 1);
	assert_string_equal(sentence(l, 0), "may open https to example.org");
	assert_string_equal(sentence(l, 1), "may be reached by telnet from 2001:db8::7");
	assert_int_equal(l->rows[1].packets, 10);
	rig_close(&r);
	unlink(path_of("state.db"));
	unlink(path_of("state.db-wal"));
	rmdir(directory);
}

static void
test_its_end_is_told_once(void **) {
	struct gathering g;
	struct learning *l;

	gathering_open(&g);
	l = watch(&g);
	see(&g, &(struct talk){.address = "192.0.2.80"});
	learn_tell_ended(&g.s, clock_wall_ns());
	assert_int_equal(g.s.alerts_count, 0);
	learn_tell_ended(&g.s, l->until_ns);
	learn_tell_ended(&g.s, l->until_ns + NS_PER_S);
	assert_int_equal(g.s.alerts_count, 1);
	assert_int_equal(g.s.alerts[0].kind, ALERT_LEARNING_ENDED);
	assert_non_null(strstr(g.s.alerts[0].text, "what it needs is known in 1 "));
	gathering_close(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_of_flows),
		cmocka_unit_test(test_addresses_change),
		cmocka_unit_test(test_begun_before),
		cmocka_unit_test(test_many_ports_are_the_protocol),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_a_name_that_comes_later),
		cmocka_unit_test(test_only_while_it_is_watched),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_its_end_is_told_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
