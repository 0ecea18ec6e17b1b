// SPDX-License-Identifier: BSD-3-Clause
// Which changes can cut people off, so that they ask first or go back by themselves.
//
// Threads: the core thread; reads a few small files of /proc.
// Source:  DESIGN 4; issue 4, "Commit-confirm".

#pragma once

#include "control/store/rows.h"

#define CUTS_TEXT 300

struct core;

// True and a sentence that names what it would cut.
bool change_cuts(struct core *c, const struct change *change, char ret[CUTS_TEXT]);
