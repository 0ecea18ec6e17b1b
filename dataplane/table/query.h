// SPDX-License-Identifier: BSD-3-Clause
// Questions that wait for their answer: only what was asked may be learned.
//
// Shape:   a question is one 64-bit keyed hash over everything that ties an answer to it (flow,
//          asking end, id, name, type); four a bucket, the oldest gives way.
// Units:   microseconds.
// Threads: its own worker only; question and answer belong to one flow, so to one worker.
// Errors:  none.
// Source:  RFC 5452 section 9: what an answer must match.

#pragma once

#include "dataplane/parse/parse.h"
#include "dataplane/table/hash.h"

#include <stddef.h>
#include <stdint.h>

struct question_table;

struct question {
	const struct flow_key *flow;
	const uint8_t *name; // wire form, lower case
	size_t name_length;
	uint16_t id;
	uint16_t type;
	uint16_t class;
	uint8_t client; // which end of the flow asks
};

struct question_table *question_table_new(uint32_t questions, const uint64_t seed[HASH_SEED_WORDS]);
void question_table_free(struct question_table *t);

void
question_ask(struct question_table *t, const struct question *q, uint16_t slot, uint64_t now_us);
// The slot of the device that asked, and the question is done; SLOT_NONE when nobody did.
uint16_t question_answer(struct question_table *t, const struct question *q, uint64_t now_us);
