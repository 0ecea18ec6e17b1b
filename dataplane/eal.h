// SPDX-License-Identifier: BSD-3-Clause
// DPDK's environment layer: started with the arguments that this machine allows, and kept quiet.
//
// Shape:   eal_start once, before any port; eal_stop last.  What DPDK logs is not printed but kept,
//          so that a failure can be told in one sentence with DPDK's own reason at its end.
// Threads: eal_reason from the main thread only.
// Errors:  eal_start returns 0 or a negative errno and has logged why.

#pragma once

#include "dataplane/config.h"

int eal_start(const struct config *c);
void eal_stop(void);

// Forgets what DPDK said so far; then the last error line it said since, or "" for none.
void eal_forget(void);
const char *eal_reason(void);

// False where no huge page could be had; memory is then ordinary pages.
bool eal_has_hugepages(void);
