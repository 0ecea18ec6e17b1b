// SPDX-License-Identifier: BSD-3-Clause
// Memory of tables: zeroed, on cache lines, in huge pages where the kernel has them.
//
// Threads: any.
// Errors:  table_alloc returns NULL with errno.

#pragma once

#include <stddef.h>

void *table_alloc(size_t bytes);
void table_free(void *memory, size_t bytes); // takes NULL
