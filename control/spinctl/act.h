// SPDX-License-Identifier: BSD-3-Clause
// What the commands that change something print.

#pragma once

#include "control/spinctl/client.h"

// ": in force after 3 ms (generation 12)".
void print_force(const struct answer *a);
void print_warnings(const struct answer *a);
int list_profiles(const struct cli *c);
int print_answer(const struct answer *a); // as JSON
