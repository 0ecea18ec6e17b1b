// SPDX-License-Identifier: BSD-3-Clause
// A worker and what all workers share.
//
// Shape:   struct shared is one per process and owns the tables of stations, devices, names and
//          addresses; struct worker is one per forwarding core and owns flows, fragments,
//          questions, counters, an event ring and the frames it is about to send.
// Units:   counters are cumulative; times as in batch.h.
// Threads: a worker's fields are written by its own thread; counters are single words that other
//          threads read with counter_get.  Every other writer is named beside the field.
// Errors:  the _new functions return NULL with errno.

#pragma once

#include "dataplane/batch.h"
#include "dataplane/inspect/position.h"
#include "dataplane/table/bucket.h"
#include "platform/base.h"
#include "platform/wire_types.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PORTS_MAX 8
#define WORKERS_MAX WIRE_WORKERS_MAX
#define WORKER_QUEUES_MAX 64
#define DHCP_SERVERS_MAX 8
#define ANSWERS 1024 // buckets of a worker, by flow hash: how fast it answers
#define LEASES_ASKED 64 // DHCP questions that wait for their answers
#define ADDRESS_CACHE 1024 // of a worker, hashes of addresses that are known
#define FACT_CACHE 256 // of a worker, keys of facts that are known

struct address_table;
struct datagram_table;
struct device_table;
struct event_ring;
struct fact_table;
struct flow_table;
struct fragment_table;
struct hits;
struct limit_buckets;
struct limit_sets;
struct limit_taken;
struct mirror;
struct name_table;
struct policy;
struct question_table;
struct quic_keys;
struct rte_rcu_qsbr;
struct station_table;
struct stream_table;
struct subject_row;
struct tags_table;

// What the stages must know of a port.  Written by main before the workers start; `open` any time.
struct shared_port {
	atomic_bool open; // takes frames; a closed port gets none
	uint8_t side; // enum side
	bool offloads; // its peer may leave checksums to us
	uint32_t
		cut_at; // a cut frame of this length or more was cut by the port itself; 0: none is
	uint8_t mac[6]; // the port's own: never learned as a station
	uint32_t max_frame; // without FCS, the largest it can send; 0: any
	struct bucket flooded[2]; // written: any worker; [1] is for the safety class alone
};

// What the first packets of a device's flows showed; by all workers together.
struct device_hops {
	_Atomic uint64_t seen[4]; // one bit for each TTL or hop limit
	_Atomic uint32_t addresses; // IPv4 sources
	uint32_t pad;
	uint64_t pad2[3];
};

struct shared_config {
	uint32_t devices; // slots; 0: 4,096
	uint32_t stations; // 0: 16,384
	uint32_t names; // (device, address) pairs; 0: 65,536
	uint32_t addresses; // (device, address) pairs; 0: 16,384
	uint32_t device_addresses; // of one device; 0: 64
	uint32_t facts; // of all devices; 0: 16,384
	uint32_t storm; // frames a second that a port may flood; 0: any number
	bool learn_unasked; // analyze: report every DNS answer, asked for or not
	bool inspect_hellos; // analyze: read server names, whatever the rules say
	ns_t start; // CLOCK_MONOTONIC, or 0 for a capture's own clock
};

struct shared {
	_Atomic(const struct policy *) policy; // written: policy_publish
	_Atomic(const struct mirror *) mirror; // written: mirror_publish; NULL: nothing is captured
	atomic_bool listening; // written: ctl; false: nobody wants events
	struct station_table *stations;
	struct device_table *devices;
	struct limit_taken *buckets; // by slot: what the device's own limit is about; written: any
	struct limit_buckets *limit_buckets; // of limit rules; written: any worker
	struct name_table *names;
	struct address_table *addresses;
	struct fact_table *facts;
	struct device_hops *hops; // by slot; written: any worker
	struct rte_rcu_qsbr *qsbr; // thread id = worker id; the worker loop registers and reports
	struct shared_port port[PORTS_MAX];
	uint16_t ports; // written: main, before the workers start
	uint16_t workers;
	struct worker *worker[WORKERS_MAX]; // written: worker_new, worker_free
	uint32_t epoch; // written: policy_publish; the last one given out
	_Atomic uint64_t dhcp_server[DHCP_SERVERS_MAX]; // hashes; see policy/safety.h
	_Atomic uint64_t lease_asked[LEASES_ASKED]; // hashes; see learn_lease.h
	bool learn_unasked;
	bool inspect_hellos;
	uint32_t storm;
	ns_t start;
	uint64_t seed[8]; // random, from the kernel, of every table's hash
};

struct shared *shared_new(const struct shared_config *c);
void shared_free(struct shared *s); // after the last worker; frees the policy in force too

struct worker_port {
	uint64_t rx_packets; // written: stage_rx
	uint64_t rx_bytes;
	uint64_t tx_packets; // written: stage_tx
	uint64_t tx_bytes;
	uint64_t partial_checksums; // written: whoever completes them
};

struct worker_counters {
	uint64_t frames; // through the pipeline: equals the sum of reason_packets after each batch
	uint64_t bytes;
	uint64_t malformed;
	uint64_t non_ip;
	uint64_t without_flow;
	uint64_t flows_created;
	uint64_t flows_ended;
	uint64_t flows_refused;
	uint64_t flows_evicted; // unanswered ones, for new ones
	uint64_t events_lost;
	uint64_t names_refused;
	uint64_t facts_refused;
	uint64_t judged; // packets that went through judge
	uint64_t idle_ns; // written: worker_loop
	uint64_t reason_packets[REASON_COUNT];
	uint64_t reason_bytes[REASON_COUNT];
	uint64_t originated[ORIGINATED_COUNT];
	struct worker_port port[PORTS_MAX];
};

