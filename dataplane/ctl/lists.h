// SPDX-License-Identifier: BSD-3-Clause
// Lists images on their way into force, apart from the rules: an image of 256 MiB may take long to
// check, and a rule waits for no list.
//
// Shape:   lists_submit hands over a memfd; lists_turn moves what the checker finished on and
//          returns finished answers one at a time.  One image is checked at a time; of those that
//          wait, the newest counts and the one before is answered with -ECANCELED.
// Threads: the main thread; one checker thread of its own touches only the image in hand.
// Errors:  a refused image becomes an answer with a negative status; the old image stays.

#pragma once

#include "dataplane/ctl/rules.h"

#include <stdbool.h>
#include <stdint.h>

int lists_start(struct shared *s);
void lists_stop(void);
int lists_fd(void); // readable when the checker has finished something

// The image at start: <state-dir>/lists.image, in force on return.  0, -ENOENT when there is none,
// or another negative errno with a sentence in ret_why (240 bytes).
int lists_load(const char *state_dir, char *ret_why);
bool lists_damaged(void); // the file is no good, and nothing better came since

// Takes the descriptor.
void lists_submit(int fd, const struct wire_rules *lists, struct rules_request from);
// True while an image waits for workers to leave the old one: look again very soon.
bool lists_confirming(void);
// True when an answer is in *ret_ack and who wants it in *ret_from.
bool lists_turn(struct wire_rules_ack *ret_ack, struct rules_request *ret_from);
