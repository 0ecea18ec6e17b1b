// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/spin/socket.h"

#include "control/core.h"
#include "control/export/spin/own.h"
#include "control/export/spin/rpc.h"
#include "platform/base.h"
#include "platform/log.h"

#include <ev.h>

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

LOG_DOMAIN("spin_compat");

struct client {
	LIST_ENTRY(client) link;
	struct rpc_socket *socket;
	int fd;
	struct ev_io io;
	struct ev_timer late;
	struct ucred who;
	size_t length;
	char text[RPC_SOCKET_MAX];
	char *answer; // with its line feed; NULL: none yet
	size_t answer_length, sent;
};

struct rpc_socket {
	struct spin *spin;
	int fd;
	gid_t group; // (gid_t)-1: none
	char path[SPIN_SOCKET];
	struct ev_io io;
	LIST_HEAD(, client) clients;
	unsigned int count;
};

// What came beyond a request: unread, it would take the answer away with it.
static void
drain(int fd) {
	char rest[4096];

	for (unsigned int i = 0; i < 16; i++)
		if (recv(fd, rest, sizeof rest, MSG_DONTWAIT) <= 0)
			return;
}

static void
client_close(struct client *c) {
	struct ev_loop *loop = c->socket->spin->core->loop;

	rpc_forget(c->socket->spin, c);
	ev_io_stop(loop, &c->io);
	ev_timer_stop(loop, &c->late);
	LIST_REMOVE(c, link);
	c->socket->count--;
	drain(c->fd);
	close(c->fd);
	free(c->answer);
	free(c);
}

static void
send_some(struct client *c) {
	struct ev_loop *loop = c->socket->spin->core->loop;
	ssize_t n = send(
		c->fd, c->answer + c->sent, c->answer_length - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT
	);

	if (n > 0)
		c->sent += (size_t)n;
	if (c->sent == c->answer_length || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		client_close(c);
		return;
	}
	ev_io_stop(loop, &c->io);
	ev_io_set(&c->io, c->fd, EV_WRITE);
	ev_io_start(loop, &c->io);
}

static void
answered(void *context, const char *text, size_t length) {
	struct client *c = context;

	c->answer = malloc(length + 1);
	if (!c->answer) {
		client_close(c);
		return;
	}
	if (length)
		memcpy(c->answer, text, length);
	c->answer[length] = '\n';
	c->answer_length = length + 1;
	send_some(c);
}

// Whether one object has come whole: nobody has to close or to end the line.
static bool
is_whole(const char *text, size_t length) {
	unsigned int depth = 0;
	bool quoted = false, some = false;

	for (size_t i = 0; i < length; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (text[i] == '{' || text[i] == '['))
			depth++, some = true;
		else if (!quoted && (text[i] == '}' || text[i] == ']') && depth > 0)
			depth--;
		if (some && depth == 0)
			return true;
	}
	return false;
}

static void
ask(struct client *c) {
	struct spin *s = c->socket->spin;
	struct rpc_who who = {.role = ROLE_ADMIN};

	ev_io_stop(s->core->loop, &c->io);
	if (c->who.uid == 0)
		snprintf(who.by.who, sizeof who.by.who, "root");
	else
		snprintf(who.by.who, sizeof who.by.who, "uid %u", c->who.uid);
	snprintf(who.by.role, sizeof who.by.role, "%s", role_name(ROLE_ADMIN));
	snprintf(who.by.way, sizeof who.by.way, "spin");
	snprintf(who.by.source, sizeof who.by.source, "unix");
	rpc_ask(s, &who, c->text, c->length, answered, c);
}

