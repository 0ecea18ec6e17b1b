// SPDX-License-Identifier: BSD-3-Clause
// Other lists while we run: as after a restart, without one.
//
// Shape:   the worker of the lists there are comes to its end by itself, then those of the newest
//          configuration begin.  What the dataplane has stays in force until it is given others.
// Threads: the core thread.

#pragma once

struct core;

int lists_begin(struct core *c); // of c->config; before lists_run
void lists_switch(struct core *c); // to those of c->reload.wanted, soon
