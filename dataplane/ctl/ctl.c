// SPDX-License-Identifier: BSD-3-Clause
// One turn: wait, hear, act, say.  Commands are read only while there is room for what they cause,
// so a peer that sends without pause waits in its own socket buffer.

#include "dataplane/ctl/ctl.h"

#include "dataplane/clock.h"
#include "dataplane/ctl/captures.h"
#include "dataplane/ctl/link.h"
#include "dataplane/ctl/lists.h"
#include "dataplane/ctl/outbox.h"
#include "dataplane/ctl/rules.h"
#include "dataplane/worker.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

LOG_DOMAIN("ctl");

#define COMMANDS_AT_ONCE 16
#define OWN_FDS 3 // signals, rules, lists
#define MESSAGES_AT_ONCE 64
#define LEAVING_MS 1 // the workers leave a capture's memory
#define CONFIRM_TRIES 2000 // a few milliseconds of asking before the loop looks elsewhere again

static struct {
	struct shared *shared;
	int signals;
	uint64_t session; // grows with every control that connects
	bool stop;
	bool forwarding;
	bool blocked; // the socket was full: `held` waits for room
	const void *held;
	size_t held_length;
} ctl = {.signals = -1};

int
ctl_take_signals(void) {
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -errno;
	signal(SIGPIPE, SIG_IGN);
	ctl.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return ctl.signals < 0 ? -errno : 0;
}

int
ctl_lock(const struct config *c) {
	return link_lock(c->run_dir);
}

int
ctl_open(const struct config *c, struct shared *s) {
	int r;

	ctl.shared = s;
	captures_open(s);
	if ((r = outbox_open(s)) != 0 || (r = rules_start(s)) != 0 || (r = lists_start(s)) != 0) {
		log_err("the control endpoint cannot start: %s", strerror(-r));
		return r;
	}
	return link_open(c->run_dir);
}

void
ctl_close(void) {
	link_close();
	captures_close();
	lists_stop();
	rules_stop();
	outbox_close();
	if (ctl.signals >= 0)
		close(ctl.signals);
	ctl.signals = -1;
}

bool
ctl_stop_asked(void) {
	return ctl.stop;
}

void
ctl_set_forwarding(bool running) {
	ctl.forwarding = running;
}

void
ctl_alert(uint32_t kind, const char *format, ...) {
	struct wire_alert a = {.kind = kind, .seen_ns = clock_now()};
	va_list args;

	va_start(args, format);
	vsnprintf(a.text, sizeof a.text, format, args);
	va_end(args);
	log_warn("%s", a.text);
	outbox_alert(&a);
}

// Takes the image's descriptor, or answers at once why not.
static void
command_image(const struct wire_header *h, int fd) {
	const struct rules_request from = {.id = h->id, .session = ctl.session};
	struct wire_rules image;

	if (h->count == 1 && fd >= 0) {
		memcpy(&image, h + 1, sizeof image);
		if (h->type == WIRE_RULES)
			rules_submit(fd, &image, from);
		else
			lists_submit(fd, &image, from);
		return;
	}
	struct wire_rules_ack ack = {
		.generation_in_force = h->type == WIRE_RULES ? rules_generation() : 0,
		.status = -EPROTO,
		.text = "an image must come as one record and one memfd",
	};
	outbox_ack(h->type == WIRE_RULES ? WIRE_RULES_ACK : WIRE_LISTS_ACK, &ack, h->id);
	if (fd >= 0)
		close(fd);
}

static void
command_capture_stop(const struct wire_header *h) {
	const struct wire_capture_stop *stop = (const void *)(h + 1);

	for (unsigned int i = 0; i < h->count; i++)
		captures_end(stop[i].id);
}

