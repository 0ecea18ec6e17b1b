// SPDX-License-Identifier: BSD-3-Clause
// All ports share one pool, so that AF_XDP sends a received buffer without copying it first.

#include "dataplane/port.h"

#include "dataplane/eal.h"
#include "dataplane/port_kernel.h"
#include "dataplane/port_queues.h"
#include "dataplane/port_wake.h"
#include "platform/base.h"
#include "platform/log.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

LOG_DOMAIN("port");

#define POOL_CACHE 256
#define FLUSH_BURSTS 128 // more than any ring holds

struct ports ports;

static int
make_pool(const struct config *c) {
	ports.pool = rte_pktmbuf_pool_create(
		"frames", c->mbufs, POOL_CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, (int)rte_socket_id()
	);
	if (ports.pool)
		return 0;
	log_err("no memory for %u packet buffers; --mbufs takes a smaller number", c->mbufs);
	return -ENOMEM;
}

static int
give_queues(unsigned int wanted) {
	char why[WHY_MAX];
	int r;

	ports.queues = queues_possible(wanted);
	if ((r = queues_set_up(ports.queues)) != 0 || ports.queues == 1)
		return r;
	if (queues_try(ports.queues, why) == 0)
		return 0;
	log_info("1 worker, not %u: %s", wanted, why);
	ports.queues = 1;
	return queues_set_up(1);
}

int
ports_open(const struct config *c) {
	int r;

	if ((r = make_pool(c)) != 0)
		return r;
	for (unsigned int i = 0; i < c->ports_n; i++) {
		struct port *p = &ports.list[ports.n++];
		*p = (struct port){
			.name = c->ports[i].text,
			.side = c->ports[i].side,
			.kind = c->ports[i].kind,
			.alone = c->ports_n == 2,
			.packet_socket = -1,
			.lock = -1,
		};
		if ((r = port_open(p, c)) != 0)
			return r;
	}
	return give_queues(c->workers);
}

static void
log_port(struct port *p) {
	log_info(
		"%s %s: %s, frames up to %u bytes%s%s",
		side_name(p->side),
		p->name,
		p->driver_name,
		p->frame_max,
		p->partial_csum ? ", completes checksums" : "",
		p->link ? "" : ", no link yet"
	);
	p->announced = true;
}

// What came while the port was open but nothing forwarded is old: nobody waits for it any more.
static void
flush(struct port *p) {
	struct rte_mbuf *old[32];
	uint16_t n;

	for (unsigned int i = 0; i < FLUSH_BURSTS && !p->loops; i++) {
		if ((n = rte_eth_rx_burst(p->id, 0, old, ARRAY_LEN(old))) == 0)
			return;
		rte_pktmbuf_free_bulk(old, n);
	}
}

int
ports_start(void) {
	int r;

	for (unsigned int i = 0; i < ports.n; i++) {
		struct port *p = &ports.list[i];
		char why[WHY_MAX];
		eal_forget();
		if ((r = rte_eth_dev_start(p->id)) != 0) {
			log_err("port %s does not start: %s",
				p->name,
				eal_reason()[0] ? eal_reason() : strerror(-r));
			return r;
		}
		if ((r = queues_spread(p, ports.queues, why)) != 0) {
			log_err("port %s: %s; --workers 1 needs none", p->name, why);
			return r;
		}
		r = rte_eth_promiscuous_enable(p->id);
		if (r != 0 && r != -ENOTSUP)
			log_warn(
				"port %s: no promiscuous mode (%s): it sees only its own frames, "
				"ignoring",
				p->name,
				strerror(-r)
			);
		p->open = true;
		if (p->kind == PORT_KERNEL)
			flush(p);
	}
	wakes_open();
	ports_poll();
	for (unsigned int i = 0; i < ports.n; i++)
		log_port(&ports.list[i]);
	return 0;
}

// A worker found out, and workers do not log.
static void
log_deaf(struct port *p) {
	int deaf = PORT_DEAF;

	if (atomic_compare_exchange_strong(&p->hearing, &deaf, PORT_DEAF_SAID))
		log_info(
			"%s: the receive interrupts of %s do not come, an idle worker looks for "
			"frames every 0.2 ms",
			p->name,
			p->driver_name
		);
}

void
ports_poll(void) {
	for (unsigned int i = 0; i < ports.n; i++) {
		struct port *p = &ports.list[i];
		struct rte_eth_link link = {0};
		struct rte_eth_stats stats;
		bool up = p->kind == PORT_KERNEL
			? kernel_link(p->name)
			: rte_eth_link_get_nowait(p->id, &link) == 0 && link.link_status;
		if (up != atomic_exchange(&p->link, up) && p->announced)
			log_info(
				"%s: %s",
				p->name,
				up ? "link up"
					: p->kind == PORT_KERNEL && !if_nametoindex(p->name)
					? "the interface is gone; when it is back, start again"
					: "link down"
			);
		log_deaf(p);
		if (p->packet_socket >= 0)
			atomic_fetch_add(&p->missed, kernel_packet_drops(p->packet_socket));
		else if (rte_eth_stats_get(p->id, &stats) == 0)
			atomic_store(&p->missed, stats.imissed + stats.rx_nombuf);
	}
}

void
ports_close(void) {
	wakes_close();
	for (unsigned int i = 0; i < ports.n; i++) {
		struct port *p = &ports.list[i];
		if (p->open) {
			p->open = false;
			rte_eth_dev_stop(p->id);
			rte_eth_dev_close(p->id);
		}
		if (p->kind == PORT_KERNEL)
			kernel_restore(p->name, &p->before);
		if (p->lock >= 0)
			close(p->lock);
	}
	ports.n = 0;
}
