// SPDX-License-Identifier: BSD-3-Clause
// What wakes a worker that sleeps: the receive interrupts of its queues, and the sockets of kernel
// interfaces.
//
// Shape:   one struct wake a worker.  It works only while every port can wake: where one cannot, or
//          turns out not to, the worker must look for frames itself.
// Threads: opened and closed by the main thread while no worker runs, else the worker's own.
// Errors:  none; a port that cannot wake is said once.

#pragma once

#include "dataplane/port.h"
#include "dataplane/worker.h"

#include <rte_epoll.h>

#include <stdbool.h>
#include <stdint.h>

// A queue with an interrupt.
struct wake_queue {
	struct worker_queue at;
	bool heard; // its interrupt has come at least once
	uint8_t unheard; // times in a row that frames were there and no interrupt had come
	uint64_t received; // by this worker from this port, when the last wait ended in vain
};

struct wake {
	int epoll; // -1: nothing to wait for
	bool works;
	bool armed;
	bool in_vain; // the wait before ended without a frame
	uint8_t queues;
	uint8_t sockets;
	struct wake_queue queue[PORTS_MAX];
	struct rte_epoll_event socket[PORTS_MAX]; // DPDK keeps pointers to them
};

void wakes_open(void); // after the ports were started
void wakes_close(void); // before they are stopped
struct wake *wake_of(const struct worker *w);

// True: armed just now, so the queues have to be polled once more before the worker may sleep.
bool wake_arm(struct wake *k);
// Sleeps until a frame comes or `patience_ms` have passed; true: woken.
bool wake_wait(struct wake *k, const struct worker *w, int patience_ms);
void wake_disarm(struct wake *k, const struct worker *w);

// Frames came: nothing has to wake the worker now.
static inline void
wake_work(struct wake *k, const struct worker *w) {
	if (__builtin_expect(k->armed, false))
		wake_disarm(k, w);
}
