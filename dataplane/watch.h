// SPDX-License-Identifier: BSD-3-Clause
// What the main thread looks at once a second: links, lost frames, and signs of a wrong set-up.
//
// Threads: the main thread.

#pragma once

struct shared;

void watch_turn(const struct shared *s);
