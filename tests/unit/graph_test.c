// SPDX-License-Identifier: BSD-3-Clause
// Which nodes and edges are drawn, in which state, and what is folded.

#include "control/clock.h"
#include "control/graph.h"
#include "control/http/json_read.h"
#include "control/organisation.h"
#include "control/summary.h"
#include "platform/base.h"
#include "tests/unit/gathering.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

struct drawn {
	struct json j;
	struct json_doc *doc;
};

static struct drawn
draw(const struct gathering *g, struct graph_query q) {
	struct drawn d;
	struct json_fault fault;

	if (q.now_ns == 0)
		q.now_ns = clock_wall_ns();
	if (q.window_s == 0)
		q.window_s = GRAPH_WINDOW_S;
	json_init(&d.j);
	assert_true(graph_write(&g->s, &q, &d.j));
	if (json_parse(d.j.text, d.j.length, &json_limits_reply, &d.doc, &fault) < 0)
		fail_msg("%s: %s", fault.pointer, fault.message);
	return d;
}

static void
drop(struct drawn *d) {
	json_doc_free(d->doc);
	json_free(&d->j);
}

static unsigned int
count(const struct drawn *d, const char *key) {
	return json_size(d->doc, json_get(d->doc, JSON_ROOT, key));
}

// The state of the node with this name; "" when it is not there.
static const char *
state_of(const struct drawn *d, const char *name) {
	for (unsigned int n = json_first(d->doc, json_get(d->doc, JSON_ROOT, "nodes")); n;
	     n = json_next(d->doc, n))
		if (strcmp(json_text(d->doc, json_get(d->doc, n, "name")), name) == 0)
			return json_text(d->doc, json_get(d->doc, n, "state"));
	return "";
}

static void
set(struct gathering *g, enum action action, struct device *d, const char *domain) {
	struct destination *to = domain ? destination_find_domain(&g->s, domain) : NULL;

	assert_non_null(rule_set(&g->s, 0, action, d, to, 1, "test"));
}

static void
states_of_destinations(void **) {
	struct gathering g;

	gathering_open(&g);
	gathering_name(&g, 1, "www.recent.org", "198.51.100.1");
	gathering_flow(&g, 0, 1, "198.51.100.1", 5, REASON_NONE);
	gathering_name(&g, 1, "www.asked.org", "198.51.100.2");
	gathering_name(&g, 1, "www.bad.org", "198.51.100.3");
	gathering_flow(&g, 0, 1, "198.51.100.3", 5, REASON_DESTINATION_BLOCKED);
	gathering_name(&g, 1, "www.ruled.org", "198.51.100.4");
	gathering_flow(&g, 0, 1, "198.51.100.4", 5, REASON_NONE);
	set(&g, ACTION_BLOCK, NULL, "ruled.org");
	gathering_flow(&g, 0, 1, "224.0.0.251", 5, REASON_NONE);
	gathering_flow(&g, 0, 1, "192.168.1.7", 5, REASON_NONE);
	struct drawn d = draw(&g, (struct graph_query){0});
	assert_string_equal(state_of(&d, "recent.org"), "recent");
	assert_string_equal(state_of(&d, "asked.org"), "dns");
	assert_string_equal(state_of(&d, "bad.org"), "blocked");
	assert_string_equal(state_of(&d, "ruled.org"), "blocked");
	assert_string_equal(state_of(&d, "192.168.1.7"), "recent");
	assert_string_equal(state_of(&d, "224.0.0.251"), "");
	assert_int_equal(count(&d, "edges"), 5);
	drop(&d);
	d = draw(&g, (struct graph_query){.multicast = true});
	assert_string_equal(state_of(&d, "224.0.0.251"), "recent");
	drop(&d);
	d = draw(&g, (struct graph_query){.now_ns = clock_wall_ns() + 60 * NS_PER_S});
	assert_string_equal(state_of(&d, "recent.org"), "older");
	drop(&d);
	d = draw(&g, (struct graph_query){.now_ns = clock_wall_ns() + 700 * NS_PER_S});
	assert_int_equal(
		count(&d, "nodes"), 0
	); // silent nodes leave; their rules stay in the lists
	drop(&d);
	gathering_close(&g);
}

static unsigned int
node_of(const struct drawn *d, const char *name) {
	for (unsigned int n = json_first(d->doc, json_get(d->doc, JSON_ROOT, "nodes")); n;
	     n = json_next(d->doc, n))
		if (strcmp(json_text(d->doc, json_get(d->doc, n, "name")), name) == 0)
			return n;
	return 0;
}

