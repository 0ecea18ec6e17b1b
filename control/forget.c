// SPDX-License-Identifier: BSD-3-Clause

#include "control/forget.h"

#include "control/core.h"
#include "control/learn/learning.h"
#include "control/link.h"
#include "control/notify/notify.h"

#include <string.h>

static void
forget_flows(struct state *s, const struct device *d) {
	struct flow *next;

	for (struct flow *f = TAILQ_FIRST(&s->flows_by_age); f; f = next) {
		next = TAILQ_NEXT(f, by_age);
		if (f->device == d && f->ended)
			flow_forget(s, f);
	}
}

// What goes on now makes its link again with its next packet.
static void
forget_links(struct state *s, const struct device *d) {
	for (size_t i = 0; i < s->links.capacity;) {
		struct link *l = s->links.slots[i];
		if (!l || l->device != d || l->actions) {
			i++;
			continue;
		}
		l->destination->changed = true;
		link_drop(s, l); // another one may have moved to this slot
		i = 0;
	}
}

static void
forget_names(struct state *s, const struct device *d) {
	struct peer *next;

	for (struct peer *p = TAILQ_FIRST(&s->peers_by_age); p; p = next) {
		next = TAILQ_NEXT(p, by_age);
		if (p->key.device == d->id)
			peer_forget(s, p);
	}
}

void
forget_device(struct core *c, struct device *d) {
	struct state *s = &c->state;

	forget_flows(s, d);
	forget_links(s, d);
	forget_names(s, d);
	resolver_forget_device(s, d);
	facts_free(&d->identity.facts);
	d->identity.learned = (struct kind_verdict){0};
	d->identity.choice.kind = 0;
	d->identity.presence = (struct presence){0};
	d->identity.stale = true;
	d->hostname_source = 0;
	memset(d->hostname, 0, sizeof d->hostname);
	memset(d->user_name, 0, sizeof d->user_name);
	if (d->learning) {
		learning_free(d->learning);
		d->learning = NULL;
		s->learning_count--;
	}
	acts_forget_device(&c->acts, d->id);
	notify_forget_device(c->notify, d->id);
	d->changed = true;
}
