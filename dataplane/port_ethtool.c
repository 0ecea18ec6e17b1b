// SPDX-License-Identifier: BSD-3-Clause
// Settings of an interface by ioctl, and the socket that the AF_PACKET driver opened on it.

#include "dataplane/port_kernel.h"
#include "platform/base.h"
#include "platform/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

LOG_DOMAIN("port");

#define USUAL_MTU 1500
#define TAGGED_MTU (USUAL_MTU + 8)

static int
interface_ioctl(const char *name, unsigned long request, struct ifreq *r) {
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	snprintf(r->ifr_name, sizeof r->ifr_name, "%s", name);
	int result = ioctl(fd, request, r) == 0 ? 0 : -errno;
	close(fd);
	return result;
}

static int
ethtool(const char *name, void *command) {
	struct ifreq r = {.ifr_data = command};
	return interface_ioctl(name, SIOCETHTOOL, &r);
}

// Kernel drivers that hand over frames whose checksum nobody has computed yet.
static bool
leaves_checksums(const char *name) {
	static const char *const drivers[] = {
		"veth",
		"tun",
		"virtio_net",
		"bridge",
		"macvlan",
		"vif",
		"hv_netvsc",
		"vmxnet3",
	};
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};

	if (ethtool(name, &info) != 0)
		return true; // completing a complete checksum changes nothing
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		if (strcmp(info.driver, drivers[i]) == 0)
			return true;
	}
	return false;
}

// Receive coalescing would make frames that were never on the wire.
static void
stop_coalescing(const char *name) {
	struct ethtool_value gro = {.cmd = ETHTOOL_SGRO, .data = 0};
	struct ethtool_value flags = {.cmd = ETHTOOL_GFLAGS};
	int r;

	if ((r = ethtool(name, &gro)) != 0 && r != -EOPNOTSUPP)
		log_debug("%s: GRO stays as it is: %s", name, strerror(-r));
	if (ethtool(name, &flags) != 0 || !(flags.data & ETH_FLAG_LRO))
		return;
	flags.cmd = ETHTOOL_SFLAGS;
	flags.data &= ~(unsigned int)ETH_FLAG_LRO;
	if ((r = ethtool(name, &flags)) != 0)
		log_warn(
			"%s: large receive offload stays on (%s): frames may be cut, ignoring",
			name,
			strerror(-r)
		);
}

// The host's own stack keeps away from a port: no IPv6, no answer to ARP, no frame from a source
// that it reaches another way.  With AF_PACKET it sees a copy of every frame, and would answer the
// WAN for the addresses of the host port, past all rules.
static const struct {
	const char *path;
	char wanted;
} settings[KERNEL_SETTINGS] = {
	{"/proc/sys/net/ipv6/conf/%s/disable_ipv6", '1'},
	{"/proc/sys/net/ipv4/conf/%s/arp_ignore", '8'},
	{"/proc/sys/net/ipv4/conf/%s/rp_filter", '1'},
};

// Returns what the setting was, 0 where there is none, it is not ours to change, or it was so
// before.
static char
set(const char *name, unsigned int setting, char wanted) {
	char path[96], was = 0;

	snprintf(path, sizeof path, settings[setting].path, name);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (pread(fd, &was, 1, 0) != 1 || was == wanted || pwrite(fd, &wanted, 1, 0) != 1)
		was = 0;
	close(fd);
	return was;
}

static int
set_flags(const char *name, struct kernel_before *before) {
	struct ifreq r = {0};
	int result = interface_ioctl(name, SIOCGIFFLAGS, &r);

	if (result != 0)
		return result;
	before->up = r.ifr_flags & IFF_UP;
	before->promiscuous = r.ifr_flags & IFF_PROMISC;
	before->known = true;
	r.ifr_flags |= IFF_UP | IFF_PROMISC;
	return interface_ioctl(name, SIOCSIFFLAGS, &r);
}

static int
set_mtu(const char *name, struct kernel_before *before, uint32_t *ret_mtu) {
	struct ifreq r = {0};
	int result = interface_ioctl(name, SIOCGIFMTU, &r);

	if (result != 0)
		return result;
	*ret_mtu = (uint32_t)r.ifr_mtu;
	before->mtu = r.ifr_mtu;
	if (r.ifr_mtu >= USUAL_MTU && r.ifr_mtu < TAGGED_MTU) {
		// Two tags are no payload, but the kernel counts them as such when we send.
		r.ifr_mtu = TAGGED_MTU;
		if (interface_ioctl(name, SIOCSIFMTU, &r) == 0)
			*ret_mtu = TAGGED_MTU;
	}
	return 0;
}

