// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/eve/heard.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct heard *
at(struct heard_names *h, unsigned int i) {
	return &h->at[(h->first + i) % HEARD_MAX];
}

bool
heard_add(struct heard_names *h, const struct wire_name *w, const char *names) {
	assert(!heard_is_full(h));
	char *copy = malloc(w->length);

	if (!copy)
		return false;
	memcpy(copy, names, w->length);
	*at(h, h->count++) = (struct heard){*w, copy};
	return true;
}

static void
take(struct heard_names *h, unsigned int i, struct heard *ret) {
	*ret = *at(h, i);
	for (; i > 0; i--)
		*at(h, i) = *at(h, i - 1);
	h->first = (h->first + 1) % HEARD_MAX;
	h->count--;
}

bool
heard_take(struct heard_names *h, uint64_t flow, struct heard *ret) {
	for (unsigned int i = 0; i < h->count; i++)
		if (at(h, i)->is.flow == flow) {
			take(h, i, ret);
			return true;
		}
	return false;
}

bool
heard_take_older(struct heard_names *h, uint64_t than_ns, struct heard *ret) {
	if (h->count == 0 || at(h, 0)->is.seen_ns >= than_ns)
		return false;
	take(h, 0, ret);
	return true;
}

void
heard_fini(struct heard_names *h) {
	struct heard one;

	while (heard_take_older(h, UINT64_MAX, &one))
		free(one.names);
}
