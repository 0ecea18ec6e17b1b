// SPDX-License-Identifier: BSD-3-Clause
// A claim is a listening abstract socket: the kernel drops it with the process, however it ends, it
// belongs to the network namespace as the interface does, and it can tell who holds it.

#include "dataplane/port_kernel.h"

#include "platform/base.h"
#include "platform/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

LOG_DOMAIN("port");

#define LAYERS_MAX 4 // a VLAN on a bridge of bonds

static void
list_interfaces(char *ret_text, size_t size) {
	struct if_nameindex *all = if_nameindex();
	size_t used = 0;

	ret_text[0] = 0;
	for (struct if_nameindex *i = all; i && i->if_index && used < size; i++) {
		if (strcmp(i->if_name, "lo") == 0)
			continue;
		used += (size_t
		)snprintf(ret_text + used, size - used, "%s%s", used ? ", " : "", i->if_name);
	}
	if (all)
		if_freenameindex(all);
	if (!ret_text[0])
		snprintf(ret_text, size, "none besides lo");
}

// Finds NAME=value in the environment of a process; false when it is not there or not ours to read.
static bool
environment_of(pid_t pid, const char *name, char *ret_value, size_t size) {
	char path[64], text[32768];

	snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	size_t length = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[length] = 0;
	size_t name_length = strlen(name);
	for (char *at = text; at < text + length; at += strlen(at) + 1) {
		if (strncmp(at, name, name_length) == 0 && at[name_length] == '=') {
			snprintf(ret_value, size, "%s", at + name_length + 1);
			return true;
		}
	}
	return false;
}

static pid_t
parent_of(pid_t pid) {
	char path[64], line[512];
	int parent = 0;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return 0;
	size_t length = fread(line, 1, sizeof line - 1, f);
	fclose(f);
	line[length] = 0;
	const char *name_end = strrchr(line, ')');
	if (!name_end || sscanf(name_end + 1, " %*c %d", &parent) != 1)
		return 0;
	return parent;
}

static bool
same_address(const struct sockaddr *a, const char *text) {
	struct in_addr v4;
	struct in6_addr v6;

	if (!a)
		return false;
	if (a->sa_family == AF_INET && inet_pton(AF_INET, text, &v4) == 1)
		return memcmp(&((const struct sockaddr_in *)(const void *)a)->sin_addr,
			      &v4,
			      sizeof v4)
			== 0;
	if (a->sa_family == AF_INET6 && inet_pton(AF_INET6, text, &v6) == 1)
		return memcmp(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr,
			      &v6,
			      sizeof v6)
			== 0;
	return false;
}

// Whether frames of `upper` go through the interface `name`: it is the same, a member of it, or
// what it is made on; at most so many layers up.
static bool
carries(const char *name, const char *upper, unsigned int layers) {
	struct kernel_link mine, its;
	char next[IF_NAMESIZE];

	if (strcmp(name, upper) == 0)
		return true;
	if (layers == 0 || kernel_read_link(name, &mine) != 0 || kernel_read_link(upper, &its) != 0)
		return false;
	if (mine.master && if_indextoname(mine.master, next) && carries(next, upper, layers - 1))
		return true;
	return its.lower && if_indextoname(its.lower, next) && carries(name, next, layers - 1);
}

// sudo cleans the environment, so the login is looked for in every ancestor too.
bool
kernel_carries_login(const char *name) {
	char connection[160] = "", local[64] = "";
	bool found = false;

	for (pid_t pid = getpid(); pid > 1 && !connection[0]; pid = parent_of(pid)) {
		if (!environment_of(pid, "SSH_CONNECTION", connection, sizeof connection))
			connection[0] = 0;
	}
	if (sscanf(connection, "%*s %*s %63s", local) != 1)
		return false;
	local[strcspn(local, "%")] = 0;
	struct ifaddrs *all;
	if (getifaddrs(&all) != 0)
		return false;
	for (struct ifaddrs *a = all; a && !found; a = a->ifa_next)
		found = same_address(a->ifa_addr, local) && carries(name, a->ifa_name, LAYERS_MAX);
	freeifaddrs(all);
	return found;
}