static void
on_client(struct ev_loop *loop, struct ev_io *io, int revents) {
	struct client *c = io->data;

	(void)loop;
	if (revents & EV_WRITE) {
		send_some(c);
		return;
	}
	ssize_t n = recv(c->fd, c->text + c->length, sizeof c->text - c->length, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		c->length += (size_t)n;
	if (n < 0 || (n == 0 && c->length == 0))
		client_close(c);
	else if (n == 0 || c->length == sizeof c->text || is_whole(c->text, c->length))
		ask(c);
}

static void
on_late(struct ev_loop *loop, struct ev_timer *t, int revents) {
	(void)loop;
	(void)revents;
	client_close(t->data);
}

static bool
may(const struct rpc_socket *r, int fd, const struct ucred *u) {
	gid_t groups[256];
	socklen_t length = sizeof groups;

	if (u->uid == 0 || u->uid == geteuid())
		return true;
	if (r->group == (gid_t)-1)
		return false;
	bool in = u->gid == r->group;
	if (!in && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &length) == 0)
		for (size_t i = 0; i < length / sizeof *groups; i++)
			in |= groups[i] == r->group;
	return in;
}

static void
on_listen(struct ev_loop *loop, struct ev_io *io, int revents) {
	struct rpc_socket *r = io->data;
	struct ucred who;
	socklen_t length = sizeof who;
	int fd = accept4(r->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)revents;
	if (fd < 0)
		return;
	bool known = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0;
	struct client *c = known && r->count < RPC_SOCKET_CLIENTS && may(r, fd, &who)
		? calloc(1, sizeof *c)
		: NULL;
	if (!c) {
		close(fd);
		return;
	}
	c->socket = r;
	c->fd = fd;
	c->who = who;
	ev_io_init(&c->io, on_client, fd, EV_READ);
	c->io.data = c;
	ev_io_start(loop, &c->io);
	ev_timer_init(&c->late, on_late, RPC_SOCKET_S, 0.);
	c->late.data = c;
	ev_timer_start(loop, &c->late);
	LIST_INSERT_HEAD(&r->clients, c, link);
	r->count++;
}

// What a run before left there; nobody else's.
static void
remove_old(const char *path) {
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		(void)unlink(path);
}

static int
listen_at(struct rpc_socket *r) {
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	r->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (r->fd < 0)
		return -errno;
	snprintf(a.sun_path, sizeof a.sun_path, "%s", r->path);
	remove_old(r->path);
	if (bind(r->fd, (struct sockaddr *)&a, sizeof a) < 0)
		return -errno;
	if (r->group != (gid_t)-1)
		(void)chown(r->path, (uid_t)-1, r->group); // without it: root and our user
	if (chmod(r->path, 0660) < 0 || listen(r->fd, RPC_SOCKET_CLIENTS) < 0)
		return -errno;
	return 0;
}

struct rpc_socket *
rpc_socket_open(struct spin *s, const char *path, char ret_error[200]) {
	struct rpc_socket *r = calloc(1, sizeof *r);
	const char *name = s->core->config->unix_group;
	const struct group *g = name[0] ? getgrnam(name) : NULL;

	if (!r) {
		snprintf(ret_error, 200, "out of memory");
		return NULL;
	}
	r->spin = s;
	r->group = g ? g->gr_gid : (gid_t)-1;
	snprintf(r->path, sizeof r->path, "%s", path);
	int failed = listen_at(r);
	if (failed < 0) {
		snprintf(
			ret_error, 200, "spin_compat.rpc_socket %.80s: %s", path, strerror(-failed)
		);
		if (r->fd >= 0)
			close(r->fd);
		free(r);
		return NULL;
	}
	LIST_INIT(&r->clients);
	ev_io_init(&r->io, on_listen, r->fd, EV_READ);
	r->io.data = r;
	ev_io_start(s->core->loop, &r->io);
	log_info("JSON-RPC on %s", r->path);
	return r;
}

void
rpc_socket_close(struct rpc_socket *r) {
	if (!r)
		return;
	while (!LIST_EMPTY(&r->clients))
		client_close(LIST_FIRST(&r->clients));
	ev_io_stop(r->spin->core->loop, &r->io);
	close(r->fd);
	remove_old(r->path);
	free(r);
}
