// SPDX-License-Identifier: BSD-3-Clause
// The sleep ladder: polls for as long as packets keep coming, pauses between polls for SPIN_NS after
// the last one, then sleeps, at first short, doubling to SLEEP_MAX_NS.  The first packet after a
// sleep waits at most that long; the timer slack of 50 us that Linux adds is taken away.  While it
// sleeps the worker is offline for the grace period: a new policy need not wait for it.

#include "dataplane/worker_loop.h"

#include "dataplane/clock.h"
#include "dataplane/pipeline.h"

#include <rte_pause.h>
#include <rte_rcu_qsbr.h>

#include <sys/prctl.h>
#include <time.h>

#define SPIN_NS (50 * NS_PER_US)
#define SLEEP_MIN_NS (10 * NS_PER_US)
#define SLEEP_MAX_NS (200 * NS_PER_US)
#define HOUSEKEEP_TURNS 64 // of a busy worker
#define HOUSEKEEP_ENTRIES 256 // at most, at once

static void
sleep_offline(struct worker *w, ns_t ns) {
	const struct timespec t = {.tv_nsec = (long)ns};

	rte_rcu_qsbr_thread_offline(w->shared->qsbr, w->id);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
	rte_rcu_qsbr_thread_online(w->shared->qsbr, w->id);
}

// Nothing came: pause or sleep, by how long nothing has come.
static void
idle(struct worker *w, ns_t now, ns_t *idle_since, ns_t *sleep) {
	if (*idle_since == 0) {
		*idle_since = now;
		*sleep = SLEEP_MIN_NS;
	}
	if (now - *idle_since < SPIN_NS) {
		rte_pause();
		return;
	}
	sleep_offline(w, *sleep);
	*sleep = MIN_OF(*sleep * 2, SLEEP_MAX_NS);
}

int
worker_loop(void *context) {
	struct worker_run *run = context;
	struct worker *w = run->worker;
	struct rte_rcu_qsbr *qsbr = w->shared->qsbr;
	static _Thread_local struct batch b;
	ns_t idle_since = 0, sleep = SLEEP_MIN_NS;
	uint64_t received = 0, turns = 0;

	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	rte_rcu_qsbr_thread_register(qsbr, w->id);
	rte_rcu_qsbr_thread_online(qsbr, w->id);
	while (!atomic_load_explicit(&run->stop, memory_order_relaxed)) {
		unsigned int n = pipeline_turn(w, &b);
		rte_rcu_qsbr_quiescent(qsbr, w->id);
		atomic_store_explicit(&run->turns, ++turns, memory_order_relaxed);
		if (n) {
			idle_since = 0;
			received += n;
			if (turns % HOUSEKEEP_TURNS == 0)
				worker_housekeep(w, b.time[0], HOUSEKEEP_ENTRIES);
			if (run->frames && received >= run->frames)
				break;
		} else {
			ns_t now = clock_now();
			worker_housekeep(w, now, HOUSEKEEP_ENTRIES);
			idle(w, now, &idle_since, &sleep);
		}
	}
	rte_rcu_qsbr_thread_offline(qsbr, w->id);
	rte_rcu_qsbr_thread_unregister(qsbr, w->id);
	atomic_store(&run->finished, true);
	return 0;
}
