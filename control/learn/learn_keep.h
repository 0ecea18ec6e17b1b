// SPDX-License-Identifier: BSD-3-Clause
// Watching begins and ends when the store has it, and what is learned goes there meanwhile.
//
// Threads: the core thread; rows are copies.
// Errors:  `done` hears them; nothing changed then.  What cannot be written later is tried again.

#pragma once

#include "control/store/store.h"

struct core;
struct device;

typedef void (*learn_done)(void *context, const struct store_job *job);

// Watches the device until then, afresh; `done` is called once, perhaps at once (-ENOMEM).
void
learn_begin(struct core *c, struct device *d, uint64_t until_ns, learn_done done, void *context);
// Ends it before its time.
void learn_end(struct core *c, struct device *d, learn_done done, void *context);
// Submits what is new; everything when this process ends.
void learn_flush(struct core *c, bool all);
