// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/bridge.h"

#include "dataplane/pipeline.h"
#include "dataplane/policy/policy.h"
#include "tests/unit/image.h"
#include "tests/unit/test.h"

#include <rte_eal.h>
#include <rte_mbuf.h>

#include <string.h>
#include <unistd.h>

#ifdef __has_include
#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

static struct rte_mempool *pool;
static unsigned int pool_size;

int
bridge_start(void **state) {
	char prefix[48];
	char *args[] = {
		(char[]){"unit"},
		(char[]){"--no-huge"},
		(char[]){"--no-pci"},
		(char[]){"--no-telemetry"},
		(char[]){"--no-shconf"},
		(char[]){"--iova-mode=va"},
		(char[]){"--log-level=error"},
		(char[]){"-m64"},
		(char[]){"-l0"},
		prefix,
	};

	(void)state;
	snprintf(prefix, sizeof prefix, "--file-prefix=spin-unit-%d", (int)getpid());
	if (rte_eal_init(sizeof args / sizeof args[0], args) < 0)
		return -1;
	pool = rte_pktmbuf_pool_create(
		"unit", 2047, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY
	);
	pool_size = pool ? rte_mempool_avail_count(pool) : 0;
	return pool ? 0 : -1;
}

static void
give_back(struct rte_mempool *unused, void *unused_too, void *buffer, unsigned int number) {
	struct rte_mbuf *m = buffer;

	(void)unused;
	(void)unused_too;
	(void)number;
	ASAN_UNPOISON_MEMORY_REGION(m->buf_addr, m->buf_len);
}

int
bridge_stop(void **state) {
	(void)state;
	rte_mempool_obj_iter(pool, give_back, NULL);
	rte_mempool_free(pool);
	return rte_eal_cleanup();
}

void
bridge_open(struct bridge *b, const struct shared_config *s, const struct worker_config *w) {
	static const uint8_t side[PORTS] = {SIDE_LAN, SIDE_LAN, SIDE_WAN, SIDE_HOST};

	memset(b, 0, sizeof *b);
	b->shared = shared_new(s ? s : &(struct shared_config){0});
	assert_non_null(b->shared);
	b->shared->ports = PORTS;
	for (unsigned int p = 0; p < PORTS; p++) {
		struct shared_port *port = &b->shared->port[p];
		port->side = side[p];
		port->max_frame = 1518;
		memcpy(port->mac, (uint8_t[6]){6, 0, 0, 0, 0, (uint8_t)p}, 6);
		atomic_store(&port->open, true);
	}
	atomic_store(&b->shared->listening, true);
	b->worker = worker_new(b->shared, w ? w : &(struct worker_config){.flows = 4096});
	assert_non_null(b->worker);
	b->now = 1000 * 1000 * NS_PER_MS;
}

// Every frame has one reason, and is in one flow or in none.
static void
check_counts(struct bridge *b) {
	struct wire_stats s;
	uint64_t frames = 0, bytes = 0;

	shared_stats(b->shared, &s);
	for (unsigned int r = 0; r < REASON_COUNT; r++) {
		frames += s.reason_packets[r];
		bytes += s.reason_bytes[r];
	}
	assert_int_equal(frames, s.frames);
	assert_int_equal(bytes, s.bytes);
}

void
bridge_close(struct bridge *b) {
	check_counts(b);
	bridge_drain(b);
	while (!worker_end_flows(b->worker))
		bridge_drain(b);
	assert_int_equal(worker_flows_active(b->worker), 0);
	worker_free(b->worker);
	shared_free(b->shared);
	assert_int_equal(rte_mempool_avail_count(pool), pool_size);
}

void
bridge_stage(struct bridge *b, unsigned int port, const struct frame *f) {
	unsigned int i = b->batch.n++;
	struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

	assert_non_null(m);
	assert_true(i < BATCH_MAX);
	// What lies behind the frame may not be read; the pool's memory is not the sanitizer's own.
	uint8_t *room = m->buf_addr;
	ASAN_UNPOISON_MEMORY_REGION(room, m->buf_len);
	memcpy(rte_pktmbuf_append(m, (uint16_t)f->length), f->bytes, f->length);
	uint8_t *end = rte_pktmbuf_mtod_offset(m, uint8_t *, f->length);
	if (!b->room)
		ASAN_POISON_MEMORY_REGION(end, (size_t)(room + m->buf_len - end));
	b->batch.pkt[i] = m;
	b->batch.time[i] = b->now;
	b->batch.length[i] = (uint32_t)f->length;
	b->batch.port[i] = (uint8_t)port;
}

void
bridge_run(struct bridge *b) {
	pipeline_run(b->worker, &b->batch);
	memset(b->out, 0, sizeof b->out);
	for (unsigned int p = 0; p < PORTS; p++)
		for (unsigned int k = 0; k < b->worker->tx[p].n; k++)
			b->out[b->worker->tx[p].index[k]] |= 1u << p;
	for (unsigned int i = 0; i < b->batch.n; i++)
		b->reason[i] = b->batch.reason[i];
	worker_tx_drop(b->worker);
	b->batch.n = 0;
}

enum reason
bridge_send(struct bridge *b, unsigned int port, const struct frame *f) {
	bridge_stage(b, port, f);
	pipeline_run(b->worker, &b->batch);
	b->out[0] = 0;
	for (unsigned int p = 0; p < PORTS; p++) {
		const struct worker_tx *tx = &b->worker->tx[p];
		if (tx->n == 0)
			continue;
		b->out[0] |= 1u << p;
		b->sent.length = tx->pkt[0]->pkt_len;
		memcpy(b->sent.bytes, rte_pktmbuf_mtod(tx->pkt[0], void *), b->sent.length);
		b->changed |= tx->pkt[0]->pkt_len != f->length
			|| memcmp(rte_pktmbuf_mtod(tx->pkt[0], void *), f->bytes, f->length) != 0;
	}
	b->reason[0] = b->batch.reason[0];
	worker_tx_drop(b->worker);
	b->batch.n = 0;
	return b->reason[0];
}

void
bridge_policy(struct bridge *b, const struct image *i) {
	struct policy *old = NULL, *fresh;
	const char *why = "";

	if (i) {
		size_t length;
		void *bytes = image_build(i, &length);
		fresh = policy_new(bytes, length, &why);
		free(bytes);
	} else {
		fresh = policy_new_default(POLICY_DEFAULT_ALLOW);
	}
	if (!fresh)
		print_error("image refused: %s\n", why);
	assert_non_null(fresh);
	uint64_t token = policy_publish(b->shared, fresh, &old);
	assert_true(policy_confirmed(b->shared, token, false));
	policy_free(old);
}

void
bridge_drain(struct bridge *b) {
	const struct event *e;

	while ((e = event_peek(b->worker->events)) != NULL) {
		b->events[e->type]++;
		if (e->type == WIRE_FLOW)
			memcpy(&b->flow, e->payload, sizeof b->flow);
		if (e->type == WIRE_NAME) {
			memcpy(&b->name, e->payload, sizeof b->name);
			memcpy(b->names, e->payload + sizeof b->name / 8, b->name.length);
		}
		event_next(b->worker->events);
	}
}

void
bridge_sweep(struct bridge *b) {
	b->now += 1100 * NS_PER_MS;
	for (int i = 0; i < 3; i++)
		worker_housekeep(b->worker, b->now, 1u << 20);
	bridge_drain(b);
}
