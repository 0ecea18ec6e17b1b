// SPDX-License-Identifier: BSD-3-Clause

#include "control/persist.h"

#include "control/core.h"
#include "control/handover.h"
#include "platform/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("persist");

#define ROWS_MAX 256 // of each kind in one batch
#define FACTS_MAX 1024 // of all devices in one batch

void
persist_device_row(const struct device *d, struct device_row *ret) {
	*ret = (struct device_row){
		.id = d->id,
		.side = d->side,
		.limits = d->limits,
		.hostname_source = d->hostname_source,
		.choice = d->identity.choice,
		.presence = d->identity.presence,
		.first_seen_ns = d->first_seen_ns,
		.last_seen_ns = d->last_seen_ns,
	};
	memcpy(ret->mac, d->mac, sizeof ret->mac);
	memcpy(ret->user_name, d->user_name, sizeof ret->user_name);
	memcpy(ret->hostname, d->hostname, sizeof ret->hostname);
	memcpy(ret->profile, d->profile, sizeof ret->profile);
}

void
persist_destination_row(const struct destination *d, struct destination_row *ret) {
	*ret = (struct destination_row){
		.id = d->id,
		.kind = d->kind,
		.family = d->key.family,
		.first_seen_ns = d->first_seen_ns,
		.last_seen_ns = MAX_OF(d->last_seen_ns, d->dns_seen_ns),
	};
	memcpy(ret->address, d->key.address, sizeof ret->address);
	memcpy(ret->user_name, d->user_name, sizeof ret->user_name);
	snprintf(ret->name, sizeof ret->name, "%s", d->name);
}

static void
persist_peer_row(const struct peer *p, struct peer_row *ret) {
	*ret = (struct peer_row){
		.device = p->key.device,
		.family = (uint8_t)p->key.family,
		.names_length = p->names_length,
		.seen_ns = p->seen_ns,
	};
	memcpy(ret->address, p->key.address, sizeof ret->address);
	memcpy(ret->names, p->names, MIN_OF((size_t)p->names_length, sizeof ret->names));
}

void
persist_note(struct core *c, const struct store_job *job) {
	if (job->result < 0 && c->storage_ok)
		log_err("%s", job->message);
	else if (job->result == 0 && !c->storage_ok)
		log_info("the state database can be written again");
	c->storage_ok = job->result == 0;
	snprintf(c->storage_message, sizeof c->storage_message, "%s", job->message);
}

struct batch {
	struct store_batch job;
	struct core *core;
	bool hand_over;
};

static void
batch_free(struct batch *b) {
	free(b->job.devices);
	free(b->job.destinations);
	free(b->job.peers);
	free(b->job.rule_states);
	free(b->job.facts);
	free(b);
}

// Nothing of it was written: all of it is still to be.
static void
mark_again(struct core *c, const struct store_batch *b) {
	for (size_t i = 0; i < b->devices_count; i++) {
		struct device *d = device_by_id(&c->state, b->devices[i].id);
		if (d)
			d->dirty = d->identity.facts_dirty = true;
	}
	for (size_t i = 0; i < b->destinations_count; i++) {
		struct destination *d = destination_by_id(&c->state, b->destinations[i].id);
		if (d)
			d->dirty = true;
	}
	for (size_t i = 0; i < b->peers_count; i++) {
		const struct peer_row *row = &b->peers[i];
		struct device *d = device_by_id(&c->state, row->device);
		struct peer *p = d ? peer_find(&c->state, d, row->family, row->address) : NULL;
		if (p)
			peer_set_dirty(&c->state, p, true);
	}
	for (size_t i = 0; i < b->rule_states_count; i++) {
		struct rule *r = rule_by_id(&c->state, b->rule_states[i].id);
		if (r)
			r->dirty = true;
	}
}

static void
written(struct store_job *job) {
	struct batch *b = container_of(job, struct batch, job.job);
	struct core *c = b->core;

	c->batch_running = false;
	persist_note(c, job);
	if (job->result < 0)
		mark_again(c, &b->job);
	if (b->hand_over) {
		// In force even where it could not be written down: the number only grows.
		c->state.generation = b->job.generation;
		handover_now(c);
	}
	bool kept = job->result == 0;
	batch_free(b);
	if (c->state.names_moved && kept)
		persist_names_moved(c); // what had to wait for this one
}

static struct batch *
batch_new(struct core *c) {
	struct batch *b = calloc(1, sizeof *b);

	if (!b)
		return NULL;
	b->core = c;
	b->job.job = (struct store_job){.run = store_run_batch, .done = written};
	b->job.generation = c->generation_given;
	b->job.devices = malloc(ROWS_MAX * sizeof *b->job.devices);
	b->job.destinations = malloc(ROWS_MAX * sizeof *b->job.destinations);
	b->job.peers = malloc(ROWS_MAX * sizeof *b->job.peers);
	b->job.rule_states = malloc(ROWS_MAX * sizeof *b->job.rule_states);
	b->job.facts = malloc(FACTS_MAX * sizeof *b->job.facts);
	if (b->job.devices && b->job.destinations && b->job.peers && b->job.rule_states
	    && b->job.facts)
		return b;
	batch_free(b);
	return NULL;
}

// A bare address is kept only when somebody decided about it: traffic shows it again anyway.
static bool
is_kept(const struct destination *d) {
	return d->visible && (d->kind == DESTINATION_DOMAIN || destination_is_held(d));
}

