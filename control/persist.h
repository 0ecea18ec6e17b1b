// SPDX-License-Identifier: BSD-3-Clause
// What was learned goes to the store in batches, so that names are there again after a crash.
//
// Threads: the core thread; rows are copies.
// Errors:  a batch that could not be written stays dirty and is tried again; health tells.

#pragma once

#include "control/store/rows.h"

struct core;
struct destination;
struct device;
struct state;
struct store_job;

void persist_device_row(const struct device *d, struct device_row *ret);
void persist_destination_row(const struct destination *d, struct destination_row *ret);

// When a device was seen last, and when a rule hit, is kept to the minute: marks what moved since.
void persist_seen(struct state *s, uint64_t since_ns);
// Submits what is dirty, unless a batch is under way.
void persist_flush(struct core *c);
// A name came to light that a rule is about: new rules for the next start of the dataplane.
void persist_names_moved(struct core *c);
// Remembers for health how a job ended.
void persist_note(struct core *c, const struct store_job *job);
