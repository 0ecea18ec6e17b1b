// SPDX-License-Identifier: BSD-3-Clause
// IPFIX: every connection to a collector, when it ends and while it goes on.

#include "control/clock.h"
#include "control/core.h"
#include "control/export/adapters.h"
#include "control/export/ipfix/link.h"
#include "control/export/ipfix/message.h"
#include "control/history/history.h"
#include "control/text/language.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAITING_MAX 16384 // records, while the collector is away or slow
#define TEMPLATES_AGAIN_S 60 // over UDP, where a collector may have begun since (RFC 7011 8.4)
#define TRIAL_S 2 // what nobody took has come back by then

struct ipfix {
	struct core *core;
	struct ipfix_config config;
	struct ipfix_link *link;
	struct ipfix_message *message;
	bool templates_due;
	uint64_t templates_ns; // monotonic, of the last ones
	unsigned int first, count; // of waiting
	unsigned int way; // of the first that is told next
	uint64_t lost;
	export_done tested; // NULL: no trial runs
	void *context;
	uint64_t tested_ns;
	bool pumping;
	struct ipfix_record waiting[WAITING_MAX];
};

static bool
wanted(const struct config *c) {
	return c->ipfix.enabled;
}

// --- Out ---

// Templates go alone, data after them.
static bool
send_templates(struct ipfix *x) {
	const uint8_t *data;
	size_t length;

	if (ipfix_message_add_templates(x->message) < 0)
		return false;
	data = ipfix_message_take(x->message, &length);
	x->templates_due = false;
	x->templates_ns = clock_mono_ns();
	if (data)
		ipfix_link_send(x->link, data, length, 0);
	return data != NULL;
}

// What of a record is still to be told; false: nothing.
static bool
next_way(const struct ipfix *x, const struct ipfix_record *r, unsigned int *way) {
	if (x->config.biflow)
		return *way == 0;
	while (*way < 2 && r->packets[*way] == 0)
		(*way)++;
	return *way < 2;
}

static bool
send_records(struct ipfix *x) {
	unsigned int finished = 0;
	const uint8_t *data;
	size_t length;
	int r = 0;

	while (x->count > 0 && r == 0) {
		const struct ipfix_record *first = &x->waiting[x->first];
		while (next_way(x, first, &x->way)) {
			r = ipfix_message_add(x->message, first, x->way);
			if (r < 0)
				break;
			x->way++;
		}
		if (r == -ENOSPC)
			break;
		if (r < 0)
			x->lost++;
		else
			finished++;
		x->first = (x->first + 1) % WAITING_MAX;
		x->count--;
		x->way = 0;
	}
	data = ipfix_message_take(x->message, &length);
	if (data)
		ipfix_link_send(x->link, data, length, finished);
	return data != NULL;
}

static void
pump(struct ipfix *x) {
	if (x->pumping)
		return; // sending made room: the loop below sees it
	x->pumping = true;
	while (x->message && ipfix_link_has_room(x->link)
	       && (x->templates_due
			   ? send_templates(x)
			   : x->count > 0 && !ipfix_link_is_doubted(x->link) && send_records(x)))
		;
	x->pumping = false;
}

// A connection begins with templates, and counts its records from nought; UDP has none.
static void
on_up(void *context) {
	struct ipfix *x = context;

	if (x->config.transport != IPFIX_UDP || !x->message) {
		ipfix_message_free(x->message);
		x->message = NULL;
		ipfix_message_new((uint32_t)x->config.domain, x->config.biflow, &x->message);
	}
	x->templates_due = true;
	pump(x);
}

static void
on_room(void *context) {
	pump(context);
}

// --- In ---

static void
fill(const struct flow *f, enum ipfix_end end, struct ipfix_record *r) {
	const struct wire_flow *w = &f->wire;
	struct flow_told *told = f->told;
	uint64_t start = told->ipfix_end_ns ? told->ipfix_end_ns : f->first_seen_ns;

	*r = (struct ipfix_record){
		.flow = f->id,
		.start_ms = MIN_OF(start, f->last_seen_ns) / NS_PER_MS,
		.end_ms = f->last_seen_ns / NS_PER_MS,
		.port = {w->port[0], w->port[1]},
		.vlan = w->tags ? w->vlan[0] & 0xfff : 0,
		.icmp = {w->icmp_type, w->icmp_code},
		.family = w->family,
		.protocol = w->protocol,
		.end = (uint8_t)end,
		.is_icmp = w->flags & WIRE_FLOW_ICMP,
	};
	for (unsigned int i = 0; i < 2; i++) {
		r->packets[i] = w->packets[i] - told->ipfix_packets[i];
		r->bytes[i] = w->bytes[i] - told->ipfix_bytes[i];
		told->ipfix_packets[i] = w->packets[i];
		told->ipfix_bytes[i] = w->bytes[i];
	}
	memcpy(r->address, w->address, sizeof r->address);
	memcpy(r->mac, w->mac, sizeof r->mac);
	told->ipfix_end_ns = f->last_seen_ns;
}

