// SPDX-License-Identifier: BSD-3-Clause
// What has to be asked of the kernel before an interface can be a port, and what has to be set.
//
// Threads: main thread only.
// Errors:  0 or a negative errno; `ret_why` is then a sentence about this interface.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WHY_MAX 320

// The interface exists, is not a loopback, does not carry this login, and nobody else has it.
// *ret_lock keeps it claimed for as long as the descriptor is open.
int kernel_claim(const char *name, int *ret_lock, char ret_why[static WHY_MAX]);

// Up, promiscuous, no receive coalescing, room for two tags.  *ret_mtu: the largest frame it sends,
// without the Ethernet header; *ret_partial: its peer may leave checksums to us.
int kernel_prepare(
	const char *name,
	uint32_t *ret_mtu,
	bool *ret_partial,
	char ret_why[static WHY_MAX]
);

// One receive queue; -ENOTSUP where it has several and keeps them.
int kernel_one_queue(const char *name, char ret_why[static WHY_MAX]);

// Whether this process may use AF_XDP on this interface; -EBUSY when another one does.
int kernel_can_xdp(const char *name, char ret_why[static WHY_MAX]);
// An XDP program is on the interface: another one's, or what a killed dataplane left (harmless).
bool kernel_has_xdp(const char *name);

// The AF_PACKET socket that was opened on this interface by the driver in this process, told not to
// hand over what the host itself sends; -1 when there is none.
int kernel_packet_socket(const char *name);
// An epoll descriptor that becomes readable when any of the `sockets` sockets the drivers opened in
// this process has a frame; -1 when there are not so many.
int kernel_wake_fd(unsigned int sockets);
uint64_t kernel_packet_drops(int fd); // since the last call
bool kernel_link(const char *name);
