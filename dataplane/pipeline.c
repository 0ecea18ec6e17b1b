// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/pipeline.h"

#include "dataplane/policy/policy.h"

void
pipeline_run(struct worker *w, struct batch *b) {
	w->policy = atomic_load_explicit(&w->shared->policy, memory_order_acquire);
	w->epoch = w->policy->epoch;
	w->mirror = atomic_load_explicit(&w->shared->mirror, memory_order_acquire);
#define X(name)                                                                                    \
	if (stage_is_on(w, STAGE_##name))                                                          \
		stage_##name(w, b);
	PIPELINE_INNER(X)
#undef X
}
