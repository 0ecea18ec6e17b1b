// SPDX-License-Identifier: BSD-3-Clause
// What of a packet's payload is in hand.
//
// Threads: pure.

#pragma once

#include "dataplane/batch.h"

#include <rte_mbuf.h>

#define UDP_HEADER 8

// `skip` bytes behind the upper header begins *ret; returns its length, 0 when nothing is there.
static inline size_t
payload(const struct rte_mbuf *m, const struct facts *f, size_t skip, const uint8_t **ret) {
	size_t at = f->l4 + skip;
	size_t stated = f->l4_length > skip ? f->l4_length - skip : 0;

	if (f->l4 == 0 || at >= m->data_len)
		return 0;
	*ret = rte_pktmbuf_mtod(m, const uint8_t *) + at;
	return MIN_OF(stated, m->data_len - at);
}
