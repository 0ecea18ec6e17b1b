// SPDX-License-Identifier: BSD-3-Clause
// From what inspect read to what the tables know: only what was asked for, and only from whom it
// belongs to.
//
// Threads: a worker's own call; names, devices and addresses are shared.

#pragma once

#include "dataplane/batch.h"
#include "dataplane/worker.h"

#include <stddef.h>
#include <stdint.h>

struct dns_message;
struct neighbor;

void
learn_neighbor(struct worker *w, const struct batch *b, unsigned int i, const struct neighbor *n);
void learn_question(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *message,
	size_t length,
	const struct dns_message *m
);
void learn_answer(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *message,
	size_t length,
	const struct dns_message *m
);

// Packet i said hello to a server by this name (wire form, lower case).  Returns the position of
// the names its flow is to be judged by, 0 when there are none for it.
uint32_t learn_server(
	struct worker *w,
	const struct batch *b,
	unsigned int i,
	const uint8_t *wire,
	size_t length,
	enum source source
);
