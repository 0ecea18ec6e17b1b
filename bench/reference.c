// SPDX-License-Identifier: BSD-3-Clause
// The reference: what a competent user of DPDK's libraries would write for the same job, to be
// measured beside ours.  Our parser, then rte_hash for flows and for stations (lookups in bulk with
// precomputed hashes), counters by flow and by station, learning, forwarding to the station's port,
// rte_timer for ageing; no rules, no names, no events.
//
// A flow's timer is not reset by every packet, which would cost more than all the rest: a packet
// writes the time, and the timer's call-back arms it again when there was one.
//
// Usage: reference EAL-OPTIONS -- FLOWS MBUFS     each line on stdin is answered with FRAMES NS

#include "dataplane/parse/parse.h"

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_hash.h>
#include <rte_hash_crc.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_timer.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BURST 32
#define DESCRIPTORS 1024
#define STATIONS 4096
#define IDLE_SECONDS 60
#define MANAGE_TURNS 256
#define MANY_PORTS 2

struct flow {
	uint64_t seen; // TSC cycles
	uint64_t packets[2];
	uint64_t bytes[2];
	struct rte_timer timer;
	struct flow_key key;
} __rte_cache_aligned;

struct station {
	uint64_t packets;
	uint64_t bytes;
	uint16_t port;
};

static struct {
	struct rte_hash *flows, *stations;
	struct flow *flow;
	struct station station[STATIONS];
	uint64_t refused;
} table;
static atomic_ulong frames; // written: worker; read: main

static void
expire(struct rte_timer *timer, void *context) {
	struct flow *f = context;
	uint64_t idle = rte_rdtsc() - f->seen, limit = IDLE_SECONDS * rte_get_tsc_hz();

	if (idle < limit)
		rte_timer_reset(timer, limit - idle, SINGLE, rte_lcore_id(), expire, f);
	else
		rte_hash_del_key(table.flows, &f->key);
}

static struct flow *
add_flow(const struct flow_key *key, hash_sig_t hash) {
	int32_t at = rte_hash_add_key_with_hash(table.flows, key, hash);

	if (at < 0) {
		table.refused++;
		return NULL;
	}
	struct flow *f = &table.flow[at];
	*f = (struct flow){.key = *key, .seen = rte_rdtsc()};
	rte_timer_init(&f->timer);
	rte_timer_reset(
		&f->timer, IDLE_SECONDS * rte_get_tsc_hz(), SINGLE, rte_lcore_id(), expire, f
	);
	return f;
}

static void
count_flows(struct rte_mbuf **pkt, const struct facts *facts, unsigned int n) {
	const void *key[BURST];
	hash_sig_t hash[BURST];
	int32_t at[BURST];
	unsigned int index[BURST], m = 0;
	uint64_t now = rte_rdtsc();

	for (unsigned int i = 0; i < n; i++) {
		if (!(facts[i].flags & FACT_IP))
			continue;
		key[m] = &facts[i].key;
		hash[m] = rte_hash_hash(table.flows, &facts[i].key);
		index[m++] = i;
	}
	if (m == 0)
		return;
	rte_hash_lookup_with_hash_bulk(table.flows, key, hash, m, at);
	for (unsigned int j = 0; j < m; j++) {
		if (at[j] >= 0)
			rte_prefetch0(&table.flow[at[j]]);
	}
	for (unsigned int j = 0; j < m; j++) {
		struct flow *f = at[j] >= 0 ? &table.flow[at[j]] : add_flow(key[j], hash[j]);
		unsigned int side = (facts[index[j]].flags & FACT_SWAPPED) != 0;
		if (!f)
			continue;
		f->seen = now;
		f->packets[side]++;
		f->bytes[side] += pkt[index[j]]->pkt_len;
	}
}

// Learns and counts senders; egress[i] is the receiver's port, or the other one when unknown.
static void
find_stations(struct rte_mbuf **pkt, unsigned int n, uint16_t port, uint16_t *egress) {
	uint64_t mac[2 * BURST];
	const void *key[2 * BURST];
	hash_sig_t hash[2 * BURST];
	int32_t at[2 * BURST];

	for (unsigned int i = 0; i < n; i++) {
		const uint8_t *frame = rte_pktmbuf_mtod(pkt[i], const uint8_t *);
		mac[i] = mac[n + i] = 0;
		memcpy(&mac[i], frame + 6, 6);
		memcpy(&mac[n + i], frame, 6);
	}
	for (unsigned int i = 0; i < 2 * n; i++) {
		key[i] = &mac[i];
		hash[i] = rte_hash_hash(table.stations, &mac[i]);
	}
	rte_hash_lookup_with_hash_bulk(table.stations, key, hash, 2 * n, at);
	for (unsigned int i = 0; i < n; i++) {
		int32_t from = at[i] >= 0
			? at[i]
			: rte_hash_add_key_with_hash(table.stations, key[i], hash[i]);
		egress[i] = at[n + i] >= 0 ? table.station[at[n + i]].port : !port;
		if (from < 0)
			continue;
		table.station[from].port = port;
		table.station[from].packets++;
		table.station[from].bytes += pkt[i]->pkt_len;
	}
}

