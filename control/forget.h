// SPDX-License-Identifier: BSD-3-Clause
// Forgetting in memory what was learned of a device: what it is called and says of itself, what it
// asked for, whom it talked to.  It stays as a station, with what was decided about it.
//
// Threads: the core thread.

#pragma once

struct core;
struct device;

void forget_device(struct core *c, struct device *d);
