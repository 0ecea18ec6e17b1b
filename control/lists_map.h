// SPDX-License-Identifier: BSD-3-Clause
// The newest lists image, to be asked in control: for explain and simulate.
//
// Threads: the core thread.
// Errors:  NULL: there is none.

#pragma once

#include "platform/lists_image.h"

struct lists;

// Mapped for the caller, who gives it back.
const struct lists_header *lists_map(const struct lists *l);
void lists_unmap(const struct lists_header *h);
