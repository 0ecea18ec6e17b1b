// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/eve/hello.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct hello *
at(struct hellos *h, unsigned int i) {
	return &h->at[(h->first + i) % HELLOS_MAX];
}

void
hellos_add(struct hellos *h, const struct wire_name *w, const char *name) {
	assert(!hellos_is_full(h));
	struct hello *to = at(h, h->count++);
	*to = (struct hello){.seen_ns = w->seen_ns, .family = w->family};
	memcpy(to->mac, w->mac, sizeof to->mac);
	memcpy(to->address, w->address, sizeof to->address);
	snprintf(to->name, sizeof to->name, "%s", name);
}

static void
take(struct hellos *h, unsigned int i, struct hello *ret) {
	*ret = *at(h, i);
	for (; i > 0; i--)
		*at(h, i) = *at(h, i - 1);
	h->first = (h->first + 1) % HELLOS_MAX;
	h->count--;
}

bool
hellos_take(struct hellos *h, const struct wire_flow *w, struct hello *ret) {
	for (unsigned int i = 0; i < h->count; i++) {
		const struct hello *one = at(h, i);
		if (one->family != w->family || one->seen_ns < w->first_seen_ns
		    || one->seen_ns > w->last_seen_ns
		    || memcmp(one->address, w->address[1], sizeof one->address) != 0
		    || memcmp(one->mac, w->mac[0], sizeof one->mac) != 0)
			continue;
		take(h, i, ret);
		return true;
	}
	return false;
}

bool
hellos_take_older(struct hellos *h, uint64_t than_ns, struct hello *ret) {
	if (h->count == 0 || at(h, 0)->seen_ns >= than_ns)
		return false;
	take(h, 0, ret);
	return true;
}