int
kernel_prepare(
	const char *name,
	struct kernel_before *ret_before,
	uint32_t *ret_mtu,
	bool *ret_partial,
	char ret_why[static WHY_MAX]
) {
	struct ethtool_value gro = {.cmd = ETHTOOL_GGRO};
	int r;

	*ret_before = (struct kernel_before){.known = false};
	for (unsigned int i = 0; i < KERNEL_SETTINGS; i++)
		ret_before->setting[i] = set(name, i, settings[i].wanted);
	ret_before->gro = ethtool(name, &gro) == 0 && gro.data;
	if ((r = set_flags(name, ret_before)) != 0
	    || (r = set_mtu(name, ret_before, ret_mtu)) != 0) {
		snprintf(
			ret_why,
			WHY_MAX,
			"interface %s cannot be brought up: %s%s",
			name,
			strerror(-r),
			r == -EPERM ? " (run as root, or in a user namespace of your own)" : ""
		);
		return r;
	}
	stop_coalescing(name);
	*ret_partial = leaves_checksums(name);
	return 0;
}

void
kernel_restore(const char *name, const struct kernel_before *before) {
	struct ethtool_value gro = {.cmd = ETHTOOL_SGRO, .data = 1};
	struct ifreq r = {.ifr_mtu = before->mtu};

	if (before->mtu)
		interface_ioctl(name, SIOCSIFMTU, &r);
	if (before->gro)
		ethtool(name, &gro);
	if (before->known && interface_ioctl(name, SIOCGIFFLAGS, &r) == 0) {
		r.ifr_flags &= (short
		)~((before->up ? 0 : IFF_UP) | (before->promiscuous ? 0 : IFF_PROMISC));
		interface_ioctl(name, SIOCSIFFLAGS, &r);
	}
	for (unsigned int i = 0; i < KERNEL_SETTINGS; i++) {
		if (before->setting[i])
			set(name, i, before->setting[i]);
	}
}

static unsigned int
rx_queues(const char *name, struct ethtool_channels *c) {
	struct kernel_link link;

	*c = (struct ethtool_channels){.cmd = ETHTOOL_GCHANNELS};
	if (ethtool(name, c) == 0)
		return c->rx_count + c->combined_count;
	return kernel_read_link(name, &link) == 0 ? link.rx_queues : 1;
}

int
kernel_one_queue(const char *name, char ret_hint[static WHY_MAX]) {
	struct ethtool_channels c;
	unsigned int before = rx_queues(name, &c);

	if (before <= 1)
		return 0;
	c.cmd = ETHTOOL_SCHANNELS;
	c.combined_count = c.max_combined ? 1 : 0;
	c.rx_count = c.max_combined ? 0 : 1;
	c.tx_count = c.max_combined ? 0 : 1;
	ethtool(name, &c);
	if (rx_queues(name, &c) <= 1) {
		// Said only if opening fails: the kernel refuses XDP where the other end has more.
		snprintf(
			ret_hint,
			WHY_MAX,
			" (it had %u queues; a veth's other end must send on one queue too: "
			"ethtool -L PEER tx 1)",
			before
		);
		return 0;
	}
	snprintf(
		ret_hint,
		WHY_MAX,
		"it has %u receive queues and keeps them, and frames of a queue without a socket "
		"would pass by (try: ethtool -L %s combined 1)",
		before,
		name
	);
	return -ENOTSUP;
}

int
kernel_packet_socket(const char *name) {
	int want = (int)if_nametoindex(name), found = -1;
	struct dirent *e;
	DIR *dir = opendir("/proc/self/fd");

	while (dir && (e = readdir(dir))) {
		struct sockaddr_ll at = {0};
		socklen_t size = sizeof at;
		int fd = atoi(e->d_name), yes = 1;
		if (getsockname(fd, (struct sockaddr *)&at, &size) != 0
		    || at.sll_family != AF_PACKET || at.sll_ifindex != want)
			continue;
		if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes) != 0)
			log_warn(
				"%s: frames the host itself sends will be bridged too: %s",
				name,
				strerror(errno)
			);
		found = fd;
	}
	if (dir)
		closedir(dir);
	return found;
}

unsigned int
kernel_sockets(int *ret_fd, unsigned int max) {
	DIR *dir = opendir("/proc/self/fd");
	unsigned int n = 0;
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		int fd = atoi(e->d_name), domain = 0;
		socklen_t size = sizeof domain;
		if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0
		    || (domain != AF_PACKET && domain != AF_XDP))
			continue;
		if (n < max)
			ret_fd[n] = fd;
		n++;
	}
	if (dir)
		closedir(dir);
	return n;
}

uint64_t
kernel_packet_drops(int fd) {
	struct tpacket_stats s = {0};
	socklen_t size = sizeof s;

	return getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &s, &size) == 0 ? s.tp_drops : 0;
}

uint32_t
kernel_mtu(const char *name) {
	struct ifreq r = {0};

	return interface_ioctl(name, SIOCGIFMTU, &r) == 0 ? (uint32_t)r.ifr_mtu : 0;
}

bool
kernel_link(const char *name) {
	struct ifreq r = {0};

	return interface_ioctl(name, SIOCGIFFLAGS, &r) == 0 && (r.ifr_flags & IFF_RUNNING);
}
