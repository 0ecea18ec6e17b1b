// SPDX-License-Identifier: BSD-3-Clause

#include "control/mud/mud_head.h"

#include <assert.h>
#include <string.h>

void
mud_head_of(const struct mud *m, struct mud_head *ret) {
	*ret = (struct mud_head
	){.cache_validity = m->cache_validity, .is_supported = m->is_supported};
#define X(field, ...)                                                                              \
	static_assert(sizeof ret->field == sizeof m->field);                                       \
	memcpy(ret->field, m->field, sizeof ret->field);
	MUD_HEAD_TEXTS(X)
#undef X
}

void
mud_head_give(const struct mud_head *h, struct mud *m) {
	m->cache_validity = h->cache_validity;
	m->is_supported = h->is_supported;
#define X(field, ...) memcpy(m->field, h->field, sizeof h->field);
	MUD_HEAD_TEXTS(X)
#undef X
}
