// SPDX-License-Identifier: BSD-3-Clause
// A newcomer replaces the served control only after a HELLO of our version: a stray connection does
// nobody harm.  The run directory is held by a lock file, so that asking whether somebody lives
// there never disturbs who does.

#include "dataplane/ctl/link.h"

#include "dataplane/clock.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

LOG_DOMAIN("ctl");

#define HELLO_PATIENCE (2 * NS_PER_S)
#define FDS_MAX 8 // descriptors that can come with one message; all but the first are closed

static struct {
	int listener, peer, newcomer, lock;
	ns_t newcomer_since;
	gid_t group; // of the socket: its members may connect
	uint64_t boot_id;
	char path[sizeof((struct sockaddr_un *)0)->sun_path];
	_Alignas(8) uint8_t message[WIRE_MESSAGE_MAX];
} endpoint = {.listener = -1, .peer = -1, .newcomer = -1, .lock = -1};

static void
close_fd(int *fd) {
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int
link_lock(const char *run_dir) {
	char path[512], holder[32] = "?";

	if (mkdir(run_dir, 0755) != 0 && errno != EEXIST) {
		int r = -errno;
		log_err("the run directory %s cannot be made: %s; --run-dir takes another",
			run_dir,
			strerror(-r));
		return r;
	}
	snprintf(path, sizeof path, "%s/dataplane.lock", run_dir);
	endpoint.lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (endpoint.lock < 0) {
		int r = -errno;
		log_err("the run directory %s cannot be written: %s; --run-dir takes another",
			run_dir,
			strerror(-r));
		return r;
	}
	if (flock(endpoint.lock, LOCK_EX | LOCK_NB) != 0) {
		ssize_t n = read(endpoint.lock, holder, sizeof holder - 1);
		holder[MAX_OF(n, 0)] = 0;
		holder[strcspn(holder, "\n")] = 0;
		log_err("another spin-dataplane (process %s) runs in %s: stop it, or give this one "
			"another --run-dir",
			holder,
			run_dir);
		return -EADDRINUSE;
	}
	int n = snprintf(holder, sizeof holder, "%d\n", (int)getpid());
	if (ftruncate(endpoint.lock, 0) != 0 || write(endpoint.lock, holder, (size_t)n) != n)
		log_debug("%s does not name this process", path);
	return 0;
}

int
link_open(const char *run_dir) {
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct stat st;

	if (getrandom(&endpoint.boot_id, sizeof endpoint.boot_id, 0)
	    != (ssize_t)sizeof endpoint.boot_id)
		endpoint.boot_id = clock_now();
	int n = snprintf(at.sun_path, sizeof at.sun_path, "%s/%s", run_dir, WIRE_SOCKET);
	if (n < 0 || (size_t)n >= sizeof at.sun_path) {
		log_err("the run directory's path is too long for a socket (%zu bytes at most): %s",
			sizeof at.sun_path - sizeof WIRE_SOCKET - 1,
			run_dir);
		return -ENAMETOOLONG;
	}
	if (lstat(at.sun_path, &st) == 0 && !S_ISSOCK(st.st_mode)) {
		log_err("%s is there and is not a socket: move it away", at.sun_path);
		return -EEXIST;
	}
	unlink(at.sun_path); // of a dataplane that is gone: we hold the lock
	endpoint.listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t old = umask(0117);
	int r = endpoint.listener >= 0
			&& bind(endpoint.listener, (const struct sockaddr *)&at, sizeof at) == 0
			&& listen(endpoint.listener, 4) == 0
		? 0
		: -errno;
	umask(old);
	if (r != 0) {
		log_err("cannot listen on %s: %s", at.sun_path, strerror(-r));
		return r;
	}
	// The group of the directory is whom the administrator lets in.
	if (stat(run_dir, &st) == 0 && st.st_gid != getegid()
	    && chown(at.sun_path, (uid_t)-1, st.st_gid) != 0)
		log_warn(
			"%s stays with this process's group: %s, ignoring",
			at.sun_path,
			strerror(errno)
		);
	endpoint.group = stat(at.sun_path, &st) == 0 ? st.st_gid : getegid();
	snprintf(endpoint.path, sizeof endpoint.path, "%s", at.sun_path);
	return 0;
}

void
link_close(void) {
	if (endpoint.path[0])
		unlink(endpoint.path);
	endpoint.path[0] = 0;
	close_fd(&endpoint.newcomer);
	close_fd(&endpoint.peer);
	close_fd(&endpoint.listener);
	close_fd(&endpoint.lock);
}

bool
link_up(void) {
	return endpoint.peer >= 0;
}

void
link_drop(const char *why) {
	if (endpoint.peer < 0)
		return;
	log_warn("control is gone: %s; forwarding goes on with the rules in force", why);
	close_fd(&endpoint.peer);
}

unsigned int
link_poll_set(struct pollfd *fds, bool want_input, bool want_output) {
	unsigned int n = 0;

	fds[n++] = (struct pollfd){.fd = endpoint.listener, .events = POLLIN};
	if (endpoint.newcomer >= 0)
		fds[n++] = (struct pollfd){.fd = endpoint.newcomer, .events = POLLIN};
	if (endpoint.peer >= 0) {
		short events = (short)((want_input ? POLLIN : 0) | (want_output ? POLLOUT : 0));
		fds[n++] = (struct pollfd){.fd = endpoint.peer, .events = events};
	}
	return n;
}

// root, our own user, or the group that the socket belongs to.
static bool
may_command(int fd) {
	struct ucred who;
	socklen_t size = sizeof who;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
		return false;
	if (who.uid == 0 || who.uid == geteuid() || who.gid == endpoint.group)
		return true;
	log_warn(
		"user %d (process %d) may not command the dataplane: refused",
		(int)who.uid,
		(int)who.pid
	);
	return false;
}

static int
send_hello(int fd) {
	_Alignas(8) uint8_t buffer[sizeof(struct wire_header) + sizeof(struct wire_hello)];
	const struct wire_header h = {
		.length = sizeof buffer,
		.type = WIRE_HELLO,
		.count = 1,
	};
	struct wire_hello hello = {
		.magic = WIRE_MAGIC,
		.version = WIRE_VERSION,
		.boot_id = endpoint.boot_id,
		.pid = (uint64_t)getpid(),
		.release = SPIN_RELEASE,
	};

	memcpy(buffer, &h, sizeof h);
	memcpy(buffer + sizeof h, &hello, sizeof hello);
	return send(fd, buffer, sizeof buffer, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static void
accept_newcomer(void) {
	int fd = accept4(endpoint.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (!may_command(fd) || send_hello(fd) != 0) {
		close(fd);
		return;
	}
	close_fd(&endpoint.newcomer); // the newest has its chance
	endpoint.newcomer = fd;
	endpoint.newcomer_since = clock_now();
}

// Reads one message into endpoint.message.  Its length, 0 when there is none, or a negative errno.
static ssize_t
read_message(int fd, int *ret_fd) {
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control;
	struct iovec v = {.iov_base = endpoint.message, .iov_len = sizeof endpoint.message};
	struct msghdr m = {
		.msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof control.bytes,
	};

	*ret_fd = -1;
	ssize_t n = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t fds = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < fds; i++) {
			int got;
			memcpy(&got, CMSG_DATA(c) + i * sizeof got, sizeof got);
			if (*ret_fd < 0)
				*ret_fd = got;
			else
				close(got);
		}
	}
	if (n == 0)
		return -ECONNRESET;
	if ((m.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
	    || wire_check(endpoint.message, (size_t)n) != 0) {
		close_fd(ret_fd);
		return -EPROTO;
	}
	return n;
}

static bool
hear_newcomer(void) {
	struct wire_hello hello;
	int fd;

	ssize_t n = read_message(endpoint.newcomer, &fd);
	if (n == 0)
		return false;
	close_fd(&fd);
	const struct wire_header *h = (const struct wire_header *)(const void *)endpoint.message;
	if (n < 0 || h->type != WIRE_HELLO || h->count != 1) {
		if (n != -ECONNRESET)
			log_warn("a connection did not begin with HELLO: closed");
		close_fd(&endpoint.newcomer);
		return false;
	}
	memcpy(&hello, h + 1, sizeof hello);
	if (hello.magic != WIRE_MAGIC || hello.version != WIRE_VERSION) {
		log_warn(
			"control speaks version %u of the wire, this dataplane %u: install both "
			"from one release",
			hello.version,
			WIRE_VERSION
		);
		close_fd(&endpoint.newcomer);
		return false;
	}
	if (endpoint.peer >= 0)
		log_info("a newer control replaces the one before");
	close_fd(&endpoint.peer);
	endpoint.peer = endpoint.newcomer;
	endpoint.newcomer = -1;
	log_info("control (process %llu) is here", (unsigned long long)hello.pid);
	return true;
}

bool
link_turn(const struct pollfd *fds, unsigned int n) {
	bool fresh = false;

	for (unsigned int i = 0; i < n; i++) {
		if (!fds[i].revents)
			continue;
		bool over = !(fds[i].revents & POLLIN) && (fds[i].revents & (POLLHUP | POLLERR));
		if (fds[i].fd == endpoint.newcomer)
			fresh |= hear_newcomer();
		else if (fds[i].fd == endpoint.peer && over)
			link_drop("it closed the connection");
	}
	if (fds[0].revents)
		accept_newcomer();
	if (endpoint.newcomer >= 0 && clock_now() - endpoint.newcomer_since > HELLO_PATIENCE)
		close_fd(&endpoint.newcomer);
	return fresh;
}

bool
link_receive(struct wire_header **ret_message, int *ret_fd) {
	if (endpoint.peer < 0)
		return false;
	ssize_t n = read_message(endpoint.peer, ret_fd);
	if (n == -EPROTO)
		link_drop("it sent a message against the contract");
	else if (n < 0)
		link_drop("it closed the connection");
	if (n <= 0)
		return false;
	*ret_message = (struct wire_header *)(void *)endpoint.message;
	return true;
}

int
link_send(const void *message, size_t length) {
	if (endpoint.peer < 0)
		return -ENOTCONN;
	if (send(endpoint.peer, message, length, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	if (errno == EAGAIN || errno == ENOBUFS)
		return -EAGAIN;
	int r = -errno;
	link_drop(strerror(-r));
	return r;
}
