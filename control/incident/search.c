// SPDX-License-Identifier: BSD-3-Clause
// Who took part: live conversations at once, closed ones from the history.
//
// What the history holds only by name (control/history/flow_row.h, levels 1 and up) has no address
// to compare and is not found.

#include "control/clock.h"
#include "control/device.h"
#include "control/history/reader.h"
#include "control/identity/join.h"
#include "control/incident/own.h"
#include "platform/base.h"

#include <stdlib.h>
#include <string.h>

#define PAGES_MAX 200 // of the history, of 500 conversations that may fit
#define LONGEST_S 86400 // conversations lie by when they began: so much earlier one may have

// The source counts only when it is an address of this home: behind NAT the attacked saw another.
static bool
source_is_ours(const struct core *c, const struct scope *s) {
	for (size_t n = 0; n < c->state.devices_count; n++) {
		const struct device *d = c->state.devices[n];
		for (size_t i = 0; i < d->addresses_count; i++)
			if (scope_has_source(s, d->addresses[i].family, d->addresses[i].address))
				return true;
	}
	return false;
}

static void
add(struct incident *i, uint64_t device, const struct incident_match *more) {
	unsigned int n = 0;

	while (n < i->n_matches && i->matches[n].device != device)
		n++;
	if (n == INCIDENT_DEVICES) {
		i->more_devices++;
		return;
	}
	struct incident_match *m = &i->matches[n];
	if (n == i->n_matches) {
		*m = (struct incident_match){.device = device, .first_ns = more->first_ns};
		i->n_matches++;
	}
	m->flows += more->flows;
	m->packets += more->packets;
	m->bytes += more->bytes;
	m->first_ns = MIN_OF(m->first_ns, more->first_ns);
	m->last_ns = MAX_OF(m->last_ns, more->last_ns);
}

static void
look_at_live(const struct core *c, struct incident *i, const struct scope *s, bool past) {
	const struct flow *f;

	TAILQ_FOREACH (f, &c->state.flows_by_age, by_age) {
		unsigned int home = !f->remote;
		const struct scope_flow seen = {
			.family = f->wire.family,
			.protocol = f->wire.protocol,
			.icmp_type = f->wire.icmp_type,
			.target = f->wire.address[f->remote],
			.source = f->wire.address[home],
			.port = f->wire.port[f->remote],
			.source_port = f->wire.port[home],
		};
		if (!f->device || (past && f->closed) || f->last_seen_ns < i->from_ns
		    || f->first_seen_ns > i->to_ns || !scope_has(s, &seen))
			continue;
		const struct traffic t = flow_traffic(f);
		add(i,
		    join_whole(&c->state, f->device)->id,
		    &(struct incident_match
		    ){.flows = 1,
		      .packets = t.packets_out,
		      .bytes = t.bytes_out,
		      .first_ns = f->first_seen_ns,
		      .last_ns = f->last_seen_ns});
	}
}

struct past {
	struct history_ask ask; // first
	struct core *core;
	struct incident *incident;
	struct scope scope;
	incident_searched then;
	void *context;
	struct incident found; // its matches, by ids as the history has them
	uint64_t from_s, to_s;
};

static void
see_row(struct past *p, const struct flow_row *row) {
	const struct scope_flow seen = {
		.family = row->family,
		.protocol = (uint8_t)(row->service >> 16),
		.target = row->address,
		.port = (uint16_t)row->service,
		.source_port = row->port,
	};

	// Types of ICMP are not kept.
	if ((p->scope.n_icmp > 0 && p->scope.n_ports == 0) || !row->has_address
	    || row->started_ns > p->found.to_ns || row->ended_ns < p->found.from_ns
	    || !scope_has(&p->scope, &seen))
		return;
	add(&p->found,
	    row->device,
	    &(struct incident_match
	    ){.flows = 1,
	      .packets = row->counts.packets_out,
	      .bytes = row->counts.bytes_out,
	      .first_ns = row->started_ns,
	      .last_ns = row->ended_ns});
}

static int
run_past(struct hdb *db, struct history_ask *ask) {
	struct past *p = container_of(ask, struct past, ask);
	struct flows_question q = {
		.from_s = p->from_s, .to_s = p->to_s, .limit = ASK_ITEMS_MAX, .dropped = -1};

	for (unsigned int page = 0; page < PAGES_MAX; page++) {
		struct flows_answer a;
		int r = ask_flows(db, &q, &a);
		if (r < 0)
			return r;
		for (size_t i = 0; i < a.count; i++)
			see_row(p, &a.items[i].row);
		free(a.items);
		if (!a.next)
			break;
		q.before = a.next;
	}
	return 0;
}

static void
past_answered(struct history_ask *ask) {
	struct past *p = container_of(ask, struct past, ask);

	p->incident->past = ask->result == 0;
	p->incident->more_devices += p->found.more_devices;
	for (unsigned int n = 0; ask->result == 0 && n < p->found.n_matches; n++) {
		const struct device *d = device_by_id(&p->core->state, p->found.matches[n].device);
		if (d)
			add(p->incident, join_whole(&p->core->state, d)->id, &p->found.matches[n]);
	}
	p->then(p->context);
	free(p);
}

void
incident_search(struct core *c, struct incident *i, incident_searched then, void *context) {
	struct past *p = c->history ? calloc(1, sizeof *p) : NULL;
	struct scope scope = i->scope;

	if (!source_is_ours(c, &scope))
		scope.n_source = 0;
	look_at_live(c, i, &scope, p != NULL);
	if (p) {
		*p = (struct past
		){.ask = {.run = run_past, .then = past_answered},
		  .core = c,
		  .incident = i,
		  .scope = scope,
		  .then = then,
		  .context = context,
		  .from_s = i->from_ns / NS_PER_S - LONGEST_S,
		  .to_s = i->to_ns / NS_PER_S + 1};
		p->found.from_ns = i->from_ns;
		p->found.to_ns = i->to_ns;
		if (history_ask(c->history, &p->ask) == 0)
			return;
		free(p);
	}
	then(context);
}