static void
obey(const struct wire_header *h, int fd) {
	if (h->type == WIRE_RULES || h->type == WIRE_LISTS) {
		command_image(h, fd);
		return;
	}
	if (h->type == WIRE_CAPTURE)
		captures_begin((const struct wire_capture *)(const void *)(h + 1), fd);
	if (h->type == WIRE_RECORDER && h->count == 1)
		captures_record((const struct wire_recorder *)(const void *)(h + 1), fd);
	if (fd >= 0)
		close(fd);
	if (h->type == WIRE_SNAPSHOT)
		outbox_snapshot(h->id, ctl.forwarding);
	else if (h->type == WIRE_CAPTURE_STOP)
		command_capture_stop(h);
	else if (h->type != WIRE_HELLO && h->type != WIRE_CAPTURE && h->type != WIRE_RECORDER)
		link_drop("it sent what only a dataplane says");
}

static void
hear(void) {
	struct wire_header *h;
	int fd;

	for (int i = 0; i < COMMANDS_AT_ONCE && rules_has_room() && link_receive(&h, &fd); i++)
		obey(h, fd);
}

static void
tell(enum wire_type type, const struct wire_rules_ack *ack, struct rules_request from) {
	if (ack->status != 0 && ack->status != -ECANCELED)
		ctl_alert(
			ALERT_POLICY_REJECTED,
			"%s of generation %llu were refused: %s. Generation %llu stays in force.",
			type == WIRE_RULES_ACK ? "Rules" : "Lists",
			(unsigned long long)ack->generation,
			ack->text,
			(unsigned long long)ack->generation_in_force
		);
	if (from.session == ctl.session)
		outbox_ack(type, ack, from.id);
}

// Images on their way into force.  The last step is short, so it is waited for here.
static void
finish_images(void) {
	struct wire_rules_ack ack;
	struct rules_request from;

	for (int i = 0; i < CONFIRM_TRIES; i++) {
		if (rules_turn(&ack, &from))
			tell(WIRE_RULES_ACK, &ack, from);
		else if (lists_turn(&ack, &from))
			tell(WIRE_LISTS_ACK, &ack, from);
		else if (!rules_confirming() && !lists_confirming())
			return;
	}
}

// True: all that was due is said.
static bool
say(void) {
	for (int i = 0; i < MESSAGES_AT_ONCE && link_up(); i++) {
		if (!ctl.held)
			ctl.held = outbox_next(&ctl.held_length);
		if (!ctl.held)
			return true;
		int r = link_send(ctl.held, ctl.held_length);
		ctl.blocked = r == -EAGAIN;
		if (ctl.blocked)
			return false;
		ctl.held = NULL;
	}
	return false;
}

bool
ctl_flush(bool last, ns_t until) {
	if (last)
		outbox_finish();
	while (link_up()) {
		struct pollfd fds[LINK_FDS];
		ns_t now = clock_now();
		if (say())
			return true;
		if (now >= until)
			return false;
		unsigned int n = link_poll_set(fds, false, true);
		poll(fds, n, (int)((until - now) / NS_PER_MS) + 1);
	}
	return false;
}

static void
read_signals(void) {
	struct signalfd_siginfo s;

	while (read(ctl.signals, &s, sizeof s) == (ssize_t)sizeof s) {
		log_info("signal %u: stopping", s.ssi_signo);
		ctl.stop = true;
	}
}

void
ctl_turn(int timeout_ms) {
	struct pollfd fds[OWN_FDS + LINK_FDS] = {
		{.fd = ctl.signals, .events = POLLIN},
		{.fd = rules_fd(), .events = POLLIN},
		{.fd = lists_fd(), .events = POLLIN},
	};

	unsigned int n = link_poll_set(fds + OWN_FDS, rules_has_room(), ctl.blocked);
	if (captures_leaving())
		timeout_ms = MIN_OF(timeout_ms, LEAVING_MS);
	poll(fds, OWN_FDS + n, rules_confirming() || lists_confirming() ? 0 : timeout_ms);
	read_signals();
	if (link_turn(fds + OWN_FDS, n)) {
		captures_end_all();
		ctl.held = NULL;
		ctl.blocked = false;
		ctl.session++;
		outbox_greet();
	}
	atomic_store(&ctl.shared->listening, link_up());
	hear();
	finish_images();
	captures_turn();
	if (link_up()) {
		say();
	} else {
		ctl.held = NULL;
		ctl.blocked = false;
		captures_end_all();
		outbox_discard();
	}
}
