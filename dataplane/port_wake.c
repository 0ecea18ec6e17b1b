// SPDX-License-Identifier: BSD-3-Clause
// That a driver takes the order to interrupt says little: net_e1000_em takes it with MSI-X and then
// none comes.  So until a queue's interrupt has been heard the worker looks for itself every
// millisecond, and when it finds frames UNHEARD_MAX times in a row of which no interrupt told, this
// port cannot wake.  A frame that comes just as a wait ends counts too, but hardly so often.

#include "dataplane/port_wake.h"

#include "dataplane/port_kernel.h"
#include "platform/base.h"
#include "platform/log.h"

#include <rte_ethdev.h>

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

LOG_DOMAIN("port");

#define UNHEARD_MAX 8
#define UNHEARD_PATIENCE_MS 1

static struct wake wakes[WORKERS_MAX];

struct wake *
wake_of(const struct worker *w) {
	return &wakes[w->id];
}

// Every kernel interface has one socket, which is ready for as long as it holds a frame.
static bool
watch_sockets(struct wake *k) {
	int fd[PORTS_MAX];
	unsigned int wanted = 0, n = kernel_sockets(fd, ARRAY_LEN(fd));

	for (unsigned int i = 0; i < ports.n; i++)
		wanted += ports.list[i].kind == PORT_KERNEL;
	if (n != wanted)
		return wanted == 0;
	for (unsigned int i = 0; i < n; i++) {
		k->socket[i].epdata.event = EPOLLIN;
		if (rte_epoll_ctl(k->epoll, EPOLL_CTL_ADD, fd[i], &k->socket[i]) != 0)
			return false;
		k->sockets++;
	}
	return true;
}

// Where the driver could not add the descriptor, or not enable it once, it must not be asked again:
// net_vmxnet3 crashes then.
static int
watch_queue(struct wake *k, unsigned int port, uint16_t queue) {
	struct wake_queue *q = &k->queue[k->queues];
	uint16_t id = ports.list[port].id;
	int r;

	q->at = (struct worker_queue){.port = (uint16_t)port, .queue = queue};
	if (!ports.list[port].interrupts)
		return -ENOTSUP;
	if ((r = rte_eth_dev_rx_intr_ctl_q(id, queue, k->epoll, RTE_INTR_EVENT_ADD, q)) != 0)
		return r;
	if ((r = rte_eth_dev_rx_intr_enable(id, queue)) < 0) {
		rte_eth_dev_rx_intr_ctl_q(id, queue, k->epoll, RTE_INTR_EVENT_DEL, q);
		return r;
	}
	rte_eth_dev_rx_intr_disable(id, queue);
	k->queues++;
	return 0;
}

static bool
watch_queues(struct wake *k, uint16_t queue) {
	for (unsigned int i = 0; i < ports.n; i++) {
		const struct port *p = &ports.list[i];
		if (p->kind == PORT_KERNEL || watch_queue(k, i, queue) == 0)
			continue;
		if (p->kind == PORT_PCI)
			log_info(
				"%s: %s gives no receive interrupts here, an idle worker looks for "
				"frames every 0.2 ms",
				p->name,
				p->driver_name
			);
		return false;
	}
	return true;
}

void
wakes_open(void) {
	bool works = true;

	for (unsigned int w = 0; w < ports.queues; w++) {
		struct wake *k = &wakes[w];
		*k = (struct wake){.epoll = epoll_create1(EPOLL_CLOEXEC)};
		works = works && k->epoll >= 0 && watch_sockets(k) && watch_queues(k, (uint16_t)w);
		k->works = works;
	}
}

void
wakes_close(void) {
	for (unsigned int w = 0; w < ports.queues; w++) {
		struct wake *k = &wakes[w];
		for (unsigned int i = 0; i < k->queues; i++) {
			struct wake_queue *q = &k->queue[i];
			rte_eth_dev_rx_intr_ctl_q(
				ports.list[q->at.port].id,
				q->at.queue,
				k->epoll,
				RTE_INTR_EVENT_DEL,
				q
			);
		}
		if (k->epoll > 0)
			close(k->epoll);
		*k = (struct wake){.epoll = -1};
	}
}

bool
wake_arm(struct wake *k) {
	if (k->armed || k->queues == 0)
		return false;
	for (unsigned int i = 0; i < k->queues; i++) {
		const struct worker_queue *at = &k->queue[i].at;
		rte_eth_dev_rx_intr_enable(ports.list[at->port].id, at->queue);
	}
	k->armed = true;
	return true;
}

static bool
is_trusted(const struct wake *k) {
	for (unsigned int i = 0; i < k->queues; i++) {
		const struct wake_queue *q = &k->queue[i];
		if (!q->heard && atomic_load(&ports.list[q->at.port].link))
			return false;
	}
	return true;
}

static void
take_interrupts(const struct rte_epoll_event *came, int n) {
	for (int i = 0; i < n; i++) {
		struct wake_queue *q = came[i].epdata.data;
		if (!q)
			continue; // a socket
		q->heard = true;
		q->unheard = 0;
	}
}

bool
wake_wait(struct wake *k, const struct worker *w, int patience_ms) {
	struct rte_epoll_event came[PORTS_MAX];
	int n = rte_epoll_wait(
		k->epoll,
		came,
		ARRAY_LEN(came),
		is_trusted(k) ? patience_ms : MIN_OF(patience_ms, UNHEARD_PATIENCE_MS)
	);

	k->in_vain = n <= 0;
	if (!k->in_vain) {
		take_interrupts(came, n);
		wake_work(k, w); // some NICs interrupt once and want to be armed again
		return true;
	}
	for (unsigned int i = 0; i < k->queues; i++) {
		struct wake_queue *q = &k->queue[i];
		q->received = counter_get(&w->counters.port[q->at.port].rx_packets);
	}
	return false;
}

// Frames were there at the end of a wait that nothing had ended.
static void
find_deaf(struct wake *k, const struct worker *w) {
	for (unsigned int i = 0; i < k->queues; i++) {
		struct wake_queue *q = &k->queue[i];
		int unknown = PORT_HEARS;
		if (counter_get(&w->counters.port[q->at.port].rx_packets) == q->received
		    || ++q->unheard < UNHEARD_MAX)
			continue;
		k->works = false;
		atomic_compare_exchange_strong(
			&ports.list[q->at.port].hearing, &unknown, PORT_DEAF
		);
	}
}

void
wake_disarm(struct wake *k, const struct worker *w) {
	if (k->in_vain)
		find_deaf(k, w);
	for (unsigned int i = 0; i < k->queues; i++) {
		const struct worker_queue *at = &k->queue[i].at;
		rte_eth_dev_rx_intr_disable(ports.list[at->port].id, at->queue);
	}
	k->armed = false;
	k->in_vain = false;
}
