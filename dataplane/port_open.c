// SPDX-License-Identifier: BSD-3-Clause
// Opening is a chain of attempts: claim the interface, AF_XDP, else AF_PACKET and say why.

#include "dataplane/eal.h"
#include "dataplane/port.h"
#include "dataplane/port_jumbo.h"
#include "dataplane/port_kernel.h"
#include "dataplane/port_pci.h"
#include "platform/base.h"
#include "platform/log.h"

#include <rte_bus_vdev.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

LOG_DOMAIN("port");

#define RX_DESCRIPTORS 1024
#define TX_DESCRIPTORS 1024

// One AF_PACKET frame of the ring, its header included; what is longer is cut by the kernel.
#define PACKET_FRAME 2048u
#define PACKET_CUT 128 // what is cut has at most this much less, whatever its header takes
#define PACKET_BLOCK 65536u
#define PACKET_FRAMES 1024u
#define PACKET_HEADER 96 // at most: tpacket2_hdr, sockaddr_ll, alignment, reserve

// What one buffer of AF_XDP holds, and it takes no frame in several: a page, of which the pool's
// buffers use 2,368 bytes, less their heads and the 256 bytes that the kernel keeps for itself.
#define XDP_FRAME_MAX 1792u
#define XDP_TRIES 2
#define XDP_PAUSE_US 100000

#define ETHER_BYTES 14
#define TAG_BYTES 4

// A vdev by name and arguments; *ret_id is DPDK's number of the new port.
static int
probe(const char *name, const char *arguments, uint16_t *ret_id) {
	eal_forget();
	int r = rte_eal_hotplug_add("vdev", name, arguments);
	if (r == 0)
		r = rte_eth_dev_get_port_by_name(name, ret_id);
	return r;
}

static bool
one_pool(void) {
	for (unsigned int i = 0; i < ports.n; i++) {
		if (ports.list[i].pool)
			return false;
	}
	return true;
}

static void
ask_mtu(struct port *p, const struct rte_eth_dev_info *info, struct rte_eth_conf *conf) {
	uint32_t mtu = jumbo_ask(info, p->mtu, conf);

	if (mtu < p->mtu)
		log_info(
			"%s: packets up to %u bytes, not %u: %s takes no longer ones",
			p->name,
			mtu,
			p->mtu,
			info->driver_name
		);
	p->mtu = mtu;
	p->frame_max = mtu + ETHER_BYTES + 2 * TAG_BYTES;
}

static struct rte_eth_conf
choose(struct port *p, uint16_t queues, const struct rte_eth_dev_info *info) {
	struct rte_eth_conf conf = {0};

	// It means that no frame has a second owner, which with three ports a flooded one has, and
	// that all are of one pool.
	if (p->alone && one_pool() && (info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE))
		conf.txmode.offloads |= RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	if (p->kind == PORT_PCI)
		ask_mtu(p, info, &conf);
	if (p->kind == PORT_PCI && queues > 1) {
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_hf = RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_IPV6;
	}
	conf.intr_conf.rxq =
		p->kind == PORT_VDEV || (p->kind == PORT_PCI && pci_has_interrupts(p->name));
	return conf;
}

int
port_configure(struct port *p, uint16_t queues) {
	struct rte_eth_dev_info info;
	uint16_t rx = RX_DESCRIPTORS, tx = TX_DESCRIPTORS;
	struct rte_mempool *pool = p->pool ? p->pool : ports.pool;
	int r;

	if ((r = rte_eth_dev_info_get(p->id, &info)) != 0)
		return r;
	struct rte_eth_conf conf = choose(p, queues, &info);
	eal_forget();
	if ((r = rte_eth_dev_configure(p->id, queues, queues, &conf)) != 0 && conf.intr_conf.rxq) {
		conf.intr_conf.rxq = 0; // nothing but trying tells whether the driver has them
		r = rte_eth_dev_configure(p->id, queues, queues, &conf);
	}
	if (r != 0 || (r = rte_eth_dev_adjust_nb_rx_tx_desc(p->id, &rx, &tx)) != 0)
		return r;
	p->interrupts = conf.intr_conf.rxq;
	for (uint16_t q = 0; q < queues; q++) {
		r = rte_eth_rx_queue_setup(p->id, q, rx, rte_socket_id(), NULL, pool);
		if (r == 0)
			r = rte_eth_tx_queue_setup(p->id, q, tx, rte_socket_id(), NULL);
		if (r != 0)
			return r;
	}
	p->driver_name = info.driver_name;
	return 0;
}

// Leaves nothing behind when it fails, so that another driver can have the interface.
static int
probe_and_configure(struct port *p, const char *name, const char *arguments) {
	int r = probe(name, arguments, &p->id);

	if (r == 0 && (r = port_configure(p, 1)) != 0)
		rte_eal_hotplug_remove("vdev", name);
	return r;
}

static int
open_af_xdp(struct port *p, uint32_t mtu, char why[static WHY_MAX]) {
	char name[32], arguments[96], hint[WHY_MAX] = "";
	int r;

	if (mtu + ETHER_BYTES > XDP_FRAME_MAX) {
		snprintf(
			why,
			WHY_MAX,
			"its MTU is %u, and AF_XDP takes frames of at most %u bytes (`ip link set "
			"%s mtu 1500` if it needs no jumbo frames)",
			mtu,
			XDP_FRAME_MAX,
			p->name
		);
		return -EMSGSIZE;
	}
	bool left_over = kernel_has_xdp(p->name);
	if ((r = kernel_can_xdp(p->name, why)) != 0)
		return r;
	if ((r = kernel_one_queue(p->name, hint)) != 0) {
		snprintf(why, WHY_MAX, "%.*s", WHY_MAX - 1, hint);
		return r;
	}
	snprintf(name, sizeof name, "net_af_xdp_%s", p->name);
	snprintf(arguments, sizeof arguments, "iface=%s,busy_budget=0", p->name);
	r = probe_and_configure(p, name, arguments);
	// Only a driver with zero copy can still hold the queue that was just found free; each try
	// costs the pool 2,048 buffers, which DPDK does not give back.
	for (int i = 0; r != 0 && left_over && i < XDP_TRIES; i++) {
		usleep(XDP_PAUSE_US);
		r = probe_and_configure(p, name, arguments);
	}
	if (r != 0) {
		const char *reason = eal_reason();
		snprintf(why, WHY_MAX, "%.120s%.160s", reason[0] ? reason : strerror(-r), hint);
		return r;
	}
	p->driver = PORT_DRIVER_AF_XDP;
	p->frame_max = mtu + ETHER_BYTES;
	return 0;
}

