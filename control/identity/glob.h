// SPDX-License-Identifier: BSD-3-Clause
// Patterns as people write them: * stands for any text, ? for one byte, ASCII letters of either
// case are the same.
//
// Threads: pure.

#pragma once

#include <stdbool.h>

bool glob_fits(const char *pattern, const char *text);
