// SPDX-License-Identifier: BSD-3-Clause
// Is this UTF-8?  Everything a stranger names itself passes here before it is shown.
//
// Threads: pure.
// Source:  RFC 3629 section 4 (no overlong forms, no surrogates, nothing above U+10FFFF).

#pragma once

#include <stddef.h>

// Length in bytes of the well-formed sequence at `text` (1 to 4), or 0 when there is none.
size_t utf8_sequence(const char *text, size_t length);