// Domains of one organisation are one node with one edge a device; others stay what they are.
static void
organisations_are_one_node(void **) {
	struct organisations o;
	struct gathering g;
	char error[ORGANISATION_ERROR];

	gathering_open(&g);
	organisations_init(&o);
	if (organisations_load(&o, SPIN_SOURCE "/control/organisations.yaml", true, error) < 0)
		fail_msg("%s", error);
	g.s.organisations = &o;
	for (uint8_t n = 1; n <= 2; n++) {
		gathering_name(&g, n, "www.youtube.com", "198.51.100.1");
		gathering_flow(&g, 0, n, "198.51.100.1", 5, REASON_NONE);
		gathering_name(&g, n, "i.ytimg.com", "198.51.100.2");
		gathering_flow(&g, 0, n, "198.51.100.2", 7, REASON_DESTINATION_BLOCKED);
	}
	gathering_name(&g, 1, "www.example.org", "198.51.100.3");
	gathering_flow(&g, 0, 1, "198.51.100.3", 9, REASON_NONE);
	gathering_name(&g, 1, "d1.cloudfront.net", "198.51.100.4");
	struct drawn d = draw(&g, (struct graph_query){.group = GRAPH_BY_ORGANISATION});
	unsigned int google = node_of(&d, "Google");
	assert_true(google != 0);
	assert_string_equal(state_of(&d, "Google"), "recent"); // one of its domains is
	assert_string_equal(json_text(d.doc, json_get(d.doc, google, "kind")), "organisation");
	assert_int_equal(json_size(d.doc, json_get(d.doc, google, "members")), 2);
	assert_int_equal(json_number(d.doc, json_get(d.doc, google, "bytes"), 0), 2 * 12 * 300);
	assert_int_equal(node_of(&d, "youtube.com"), 0);
	assert_true(node_of(&d, "example.org") != 0);
	assert_true(node_of(&d, "Amazon") == 0); // whose customer it is
	assert_int_equal(count(&d, "edges"), 4);
	drop(&d);
	d = draw(&g, (struct graph_query){0});
	assert_int_equal(node_of(&d, "Google"), 0);
	assert_int_equal(count(&d, "edges"), 6);
	drop(&d);
	gathering_close(&g);
	organisations_fini(&o);
}

static unsigned int
member_of(const struct drawn *d, unsigned int node) {
	return json_first(d->doc, json_get(d->doc, node, "members"));
}

// Each name beneath a domain is a node; a name without a conversation leaves the domain itself.
static void
hosts_are_nodes_of_their_own(void **) {
	struct gathering g;

	gathering_open(&g);
	for (uint8_t n = 1; n <= 2; n++) {
		gathering_name(&g, n, "www.example.org", "198.51.100.1");
		gathering_name(&g, n, "ads.example.org", "198.51.100.2");
		gathering_flow(&g, 0, n, "198.51.100.1", 5, REASON_NONE);
		gathering_flow(&g, 0, n, "198.51.100.1", 2, REASON_NONE);
		gathering_flow(&g, 0, n, "198.51.100.2", 7, REASON_DESTINATION_BLOCKED);
	}
	gathering_name(&g, 1, "www.asked.org", "198.51.100.3");
	gathering_flow(&g, 0, 1, "198.51.100.9", 1, REASON_NONE);
	struct drawn d = draw(&g, (struct graph_query){.group = GRAPH_BY_HOST});
	unsigned int www = node_of(&d, "www.example.org");
	assert_true(www != 0);
	assert_string_equal(json_text(d.doc, json_get(d.doc, www, "kind")), "host");
	assert_string_equal(json_text(d.doc, json_get(d.doc, www, "detail")), "example.org");
	assert_int_equal(json_number(d.doc, json_get(d.doc, www, "bytes"), 0), 2 * 7 * 300);
	assert_string_equal(state_of(&d, "www.example.org"), "recent");
	assert_string_equal(state_of(&d, "ads.example.org"), "blocked");
	assert_string_equal(state_of(&d, "asked.org"), "dns");
	assert_string_equal(state_of(&d, "198.51.100.9"), "recent");
	assert_int_equal(node_of(&d, "example.org"), 0);
	assert_int_equal(count(&d, "edges"), 6);
	unsigned int ads = node_of(&d, "ads.example.org");
	assert_string_equal(
		json_text(d.doc, member_of(&d, www)), json_text(d.doc, member_of(&d, ads))
	);
	drop(&d);
	gathering_close(&g);
}

static void
a_limit_folds_more_or_less(void **) {
	struct gathering g;
	char address[32];

	gathering_open(&g);
	for (unsigned int i = 1; i <= 250; i++) {
		snprintf(address, sizeof address, "198.51.100.%u", i);
		gathering_flow(&g, 0, 1, address, 1, REASON_NONE);
		snprintf(address, sizeof address, "203.0.113.%u", i);
		gathering_flow(&g, 0, 1, address, 1, REASON_NONE);
	}
	struct drawn d = draw(&g, (struct graph_query){0});
	assert_int_equal(count(&d, "nodes"), 250);
	drop(&d);
	d = draw(&g, (struct graph_query){.limit = 1000});
	assert_int_equal(count(&d, "nodes"), 501);
	assert_int_equal(count(&d, "edges"), 500);
	drop(&d);
	d = draw(&g, (struct graph_query){.limit = 3, .group = GRAPH_BY_HOST});
	assert_int_equal(count(&d, "nodes"), 3);
	assert_int_equal(count(&d, "edges"), 2);
	drop(&d);
	gathering_close(&g);
}

