// SPDX-License-Identifier: BSD-3-Clause
// PCI ports: what the kernel has bound them to, and whether frames can come that way.
//
// Threads: main thread only.
// Errors:  pci_find returns 0 or a negative errno and has logged what would be right.

#pragma once

#include <stdbool.h>
#include <stdint.h>

// DPDK's number of the port at this address, with or without the domain.
int pci_find(const char *address, uint16_t *ret_id);
// Whether its interrupts can be one a queue: by vfio-pci.  uio_pci_generic knows only the one line
// of the slot, which net_e1000_em does not quiet and net_vmxnet3 crashes over.
bool pci_has_interrupts(const char *address);
