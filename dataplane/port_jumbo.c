// SPDX-License-Identifier: BSD-3-Clause
// The driver takes a ring only when its places divide its blocks, and a frame only when one buffer
// holds it: so a place is a block, of as many pages as a frame needs.

#include "dataplane/port_jumbo.h"

#include "dataplane/port_kernel.h"
#include "platform/base.h"

#include <rte_lcore.h>
#include <rte_mbuf.h>

#include <stdio.h>

#define USUAL_MTU_MAX 1938u // what a place of 2,048 bytes holds, see port_open.c
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
