// SPDX-License-Identifier: BSD-3-Clause
// Polls for as long as packets keep coming, pauses between polls for SPIN_NS after the last one,
// then sleeps.  To be woken takes ten times as long as a packet does; so while bursts come closer
// together than SPIN_GAP_NS, as those of 700 packets a second do, it pauses until the next one is
// overdue instead.  Where every port can wake it, by a receive interrupt or a socket, it sleeps
// until one has a frame (or it is time to keep house); interrupts are armed before the queues are
// polled once more, so that no frame can come in between unseen.  Elsewhere it sleeps in steps that
// double up to SLEEP_MAX_NS, which the first packet may have to wait; the timer slack of 50 us that
// Linux adds is taken away.  While it sleeps the worker is offline for the grace period: a new
// policy need not wait for it.

#include "dataplane/worker_loop.h"

#include "dataplane/clock.h"
#include "dataplane/pipeline.h"
#include "dataplane/port_wake.h"

#include <rte_lcore.h>
#include <rte_pause.h>
#include <rte_rcu_qsbr.h>

#include <sys/prctl.h>
#include <time.h>

#define SPIN_NS (50 * NS_PER_US)
#define SPIN_GAP_NS (1500 * NS_PER_US)
#define GAP_MAX_NS (2 * SPIN_GAP_NS)
#define SLEEP_MIN_NS (10 * NS_PER_US)
#define SLEEP_MAX_NS (200 * NS_PER_US)
#define HOUSEKEEP_TURNS 64 // of a busy worker
#define HOUSEKEEP_ENTRIES 256 // at most, at once
#define HOUSEKEEP_IDLE_ENTRIES 4096
#define HOUSEKEEP_MS 10 // the longest sleep
#define VAIN_MAX 3

struct rest {
	ns_t since; // when nothing came for the first time, 0: something did
	ns_t counted; // until when the time of rest is in the counter
	ns_t sleep; // the next step of the ladder
	ns_t gap; // between bursts, of late
	unsigned int vain; // wake-ups in a row after which nothing was there
};

// The core looks busy to Linux while it polls in vain; what of it was rest only we know.
static void
count_rest(struct worker *w, struct rest *rest, ns_t now) {
	if (now > rest->counted)
		counter_add(&w->counters.idle_ns, now - rest->counted);
	rest->counted = now;
}

// A burst came: what there was to rest is over.
static void
work(struct worker *w, struct rest *rest, ns_t now) {
	if (rest->since)
		count_rest(w, rest, now);
	ns_t gap = rest->since && now > rest->since ? MIN_OF(now - rest->since, GAP_MAX_NS) : 0;

	*rest = (struct rest){.gap = rest->since ? (3 * rest->gap + gap) / 4 : rest->gap};
}

static bool
is_soon(const struct rest *rest, ns_t now) {
	ns_t patience = rest->gap < SPIN_GAP_NS ? 2 * rest->gap : 0;

	return now - rest->since < MAX_OF(patience, SPIN_NS);
}

static void
sleep_a_step(struct rest *rest) {
	const struct timespec t = {.tv_nsec = (long)rest->sleep};

	clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
	rest->sleep = MIN_OF(rest->sleep * 2, SLEEP_MAX_NS);
}

// Nothing came: pause or sleep, by how long nothing has come.
static void
idle(struct worker *w, ns_t now, struct rest *rest) {
	if (rest->since == 0) {
		rest->since = rest->counted = now;
		rest->sleep = SLEEP_MIN_NS;
	}
	count_rest(w, rest, now);
	if (is_soon(rest, now)) {
		rte_pause();
		return;
	}
	// A socket of an interface that went down is ready for ever: then the ladder is better.
	struct wake *wake = wake_of(w);
	bool wakes = wake->works && rest->vain < VAIN_MAX;
	if (wakes && wake_arm(wake))
		return;
	rte_rcu_qsbr_thread_offline(w->shared->qsbr, w->id);
	if (wakes)
		rest->vain += wake_wait(wake, w, HOUSEKEEP_MS);
	else
		sleep_a_step(rest);
	rte_rcu_qsbr_thread_online(w->shared->qsbr, w->id);
}

int
worker_loop(void *context) {
	struct worker_run *run = context;
	struct worker *w = run->worker;
	struct rte_rcu_qsbr *qsbr = w->shared->qsbr;
	static _Thread_local struct batch b;
	struct rest rest = {.gap = GAP_MAX_NS};
	struct wake *wake = wake_of(w);
	uint64_t received = 0, turns = 0;

	// A thread that may run on several cores is nobody's.
	int core = rte_lcore_to_cpu_id(-1);
	atomic_store_explicit(&w->core, core < 0 ? 0 : (uint32_t)core + 1, memory_order_relaxed);
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	rte_rcu_qsbr_thread_register(qsbr, w->id);
	rte_rcu_qsbr_thread_online(qsbr, w->id);
	while (!atomic_load_explicit(&run->stop, memory_order_relaxed)) {
		unsigned int n = pipeline_turn(w, &b);
		rte_rcu_qsbr_quiescent(qsbr, w->id);
		atomic_store_explicit(&run->turns, ++turns, memory_order_relaxed);
		if (n) {
			work(w, &rest, b.time[0]);
			wake_work(wake, w);
			received += n;
			if (turns % HOUSEKEEP_TURNS == 0)
				worker_housekeep(w, b.time[0], HOUSEKEEP_ENTRIES);
			if (run->frames && received >= run->frames)
				break;
		} else {
			ns_t now = clock_now();
			worker_housekeep(w, now, HOUSEKEEP_IDLE_ENTRIES);
			idle(w, now, &rest);
		}
	}
	rte_rcu_qsbr_thread_offline(qsbr, w->id);
	rte_rcu_qsbr_thread_unregister(qsbr, w->id);
	atomic_store(&run->finished, true);
	return 0;
}
