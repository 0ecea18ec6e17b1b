// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/pipeline.h"

#include "dataplane/policy/policy.h"

void
pipeline_run(struct worker *w, struct batch *b) {
	w->policy = atomic_load_explicit(&w->shared->policy, memory_order_acquire);
	w->epoch = w->policy->epoch;
#define X(name) stage_##name(w, b);
	PIPELINE_INNER(X)
#undef X
}
