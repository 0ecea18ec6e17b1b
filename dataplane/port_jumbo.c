// SPDX-License-Identifier: BSD-3-Clause
// The driver takes a ring only when its places divide its blocks, and a frame only when one buffer
// holds it: so a place is a block, of as many pages as a frame needs.

#include "dataplane/port_jumbo.h"

#include "dataplane/port_kernel.h"
#include "platform/base.h"

#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include <stdio.h>
#include <string.h>

#define USUAL_MTU_MAX 1938u // what a place of 2,048 bytes holds, see port_open.c
#define ETHER_MTU 1500u
#define TAGS 8u // two of them, beside what an MTU counts
#define PAGE 4096u
#define ROOM 128u // Ethernet header, a tag, and the ring's own header
#define PLACE_MAX 32768u
#define BUFFERS 2047u // sent ones are copied into a ring at once: these are on their way through
#define CACHE 64u
#define BUFFER_OVERHEAD 4096u // without hugepages a buffer ends with its page

uint32_t
jumbo_frame(uint32_t mtu) {
	if (mtu <= USUAL_MTU_MAX)
		return 0;
	return MIN_OF((mtu + ROOM + PAGE - 1) / PAGE * PAGE, PLACE_MAX);
}

struct rte_mempool *
jumbo_pool(const char *port, uint32_t frame) {
	char name[RTE_MEMPOOL_NAMESIZE];

	snprintf(name, sizeof name, "jumbo_%.16s", port);
	return rte_pktmbuf_pool_create(
		name,
		BUFFERS,
		CACHE,
		0,
		(uint16_t)(RTE_PKTMBUF_HEADROOM + frame),
		(int)rte_socket_id()
	);
}

uint64_t
jumbo_memory(const struct config *c) {
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < c->ports_n; i++) {
		uint32_t frame = c->ports[i].kind == PORT_KERNEL
			? jumbo_frame(kernel_mtu(c->ports[i].text))
			: 0;
		if (frame)
			bytes += (uint64_t)(BUFFERS + 1) * (frame + BUFFER_OVERHEAD);
	}
	return bytes;
}

static bool
takes_several_buffers(const struct rte_eth_dev_info *info) {
	// It says it does, but asks its device for one buffer a frame: longer ones are lost.
	if (strcmp(info->driver_name, "net_vmxnet3") == 0)
		return false;
	return (info->rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER)
		&& (info->tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS);
}

// The usual MTU fits into one buffer, and asks nothing of the driver that could cost time.
uint32_t
jumbo_ask(const struct rte_eth_dev_info *info, uint32_t mtu, struct rte_eth_conf *conf) {
	mtu = MIN_OF(mtu, MAX_OF((uint32_t)info->max_mtu, ETHER_MTU));
	if (mtu + ROOM > RTE_MBUF_DEFAULT_DATAROOM) {
		if (!takes_several_buffers(info))
			return jumbo_ask(info, ETHER_MTU, conf);
		conf->rxmode.offloads |= RTE_ETH_RX_OFFLOAD_SCATTER;
		conf->txmode.offloads |= RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	}
	conf->rxmode.mtu = MIN_OF(mtu + TAGS, (uint32_t)info->max_mtu);
	return mtu;
}