static void
blocked_for_one_is_not_blocked_for_all(void **) {
	struct gathering g;

	gathering_open(&g);
	for (uint8_t n = 1; n <= 2; n++) {
		gathering_name(&g, n, "www.example.org", "198.51.100.1");
		gathering_flow(&g, 0, n, "198.51.100.1", 5, REASON_NONE);
	}
	set(&g, ACTION_BLOCK, gathering_device(&g, 1), "example.org");
	struct drawn d = draw(&g, (struct graph_query){0});
	assert_string_equal(state_of(&d, "example.org"), "recent");
	drop(&d);
	set(&g, ACTION_BLOCK, gathering_device(&g, 2), NULL);
	d = draw(&g, (struct graph_query){0});
	assert_string_equal(state_of(&d, "example.org"), "blocked");
	assert_string_equal(state_of(&d, "02:00:00:00:00:02"), "blocked");
	assert_string_equal(state_of(&d, "02:00:00:00:00:01"), "device");
	drop(&d);
	set(&g, ACTION_ALLOW, gathering_device(&g, 2), "example.org"); // allow wins over block
	d = draw(&g, (struct graph_query){0});
	assert_string_equal(state_of(&d, "example.org"), "recent");
	drop(&d);
	gathering_close(&g);
}

static void
ignored_is_left_out(void **) {
	struct gathering g;

	gathering_open(&g);
	for (uint8_t n = 1; n <= 3; n++) {
		gathering_name(&g, n, "www.example.org", "198.51.100.1");
		gathering_flow(&g, 0, n, "198.51.100.1", 5, REASON_NONE);
	}
	set(&g, ACTION_IGNORE, gathering_device(&g, 1), NULL);
	set(&g, ACTION_IGNORE, gathering_device(&g, 2), "example.org");
	struct drawn d = draw(&g, (struct graph_query){0});
	assert_int_equal(count(&d, "nodes"), 3);
	assert_int_equal(count(&d, "edges"), 1);
	drop(&d);
	d = draw(&g, (struct graph_query){.ignored = true});
	assert_int_equal(count(&d, "nodes"), 4);
	assert_int_equal(count(&d, "edges"), 3);
	drop(&d);
	set(&g, ACTION_IGNORE, NULL, "example.org");
	d = draw(&g, (struct graph_query){0});
	assert_int_equal(count(&d, "edges"), 0);
	drop(&d);
	gathering_close(&g);
}

static void
too_many_are_folded(void **) {
	struct gathering g;
	char address[32];

	gathering_open(&g);
	for (unsigned int i = 0; i < 400; i++) {
		snprintf(address, sizeof address, "203.0.%u.%u", i >> 8, i & 255);
		gathering_flow(&g, 0, (uint8_t)(i % 5), address, 5, REASON_NONE);
	}
	struct drawn d = draw(&g, (struct graph_query){0});
	unsigned int folded = json_get(d.doc, JSON_ROOT, "folded");
	assert_int_equal(count(&d, "nodes"), GRAPH_NODES_MAX);
	assert_int_equal(count(&d, "edges"), GRAPH_NODES_MAX - 5);
	assert_int_equal(json_number(d.doc, json_get(d.doc, folded, "destinations"), -1), 155);
	assert_int_equal(json_number(d.doc, json_get(d.doc, folded, "nodes"), -1), 155);
	drop(&d);
	gathering_close(&g);
}

static void
one_sentence(void **) {
	struct gathering g;
	struct json j;

	gathering_open(&g);
	gathering_flow(&g, 0, 1, "203.0.113.1", 5, REASON_NONE);
	json_init(&j);
	summary_write(&g.s, 600, clock_wall_ns(), &j);
	assert_non_null(
		strstr(j.text,
		       "\"1 device, 1 talking now. 1 destination in the last 10 minutes. Nothing "
		       "is blocked.\"")
	);
	json_free(&j);
	gathering_close(&g);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_of_destinations),
		cmocka_unit_test(organisations_are_one_node),
		cmocka_unit_test(hosts_are_nodes_of_their_own),
		cmocka_unit_test(a_limit_folds_more_or_less),
		cmocka_unit_test(blocked_for_one_is_not_blocked_for_all),
		cmocka_unit_test(ignored_is_left_out),
		cmocka_unit_test(too_many_are_folded),
		cmocka_unit_test(one_sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
