// SPDX-License-Identifier: BSD-3-Clause
// What all workers share, and the sums over them that the main thread reads.

#include "dataplane/policy/policy.h"
#include "dataplane/report.h"
#include "dataplane/table/address.h"
#include "dataplane/table/device.h"
#include "dataplane/table/fact.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/limit.h"
#include "dataplane/table/memory.h"
#include "dataplane/table/name.h"
#include "dataplane/table/station.h"
#include "dataplane/worker.h"
#include "platform/wire.h"

#include <rte_rcu_qsbr.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define DEVICES 4096u
#define STATIONS 16384u
#define NAMES 65536u
#define ADDRESSES 16384u
#define FACTS_MAX 16384u
#define DEVICE_ADDRESSES 256u

static uint32_t
given(uint32_t value, uint32_t otherwise) {
	return value ? value : otherwise;
}

static struct rte_rcu_qsbr *
qsbr_new(void) {
	struct rte_rcu_qsbr *v = table_alloc(rte_rcu_qsbr_get_memsize(WORKERS_MAX));

	if (v && rte_rcu_qsbr_init(v, WORKERS_MAX) != 0) {
		table_free(v, rte_rcu_qsbr_get_memsize(WORKERS_MAX));
		return NULL;
	}
	return v;
}

struct shared *
shared_new(const struct shared_config *c) {
	struct shared *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	if (getrandom(s->seed, sizeof s->seed, 0) != (ssize_t)sizeof s->seed) {
		free(s);
		return NULL;
	}
	s->learn_unasked = c->learn_unasked;
	s->inspect_hellos = c->inspect_hellos;
	s->storm = c->storm;
	s->start = c->start;
	s->stations = station_table_new(given(c->stations, STATIONS), s->seed);
	s->devices = device_table_new(given(c->devices, DEVICES), s->seed);
	if (s->devices)
		s->buckets = table_alloc(s->devices->capacity * sizeof *s->buckets);
	s->limit_buckets = table_alloc(sizeof *s->limit_buckets);
	s->names = name_table_new(given(c->names, NAMES), s->seed);
	s->addresses = address_table_new(
		given(c->addresses, ADDRESSES),
		given(c->device_addresses, DEVICE_ADDRESSES),
		s->seed
	);
	if (s->devices)
		s->hops = table_alloc(s->devices->capacity * sizeof *s->hops);
	if (s->devices)
		s->facts =
			fact_table_new(given(c->facts, FACTS_MAX), s->devices->capacity, s->seed);
	s->qsbr = qsbr_new();
	struct policy *p = policy_new_default(POLICY_DEFAULT_ALLOW);
	if (s->stations && s->devices && s->buckets && s->limit_buckets && s->names && s->addresses
	    && s->facts && s->hops && s->qsbr && p) {
		struct policy *old;
		policy_publish(s, p, &old);
		return s;
	}
	policy_free(p);
	shared_free(s);
	errno = ENOMEM;
	return NULL;
}

void
shared_free(struct shared *s) {
	if (!s)
		return;
	const struct policy *p = atomic_load(&s->policy);
	policy_free((struct policy *)(uintptr_t)p);
	station_table_free(s->stations);
	if (s->devices) {
		table_free(s->buckets, s->devices->capacity * sizeof *s->buckets);
		table_free(s->hops, s->devices->capacity * sizeof *s->hops);
	}
	table_free(s->limit_buckets, sizeof *s->limit_buckets);
	device_table_free(s->devices);
	name_table_free(s->names);
	address_table_free(s->addresses);
	fact_table_free(s->facts);
	table_free(s->qsbr, rte_rcu_qsbr_get_memsize(WORKERS_MAX));
	free(s);
}

static void
add_counters(const struct worker *w, struct wire_stats *ret) {
	const struct worker_counters *c = &w->counters;

	ret->frames += counter_get(&c->frames);
	ret->bytes += counter_get(&c->bytes);
	ret->malformed += counter_get(&c->malformed);
	ret->non_ip += counter_get(&c->non_ip);
	ret->without_flow += counter_get(&c->without_flow);
	ret->flows_active += worker_flows_active(w);
	ret->flows_capacity += worker_flows_capacity(w);
	ret->flows_created += counter_get(&c->flows_created);
	ret->flows_refused += counter_get(&c->flows_refused);
	ret->events_lost += counter_get(&c->events_lost);
	ret->names_refused += counter_get(&c->names_refused);
	ret->facts_refused += counter_get(&c->facts_refused);
	for (unsigned int r = 0; r < REASON_COUNT; r++) {
		ret->reason_packets[r] += counter_get(&c->reason_packets[r]);
		ret->reason_bytes[r] += counter_get(&c->reason_bytes[r]);
	}
	for (unsigned int o = 0; o < ORIGINATED_COUNT; o++)
		ret->originated[o] += counter_get(&c->originated[o]);
}

