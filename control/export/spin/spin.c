// SPDX-License-Identifier: BSD-3-Clause
// The adapter for clients of the original SPIN: it starts and ends what the other files do.

#include "control/clock.h"
#include "control/core.h"
#include "control/export/adapters.h"
#include "control/export/export.h"
#include "control/export/spin/feed.h"
#include "control/export/spin/front.h"
#include "control/export/spin/own.h"
#include "control/export/spin/rpc.h"
#include "control/export/spin/socket.h"
#include "control/export/spin/topics.h"
#include "control/text/language.h"
#include "control/thread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct spin *
spin_of(const struct core *c) {
	return exports_self(c->exports, &adapter_spin_compat);
}

static bool
wanted(const struct config *c) {
	return c->spin.enabled;
}

static void
stop(void *self) {
	struct spin *s = self;

	if (s->ear)
		s->ear->stop(s);
	rpc_socket_close(s->socket);
	feeds_end(s);
	rpc_stop(s);
	front_stop(s->front);
	thread_stop(s->thread);
	front_free(s->front);
	nodes_close(s->nodes);
	free(s);
}

static int
start(struct core *c, void **ret, char ret_error[EXPORT_ERROR]) {
	struct spin *s = calloc(1, sizeof *s);

	if (!s) {
		snprintf(ret_error, EXPORT_ERROR, "out of memory");
		return -ENOMEM;
	}
	s->core = c;
	LIST_INIT(&s->calls);
	LIST_INIT(&s->feeds);
	snprintf(ret_error, EXPORT_ERROR, "out of memory");
	if (thread_start(c->loop, NULL, &s->thread) == 0)
		s->nodes = nodes_open(s->thread, c->config->state_dir, ret_error);
	if (s->nodes)
		s->front = front_open(s->thread, c->config->state_dir);
	if (s->front && c->config->spin.rpc_socket[0])
		s->socket = rpc_socket_open(s, c->config->spin.rpc_socket, ret_error);
	if (!s->front || (c->config->spin.rpc_socket[0] && !s->socket)) {
		stop(s);
		return -EIO;
	}
	*ret = s;
	return 0;
}

static void
status(const void *self, struct export_status *ret) {
	const struct spin *s = self;

	snprintf(ret->where, sizeof ret->where, "/spin_api/jsonrpc");
	ret->contact_ns = s->contact_ns;
	const struct topics *t = topics_running();
	ret->sent = s->answers + (t ? t->stats.published : 0);
	ret->lost = t ? t->stats.lost : 0;
	if (!nodes_is_ready(s->nodes)) {
		ret->state = EXPORT_CONNECTING;
		snprintf(ret->message, sizeof ret->message, "Nodes have no numbers yet.");
	}
}

static void
flush(void *self) {
	struct spin *s = self;

	if (s->ear)
		s->ear->flush(s);
}

static void
second(void *self) {
	struct spin *s = self;

	nodes_second(s->nodes);
}

const struct export_adapter adapter_spin_compat = {
	.name = "spin_compat",
	.title = N_("Clients of the original SPIN"),
	.tells = N_("Left the gateway: devices, and connections and names of those at "
		    "privacy level 0, for clients of the original SPIN"),
	.wanted = wanted,
	.start = start,
	.stop = stop,
	.status = status,
	.flush = flush,
	.second = second,
};
