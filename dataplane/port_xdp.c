// SPDX-License-Identifier: BSD-3-Clause
// Whether AF_XDP can be had on an interface, asked of the kernel before DPDK tries: what DPDK says
// when it cannot helps nobody, and its way back disturbs who was there first.

#include "dataplane/port_kernel.h"
#include "platform/base.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIND_TRIES 400
#define BIND_PAUSE_US 5000

bool
kernel_has_xdp(const char *name) {
	struct kernel_link link;

	return kernel_read_link(name, &link) == 0 && link.xdp != XDP_ATTACHED_NONE;
}

// libbpf and libxdp write to stderr what only their authors can use; DPDK's driver for AF_XDP has
// loaded them, and what fails is said by us.
static void
quieten_libraries(void) {
	static const struct {
		const char *library, *function;
	} printers[] = {
		{"libbpf.so.1", "libbpf_set_print"},
		{"libxdp.so.1", "libxdp_set_print"},
	};
	static bool done;

	for (size_t i = 0; i < ARRAY_LEN(printers) && !done; i++) {
		void *(*set_print)(void *) = NULL;
		void *library = dlopen(printers[i].library, RTLD_NOW | RTLD_NOLOAD);
		if (!library)
			continue;
		void *symbol = dlsym(library, printers[i].function);
		memcpy(&set_print, &symbol, sizeof set_print);
		if (set_print)
			set_print(NULL);
	}
	done = true;
}

// Binds a socket of our own to queue 0: -EBUSY when somebody receives there.  Trying it with DPDK
// instead would take the other's XDP program off on the way out, and loses 2,048 buffers of the
// pool each time.  Zero copy is asked for because a driver without it refuses only after it has
// looked whether the queue is free, and leaves nothing bound: a socket that was bound holds the
// queue for some time after it is closed.
static int
try_bind(const char *name) {
	static const int ring = 64;
	const size_t frame = 4096, frames = 4;
	struct sockaddr_xdp at = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = XDP_ZEROCOPY,
		.sxdp_ifindex = if_nametoindex(name),
	};

	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	void *memory = mmap(
		NULL, frame * frames, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0
	);
	struct xdp_umem_reg umem = {
		.addr = (uintptr_t)memory,
		.len = frame * frames,
		.chunk_size = (uint32_t)frame,
	};
	int r = memory != MAP_FAILED
			&& setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &umem, sizeof umem) == 0
			&& setsockopt(fd, SOL_XDP, XDP_UMEM_FILL_RING, &ring, sizeof ring) == 0
			&& setsockopt(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &ring, sizeof ring)
				== 0
			&& setsockopt(fd, SOL_XDP, XDP_RX_RING, &ring, sizeof ring) == 0
			&& bind(fd, (const struct sockaddr *)&at, sizeof at) == 0
		? 0
		: -errno;
	close(fd);
	if (memory != MAP_FAILED)
		munmap(memory, frame * frames);
	return r == -EOPNOTSUPP ? 0 : r;
}

// The kernel gives a queue back some time after its last socket was closed.
static int
wait_bindable(const char *name) {
	int r = try_bind(name);

	for (int i = 0; r == -EBUSY && i < BIND_TRIES; i++) {
		usleep(BIND_PAUSE_US);
		r = try_bind(name);
	}
	return r;
}

int
kernel_can_xdp(const char *name, char ret_why[static WHY_MAX]) {
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_XSKMAP,
		.key_size = 4,
		.value_size = 4,
		.max_entries = 1,
	};
	int r;

	quieten_libraries();
	int fd = (int)syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map);
	if (fd < 0) {
		r = -errno;
		snprintf(
			ret_why,
			WHY_MAX,
			"XDP programs are refused here (%s); they need root outside of a user "
			"namespace",
			strerror(-r)
		);
		return r;
	}
	close(fd);
	// Without an XDP program nobody receives; a dataplane that was killed leaves its own.
	if (!kernel_has_xdp(name))
		return 0;
	r = wait_bindable(name);
	if (r == -EBUSY)
		snprintf(ret_why, WHY_MAX, "another program receives from it by AF_XDP");
	else if (r != 0)
		snprintf(ret_why, WHY_MAX, "the kernel refuses AF_XDP sockets (%s)", strerror(-r));
	return r;
}