void
shared_stats(const struct shared *s, struct wire_stats *ret) {
	*ret = (struct wire_stats){.workers = s->workers, .start_ns = s->start};
	for (unsigned int i = 0; i < s->workers; i++) {
		const struct worker *w = s->worker[i];
		add_counters(w, ret);
		ret->worker_core[i] = atomic_load_explicit(&w->core, memory_order_relaxed);
		ret->worker_idle_ns[i] = counter_get(&w->counters.idle_ns);
	}
	ret->names = name_table_used(s->names);
	for (uint32_t slot = SLOT_FIRST; slot < device_table_used(s->devices); slot++)
		ret->devices +=
			atomic_load_explicit(&s->devices->slot[slot].seen, memory_order_relaxed);
}

void
shared_port_counts(const struct shared *s, uint16_t port, struct worker_port *ret) {
	*ret = (struct worker_port){0};
	for (unsigned int i = 0; i < s->workers; i++) {
		const struct worker_port *p = &s->worker[i]->counters.port[port];
		ret->rx_packets += counter_get(&p->rx_packets);
		ret->rx_bytes += counter_get(&p->rx_bytes);
		ret->tx_packets += counter_get(&p->tx_packets);
		ret->tx_bytes += counter_get(&p->tx_bytes);
		ret->partial_checksums += counter_get(&p->partial_checksums);
	}
}

uint32_t
shared_devices(const struct shared *s) {
	return device_table_used(s->devices);
}

bool
shared_device(const struct shared *s, uint32_t slot, struct wire_device *ret) {
	const struct device *d = &s->devices->slot[slot];

	if (slot < SLOT_OTHER || slot >= device_table_used(s->devices)
	    || !atomic_load_explicit(&d->seen, memory_order_acquire))
		return false;
	*ret = (struct wire_device){
		.side = atomic_load_explicit(&d->side, memory_order_relaxed),
		.first_seen_ns = atomic_load_explicit(&d->first_seen_ns, memory_order_relaxed),
	};
	memcpy(ret->mac, d->mac, 6);
	for (unsigned int i = 0; i < s->workers; i++) {
		const struct worker_device *c = &s->worker[i]->devices[slot];
		uint64_t seen = counter_get(&c->last_seen_ns);
		ret->packets_out += counter_get(&c->packets_out);
		ret->bytes_out += counter_get(&c->bytes_out);
		ret->packets_in += counter_get(&c->packets_in);
		ret->bytes_in += counter_get(&c->bytes_in);
		ret->dropped += counter_get(&c->dropped);
		ret->last_seen_ns = MAX_OF(ret->last_seen_ns, seen);
	}
	ret->last_seen_ns = MAX_OF(ret->last_seen_ns, ret->first_seen_ns);
	return true;
}

static void
report_names(const struct shared *s, shared_report_fn *fn, void *context) {
	_Alignas(8) uint8_t bytes[WIRE_NAME_BYTES];
	struct name_entry e;
	struct name_chain chain;

	for (uint32_t i = 0; i < name_places(s->names); i++) {
		if (!name_get(s->names, i, &e) || !name_chain(s->names, e.chain, &chain))
			continue;
		size_t size = report_fill_name(s->devices->slot[e.slot].mac, &e, &chain, bytes);
		fn(context, WIRE_NAME, bytes, size);
	}
}

static void
report_facts(const struct shared *s, shared_report_fn *fn, void *context) {
	uint32_t n = fact_rows(s->facts);
	struct fact_row f;

	for (uint32_t i = 0; i < n; i++) {
		struct wire_fact r = {0};
		fact_get(s->facts, i, &f);
		report_fill_fact(s, &f, &r);
		fn(context, WIRE_FACT, &r, sizeof r);
	}
}

void
shared_report(const struct shared *s, shared_report_fn *fn, void *context) {
	struct address a;
	struct device_name n;

	for (uint32_t i = 0; i < address_places(s->addresses); i++) {
		struct wire_address r = {0};
		if (!address_get(s->addresses, i, &a))
			continue;
		report_fill_address(s, &a, &r);
		fn(context, WIRE_ADDRESS, &r, sizeof r);
	}
	for (uint32_t slot = SLOT_FIRST; slot < device_table_used(s->devices); slot++)
		for (unsigned int i = 0; i < DEVICE_NAMES; i++) {
			struct wire_hostname r = {0};
			if (!device_get_name(s->devices, (uint16_t)slot, i, &n))
				continue;
			report_fill_hostname(s, (uint16_t)slot, &n, &r);
			fn(context, WIRE_HOSTNAME, &r, sizeof r);
		}
	report_facts(s, fn, context);
	report_names(s, fn, context);
}
