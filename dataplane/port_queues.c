// SPDX-License-Identifier: BSD-3-Clause
// Flows belong to one worker, so both directions of a flow must come to the same queue number, on
// whichever port.  A NIC does that by a hash over the two IP addresses with a key that gives the
// same value when they are exchanged (a period of 16 bits does), over a table that spreads alike
// for every size; what it cannot hash goes to queue 0.  Only the driver's own reading back is
// believed.  On net_pcap, net_ring, net_memif and net_null whoever fills the queues answers for it.

#include "dataplane/port_queues.h"

#include "dataplane/eal.h"
#include "dataplane/spread.h"
#include "platform/base.h"
#include "platform/log.h"

#include <rte_ethdev.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

LOG_DOMAIN("port");

#define HASH_TYPES (RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_IPV6)
// What a driver may name besides: addresses only, too.
#define HASH_SAME                                                                                  \
	(RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_OTHER | RTE_ETH_RSS_FRAG_IPV6            \
	 | RTE_ETH_RSS_NONFRAG_IPV6_OTHER)
#define HASH_KEY_MAX 128
#define HASH_KEY_MIN 40 // bytes that IPv6 addresses need
#define SPREAD_GROUPS_MAX 32

static_assert(SPREAD_ROWS == RTE_ETH_RETA_GROUP_SIZE, "a table is whole groups, each dealt alike");

static bool
by_operator(const struct port *p) {
	static const char *const drivers[] = {"net_pcap", "net_ring", "net_memif", "net_null"};

	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		if (p->kind == PORT_VDEV && strncmp(p->name, drivers[i], strlen(drivers[i])) == 0)
			return true;
	}
	return false;
}

// What one port can have; 1 comes with the reason.
static unsigned int
queues_of(const struct port *p, unsigned int wanted, char why[static WHY_MAX]) {
	struct rte_eth_dev_info info;

	if (p->kind == PORT_KERNEL) {
		snprintf(why, WHY_MAX, "%s is a kernel interface, received by one socket", p->name);
		return 1;
	}
	if (rte_eth_dev_info_get(p->id, &info) != 0)
		return 1;
	if (p->kind == PORT_VDEV && !by_operator(p)) {
		snprintf(
			why,
			WHY_MAX,
			"%s: nobody says which of its queues a frame comes by",
			info.driver_name
		);
		return 1;
	}
	if (p->kind == PORT_PCI
	    && ((info.flow_type_rss_offloads & HASH_TYPES) != HASH_TYPES
		|| info.hash_key_size < HASH_KEY_MIN || info.hash_key_size > HASH_KEY_MAX
		|| info.reta_size == 0 || info.reta_size % SPREAD_ROWS != 0
		|| info.reta_size / SPREAD_ROWS > SPREAD_GROUPS_MAX)) {
		snprintf(
			why,
			WHY_MAX,
			"%s (%s) does not spread frames by their IP addresses alone",
			p->name,
			info.driver_name
		);
		return 1;
	}
	unsigned int n = MIN_OF(info.max_rx_queues, info.max_tx_queues);
	if (n < wanted)
		snprintf(
			why,
			WHY_MAX,
			"%.120s has %u receive and %u send queues",
			p->name,
			info.max_rx_queues,
			info.max_tx_queues
		);
	return n;
}

// Two kinds of NIC may take different frames for IP, so that an answer went to another worker.
static bool
alike(const struct port *a, const struct port *b) {
	struct rte_eth_dev_info one, two;

	if (a->kind != b->kind)
		return false;
	return a->kind != PORT_PCI
		|| (rte_eth_dev_info_get(a->id, &one) == 0 && rte_eth_dev_info_get(b->id, &two) == 0
		    && strcmp(one.driver_name, two.driver_name) == 0);
}

static void
say_fewer(unsigned int n, unsigned int wanted, const char *why) {
	log_info("%u worker%s, not %u: %s", n, n == 1 ? "" : "s", wanted, why);
}

