// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/table/hits.h"

#include <stddef.h>

#define PROBES 32u

void
hits_add(struct hits *h, uint64_t rule, ns_t now) {
	uint32_t at = (uint32_t)(rule * 0x9e3779b97f4a7c15 >> 32);
	struct hit *spare = NULL;
	struct hit *mine = NULL;

	for (uint32_t i = 0; i < PROBES && !mine; i++) {
		struct hit *e = &h->hit[(at + i) % HITS_MAX];
		if (e->rule == rule)
			mine = e;
		else if (!spare && e->hits == 0)
			spare = e;
	}
	if (!mine)
		mine = spare;
	if (!mine)
		return;
	mine->rule = rule;
	if (mine->hits++ == 0)
		h->untold[h->untold_n++] = (uint16_t)(mine - h->hit);
	mine->last_ns = now;
}

const struct hit *
hits_next(const struct hits *h) {
	return h->untold_n ? &h->hit[h->untold[h->untold_n - 1]] : NULL;
}

void
hits_done(struct hits *h) {
	h->hit[h->untold[--h->untold_n]].hits = 0;
}
