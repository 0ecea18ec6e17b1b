// SPDX-License-Identifier: BSD-3-Clause
// What SPIN's clients publish: calls, and the question for peaks.
//
// Shape:   who may publish at the broker is the broker's affair, so without mqtt.commands calls
//          only tell.
// Threads: the core thread.
// Source:  reference/spin.md 2.2, 2.6.

#pragma once

#include "control/export/spin/rpc.h"

struct topics;

void topics_listen(struct topics *t);