static void
send_burst(struct rte_mbuf **pkt, const uint16_t *egress, unsigned int n, uint16_t port) {
	struct rte_mbuf *out[BURST], *drop[BURST];
	unsigned int outs = 0, drops = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (egress[i] == port)
			drop[drops++] = pkt[i];
		else
			out[outs++] = pkt[i];
	}
	unsigned int sent = rte_eth_tx_burst(!port, 0, out, (uint16_t)outs);
	if (sent < outs)
		rte_pktmbuf_free_bulk(out + sent, outs - sent);
	if (drops)
		rte_pktmbuf_free_bulk(drop, drops);
}

static unsigned int
turn(uint16_t port) {
	struct rte_mbuf *pkt[BURST];
	struct facts facts[BURST];
	uint16_t egress[BURST];

	unsigned int n = rte_eth_rx_burst(port, 0, pkt, BURST);
	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(pkt[i], void *));
	for (unsigned int i = 0; i < n; i++)
		parse_frame(
			rte_pktmbuf_mtod(pkt[i], uint8_t *),
			pkt[i]->data_len,
			pkt[i]->pkt_len,
			&facts[i]
		);
	if (n == 0)
		return 0;
	find_stations(pkt, n, port, egress);
	count_flows(pkt, facts, n);
	send_burst(pkt, egress, n, port);
	return n;
}

static int
worker(void *unused) {
	(void)unused;
	for (uint64_t turns = 1;; turns++) {
		unsigned long n = turn(0) + turn(1);
		atomic_store_explicit(
			&frames,
			atomic_load_explicit(&frames, memory_order_relaxed) + n,
			memory_order_relaxed
		);
		if (turns % MANAGE_TURNS == 0)
			rte_timer_manage();
	}
	return 0;
}

static void
make_tables(uint32_t flows) {
	struct rte_hash_parameters p = {
		.name = "flows",
		.entries = flows,
		.key_len = sizeof(struct flow_key),
		.hash_func = rte_hash_crc,
		.socket_id = (int)rte_socket_id(),
	};

	table.flows = rte_hash_create(&p);
	p.name = "stations";
	p.entries = STATIONS - 1; // a position may be as large as this
	p.key_len = sizeof(uint64_t);
	table.stations = rte_hash_create(&p);
	table.flow = rte_zmalloc("flow", (flows + 1) * sizeof *table.flow, RTE_CACHE_LINE_SIZE);
	if (!table.flows || !table.stations || !table.flow)
		rte_exit(EXIT_FAILURE, "no memory for %u flows\n", flows);
}

static void
open_ports(uint32_t mbufs) {
	struct rte_mempool *pool =
		rte_pktmbuf_pool_create("frames", mbufs, 256, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);

	if (!pool)
		rte_exit(EXIT_FAILURE, "no memory for %u packet buffers\n", mbufs);
	for (uint16_t port = 0; port < MANY_PORTS; port++) {
		const struct rte_eth_conf conf = {0};
		if (rte_eth_dev_configure(port, 1, 1, &conf) != 0
		    || rte_eth_rx_queue_setup(port, 0, DESCRIPTORS, 0, NULL, pool) != 0
		    || rte_eth_tx_queue_setup(port, 0, DESCRIPTORS, 0, NULL) != 0
		    || rte_eth_dev_start(port) != 0)
			rte_exit(EXIT_FAILURE, "port %u does not open\n", port);
	}
}

int
main(int argc, char **argv) {
	char line[64];
	int used = rte_eal_init(argc, argv);

	if (used < 0 || argc - used != 3 || rte_eth_dev_count_avail() != MANY_PORTS)
		rte_exit(
			EXIT_FAILURE,
			"usage: reference EAL-OPTIONS -- FLOWS MBUFS, with two ports\n"
		);
	rte_timer_subsystem_init();
	make_tables((uint32_t)strtoul(argv[used + 1], NULL, 10));
	open_ports((uint32_t)strtoul(argv[used + 2], NULL, 10));
	rte_eal_remote_launch(worker, NULL, rte_get_next_lcore((unsigned int)-1, 1, 0));
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		struct timespec t;
		unsigned long n = atomic_load(&frames);
		clock_gettime(CLOCK_MONOTONIC, &t);
		printf("%lu %lld\n", n, (long long)t.tv_sec * 1000000000 + t.tv_nsec);
		fflush(stdout);
	}
	_Exit(EXIT_SUCCESS);
}
