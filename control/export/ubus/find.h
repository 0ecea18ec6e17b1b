// SPDX-License-Identifier: BSD-3-Clause
// A device or destination by what a person calls it: an id, a MAC, an address, a name, or a part of
// one that fits no other.
//
// Shape:   three looks, from strict to lenient; the first that finds anything decides.  What
//          spinctl finds over the API (control/spinctl/resolve.c), found in the state.
// Threads: the core thread.

#pragma once

#include "control/id.h"

#include <stdbool.h>

struct state;

// False, and *ret untouched: nothing is called so, or several are.
bool find_device(const struct state *s, const char *said, char ret[ID_TEXT]);
bool find_destination(const struct state *s, const char *said, char ret[ID_TEXT]);
