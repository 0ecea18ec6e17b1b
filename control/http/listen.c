// SPDX-License-Identifier: BSD-3-Clause
// The sockets people reach us by: loopback TCP, TLS for the home and for a provider, and one unix
// socket in the run directory.

#include "control/http/server.h"
#include "platform/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

LOG_DOMAIN("http");

#define BACKLOG 128

static struct http_listener *
add(struct http_server *s, enum http_peer_kind kind) {
	struct http_listener *l = &s->listeners[s->n_listeners++];
	*l = (struct http_listener){.server = s, .kind = kind};
	return l;
}

static void
begin(struct http_listener *l, int fd) {
	// Without DONT_READ h2o would read from the listening socket itself, and spin.
	l->socket = h2o_evloop_socket_create(l->server->h2o, fd, H2O_SOCKET_FLAG_DONT_READ);
	l->socket->data = l;
	connection_accept_from(l);
}

// "127.0.0.1:13026" or "[::1]:13026".
static int
parse_address(const char *text, struct sockaddr_storage *ret, socklen_t *ret_length) {
	char host[64];
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;
	if (!n || n >= sizeof(host) || !colon[1] || strspn(colon + 1, "0123456789") > 5
	    || colon[1 + strspn(colon + 1, "0123456789")]) {
		return -EINVAL;
	}
	long port = strtol(colon + 1, NULL, 10);
	memcpy(host, text, n);
	host[n] = 0;
	memset(ret, 0, sizeof(*ret));
	if (port > 65535) {
		return -EINVAL;
	}
	struct sockaddr_in *ip4 = (void *)ret;
	struct sockaddr_in6 *ip6 = (void *)ret;
	if (strcmp(host, "localhost") == 0) {
		strcpy(host, "127.0.0.1");
	}
	if (inet_pton(AF_INET, host, &ip4->sin_addr) == 1) {
		ip4->sin_family = AF_INET;
		ip4->sin_port = htons((uint16_t)port);
		*ret_length = sizeof(*ip4);
		return 0;
	}
	if (host[0] != '[' || host[n - 1] != ']') {
		return -EINVAL;
	}
	host[n - 1] = 0;
	if (inet_pton(AF_INET6, host + 1, &ip6->sin6_addr) != 1) {
		return -EINVAL;
	}
	ip6->sin6_family = AF_INET6;
	ip6->sin6_port = htons((uint16_t)port);
	*ret_length = sizeof(*ip6);
	return 0;
}

static void
explain(int r, const char *address, char ret_message[HTTP_MESSAGE_MAX]) {
	const char *format = r == -EINVAL
		? "cannot listen on \"%s\": write an address and a port, such as 127.0.0.1:13026 "
		  "or [::1]:13026"
		: r == -EPERM
		? "will not listen on %s without TLS: plain HTTP is for 127.0.0.1 and ::1"
		: r == -EADDRINUSE
		? "cannot listen on %s: the port is in use by another program; stop it or choose "
		  "another port (ss -ltnp shows who has it)"
		: r == -EACCES
		? "cannot listen on %s: ports below 1024 need root; choose a higher one"
		: "cannot listen on %s";
	int n = snprintf(ret_message, HTTP_MESSAGE_MAX, format, address);
	if (r != -EINVAL && r != -EPERM && r != -EADDRINUSE && r != -EACCES && n > 0) {
		snprintf(ret_message + n, HTTP_MESSAGE_MAX - (size_t)n, ": %s", strerror(-r));
	}
}

static bool
is_loopback(const struct sockaddr_storage *a) {
	return a->ss_family == AF_INET
		? ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 24 == 127
		: IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)a)->sin6_addr);
}

static void
name_it(struct http_listener *l, int fd) {
	struct sockaddr_storage address = {0};
	socklen_t length = sizeof(address);
	getsockname(fd, (struct sockaddr *)&address, &length);
	const char *scheme = l->kind == HTTP_PEER_LOOPBACK ? "http" : "https";
	char host[INET6_ADDRSTRLEN] = "";
	const struct sockaddr_in *ip4 = (void *)&address;
	const struct sockaddr_in6 *ip6 = (void *)&address;
	bool is_ip4 = address.ss_family == AF_INET;
	inet_ntop(
		address.ss_family,
		is_ip4 ? (const void *)&ip4->sin_addr : &ip6->sin6_addr,
		host,
		sizeof(host)
	);
	l->port = ntohs(is_ip4 ? ip4->sin_port : ip6->sin6_port);
	snprintf(
		l->name,
		sizeof(l->name),
		is_ip4 ? "%s://%s:%u" : "%s://[%s]:%u",
		scheme,
		host,
		l->port
	);
}

