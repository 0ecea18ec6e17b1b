// SPDX-License-Identifier: BSD-3-Clause
// Urgency: answers, alerts, a second's ports and counters, new devices, events, changed devices,
// and last the pages of a snapshot, so that it never holds up what is new.

#include "dataplane/ctl/outbox.h"

#include "dataplane/clock.h"
#include "dataplane/ctl/captures.h"
#include "dataplane/ctl/rules.h"
#include "dataplane/ctl/snapshot.h"
#include "dataplane/event.h"
#include "dataplane/port.h"
#include "dataplane/worker.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD NS_PER_S
#define ACKS_MAX 8
#define ALERTS_MAX 16

// The types that workers report, in the order in which one round of them is sent.
static const enum wire_type event_types[] = {
	WIRE_DEVICE,
	WIRE_ADDRESS,
	WIRE_HOSTNAME,
	WIRE_FACT,
	WIRE_NAME,
	WIRE_FLOW,
	WIRE_ALERT,
	WIRE_HITS,
};

struct page {
	struct wire_writer w;
	_Alignas(8) uint8_t bytes[WIRE_MESSAGE_MAX];
};

static struct {
	struct shared *shared;
	uint64_t sequence;
	struct page *pages; // one per event type, then one for everything else
	unsigned int flushing; // event type whose page is next; ARRAY_LEN: all are empty
	struct {
		enum wire_type type;
		struct wire_rules_ack ack;
		uint64_t request;
	} acks[ACKS_MAX];
	unsigned int acks_n;
	struct wire_alert alerts[ALERTS_MAX];
	unsigned int alerts_n;
	ns_t second; // when ports and counters were last sent
	bool ports_due;
	uint64_t *reported; // by device slot: packets when it was last sent
	uint32_t device_at; // the walk over changed devices; equals devices: done
} outbox;

#define OTHER_PAGE (outbox.pages + ARRAY_LEN(event_types))

int
outbox_open(struct shared *s) {
	outbox.shared = s;
	outbox.pages = calloc(ARRAY_LEN(event_types) + 1, sizeof *outbox.pages);
	outbox.reported = calloc(UINT16_MAX + 1, sizeof *outbox.reported);
	outbox.flushing = ARRAY_LEN(event_types);
	return outbox.pages && outbox.reported ? 0 : -ENOMEM;
}

void
outbox_close(void) {
	snapshot_forget();
	free(outbox.pages);
	free(outbox.reported);
	outbox.pages = NULL;
	outbox.reported = NULL;
}

void
outbox_ack(enum wire_type type, const struct wire_rules_ack *ack, uint64_t request) {
	if (outbox.acks_n == ACKS_MAX)
		return; // cannot be: fewer images are under way
	outbox.acks[outbox.acks_n].type = type;
	outbox.acks[outbox.acks_n].ack = *ack;
	outbox.acks[outbox.acks_n++].request = request;
}

void
outbox_alert(const struct wire_alert *alert) {
	if (outbox.alerts_n == ALERTS_MAX) { // the oldest has waited longest for nobody
		memmove(outbox.alerts, outbox.alerts + 1, sizeof outbox.alerts - sizeof *alert);
		outbox.alerts_n--;
	}
	outbox.alerts[outbox.alerts_n++] = *alert;
}

void
outbox_snapshot(uint64_t request, bool workers_running) {
	snapshot_begin(outbox.shared, request, workers_running);
}

// Starts pages for every event type; they are filled before any is sent.
static void
begin_round(void) {
	for (unsigned int i = 0; i < ARRAY_LEN(event_types); i++)
		wire_begin(&outbox.pages[i].w, outbox.pages[i].bytes, event_types[i], 0);
}

static bool
take_event(const struct event *e) {
	for (unsigned int i = 0; i < ARRAY_LEN(event_types); i++) {
		if (event_types[i] != (enum wire_type)e->type)
			continue;
		void *record = wire_add(&outbox.pages[i].w, e->size);
		if (record)
			memcpy(record, e->payload, e->size);
		return record != NULL;
	}
	if (e->type == WIRE_SNAPSHOT_END)
		snapshot_flows_done(e->payload[0]);
	return true;
}

// Moves what the rings hold into the pages, until one is full.
static void
drain_rings(void) {
	const struct shared *s = outbox.shared;

	for (unsigned int i = 0; i < s->workers; i++) {
		struct event_ring *ring = s->worker[i]->events;
		const struct event *e;
		while ((e = event_peek(ring))) {
			if (!take_event(e))
				return;
			event_next(ring);
		}
	}
}

void
outbox_discard(void) {
	const struct shared *s = outbox.shared;

	for (unsigned int i = 0; i < s->workers; i++) {
		while (event_peek(s->worker[i]->events))
			event_next(s->worker[i]->events);
	}
	outbox.flushing = ARRAY_LEN(event_types);
	outbox.acks_n = 0;
	snapshot_forget();
}

void
outbox_greet(void) {
	outbox_discard();
	outbox.second = 0;
	memset(outbox.reported, 0, (UINT16_MAX + 1) * sizeof *outbox.reported);
}

void
outbox_finish(void) {
	outbox.second = 0;
}