unsigned int
queues_possible(unsigned int wanted) {
	char why[WHY_MAX] = "", reason[WHY_MAX] = "";
	unsigned int n = wanted;

	for (unsigned int i = 0; i < ports.n && wanted > 1; i++) {
		unsigned int its = queues_of(&ports.list[i], wanted, why);
		if (its < n) {
			n = its;
			memcpy(reason, why, sizeof reason);
		}
	}
	for (unsigned int i = 1; i < ports.n && n > 1; i++) {
		if (alike(&ports.list[0], &ports.list[i]))
			continue;
		n = 1;
		snprintf(
			reason,
			sizeof reason,
			"%.100s and %.100s spread frames in different ways",
			ports.list[0].name,
			ports.list[i].name
		);
	}
	if (n < wanted)
		say_fewer(n, wanted, reason);
	return n;
}

int
queues_set_up(unsigned int n) {
	int r;

	for (unsigned int i = 0; i < ports.n; i++) {
		struct port *p = &ports.list[i];
		if (p->kind == PORT_KERNEL || (r = port_configure(p, (uint16_t)n)) == 0)
			continue;
		log_err("%s %s cannot be set up: %s",
			p->kind == PORT_PCI ? "PCI device" : "vdev",
			p->name,
			eal_reason()[0] ? eal_reason() : strerror(-r));
		return r;
	}
	return 0;
}

static int
set_key(const struct port *p, uint8_t size, char why[static WHY_MAX]) {
	uint8_t key[HASH_KEY_MAX], read[HASH_KEY_MAX] = {0};
	struct rte_eth_rss_conf hash = {
		.rss_key = key,
		.rss_key_len = size,
		.rss_hf = HASH_TYPES,
	};
	struct rte_eth_rss_conf got = {.rss_key = read, .rss_key_len = size};
	int r;

	for (unsigned int i = 0; i < sizeof key; i++)
		key[i] = (uint8_t)(i % 2 ? SPREAD_KEY & 0xff : SPREAD_KEY >> 8);
	if ((r = rte_eth_dev_rss_hash_update(p->id, &hash)) == 0)
		r = rte_eth_dev_rss_hash_conf_get(p->id, &got);
	if (r == 0 && (got.rss_hf & ~HASH_SAME) == HASH_TYPES && memcmp(key, read, size) == 0)
		return 0;
	snprintf(why, WHY_MAX, "%s does not keep its receive hash as it was set", p->name);
	return -ENOTSUP;
}

int
queues_spread(const struct port *p, unsigned int n, char ret_why[static WHY_MAX]) {
	struct rte_eth_rss_reta_entry64 set[SPREAD_GROUPS_MAX] = {0}, got[SPREAD_GROUPS_MAX] = {0};
	struct rte_eth_dev_info info;
	int r;

	if (n == 1 || p->kind != PORT_PCI)
		return 0;
	if ((r = rte_eth_dev_info_get(p->id, &info)) != 0
	    || (r = set_key(p, info.hash_key_size, ret_why)) != 0)
		return r;
	for (unsigned int g = 0; g < info.reta_size / SPREAD_ROWS; g++) {
		set[g].mask = got[g].mask = UINT64_MAX;
		for (unsigned int i = 0; i < SPREAD_ROWS; i++)
			set[g].reta[i] = (uint16_t)(i % n);
	}
	if ((r = rte_eth_dev_rss_reta_update(p->id, set, info.reta_size)) == 0)
		r = rte_eth_dev_rss_reta_query(p->id, got, info.reta_size);
	if (r == 0 && memcmp(set, got, sizeof set) == 0)
		return 0;
	snprintf(ret_why, WHY_MAX, "%s does not keep its table of queues as it was set", p->name);
	return -ENOTSUP;
}

int
queues_try(unsigned int n, char ret_why[static WHY_MAX]) {
	int r = 0;

	for (unsigned int i = 0; i < ports.n && n > 1 && r == 0; i++) {
		const struct port *p = &ports.list[i];
		if (p->kind != PORT_PCI)
			continue;
		if ((r = rte_eth_dev_start(p->id)) != 0) {
			snprintf(ret_why, WHY_MAX, "%s does not start with %u queues", p->name, n);
			return r;
		}
		r = queues_spread(p, n, ret_why);
		rte_eth_dev_stop(p->id);
	}
	return r;
}
