// SPDX-License-Identifier: BSD-3-Clause
// Urgency: answers, alerts, a second's ports and counters, new devices, events, changed devices,
// and last the pages of a snapshot, so that it never holds up what is new.

#include "dataplane/ctl/report.h"

#include "dataplane/clock.h"
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
	WIRE_NAME,
	WIRE_FLOW,
	WIRE_ALERT,
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
} report;

#define OTHER_PAGE (report.pages + ARRAY_LEN(event_types))

int
report_open(struct shared *s) {
	report.shared = s;
	report.pages = calloc(ARRAY_LEN(event_types) + 1, sizeof *report.pages);
	report.reported = calloc(UINT16_MAX + 1, sizeof *report.reported);
	report.flushing = ARRAY_LEN(event_types);
	return report.pages && report.reported ? 0 : -ENOMEM;
}

void
report_close(void) {
	snapshot_forget();
	free(report.pages);
	free(report.reported);
	report.pages = NULL;
	report.reported = NULL;
}

void
report_ack(const struct wire_rules_ack *ack, uint64_t request) {
	if (report.acks_n == ACKS_MAX)
		return; // cannot be: fewer images are under way
	report.acks[report.acks_n].ack = *ack;
	report.acks[report.acks_n++].request = request;
}

void
report_alert(const struct wire_alert *alert) {
	if (report.alerts_n == ALERTS_MAX) { // the oldest has waited longest for nobody
		memmove(report.alerts, report.alerts + 1, sizeof report.alerts - sizeof *alert);
		report.alerts_n--;
	}
	report.alerts[report.alerts_n++] = *alert;
}

void
report_snapshot(uint64_t request, bool workers_running) {
	snapshot_begin(report.shared, request, workers_running);
}

// Starts pages for every event type; they are filled before any is sent.
static void
begin_round(void) {
	for (unsigned int i = 0; i < ARRAY_LEN(event_types); i++)
		wire_begin(&report.pages[i].w, report.pages[i].bytes, event_types[i], 0);
}

static bool
take_event(const struct event *e) {
	for (unsigned int i = 0; i < ARRAY_LEN(event_types); i++) {
		if (event_types[i] != (enum wire_type)e->type)
			continue;
		void *record = wire_add(&report.pages[i].w, e->size);
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
	const struct shared *s = report.shared;

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
report_discard(void) {
	const struct shared *s = report.shared;

	for (unsigned int i = 0; i < s->workers; i++) {
		while (event_peek(s->worker[i]->events))
			event_next(s->worker[i]->events);
	}
	report.flushing = ARRAY_LEN(event_types);
	report.acks_n = 0;
	snapshot_forget();
}

void
report_greet(void) {
	report_discard();
	report.second = 0;
	memset(report.reported, 0, (UINT16_MAX + 1) * sizeof *report.reported);
}

static const void *
finish(struct page *p, size_t *ret_length) {
	struct wire_header *h = (struct wire_header *)(void *)p->bytes;

	if (h->type != WIRE_RULES_ACK && h->type != WIRE_SNAPSHOT_END)
		h->id = ++report.sequence;
	*ret_length = p->w.length;
	return p->bytes;
}

static bool
next_event_page(struct page **ret_page) {
	if (report.flushing == ARRAY_LEN(event_types)) {
		begin_round();
		drain_rings();
		report.flushing = 0;
	}
	for (; report.flushing < ARRAY_LEN(event_types); report.flushing++) {
		struct page *p = &report.pages[report.flushing];
		if (p->w.length > sizeof(struct wire_header)) {
			report.flushing++;
			*ret_page = p;
			return true;
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
		shared_port_counts(report.shared, (uint16_t)i, &count);
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
	shared_stats(report.shared, r);
	r->now_ns = clock_now();
	r->start_ns = report.shared->start;
	r->generation = rules_generation();
}

// Devices whose counters moved since they were last sent; a page at a time.
static bool
fill_devices(struct page *p) {
	uint32_t n = shared_devices(report.shared);

	wire_begin(&p->w, p->bytes, WIRE_DEVICE, 0);
	for (; report.device_at < n; report.device_at++) {
		struct wire_device d;
		if (!shared_device(report.shared, report.device_at, &d))
			continue;
		uint64_t packets = 1 + d.packets_out + d.packets_in + d.dropped;
		if (packets == report.reported[report.device_at & UINT16_MAX])
			continue;
		struct wire_device *r = wire_add(&p->w, sizeof *r);
		if (!r)
			break;
		*r = d;
		report.reported[report.device_at & UINT16_MAX] = packets;
	}
	return p->w.length > sizeof(struct wire_header);
}

static bool
next_urgent(struct page *p) {
	if (report.acks_n) {
		wire_begin(&p->w, p->bytes, WIRE_RULES_ACK, report.acks[0].request);
		struct wire_rules_ack *r = wire_add(&p->w, sizeof *r);
		*r = report.acks[0].ack;
		memmove(report.acks, report.acks + 1, --report.acks_n * sizeof report.acks[0]);
		return true;
	}
	if (report.alerts_n) {
		wire_begin(&p->w, p->bytes, WIRE_ALERT, 0);
		for (unsigned int i = 0; i < report.alerts_n; i++) {
			struct wire_alert *r = wire_add(&p->w, sizeof *r);
			*r = report.alerts[i];
		}
		report.alerts_n = 0;
		return true;
	}
	if (report.ports_due) {
		report.ports_due = false;
		fill_ports(p);
		return true;
	}
	ns_t now = clock_now();
	if (report.second == 0 || now - report.second >= PERIOD) {
		report.second = now;
		report.ports_due = true;
		report.device_at = SLOT_OTHER;
		fill_stats(p);
		return true;
	}
	return false;
}

const void *
report_next(size_t *ret_length) {
	struct page *p = OTHER_PAGE;

	if (next_urgent(p) || next_event_page(&p) || fill_devices(p = OTHER_PAGE))
		return finish(p, ret_length);
	p = OTHER_PAGE;
	wire_begin(&p->w, p->bytes, WIRE_SNAPSHOT_END, 0);
	if (snapshot_next(&p->w))
		return finish(p, ret_length);
	return NULL;
}
