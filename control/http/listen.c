// SPDX-License-Identifier: BSD-3-Clause
// The sockets people reach us by: loopback TCP, and one unix socket in the run directory.
//
// h2o has no limit of connections and none of writing, so both are here: at the limit, or out of
// descriptors, a listener is not read (accepting and refusing costs a core), and TCP_USER_TIMEOUT
// ends a client that takes nothing.

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
#define USER_TIMEOUT_MS 20000
#define SNDBUF_BYTES (64 * 1024)
#define RETRY_S 0.5

static bool
is_full(const struct http_listener *l) {
	const struct http_server *s = l->server;
	return l->local ? s->n_unix >= HTTP_UNIX_MAX : s->n_tcp >= HTTP_TCP_MAX;
}

static void on_acceptable(h2o_socket_t *socket, const char *err);

static void
resume_all(struct http_server *s) {
	for (size_t i = 0; i < s->n_listeners; i++) {
		struct http_listener *l = &s->listeners[i];
		if (l->socket && l->paused && !is_full(l)) {
			l->paused = false;
			h2o_socket_read_start(l->socket, on_acceptable);
		}
	}
}

static void
on_resume(struct ev_loop *loop, ev_timer *w, int events) {
	(void)loop;
	(void)events;
	resume_all(w->data);
}

static void
pause_listener(struct http_listener *l) {
	l->paused = true;
	h2o_socket_read_stop(l->socket);
}

static void
on_tcp_close(void *data) {
	struct http_server *s = data;
	s->n_tcp--;
	resume_all(s);
}

static void
on_unix_close(void *data) {
	struct http_server *s = data;
	s->n_unix--;
	resume_all(s);
}

static void
tune(int fd, bool local) {
	int on = 1, buffer = SNDBUF_BYTES;
	unsigned int timeout = USER_TIMEOUT_MS;
	// Without SO_SNDBUF a client that reads nothing first takes megabytes of the kernel's.
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
	if (!local) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
	}
}

static void
on_acceptable(h2o_socket_t *socket, const char *err) {
	struct http_listener *l = socket->data;
	struct http_server *s = l->server;
	if (err) {
		return;
	}
	for (int i = 0; i < 16; i++) {
		if (is_full(l)) {
			pause_listener(l);
			return;
		}
		errno = 0;
		h2o_socket_t *client = h2o_evloop_socket_accept(socket);
		if (!client) {
			if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
				log_warn("out of file descriptors: new connections wait");
				pause_listener(l);
				ev_timer_set(&s->resume, RETRY_S, 0.0);
				ev_timer_start(s->loop, &s->resume);
			}
			return;
		}
		tune(h2o_socket_get_fd(client), l->local);
		*(l->local ? &s->n_unix : &s->n_tcp) += 1;
		client->on_close.cb = l->local ? on_unix_close : on_tcp_close;
		client->on_close.data = s;
		h2o_accept(&s->accept, client);
	}
}

static void
add(struct http_server *s, int fd, const char *name, bool local) {
	struct http_listener *l = &s->listeners[s->n_listeners++];
	*l = (struct http_listener){.server = s, .local = local};
	snprintf(l->name, sizeof(l->name), "%s", name);
	// Without DONT_READ h2o would read from the listening socket itself, and spin.
	l->socket = h2o_evloop_socket_create(s->h2o, fd, H2O_SOCKET_FLAG_DONT_READ);
	l->socket->data = l;
	h2o_socket_read_start(l->socket, on_acceptable);
	if (!s->resume.data) {
		ev_init(&s->resume, on_resume);
		s->resume.data = s;
	}
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
		return ntohl(ip4->sin_addr.s_addr) >> 24 == 127 ? 0 : -EPERM;
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
	return IN6_IS_ADDR_LOOPBACK(&ip6->sin6_addr) ? 0 : -EPERM;
}

static void
explain(int r, const char *address, char ret_message[HTTP_MESSAGE_MAX]) {
	const char *format = r == -EINVAL
		? "cannot listen on \"%s\": write an address and a port, such as 127.0.0.1:13026 "
		  "or [::1]:13026"
		: r == -EPERM
		? "will not listen on %s: until there are accounts anyone there could act, so only "
		  "127.0.0.1 and ::1 are taken (from elsewhere: ssh -L 13026:127.0.0.1:13026)"
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

static void
name_of(int fd, char *name, size_t size) {
	struct sockaddr_storage address = {0};
	socklen_t length = sizeof(address);
	getsockname(fd, (struct sockaddr *)&address, &length);
	char host[INET6_ADDRSTRLEN] = "";
	if (address.ss_family == AF_INET) {
		struct sockaddr_in *ip4 = (void *)&address;
		inet_ntop(AF_INET, &ip4->sin_addr, host, sizeof(host));
		snprintf(name, size, "%s:%u", host, ntohs(ip4->sin_port));
	} else {
		struct sockaddr_in6 *ip6 = (void *)&address;
		inet_ntop(AF_INET6, &ip6->sin6_addr, host, sizeof(host));
		snprintf(name, size, "[%s]:%u", host, ntohs(ip6->sin6_port));
	}
}

int
listen_tcp(struct http_server *s, const char *text, char ret_message[HTTP_MESSAGE_MAX]) {
	struct sockaddr_storage address;
	socklen_t length;
	int on = 1, fd = -1;
	int r = parse_address(text, &address, &length);
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
	if (bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, BACKLOG) < 0) {
		r = -errno;
		goto fail;
	}
	char name[64];
	name_of(fd, name, sizeof(name));
	add(s, fd, name, false);
	return 0;
fail:
	if (fd >= 0) {
		close(fd);
	}
	explain(r, text, ret_message);
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
	add(s, fd, path, true);
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
		if (s->listeners[i].socket) {
			h2o_socket_close(s->listeners[i].socket);
			s->listeners[i].socket = NULL;
		}
	}
	if (s->unix_path) {
		unlink(s->unix_path);
		free(s->unix_path);
		s->unix_path = NULL;
	}
}
