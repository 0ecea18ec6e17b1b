// SPDX-License-Identifier: BSD-3-Clause
// What the fetching program gives up before it talks to a stranger.
//
// Shape:   no new privileges, no files but those it holds (Landlock, where the kernel has it), no
//          programs, bounded memory, time and file size; gone when control is.
// Threads: before any other thread begins.
// Errors:  0, or -errno of what every kernel of Debian 12 has.
// Source:  prctl(2), setrlimit(2), landlock(7).

#pragma once

#include <stdint.h>

int sandbox_enter(uint64_t file_bytes, uint64_t seconds);
