// SPDX-License-Identifier: BSD-3-Clause
// What every fuzz target shares.

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
must(_Bool ok) {
	if (!ok)
		abort();
}
