// SPDX-License-Identifier: BSD-3-Clause
// What the main thread looks at once a second: links, lost frames, and signs of a wrong set-up.
//
// Threads: the main thread.

#pragma once

struct shared;

// Says when the ports are swapped, or the home is behind one LAN station.
void watch_position(const struct shared *s);
void watch_turn(const struct shared *s);
