// SPDX-License-Identifier: BSD-3-Clause
// Arrays of pointers to things that begin with their 64-bit id, sorted by it.
//
// Threads: one owner.
// Errors:  array_insert returns -ENOMEM and changes nothing.

#pragma once

#include <stddef.h>
#include <stdint.h>

// The position of the first item whose id is not below `id`.
size_t array_position(void *const *items, size_t count, uint64_t id);
void *array_find(void *const *items, size_t count, uint64_t id);
int array_insert(void ***items, size_t *count, void *item);
void array_remove(void **items, size_t *count, const void *item);