// All that is known of the device; false when it does not fit any more.
static bool
collect_facts(struct device *d, struct store_batch *b) {
	const struct facts *f = &d->identity.facts;

	if (!d->identity.facts_dirty)
		return true;
	if (b->facts_count + f->count > FACTS_MAX)
		return false;
	for (unsigned int i = 0; i < f->count; i++) {
		struct fact_row *row = &b->facts[b->facts_count++];
		*row = (struct fact_row){
			.device = d->id,
			.first_ns = f->items[i].first_ns,
			.seen_ns = f->items[i].seen_ns,
			.clue = f->items[i].clue,
			.source = f->items[i].source,
		};
		snprintf(row->text, sizeof row->text, "%s", f->items[i].text);
	}
	d->identity.facts_dirty = false;
	return true;
}

static void
collect_rules(struct state *s, struct store_batch *b) {
	for (size_t i = 0; i < s->rules_count && b->rule_states_count < ROWS_MAX; i++) {
		struct rule *r = s->rules[i];
		if (!r->dirty)
			continue;
		r->dirty = false;
		b->rule_states[b->rule_states_count++] =
			(struct rule_state_row){r->id, r->active, r->hits, r->last_hit_ns};
	}
	for (size_t i = 0; i < s->profiles.count; i++)
		for (size_t k = 0; k < s->profiles.items[i].own_count; k++) {
			struct profile_rule *r = &s->profiles.items[i].rules[k];
			if (!r->dirty || b->rule_states_count == ROWS_MAX)
				continue;
			r->dirty = false;
			b->rule_states[b->rule_states_count++] =
				(struct rule_state_row){r->id, r->active, r->hits, r->last_hit_ns};
		}
}

static bool
are_rules_dirty(const struct state *s) {
	bool dirty = false;

	for (size_t i = 0; i < s->rules_count && !dirty; i++)
		dirty = s->rules[i]->dirty;
	for (size_t i = 0; i < s->profiles.count; i++)
		for (size_t k = 0; k < s->profiles.items[i].own_count && !dirty; k++)
			dirty = s->profiles.items[i].rules[k].dirty;
	return dirty;
}

static void
collect(struct core *c, struct store_batch *b) {
	struct state *s = &c->state;
	struct peer *p;

	for (size_t i = 0; i < s->devices_count && b->devices_count < ROWS_MAX; i++) {
		if (!s->devices[i]->dirty || !collect_facts(s->devices[i], b))
			continue;
		s->devices[i]->dirty = false;
		persist_device_row(s->devices[i], &b->devices[b->devices_count++]);
	}
	for (size_t i = 0; i < s->destinations_count && b->destinations_count < ROWS_MAX; i++) {
		struct destination *d = s->destinations[i];
		if (!d->dirty)
			continue;
		d->dirty = false;
		if (is_kept(d))
			persist_destination_row(d, &b->destinations[b->destinations_count++]);
	}
	collect_rules(s, b);
	// The newest come last; what is dirty was learned just now.
	TAILQ_FOREACH_REVERSE(p, &s->peers_by_age, peer_list, by_age) {
		if (s->peers_dirty == 0 || b->peers_count == ROWS_MAX)
			break;
		if (!p->dirty)
			continue;
		peer_set_dirty(s, p, false);
		persist_peer_row(p, &b->peers[b->peers_count++]);
	}
}

void
persist_seen(struct state *s, uint64_t since_ns) {
	for (size_t i = 0; i < s->devices_count; i++)
		if (s->devices[i]->last_seen_ns > since_ns)
			s->devices[i]->dirty = true;
	for (size_t i = 0; i < s->destinations_count; i++)
		if (s->destinations[i]->last_seen_ns > since_ns)
			s->destinations[i]->dirty = true;
	for (size_t i = 0; i < s->rules_count; i++)
		if (s->rules[i]->last_hit_ns > since_ns)
			s->rules[i]->dirty = true;
	for (size_t i = 0; i < s->profiles.count; i++)
		for (size_t k = 0; k < s->profiles.items[i].own_count; k++)
			if (s->profiles.items[i].rules[k].last_hit_ns > since_ns)
				s->profiles.items[i].rules[k].dirty = true;
}

static bool
is_anything_dirty(const struct state *s) {
	bool dirty = s->peers_dirty > 0 || are_rules_dirty(s);

	for (size_t i = 0; i < s->devices_count && !dirty; i++)
		dirty = s->devices[i]->dirty;
	for (size_t i = 0; i < s->destinations_count && !dirty; i++)
		dirty = s->destinations[i]->dirty;
	return dirty;
}

void
persist_flush(struct core *c) {
	// A change that is with the store has rows newer than ours: after it, they would undo it.
	if (c->batch_running || !TAILQ_EMPTY(&c->acts.queue) || !is_anything_dirty(&c->state))
		return;
	struct batch *b = batch_new(c);
	if (!b)
		return;
	collect(c, &b->job);
	if (b->job.devices_count + b->job.destinations_count + b->job.peers_count
		    + b->job.rule_states_count
	    == 0) {
		batch_free(b);
		return;
	}
	c->batch_running = true;
	store_submit(c->store, &b->job.job);
}

void
persist_names_moved(struct core *c) {
	if (c->batch_running || !TAILQ_EMPTY(&c->acts.queue))
		return;
	struct batch *b = batch_new(c);
	if (!b)
		return;
	c->state.names_moved = false;
	collect(c, &b->job);
	b->hand_over = true;
	b->job.generation = ++c->generation_given;
	c->batch_running = true;
	store_submit(c->store, &b->job.job);
}
