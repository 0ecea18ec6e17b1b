// SPDX-License-Identifier: BSD-3-Clause
// How many workers the ports can feed, and how frames come to be spread over them.
//
// Shape:   every worker has one receive and one send queue of every port, of its own number.
// Threads: main thread only.
// Errors:  0 or a negative errno; queues_set_up has logged why, the others say it in ret_why.

#pragma once

#include "dataplane/port.h"

// At most `wanted` queues of every port that was probed; when that is fewer, says why in one line.
unsigned int queues_possible(unsigned int wanted);

// Sets up `n` queues of every port but the kernel interfaces, which have been set up with one.
int queues_set_up(unsigned int n);

// One port, started, with several queues: spreads by the two IP addresses only, and reads back from
// the driver that it does; -ENOTSUP where it does not.  Nothing to do where the operator answers.
int queues_spread(const struct port *p, unsigned int n, char ret_why[static WHY_MAX]);

// Starts every PCI port to see that queues_spread works, and stops it again.
int queues_try(unsigned int n, char ret_why[static WHY_MAX]);