static inline uint64_t
counter_get(const uint64_t *c) {
	return __atomic_load_n(c, __ATOMIC_RELAXED);
}

static inline void
counter_add(uint64_t *c, uint64_t n) {
	__atomic_store_n(c, *c + n, __ATOMIC_RELAXED);
}

// Frames staged for one port; index[] says which packet of the batch each one is.
struct worker_tx {
	uint16_t n;
	uint8_t index[BATCH_MAX];
	struct rte_mbuf *pkt[BATCH_MAX];
};

struct worker_queue {
	uint16_t port;
	uint16_t queue;
};

// What one worker counted for one device slot.
struct worker_device {
	uint64_t packets_out;
	uint64_t bytes_out;
	uint64_t packets_in;
	uint64_t bytes_in;
	uint64_t dropped;
	uint64_t last_seen_ns;
	uint64_t pad[2]; // one line a device
};

struct worker {
	uint16_t id;
	uint16_t queues; // written: main, before the worker starts
	uint16_t queue_at; // stage_rx: where the next turn begins
	uint16_t tx_queue; // the queue number it sends on, of every port
	uint32_t epoch; // of policy, for the batch in hand
	const struct policy *policy;
	const struct mirror *mirror; // the captures that run, for the batch in hand
	struct shared *shared;
	struct flow_table *flows;
	struct fragment_table *fragments;
	struct question_table *questions;
	struct stream_table *streams; // messages that came in pieces, over TCP and QUIC
	struct datagram_table *datagrams; // and in IP fragments
	struct quic_keys *keys;
	struct bucket opened; // Initials: a flood of false ones may not take the core
	struct tags_table *tags;
	struct bucket *answers; // ANSWERS of them
	uint64_t *address_known; // ADDRESS_CACHE hashes
	uint64_t fact_known[FACT_CACHE];
	ns_t news_at; // when the next new flow may be looked at; see learn_facts.h
	struct position position; // what tells where the bridge stands
	struct subject_row *rows; // by slot: the policy row, cached per epoch
	struct worker_device *devices;
	struct hits *hits;
	struct limit_sets *limits; // of limit rules
	struct event_ring *events;
	struct worker_queue queue[WORKER_QUEUES_MAX];
	struct worker_tx tx[PORTS_MAX];
	struct worker_counters counters;
	_Atomic uint32_t core; // it runs on, plus one; written: worker_loop

	// Reports: a sweep walks the flow table once per period.
	ns_t sweep_time; // when the sweep in hand began
	ns_t sweep_before; // when the one before it began
	ns_t sweep_last_slice; // when the last slice ran
	uint32_t sweep_at; // next entry
	bool sweep_all; // the sweep in hand reports every flow
	bool sweep_lost; // a report was lost since: the next sweep reports every flow
	bool room_asked; // in this batch, whether flows may be reported
	uint64_t sweep_answers; // the snapshot that the sweep in hand answers, 0 none
	uint32_t station_at; // where ageing of stations goes on
	atomic_uint_fast64_t snapshot_asked; // written: worker_report_all
	uint64_t snapshot_done;
	ns_t alerted_full; // when FLOW_TABLE_FULL was last said
};

struct worker_config {
	uint32_t flows; // capacity, rounded up to a power of two; 0: 262,144
	uint32_t fragments; // 0: 4,096
	uint32_t questions; // DNS questions waiting for an answer; 0: 4,096
	uint32_t streams; // messages being put together; 0: 128
	size_t event_bytes; // 0: 4 MiB
};

// Registers itself as shared->worker[id]; ids are dense from 0.
struct worker *worker_new(struct shared *s, const struct worker_config *c);
void worker_free(struct worker *w);

// A slice of ageing and reports, in proportion to the time since the last one but at most `budget`
// entries; the worker calls it between batches.  A whole sweep takes about a second.
void worker_housekeep(struct worker *w, ns_t now, unsigned int budget);
// Any thread: the next whole sweep reports every flow, then WIRE_SNAPSHOT_END with `id`.
void worker_report_all(struct worker *w, uint64_t id);
// For an orderly stop, when the worker has left its loop: reports what changed since the sweeps
// were there, from flow `*at` on.  False: the event ring is full, empty it and come back.
bool worker_tell_rest(struct worker *w, uint32_t *at);
// Ends every flow, with its last record, as far as the event ring has room; true when none is
// left.  For analyze.
bool worker_end_flows(struct worker *w);

uint32_t worker_flows_active(const struct worker *w);
uint32_t worker_flows_capacity(const struct worker *w);

// For stage_tx: the port refused tx[port].pkt[first..n).  Frees them, and a frame that no port
// took moves from `none` to `tx_full`.  Leaves tx[port] empty.
void worker_tx_refused(struct worker *w, struct batch *b, uint16_t port, unsigned int first);
// Frees all that is staged, for pipelines that end before tx.
void worker_tx_drop(struct worker *w);

// Sums over all workers, for the main thread.  reason_* and the counts of frames and flows are
// filled; the caller adds times and generation.
void shared_stats(const struct shared *s, struct wire_stats *ret);
void shared_port_counts(const struct shared *s, uint16_t port, struct worker_port *ret);

// Devices, for the main thread: slots SLOT_OTHER to shared_devices(s) - 1.  False: slot unused.
uint32_t shared_devices(const struct shared *s);
bool shared_device(const struct shared *s, uint32_t slot, struct wire_device *ret);
// What a snapshot needs beside flows and devices: calls back for every known address, host name,
// fact and name, with the wire record (and for names its padded text) and its size.
typedef void shared_report_fn(void *context, uint32_t type, const void *record, size_t size);
void shared_report(const struct shared *s, shared_report_fn *fn, void *context);
