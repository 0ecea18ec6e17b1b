// SPDX-License-Identifier: BSD-3-Clause
// The integers by which SPIN's clients know a node, each for good one of our devices or
// destinations.
//
// Shape:   numbers begin at 1 and are never given twice, not after a crash either: the file says
//          from which one on none was given yet, and is ahead of them.  What is gone is forgotten,
//          its number is not used again.
// Threads: the core thread; the file is written by the thread that is given.
// Errors:  nodes_open returns NULL and a sentence.  While the file cannot be written no number
//          beyond those it covers is given: nodes_number returns 0.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NODES_FILE "spin-nodes"
#define NODES_AHEAD 4096
#define NODES_ERROR 200

struct nodes;
struct thread;

struct node {
	uint64_t number;
	uint64_t thing; // id of a device or destination
};

struct nodes *nodes_open(struct thread *thread, const char *state_dir, char ret_error[NODES_ERROR]);
void nodes_close(struct nodes *n); // when the thread has ended; writes what is new
bool nodes_is_ready(const struct nodes *n); // the first numbers can be given

uint64_t nodes_number(struct nodes *n, uint64_t thing); // gives it one; 0: not now
uint64_t nodes_known(const struct nodes *n, uint64_t thing); // 0: it has none
uint64_t nodes_thing(const struct nodes *n, uint64_t number); // 0: nobody's
void nodes_forget(struct nodes *n, uint64_t number);
size_t nodes_count(const struct nodes *n);
const struct node *nodes_at(const struct nodes *n, size_t i); // by number
void nodes_second(struct nodes *n);
