// SPDX-License-Identifier: BSD-3-Clause

#include "control/tls/addresses.h"

#include "platform/text.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool
addresses_of(const char *listen, struct household_address *ret, bool *ret_any) {
	char host[TEXT_ADDRESS] = "";
	const char *colon = strrchr(listen, ':');
	bool brackets = listen[0] == '[' && colon && colon > listen && colon[-1] == ']';
	size_t n = colon ? (size_t)(colon - listen) - (brackets ? 2 : 0) : 0;

	if (!n || n >= sizeof host)
		return false;
	memcpy(host, listen + brackets, n);
	*ret = (struct household_address){0};
	if (text_parse_address(host, &ret->family, ret->address) < 0)
		return false;
	static const uint8_t nothing[16];
	*ret_any = memcmp(ret->address, nothing, ret->family == 4 ? 4 : 16) == 0;
	return true;
}

static size_t
add(struct household_address *all, size_t count, const struct household_address *one) {
	for (size_t i = 0; i < count; i++)
		if (memcmp(&all[i], one, sizeof *one) == 0)
			return count;
	if (count == HOUSEHOLD_ADDRESSES_MAX || !household_may_address(one))
		return count;
	all[count] = *one;
	return count + 1;
}

static size_t
add_of_machine(struct household_address *all, size_t count, unsigned int family) {
	struct ifaddrs *list;

	if (getifaddrs(&list) < 0)
		return count;
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		struct household_address one = {.family = family};
		if (!i->ifa_addr)
			continue;
		if (family == 4 && i->ifa_addr->sa_family == AF_INET) {
			const struct sockaddr_in *ip4 = (const void *)i->ifa_addr;
			memcpy(one.address, &ip4->sin_addr, 4);
		} else if (family == 6 && i->ifa_addr->sa_family == AF_INET6) {
			const struct sockaddr_in6 *ip6 = (const void *)i->ifa_addr;
			memcpy(one.address, &ip6->sin6_addr, 16);
		} else {
			continue;
		}
		count = add(all, count, &one);
	}
	freeifaddrs(list);
	return count;
}

static int
compare(const void *a, const void *b) {
	return memcmp(a, b, sizeof(struct household_address));
}

size_t
addresses_now(
	const char *const *listen,
	size_t n_listen,
	struct household_address ret[HOUSEHOLD_ADDRESSES_MAX]
) {
	size_t count = 0;

	for (size_t i = 0; i < n_listen; i++) {
		struct household_address one;
		bool any;
		if (!addresses_of(listen[i], &one, &any))
			continue;
		count = any ? add_of_machine(ret, count, one.family) : add(ret, count, &one);
	}
	qsort(ret, count, sizeof *ret, compare);
	return count;
}

int
addresses_watch(void) {
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
		int r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

// What it says is of no interest, only that it spoke: the addresses are read afresh.
void
addresses_drain(int fd) {
	char text[8192];

	while (recv(fd, text, sizeof text, MSG_DONTWAIT) > 0 || errno == ENOBUFS)
		;
}
