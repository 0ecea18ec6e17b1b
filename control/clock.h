// SPDX-License-Identifier: BSD-3-Clause
// The two clocks of control: the wire and the timers count monotonic, people read the wall.
//
// Units:   nanoseconds; *_wall_ns since 1970, *_mono_ns of CLOCK_MONOTONIC.
// Threads: any.

#pragma once

#include "platform/base.h"

ns_t clock_mono_ns(void);
uint64_t clock_wall_ns(void);
// When a monotonic moment was, on the wall as it hangs now.  0 stays 0: "never".
uint64_t clock_wall_of(ns_t mono_ns);
