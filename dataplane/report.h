// SPDX-License-Identifier: BSD-3-Clause
// Turns what tables know into wire records, and puts them into a worker's event ring.
//
// Threads: report_*: the worker's own.  The wire_* fillers: any thread that may read the table.
// Errors:  none: what a full ring refuses is counted in events_lost, and the next sweep reports
//          every flow again.  With nobody listening they do nothing.

#pragma once

#include "dataplane/worker.h"
#include "platform/wire_types.h"

#include <stdbool.h>
#include <stdint.h>

struct address;
struct device_name;
struct dns_message;
struct fact_row;
struct flow;
struct name_chain;
struct name_entry;

static inline bool
report_wanted(const struct worker *w) {
	return atomic_load_explicit(&w->shared->listening, memory_order_relaxed);
}

void report_flow_wanted(struct worker *w, const struct flow *f, bool ended);

static inline void
report_flow(struct worker *w, const struct flow *f, bool ended) {
	if (report_wanted(w))
		report_flow_wanted(w, f, ended);
}

// For reports that can wait until the ring has room: neither counts nor marks a loss.
bool report_flow_try(struct worker *w, const struct flow *f, bool ended);
void report_device(struct worker *w, uint16_t slot);
// Tells what is untold of the worker's hits, as far as the ring has room.
void report_hits(struct worker *w, ns_t now);
void report_alert(struct worker *w, enum alert kind, ns_t now, const char *text);

// Remembers that the device has the address, and reports it when that is new.
void report_address(
	struct worker *w,
	uint16_t slot,
	uint8_t source,
	uint8_t family,
	const uint8_t address[16],
	ns_t now
);
void report_hostname(
	struct worker *w,
	uint16_t slot,
	uint8_t source,
	const char *text,
	uint32_t length,
	ns_t now
);
// What the device told or showed; see FACTS.  Known ones cost a look-up, floods are refused and
// counted.
void report_fact(
	struct worker *w,
	uint16_t slot,
	enum fact_kind kind,
	enum source source,
	const char *text,
	size_t length,
	ns_t now
);
// The device sent from one more IPv4 address.
void report_address_count(struct worker *w, uint16_t slot, ns_t now);
// `mac` is the asking device's, `m` the answer, NULL: there was none or it was not asked for; `in`
// is the flow that the name was read in, NULL: none is kept.
void report_name(
	struct worker *w,
	const uint8_t mac[6],
	const struct name_entry *e,
	const struct name_chain *chain,
	const struct dns_message *m,
	const struct flow *in
);
// An answer without an address, to a question that the device asked.
void report_no_name(
	struct worker *w,
	uint16_t slot,
	ns_t seen,
	const struct dns_message *m,
	const struct name_chain *question,
	const struct flow *in
);

// wire_name and its text, into WIRE_NAME_BYTES; returns the size.
#define WIRE_NAME_BYTES (sizeof(struct wire_name) + WIRE_CHAIN_MAX)
size_t report_fill_name(
	const uint8_t mac[6],
	const struct name_entry *e,
	const struct name_chain *chain,
	uint8_t ret[WIRE_NAME_BYTES]
);
void report_fill_address(const struct shared *s, const struct address *a, struct wire_address *ret);
void report_fill_hostname(
	const struct shared *s,
	uint16_t slot,
	const struct device_name *n,
	struct wire_hostname *ret
);
void report_fill_fact(const struct shared *s, const struct fact_row *f, struct wire_fact *ret);