int
listen_open(struct http_listener *l, char ret_message[HTTP_MESSAGE_MAX]) {
	struct sockaddr_storage address;
	socklen_t length;
	int on = 1, fd = -1;
	int r = parse_address(l->given, &address, &length);
	if (r == 0 && l->kind == HTTP_PEER_LOOPBACK && !is_loopback(&address)) {
		r = -EPERM;
	}
	if (r < 0) {
		goto fail;
	}
	fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		r = -errno;
		goto fail;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address.ss_family == AF_INET6) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	}
	if (l->kind != HTTP_PEER_LOOPBACK) {
		// The address may come later than we, from DHCP.
		setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	}
	if (bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, BACKLOG) < 0) {
		r = -errno;
		goto fail;
	}
	name_it(l, fd);
	begin(l, fd);
	return 0;
fail:
	if (fd >= 0) {
		close(fd);
	}
	explain(r, l->given, ret_message);
	return r;
}

void
listen_close(struct http_listener *l) {
	if (l->socket) {
		h2o_socket_close(l->socket);
		l->socket = NULL;
	}
}

int
listen_tcp(
	struct http_server *s,
	const struct http_listen *what,
	char ret_message[HTTP_MESSAGE_MAX]
) {
	struct http_listener *l = add(s, what->kind);
	snprintf(l->given, sizeof(l->given), "%s", what->address);
	// A provider's waits for the household's word.
	int r = what->kind == HTTP_PEER_PROVIDER ? 0 : listen_open(l, ret_message);
	if (r < 0) {
		s->n_listeners--;
	}
	return r;
}

// A socket file that a killed process left behind refuses connections: it may go.
static int
clear_stale(const struct sockaddr_un *address) {
	struct stat st;
	if (lstat(address->sun_path, &st) < 0) {
		return 0;
	}
	if (!S_ISSOCK(st.st_mode)) {
		return -EEXIST;
	}
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (probe < 0) {
		return -errno;
	}
	int r = connect(probe, (const struct sockaddr *)address, sizeof(*address));
	int why = r < 0 ? errno : 0;
	close(probe);
	if (why != ECONNREFUSED) {
		return why ? -why : -EADDRINUSE;
	}
	return unlink(address->sun_path) < 0 ? -errno : 0;
}

int
listen_unix(
	struct http_server *s,
	const char *path,
	const char *group,
	char ret_message[HTTP_MESSAGE_MAX]
) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int r = -ENAMETOOLONG, fd = -1;
	if (strlen(path) >= sizeof(address.sun_path)) {
		goto fail;
	}
	strcpy(address.sun_path, path);
	r = clear_stale(&address);
	if (r < 0) {
		goto fail;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	// The mask is set while nobody else runs, so the file is never open to all for a moment.
	mode_t mask = umask(0117);
	r = fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
	umask(mask);
	if (r < 0) {
		goto fail;
	}
	struct group *g = group ? getgrnam(group) : NULL;
	if (g && chown(path, (uid_t)-1, g->gr_gid) == 0) {
		s->unix_gid = g->gr_gid;
	} else if (g) {
		log_warn("cannot give %s to group %s: %s, ignoring", path, group, strerror(errno));
	}
	if (listen(fd, BACKLOG) < 0) {
		r = -errno;
		goto fail;
	}
	s->unix_path = strdup(path);
	struct http_listener *l = add(s, HTTP_PEER_UNIX);
	snprintf(l->name, sizeof(l->name), "%s", path);
	begin(l, fd);
	return 0;
fail:
	if (fd >= 0) {
		close(fd);
	}
	snprintf(
		ret_message,
		HTTP_MESSAGE_MAX,
		r == -EADDRINUSE ? "another spin-control already answers on %s: stop it, or choose "
				   "another --run-dir (%s)"
				 : "cannot listen on %s: %s",
		path,
		strerror(-r)
	);
	return r;
}

void
listen_stop(struct http_server *s) {
	ev_timer_stop(s->loop, &s->resume);
	for (size_t i = 0; i < s->n_listeners; i++) {
		listen_close(&s->listeners[i]);
	}
	if (s->unix_path) {
		unlink(s->unix_path);
		free(s->unix_path);
		s->unix_path = NULL;
	}
}
