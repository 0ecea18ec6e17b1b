// SPDX-License-Identifier: BSD-3-Clause
// Where the bridge stands, told from who sends what from which side.
#include "dataplane/inspect/position.h"
#include "platform/base.h"
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <string.h>

#define NOW 1000u

static void
flows(struct position *p,
      enum position_side side,
      uint8_t station,
      const char *from,
      const char *to,
      uint8_t hops,
      bool pppoe,
      int n) {
	uint8_t source[16] = {0}, target[16] = {0};
	struct position_flow f = {.mac = {2, 0, 0, 0, 0, station}, .hops = hops, .pppoe = pppoe};

	f.family = strchr(from, ':') ? 6 : 4;
	assert_int_equal(inet_pton(f.family == 4 ? AF_INET : AF_INET6, from, source), 1);
	assert_int_equal(inet_pton(f.family == 4 ? AF_INET : AF_INET6, to, target), 1);
	f.source = source;
	f.target = target;
	for (int i = 0; i < n; i++)
		position_saw_flow(p, side, &f, NOW);
}

static enum position_verdict
judge(const struct position *p) {
	struct position_window w = {.age_ns = 600 * NS_PER_S};
	const struct position_counts none[POSITION_SIDES] = {{0}};
	struct position_counts sum[POSITION_SIDES] = {{0}};

	position_add(sum, p);
	position_since(sum, none, &w);
	for (unsigned int i = 0; i < POSITION_SIDES; i++) {
		w.senders[i] =
			position_senders((const struct position_sender *[]){p->sender[i]}, 1, NOW);
		w.private_out[i] = position_senders(
			(const struct position_sender *[]){p->private_out[i]}, 1, NOW
		);
	}
	enum position_verdict v = position_judge(&w);
	w.age_ns = NS_PER_S; // others may yet wake up
	assert_int_equal(position_judge(&w), v > POSITION_SWAPPED ? POSITION_NORMAL : v);
	return v;
}

// Rows: what, who: side, station, from, to, TTL, in PPPoE, flows; servers on each side.
struct row {
	enum position_side side;
	uint8_t station;
	const char *from, *to;
	uint8_t hops;
	bool pppoe;
	int n;
};

struct position_case {
	const char *what;
	struct row rows[4];
	int servers[POSITION_SIDES];
	enum position_verdict verdict;
};

#define LAN POSITION_LAN
#define WAN POSITION_WAN

