// SPDX-License-Identifier: BSD-3-Clause
// Policy images on their way into force: checked off the main thread, published, confirmed.
//
// Shape:   rules_submit hands over a memfd; rules_turn moves what the checker finished on and
//          returns finished answers one at a time.  At most RULES_WAITING images are under way.
// Threads: the main thread; one checker thread of its own touches only the image in hand.
// Errors:  a refused image becomes an answer with a negative status; the old image stays.

#pragma once

#include "platform/wire.h"

#include <stdbool.h>
#include <stdint.h>

#define RULES_WAITING 4

struct shared;

int rules_start(struct shared *s);
void rules_stop(void);
int rules_fd(void); // readable when the checker has finished something

// The image at start: <state-dir>/rules.image, in force on return.  0, -ENOENT when there is none,
// or another negative errno with a sentence in ret_why (240 bytes).
int rules_load(const char *state_dir, char *ret_why);
// A policy without rules, for when there is no image at all.
int rules_use_default(bool block);

// Who asked: the id of the request, and which connection it came by.
struct rules_request {
	uint64_t id;
	uint64_t session;
};

bool rules_has_room(void);
// Takes the descriptor.
void rules_submit(int fd, const struct wire_rules *rules, struct rules_request from);

// True while an image waits for workers to leave the old one: look again very soon.
bool rules_confirming(void);
// True when an answer is in *ret_ack and who wants it in *ret_from.
bool rules_turn(struct wire_rules_ack *ret_ack, struct rules_request *ret_from);

bool rules_in_force(void); // some policy has been published
uint64_t rules_generation(void); // confirmed at every worker