static const void *
finish(struct page *p, size_t *ret_length) {
	struct wire_header *h = (struct wire_header *)(void *)p->bytes;

	if (h->type != WIRE_RULES_ACK && h->type != WIRE_SNAPSHOT_END)
		h->id = ++outbox.sequence;
	*ret_length = p->w.length;
	return p->bytes;
}

// The rest of the round in hand, or the first page of a new one.
static bool
next_event_page(struct page **ret_page) {
	for (int rounds = 0; rounds < 2; rounds++) {
		if (outbox.flushing == ARRAY_LEN(event_types)) {
			begin_round();
			drain_rings();
			outbox.flushing = 0;
		}
		while (outbox.flushing < ARRAY_LEN(event_types)) {
			struct page *p = &outbox.pages[outbox.flushing++];
			if (p->w.length > sizeof(struct wire_header)) {
				*ret_page = p;
				return true;
			}
		}
	}
	return false;
}

static void
fill_ports(struct page *p) {
	wire_begin(&p->w, p->bytes, WIRE_PORT, 0);
	for (unsigned int i = 0; i < ports.n; i++) {
		const struct port *port = &ports.list[i];
		struct worker_port count;
		struct wire_port *r = wire_add(&p->w, sizeof *r);
		if (!r)
			return;
		shared_port_counts(outbox.shared, (uint16_t)i, &count);
		memcpy(r->name, port->name, MIN_OF(strlen(port->name), sizeof r->name - 1));
		memcpy(r->driver,
		       port->driver_name,
		       MIN_OF(strlen(port->driver_name), sizeof r->driver - 1));
		memcpy(r->mac, port->mac, sizeof r->mac);
		r->id = (uint16_t)i;
		r->side = (uint8_t)port->side;
		r->flags = (uint8_t
		)((port->link ? WIRE_PORT_LINK_UP : 0)
		  | (port->partial_csum ? WIRE_PORT_PARTIAL_CSUM : 0)
		  | (port->open ? WIRE_PORT_OPEN : 0));
		r->rx_packets = count.rx_packets;
		r->rx_bytes = count.rx_bytes;
		r->tx_packets = count.tx_packets;
		r->tx_bytes = count.tx_bytes;
		r->rx_missed = port->missed;
		r->partial_checksums = count.partial_checksums;
	}
}

static void
fill_stats(struct page *p) {
	wire_begin(&p->w, p->bytes, WIRE_STATS, 0);
	struct wire_stats *r = wire_add(&p->w, sizeof *r);
	shared_stats(outbox.shared, r);
	r->now_ns = clock_now();
	r->start_ns = outbox.shared->start;
	r->generation = rules_generation();
}

// Devices whose counters moved since they were last sent; a page at a time.
static bool
fill_devices(struct page *p) {
	uint32_t n = shared_devices(outbox.shared);

	wire_begin(&p->w, p->bytes, WIRE_DEVICE, 0);
	for (; outbox.device_at < n; outbox.device_at++) {
		struct wire_device d;
		if (!shared_device(outbox.shared, outbox.device_at, &d))
			continue;
		uint64_t packets = 1 + d.packets_out + d.packets_in + d.dropped;
		if (packets == outbox.reported[outbox.device_at & UINT16_MAX])
			continue;
		struct wire_device *r = wire_add(&p->w, sizeof *r);
		if (!r)
			break;
		*r = d;
		outbox.reported[outbox.device_at & UINT16_MAX] = packets;
	}
	return p->w.length > sizeof(struct wire_header);
}

static bool
next_urgent(struct page *p) {
	if (outbox.acks_n) {
		wire_begin(&p->w, p->bytes, outbox.acks[0].type, outbox.acks[0].request);
		struct wire_rules_ack *r = wire_add(&p->w, sizeof *r);
		*r = outbox.acks[0].ack;
		memmove(outbox.acks, outbox.acks + 1, --outbox.acks_n * sizeof outbox.acks[0]);
		return true;
	}
	struct wire_capture_state state;
	if (captures_next(&state)) {
		wire_begin(&p->w, p->bytes, WIRE_CAPTURE_STATE, 0);
		struct wire_capture_state *r = wire_add(&p->w, sizeof *r);
		*r = state;
		return true;
	}
	if (outbox.alerts_n) {
		wire_begin(&p->w, p->bytes, WIRE_ALERT, 0);
		for (unsigned int i = 0; i < outbox.alerts_n; i++) {
			struct wire_alert *r = wire_add(&p->w, sizeof *r);
			*r = outbox.alerts[i];
		}
		outbox.alerts_n = 0;
		return true;
	}
	if (outbox.ports_due) {
		outbox.ports_due = false;
		fill_ports(p);
		return true;
	}
	ns_t now = clock_now();
	if (outbox.second == 0 || now - outbox.second >= PERIOD) {
		outbox.second = now;
		outbox.ports_due = true;
		outbox.device_at = SLOT_OTHER;
		fill_stats(p);
		return true;
	}
	return false;
}

const void *
outbox_next(size_t *ret_length) {
	struct page *p = OTHER_PAGE;

	if (next_urgent(p) || next_event_page(&p) || fill_devices(p = OTHER_PAGE))
		return finish(p, ret_length);
	p = OTHER_PAGE;
	wire_begin(&p->w, p->bytes, WIRE_SNAPSHOT_END, 0);
	if (snapshot_next(&p->w))
		return finish(p, ret_length);
	return NULL;
}