static void
add(struct ipfix *x, const struct flow *f, enum ipfix_end end) {
	if (x->count == WAITING_MAX) {
		x->lost++;
		return; // its counts come with the flow's next record, if there is one
	}
	fill(f, end, &x->waiting[(x->first + x->count++) % WAITING_MAX]);
}

// What moved before control was started may have been told before.
static void
skip_past(const struct core *c, const struct flow *f) {
	struct flow_told *told = f->told;

	if (f->first_seen_ns >= clock_wall_of(c->started_ns))
		return;
	memcpy(told->ipfix_packets, f->wire.packets, sizeof told->ipfix_packets);
	memcpy(told->ipfix_bytes, f->wire.bytes, sizeof told->ipfix_bytes);
	told->ipfix_end_ns = f->last_seen_ns;
}

static void
on_flow(void *self, const struct flow *f, enum export_flow what) {
	struct ipfix *x = self;
	struct flow_told *told = f->told;
	uint64_t now = clock_mono_ns();

	if (what == EXPORT_FLOW_NEW)
		skip_past(x->core, f);
	if (told->ipfix_at_ns == 0)
		told->ipfix_at_ns = now;
	bool over = what == EXPORT_FLOW_CLOSED || what == EXPORT_FLOW_GONE;
	bool moved = f->wire.packets[0] + f->wire.packets[1]
		!= told->ipfix_packets[0] + told->ipfix_packets[1];
	if (!moved || history_level(x->core->history, f->device) > 0)
		return;
	if (!over && now - told->ipfix_at_ns < x->config.active_s * NS_PER_S)
		return;
	told->ipfix_at_ns = now;
	add(x,
	    f,
	    what == EXPORT_FLOW_GONE		       ? IPFIX_END_FORCED
		    : !over			       ? IPFIX_END_ACTIVE
		    : f->wire.flags & WIRE_FLOW_CLOSED ? IPFIX_END_CLOSED
						       : IPFIX_END_IDLE);
}

static void
on_flush(void *self) {
	pump(self);
}

static void
on_second(void *self) {
	struct ipfix *x = self;
	struct export_status s = {0};
	uint64_t now = clock_mono_ns();

	ipfix_link_second(x->link);
	if (x->config.transport == IPFIX_UDP
	    && now - x->templates_ns > TEMPLATES_AGAIN_S * NS_PER_S)
		x->templates_due = true;
	pump(x);
	if (!x->tested || now - x->tested_ns < TRIAL_S * NS_PER_S)
		return;
	ipfix_link_status(x->link, &s);
	export_done done = x->tested;
	x->tested = NULL;
	done(x->context,
	     s.state == EXPORT_OK   ? NULL
		     : s.message[0] ? s.message
				    : _("the collector was not reached yet"));
}

// --- Its life ---

static void
stop(void *self) {
	struct ipfix *x = self;

	x->tested = NULL;
	if (x->link)
		pump(x); // what there is room for; the rest nobody hears of
	ipfix_link_free(x->link);
	ipfix_message_free(x->message);
	free(x);
}

static int
start(struct core *c, void **ret, char ret_error[EXPORT_ERROR]) {
	struct ipfix *x;

	if (!c->config->ipfix.host[0]) {
		snprintf(
			ret_error, EXPORT_ERROR, _("ipfix.host does not say where the collector is")
		);
		return -EINVAL;
	}
	x = calloc(1, sizeof *x);
	snprintf(ret_error, EXPORT_ERROR, _("out of memory"));
	if (!x)
		return -ENOMEM;
	x->core = c;
	x->config = c->config->ipfix;
	const struct ipfix_link_user user = {.up = on_up, .room = on_room, .context = x};
	int r = ipfix_link_new(c->loop, &x->config, &user, &x->link, ret_error);
	if (r < 0) {
		stop(x);
		return r;
	}
	*ret = x;
	return 0;
}

static void
status(const void *self, struct export_status *ret) {
	static const char *const words[] = {"udp", "tcp", "tls"};
	const struct ipfix *x = self;

	ipfix_link_status(x->link, ret);
	ret->waiting = x->count;
	ret->lost += x->lost;
	snprintf(
		ret->where,
		sizeof ret->where,
		"%s %.100s:%u",
		words[x->config.transport],
		x->config.host,
		ipfix_config_port(&x->config)
	);
}

static int
test(void *self, export_done done, void *context) {
	struct ipfix *x = self;

	if (x->tested)
		return -EBUSY;
	x->tested = done;
	x->context = context;
	x->tested_ns = clock_mono_ns();
	if (x->config.transport == IPFIX_UDP)
		x->templates_due = true;
	pump(x);
	return 0;
}

const struct export_adapter adapter_ipfix = {
	.name = "ipfix",
	.title = "IPFIX",
	.tells = N_("Left the gateway: connections of devices at privacy level 0, with addresses"),
	.wanted = wanted,
	.start = start,
	.stop = stop,
	.status = status,
	.test = test,
	.flow = on_flow,
	.flush = on_flush,
	.second = on_second,
};