static int
open_af_packet(struct port *p, uint32_t mtu, char why[static WHY_MAX]) {
	char name[32], arguments[128];
	int r;

	if ((r = kernel_not_bridged(p->name, why)) != 0)
		return r;
	uint32_t jumbo = jumbo_frame(mtu), place = jumbo ? jumbo : PACKET_FRAME;
	if (jumbo && !(p->pool = jumbo_pool(p->name, jumbo))) {
		snprintf(why, WHY_MAX, "no memory for its jumbo frames (MTU %u)", mtu);
		return -ENOMEM;
	}
	snprintf(name, sizeof name, "net_af_packet_%s", p->name);
	snprintf(
		arguments,
		sizeof arguments,
		"iface=%s,blocksz=%u,framesz=%u,framecnt=%u,qdisc_bypass=1",
		p->name,
		jumbo ? place : PACKET_BLOCK,
		place,
		jumbo ? JUMBO_FRAMES : PACKET_FRAMES
	);
	if ((r = probe_and_configure(p, name, arguments)) != 0) {
		const char *reason = eal_reason();
		snprintf(why, WHY_MAX, "%.200s", reason[0] ? reason : strerror(-r));
		return r;
	}
	p->driver = PORT_DRIVER_AF_PACKET;
	p->frame_max = MIN_OF(mtu + ETHER_BYTES, place - PACKET_HEADER);
	p->cut_at = place - PACKET_CUT;
	p->packet_socket = kernel_packet_socket(p->name);
	ports.vlan_rewritten = true;
	return 0;
}

static int
open_kernel(struct port *p, const struct config *c) {
	char why[WHY_MAX] = "";
	uint32_t mtu;
	int r;

	if ((r = kernel_claim(p->name, &p->lock, why)) != 0
	    || (r = kernel_prepare(p->name, &p->before, &mtu, &p->partial_csum, why)) != 0) {
		log_err("%s", why);
		return r;
	}
	if (c->driver != DRIVER_AF_PACKET) {
		if ((r = open_af_xdp(p, mtu, why)) == 0)
			return 0;
		bool taken = r == -EBUSY || kernel_has_xdp(p->name);
		if (taken)
			log_err("interface %s is taken: %s%s%s",
				p->name,
				why,
				r == -EBUSY ? "; stop that one first"
					    : "; `ip link` shows its XDP program, and this takes "
					      "it off: ip link set xdp off dev ",
				r == -EBUSY ? "" : p->name);
		else if (c->driver == DRIVER_AF_XDP)
			log_err("interface %s cannot be opened by AF_XDP: %s; --driver auto would "
				"use AF_PACKET",
				p->name,
				why);
		if (taken || c->driver == DRIVER_AF_XDP)
			return r;
		log_info("%s: AF_PACKET instead of AF_XDP: %s", p->name, why);
	}
	if ((r = open_af_packet(p, mtu, why)) != 0)
		log_err("interface %s cannot be opened by AF_PACKET: %s%s",
			p->name,
			why,
			r == -EPERM ? " (it needs root, or a user namespace of your own)" : "");
	return r;
}

static int
open_vdev(struct port *p) {
	static const char *const partial[] = {
		"net_tap",
		"net_virtio_user",
		"net_vhost",
		"net_af_packet",
		"net_af_xdp",
	};
	char name[64];
	const char *comma = strchr(p->name, ',');
	int r;

	snprintf(
		name,
		sizeof name,
		"%.*s",
		(int)(comma ? comma - p->name : (long)strlen(p->name)),
		p->name
	);
	for (size_t i = 0; i < ARRAY_LEN(partial); i++)
		p->partial_csum |= strncmp(name, partial[i], strlen(partial[i])) == 0;
	p->loops = strstr(p->name, "infinite_rx=1") != NULL;
	p->cut_at = strncmp(name, "net_af_packet", 13) == 0 ? PACKET_FRAME - PACKET_CUT : 0;
	p->frame_max = RTE_MBUF_DEFAULT_DATAROOM;
	if ((r = probe(name, comma ? comma + 1 : "", &p->id)) == 0)
		return 0;
	log_err("vdev %s cannot be opened: %s",
		p->name,
		eal_reason()[0] ? eal_reason() : "DPDK has no such driver or refuses its arguments"
	);
	return r;
}

int
port_open(struct port *p, const struct config *c) {
	struct rte_ether_addr mac;
	int r = -EINVAL;

	switch (p->kind) {
	case PORT_KERNEL:
		r = open_kernel(p, c);
		break;
	case PORT_PCI:
		r = pci_find(p->name, &p->id);
		p->mtu = c->mtu;
		break;
	case PORT_VDEV:
		r = open_vdev(p);
		break;
	}
	if (r == 0 && rte_eth_macaddr_get(p->id, &mac) == 0)
		memcpy(p->mac, mac.addr_bytes, sizeof p->mac);
	return r;
}