static void
describe_holder(const struct sockaddr_un *at, socklen_t length, const char *name, char *ret_why) {
	struct ucred who = {0};
	socklen_t size = sizeof who;
	char command[32] = "another process";
	char path[64];

	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)at, length) == 0)
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size);
	if (fd >= 0)
		close(fd);
	snprintf(path, sizeof path, "/proc/%d/comm", (int)who.pid);
	FILE *f = who.pid ? fopen(path, "re") : NULL;
	if (f) {
		if (fgets(command, sizeof command, f))
			command[strcspn(command, "\n")] = 0;
		fclose(f);
	}
	snprintf(
		ret_why,
		WHY_MAX,
		"interface %s is already taken by %s (process %d): stop that one first, or give "
		"another interface",
		name,
		command,
		(int)who.pid
	);
}

static int
take_lock(const char *name, int *ret_lock, char *ret_why) {
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t length = (socklen_t
	)(offsetof(struct sockaddr_un, sun_path) + 1
	  + (size_t
	  )snprintf(at.sun_path + 1, sizeof at.sun_path - 1, "spin-dataplane/port/%s", name));

	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&at, length) == 0 && listen(fd, 8) == 0) {
		*ret_lock = fd;
		return 0;
	}
	int r = -errno;
	close(fd);
	if (r == -EADDRINUSE)
		describe_holder(&at, length, name, ret_why);
	else
		snprintf(ret_why, WHY_MAX, "interface %s: %s", name, strerror(-r));
	return r;
}

int
kernel_not_bridged(const char *name, char ret_why[static WHY_MAX]) {
	struct kernel_link link;
	char master[IF_NAMESIZE] = "a bridge";

	if (kernel_read_link(name, &link) != 0 || !link.master)
		return 0;
	if_indextoname(link.master, master);
	snprintf(
		ret_why,
		WHY_MAX,
		"interface %s is a member of %s, which would forward every frame a second time and "
		"past all rules: ip link set %s nomaster",
		name,
		master,
		name
	);
	return -EBUSY;
}

// Nobody will be able to reach the host by an address on a port.
static void
warn_of_addresses(const char *name) {
	struct ifaddrs *all;

	if (getifaddrs(&all) != 0)
		return;
	for (struct ifaddrs *a = all; a; a = a->ifa_next) {
		char text[INET_ADDRSTRLEN] = "";
		if (strcmp(a->ifa_name, name) != 0 || !a->ifa_addr
		    || a->ifa_addr->sa_family != AF_INET)
			continue;
		const struct sockaddr_in *in =
			(const struct sockaddr_in *)(const void *)a->ifa_addr;
		inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
		log_warn(
			"interface %s has the address %s: as a port it belongs to the bridge, and "
			"this machine should not use it",
			name,
			text
		);
	}
	freeifaddrs(all);
}

int
kernel_claim(const char *name, int *ret_lock, char ret_why[static WHY_MAX]) {
	char there[200];

	if (strcmp(name, "lo") == 0) {
		snprintf(ret_why, WHY_MAX, "lo cannot be a port: give an Ethernet interface");
		return -EINVAL;
	}
	if (strlen(name) >= IF_NAMESIZE || if_nametoindex(name) == 0) {
		list_interfaces(there, sizeof there);
		snprintf(
			ret_why, WHY_MAX, "there is no interface %.32s; there are: %s", name, there
		);
		return -ENODEV;
	}
	struct kernel_link link;
	if (kernel_read_link(name, &link) == 0 && link.hardware != ARPHRD_ETHER) {
		snprintf(
			ret_why,
			WHY_MAX,
			"interface %s carries no Ethernet frames (a tunnel, or a modem?): give an "
			"Ethernet interface",
			name
		);
		return -EINVAL;
	}
	if (kernel_carries_login(name)) {
		snprintf(
			ret_why,
			WHY_MAX,
			"interface %s carries this login (ssh): taking it would cut you off; give "
			"another, or log in over a third port or the console",
			name
		);
		return -EBUSY;
	}
	warn_of_addresses(name);
	return take_lock(name, ret_lock, ret_why);
}
