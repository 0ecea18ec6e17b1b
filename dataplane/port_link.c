// SPDX-License-Identifier: BSD-3-Clause
// One interface as rtnetlink describes it.  Not /sys: that shows the namespace it was mounted in.

#include "dataplane/port_kernel.h"
#include "platform/base.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uint32_t
number(struct rtattr *a) {
	uint32_t n = 0;

	memcpy(&n, RTA_DATA(a), MIN_OF((size_t)RTA_PAYLOAD(a), sizeof n));
	return n;
}

static uint32_t
nested(struct rtattr *in, unsigned short type) {
	struct rtattr *a = (struct rtattr *)RTA_DATA(in);
	int left = (int)RTA_PAYLOAD(in);

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == type)
			return number(a);
	}
	return 0;
}

static void
read_attributes(struct nlmsghdr *h, struct kernel_link *l) {
	struct ifinfomsg *info = NLMSG_DATA(h);
	struct rtattr *a = IFLA_RTA(info);
	int left = (int)IFLA_PAYLOAD(h);
	bool elsewhere = false;

	l->hardware = info->ifi_type;
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		switch (a->rta_type & NLA_TYPE_MASK) {
		case IFLA_LINK:
			l->lower = number(a);
			break;
		case IFLA_LINK_NETNSID:
			elsewhere = true;
			break;
		case IFLA_MASTER:
			l->master = number(a);
			break;
		case IFLA_NUM_RX_QUEUES:
			l->rx_queues = number(a);
			break;
		case IFLA_XDP:
			l->xdp = nested(a, IFLA_XDP_ATTACHED);
			break;
		}
	}
	if (elsewhere)
		l->lower = 0; // an index of another namespace
}

int
kernel_read_link(const char *name, struct kernel_link *ret_link) {
	struct {
		struct nlmsghdr h;
		struct ifinfomsg i;
	} ask = {
		.h = {.nlmsg_len = sizeof ask,
		      .nlmsg_type = RTM_GETLINK,
		      .nlmsg_flags = NLM_F_REQUEST},
		.i = {.ifi_index = (int)if_nametoindex(name)},
	};
	static _Alignas(struct nlmsghdr) char reply[32768];
	struct kernel_link l = {0};
	ssize_t length = -1;

	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	if (send(fd, &ask, sizeof ask, 0) == (ssize_t)sizeof ask)
		length = recv(fd, reply, sizeof reply, 0);
	close(fd);
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)reply;
	if (length < 0 || !NLMSG_OK(h, (size_t)length) || h->nlmsg_type != RTM_NEWLINK)
		return -ENODEV;
	read_attributes(h, &l);
	*ret_link = l;
	return 0;
}
