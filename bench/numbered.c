// SPDX-License-Identifier: BSD-3-Clause
// Preloaded into spin-dataplane by bench/run list-swap, between the drivers and the worker: numbers
// every frame that comes in, looks at the number of every frame that goes out, and takes the time
// from one poll to the next.
//
// Shape:   callbacks of the ports' queues, as librte_latencystats has them; the program under test
//          knows nothing of it.  What is found lies in the file that SPIN_BENCH_NUMBERED names, as
//          struct numbered, which bench/swap.py maps too.  The frames are IPv4 and UDP of 60 bytes
//          and more, whose payload nobody looks at.
// Threads: one worker, which writes all but `window`.

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define PORTS 2
#define WINDOWS 256
#define NUMBER_AT 42 // Ethernet, IPv4, UDP
#define NUMBER_END (NUMBER_AT + 8)
#define PORT_SHIFT 56
#define LONG_US 20 // a gap as long as this is asked for its reason
#define LOOK_US 1000

struct window {
	uint64_t longest; // cycles from poll to poll, of a thread that had its processor
	uint64_t displaced; // the same of one that was not running in between
};

struct numbered {
	uint64_t hz;
	uint64_t in[PORTS]; // frames, by the port they came in at
	uint64_t out[PORTS];
	uint64_t missing[PORTS]; // numbers that a later one came without
	uint64_t late[PORTS]; // numbers below one that went before
	atomic_uint_fast64_t window; // written: bench/swap.py
	struct window windows[WINDOWS];
};

static struct numbered *found;
static uint64_t expected[PORTS]; // the next number
static uint64_t polled; // when port 0 was
static uint64_t looked; // when the thread's switches were counted
static long switches;

static long
count_switches(void) {
	struct rusage u;

	getrusage(RUSAGE_THREAD, &u);
	return u.ru_nvcsw + u.ru_nivcsw;
}

static void
take_gap(uint64_t now) {
	uint64_t us = found->hz / 1000000, gap = now - polled;
	uint64_t at = atomic_load_explicit(&found->window, memory_order_relaxed) % WINDOWS;
	struct window *w = &found->windows[at];
	bool displaced = false;

	if (gap > LONG_US * us || now - looked > LOOK_US * us) {
		long before = switches;
		switches = count_switches();
		displaced = gap > LONG_US * us && switches != before;
		looked = now;
	}
	uint64_t *most = displaced ? &w->displaced : &w->longest;
	if (polled != 0 && gap > *most)
		*most = gap;
}

static uint16_t
came_in(uint16_t port,
	uint16_t queue,
	struct rte_mbuf **pkt,
	uint16_t n,
	uint16_t most,
	void *unused) {
	(void)queue, (void)most, (void)unused;
	if (port == 0) {
		take_gap(rte_rdtsc());
		polled = rte_rdtsc(); // without what it took to look
	}
	for (uint16_t i = 0; i < n; i++) {
		uint64_t number = (uint64_t)port << PORT_SHIFT | found->in[port]++;
		if (pkt[i]->data_len >= NUMBER_END)
			memcpy(rte_pktmbuf_mtod_offset(pkt[i], void *, NUMBER_AT), &number, 8);
	}
	return n;
}

static uint16_t
goes_out(uint16_t port, uint16_t queue, struct rte_mbuf **pkt, uint16_t n, void *unused) {
	uint64_t number;

	(void)port, (void)queue, (void)unused;
	for (uint16_t i = 0; i < n; i++) {
		if (pkt[i]->data_len < NUMBER_END)
			continue;
		memcpy(&number, rte_pktmbuf_mtod_offset(pkt[i], void *, NUMBER_AT), 8);
		unsigned int from = number >> PORT_SHIFT & 1;
		number &= ((uint64_t)1 << PORT_SHIFT) - 1;
		found->out[from]++;
		if (number < expected[from]) {
			found->late[from]++;
			continue;
		}
		found->missing[from] += number - expected[from];
		expected[from] = number + 1;
	}
	return n;
}

static void
map_file(void) {
	const char *path = getenv("SPIN_BENCH_NUMBERED");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

	if (fd < 0 || ftruncate(fd, sizeof *found) != 0)
		abort();
	found = mmap(NULL, sizeof *found, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
	if (found == MAP_FAILED)
		abort();
	close(fd);
	found->hz = rte_get_tsc_hz();
}

// In front of the library's function of that name.
int
rte_eth_dev_start(uint16_t port) {
	int (*start)(uint16_t) = (int (*)(uint16_t))dlsym(RTLD_NEXT, "rte_eth_dev_start");

	if (!found)
		map_file();
	if (port < PORTS && !rte_eth_add_rx_callback(port, 0, came_in, NULL))
		abort();
	if (port < PORTS && !rte_eth_add_tx_callback(port, 0, goes_out, NULL))
		abort();
	return start(port);
}
