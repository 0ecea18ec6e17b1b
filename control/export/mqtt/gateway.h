// SPDX-License-Identifier: BSD-3-Clause
// What this gateway is called among others: made once, and kept in the state directory.
//
// Shape:   "gw-" and sixteen hex digits, drawn at random, so that it tells nothing of the machine.
// Threads: the core thread, at starts of adapters only: it reads a small file.
// Errors:  one that cannot be kept holds until the next start; a warning says so.

#pragma once

#define GATEWAY_NAME 24

const char *gateway_name(const char *state_dir, char ret[GATEWAY_NAME]); // returns ret
