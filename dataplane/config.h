// SPDX-License-Identifier: BSD-3-Clause
// The command line as one struct: which ports, where files live, how large, who decides by default.
//
// Shape:   filled once by config_read before anything else runs, constant from then on.
// Threads: read by all after start.
// Errors:  config_read prints one sentence and returns CONFIG_USAGE; see enum config_result.

#pragma once

#include "dataplane/worker.h"
#include "platform/wire_types.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define PORT_TEXT_MAX 512 // a vdev string names files

enum config_result {
	CONFIG_RUN, // go on
	CONFIG_DONE, // help or version was printed: exit 0
	CONFIG_USAGE, // a sentence was printed: exit 2
};

enum driver_choice {
	DRIVER_AUTO,
	DRIVER_AF_XDP,
	DRIVER_AF_PACKET,
};

enum port_kind {
	PORT_KERNEL,
	PORT_PCI,
	PORT_VDEV,
};

struct port_config {
	enum side side;
	enum port_kind kind;
	const char *text; // as given: kernel interface, PCI address or vdev string
};

struct config {
	struct port_config ports[PORTS_MAX];
	unsigned int ports_n;
	const char *run_dir;
	const char *state_dir;
	unsigned int workers;
	uint32_t flows;
	uint32_t mbufs;
	enum driver_choice driver;
	uint32_t storm; // flooded frames a second and port, 0: any number
	uint32_t mtu; // of PCI ports; a kernel interface has its own
	bool no_huge;
	bool default_block;
	uint64_t frames; // stop after so many received frames, 0: never
};

enum config_result config_read(int argc, char **argv, struct config *ret_config);
