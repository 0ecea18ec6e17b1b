// SPDX-License-Identifier: BSD-3-Clause
// The ports of the bridge: what each is, how it was opened, and what it can carry.
//
// Shape:   ports.list[0..n); an index in it is what batches, stations and counters call a port.
// Units:   lengths of frames are bytes with the Ethernet header, without FCS.
// Threads: opened and closed by the main thread while no worker runs; `link` and `missed` are
//          written by the main thread and read by all, `hearing` also by workers; everything else
//          is constant while open.
// Errors:  ports_open returns 0 or a negative errno and has logged one sentence for a person.

#pragma once

#include "dataplane/config.h"
#include "dataplane/port_kernel.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rte_mempool;

enum port_driver {
	PORT_DRIVER_OTHER, // PCI and vdev: whatever DPDK has for it
	PORT_DRIVER_AF_XDP,
	PORT_DRIVER_AF_PACKET,
};

enum port_hearing {
	PORT_HEARS, // its receive interrupts come, as far as is known
	PORT_DEAF, // they do not: written by a worker
	PORT_DEAF_SAID,
};

struct port {
	const char *name; // as given on the command line
	enum side side;
	enum port_kind kind;
	enum port_driver driver;
	uint16_t id; // DPDK's
	bool open;
	bool announced; // its first link state was logged
	bool partial_csum; // the peer may leave TCP and UDP checksums to us
	bool alone; // the only port that a frame can go to
	bool loops; // net_pcap with infinite_rx: its queue never runs dry
	bool interrupts; // was configured to give receive interrupts
	uint32_t cut_at; // a cut frame of this length or more was cut by the ring; 0: none is
	struct rte_mempool *pool; // its own buffers, for jumbo frames; NULL: ports.pool
	uint32_t mtu; // of a PCI port: asked for, then what it has
	uint32_t frame_max; // largest frame it sends
	uint8_t mac[6];
	const char *driver_name;
	int packet_socket; // AF_PACKET: the driver's socket, for counts it does not report
	struct kernel_before before;
	int lock; // holds the interface's name against a second dataplane
	atomic_bool link;
	atomic_int hearing; // enum port_hearing
	atomic_uint_fast64_t missed; // lost before us
};

struct ports {
	struct port list[PORTS_MAX];
	unsigned int n;
	unsigned int queues; // receive and send queues of every port = workers
	struct rte_mempool *pool;
	bool vlan_rewritten; // some port rewrites 802.1ad tags
};

extern struct ports ports;

// One port, in port_open.c: claimed, its driver chosen; not started.
int port_open(struct port *p, const struct config *c);
// Gives it so many queues each way; again, with another number, until it is started.
int port_configure(struct port *p, uint16_t queues);

// Claims, checks and opens all ports without starting them: nothing is received yet.
int ports_open(const struct config *c);
int ports_start(void);
// Reads link states and lost frames; about once a second.
void ports_poll(void);
void ports_close(void);
