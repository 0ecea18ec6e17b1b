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
#define KERNEL_SETTINGS 3

// The interface exists, is not a loopback, does not carry this login, and nobody else has it.
// *ret_lock keeps it claimed for as long as the descriptor is open.
int kernel_claim(const char *name, int *ret_lock, char ret_why[static WHY_MAX]);
// The ssh connection that this process was started over comes to an address of this interface, or
// of a bridge, bond or VLAN made of it.
bool kernel_carries_login(const char *name);

// What an interface was like before it became a port, to be put back.
struct kernel_before {
	bool known;
	bool promiscuous;
	bool up;
	bool gro;
	int mtu;
	char setting[KERNEL_SETTINGS]; // of its part of the host's stack; 0: nothing to put back
};

// Up, promiscuous, no receive coalescing, closed to the host's own stack, room for two tags.
// *ret_mtu: the largest frame it sends, without the Ethernet header; *ret_partial: its peer may
// leave checksums to us.  *ret_before is for kernel_restore, whatever is returned.
int kernel_prepare(
	const char *name,
	struct kernel_before *ret_before,
	uint32_t *ret_mtu,
	bool *ret_partial,
	char ret_why[static WHY_MAX]
);
void kernel_restore(const char *name, const struct kernel_before *before);

struct kernel_link {
	uint16_t hardware; // ARPHRD_ETHER for what can be a port
	uint32_t master; // index of the bridge or bond it is a member of, 0: none
	uint32_t lower; // index of what it is made on (VLAN) or joined to (veth), 0: none
	uint32_t rx_queues;
	uint32_t xdp; // XDP_ATTACHED_NONE or how
};
int kernel_read_link(const char *name, struct kernel_link *ret_link);

// -EBUSY when a kernel bridge would forward its frames beside us.
int kernel_not_bridged(const char *name, char ret_why[static WHY_MAX]);

// One receive queue; -ENOTSUP where it has several and keeps them.  On success ret_hint may hold
// what to add if AF_XDP is refused all the same.
int kernel_one_queue(const char *name, char ret_hint[static WHY_MAX]);

// Whether this process may use AF_XDP on this interface; -EBUSY when another one does.
int kernel_can_xdp(const char *name, char ret_why[static WHY_MAX]);
// An XDP program is on the interface: another one's, or what a killed dataplane left (harmless).
bool kernel_has_xdp(const char *name);

// The AF_PACKET socket that was opened on this interface by the driver in this process, told not to
// hand over what the host itself sends; -1 when there is none.
int kernel_packet_socket(const char *name);
// The sockets that the drivers opened in this process to receive frames, at most `max` of them; how
// many there are.
unsigned int kernel_sockets(int *ret_fd, unsigned int max);
uint64_t kernel_packet_drops(int fd); // since the last call
bool kernel_link(const char *name);
uint32_t kernel_mtu(const char *name); // 0: there is no such interface
