// SPDX-License-Identifier: BSD-3-Clause
// The part of the safety class that a frame alone does not tell: unicast DHCP with the server that
// was learned, and the gateway's own GUI.
//
// Threads: readers take no lock; servers are learned by any worker.

#pragma once

#include "dataplane/batch.h"
#include "dataplane/worker.h"

#include <stdbool.h>

#define SAFETY_GUI_PORT 13026

bool safety_passes(const struct worker *w, const struct batch *b, unsigned int i);
// An address from which a DHCP server offered or confirmed an address.
void safety_learn_server(struct shared *s, uint8_t family, const uint8_t address[16]);
