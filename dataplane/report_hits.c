// SPDX-License-Identifier: BSD-3-Clause
// Tells what rules and lists decided.  What the ring refuses, or nobody wants to hear, waits.

#include "dataplane/event.h"
#include "dataplane/report.h"
#include "dataplane/table/hits.h"
#include "platform/wire.h"

void
report_hits(struct worker *w, ns_t now) {
	const struct hit *h;

	if (!report_wanted(w))
		return;
	w->hits->told = now;
	while ((h = hits_next(w->hits))) {
		struct wire_hits *r = event_reserve(w->events, WIRE_HITS, sizeof *r);
		if (!r)
			return;
		*r = (struct wire_hits){.rule = h->rule, .hits = h->hits, .last_ns = h->last_ns};
		event_commit(w->events);
		hits_done(w->hits);
	}
}
