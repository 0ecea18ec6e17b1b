// SPDX-License-Identifier: BSD-3-Clause
// Jumbo frames.  On AF_PACKET: a ring with larger places, and buffers as large of the port's own,
// so that the ports without them keep theirs small.  On PCI ports: a frame in several buffers of
// the usual size, where the driver receives and sends such.
//
// Units:   bytes; an MTU is without the Ethernet header.
// Threads: the main thread.

#pragma once

#include "dataplane/config.h"

#include <stdint.h>

struct rte_eth_conf;
struct rte_eth_dev_info;
struct rte_mempool;

#define JUMBO_FRAMES 256u // places of the ring, each way

// The size of one place of the ring, a multiple of pages; 0: the usual ring takes such frames.
uint32_t jumbo_frame(uint32_t mtu);
// Buffers for one such port; NULL: no memory.
struct rte_mempool *jumbo_pool(const char *port, uint32_t frame);
// What these buffers take for all ports of the command line together.
uint64_t jumbo_memory(const struct config *c);

// Asks a PCI port for packets of this MTU, with room for two tags; returns the MTU it will have.
uint32_t jumbo_ask(const struct rte_eth_dev_info *info, uint32_t mtu, struct rte_eth_conf *conf);