static const struct position_case cases[] = {
	{"nothing yet", {{0}}, {0, 0}, POSITION_NORMAL},
	{"a home",
	 {{LAN, 1, "192.168.1.7", "198.51.100.1", 64, false, 50},
	  {LAN, 2, "192.168.1.8", "198.51.100.1", 128, false, 50},
	  {WAN, 9, "198.51.100.9", "192.168.1.7", 50, false, 20}},
	 {0, 3},
	 POSITION_NORMAL},
	{"a home of one device",
	 {{LAN, 1, "192.168.1.7", "198.51.100.1", 64, false, 50}},
	 {0, 1},
	 POSITION_NORMAL},
	{"a home of one computer with containers",
	 {{LAN, 1, "192.168.1.7", "198.51.100.1", 63, false, 50}},
	 {0, 1},
	 POSITION_NORMAL},
	{"a home that holds a router of its own beside others",
	 {{LAN, 1, "192.168.1.7", "198.51.100.1", 63, false, 50},
	  {LAN, 1, "192.168.1.7", "198.51.100.1", 127, false, 50},
	  {LAN, 2, "192.168.1.8", "198.51.100.1", 64, false, 1}},
	 {0, 1},
	 POSITION_NORMAL},
	{"a DHCP server of one's own on the LAN side, its clients also on the router's Wi-Fi",
	 {{LAN, 1, "192.168.1.7", "198.51.100.1", 64, false, 50},
	  {WAN, 3, "192.168.1.30", "192.168.1.7", 64, false, 50},
	  {WAN, 4, "192.168.1.31", "192.168.1.7", 64, false, 50}},
	 {9, 0},
	 POSITION_NORMAL},
	{"documentation addresses say nothing",
	 {{WAN, 1, "192.0.2.7", "198.51.100.1", 64, false, 50},
	  {WAN, 2, "192.0.2.8", "198.51.100.1", 64, false, 50}},
	 {0, 0},
	 POSITION_NORMAL},
	{"swapped",
	 {{WAN, 1, "192.168.1.7", "198.51.100.1", 64, false, 5},
	  {WAN, 2, "192.168.1.8", "198.51.100.1", 128, false, 5},
	  {LAN, 9, "198.51.100.9", "192.168.1.7", 50, false, 20}},
	 {0, 0},
	 POSITION_SWAPPED},
	{"swapped, one device",
	 {{WAN, 1, "192.168.1.7", "198.51.100.1", 64, false, 9}},
	 {1, 0},
	 POSITION_SWAPPED},
	{"swapped, over IPv6 alone",
	 {{WAN, 1, "fd00::7", "2001:db8::1", 64, false, 9}},
	 {1, 0},
	 POSITION_SWAPPED},
	{"one device on the WAN side and no router on the LAN side",
	 {{WAN, 1, "192.168.1.7", "198.51.100.1", 64, false, 50}},
	 {0, 0},
	 POSITION_NORMAL},
	{"too little to say",
	 {{WAN, 1, "192.168.1.7", "198.51.100.1", 64, false, 4},
	  {WAN, 2, "192.168.1.8", "198.51.100.1", 128, false, 3}},
	 {1, 0},
	 POSITION_NORMAL},
	{"the router answers on the WAN side",
	 {{WAN, 1, "192.168.1.7", "198.51.100.1", 64, false, 50},
	  {WAN, 2, "192.168.1.8", "198.51.100.1", 64, false, 50}},
	 {1, 1},
	 POSITION_NORMAL},
	{"outside, PPPoE",
	 {{LAN, 1, "203.0.113.5", "198.51.100.1", 63, true, 9}},
	 {0, 0},
	 POSITION_OUTSIDE_PPPOE},
	{"outside, a public address",
	 {{LAN, 1, "203.0.113.5", "198.51.100.1", 63, false, 5},
	  {LAN, 1, "203.0.113.5", "198.51.100.1", 127, false, 4},
	  {WAN, 9, "198.51.100.9", "203.0.113.5", 50, false, 20}},
	 {0, 4},
	 POSITION_OUTSIDE_PUBLIC},
	{"one computer with a public address",
	 {{LAN, 1, "203.0.113.5", "198.51.100.1", 64, false, 50}},
	 {0, 4},
	 POSITION_NORMAL},
	{"outside, a private address",
	 {{LAN, 1, "100.64.3.5", "198.51.100.1", 63, false, 50},
	  {LAN, 1, "100.64.3.5", "198.51.100.1", 127, false, 1}},
	 {0, 4},
	 POSITION_OUTSIDE_PRIVATE},
};

static void
positions_are_told(void **) {
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct position_case *c = &cases[i];
		struct position p = {0};
		print_message("%s\n", c->what);
		for (size_t k = 0; k < 4 && c->rows[k].n > 0; k++) {
			const struct row *r = &c->rows[k];
			flows(&p, r->side, r->station, r->from, r->to, r->hops, r->pppoe, r->n);
		}
		for (unsigned int s = 0; s < POSITION_SIDES; s++)
			for (int k = 0; k < c->servers[s]; k++)
				position_saw_server(&p, s);
		assert_int_equal(judge(&p), c->verdict);
		assert_int_equal(position_text(c->verdict) != NULL, c->verdict != POSITION_NORMAL);
		if (c->verdict != POSITION_NORMAL) // fits into an alert
			assert_true(strlen(position_text(c->verdict)) < 240);
	}
}

static void
senders_count_once_and_for_a_while(void **) {
	struct position a = {0}, b = {0};
	const struct position_sender *lists[] = {a.sender[LAN], b.sender[LAN]};

	for (uint8_t i = 0; i < 20; i++) // more than fit
		flows(&a, LAN, i, "192.168.1.7", "198.51.100.1", 64, false, 1);
	assert_int_equal(position_senders(lists, 2, NOW), POSITION_SENDERS);
	flows(&b, LAN, 19, "192.168.1.7", "198.51.100.1", 64, false, 1); // seen by both workers
	assert_int_equal(position_senders(lists, 2, NOW), POSITION_SENDERS);
	flows(&b, LAN, 100, "192.168.1.7", "198.51.100.1", 64, false, 1);
	assert_int_equal(position_senders(lists, 2, NOW), POSITION_SENDERS + 1);
	assert_int_equal(position_senders(lists, 2, NOW + 1), 0);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions_are_told),
		cmocka_unit_test(senders_count_once_and_for_a_while),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
