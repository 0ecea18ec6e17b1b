// SPDX-License-Identifier: BSD-3-Clause
// The forms of a list's line that are more than words: resolvers, ad blockers, JSON.
//
// Shape:   a line without its end and the blanks around it; each function takes it whole.
// Threads: the reader's.
// Errors:  findings of the reader.

#pragma once

#include "control/lists_read.h"

// False: the line is none of this form.
bool forms_dnsmasq(struct lists_reader *r, const char *at, const char *end);
bool forms_unbound(struct lists_reader *r, const char *at, const char *end);
bool forms_cosmetic(const char *at, const char *end); // a rule about parts of pages

void forms_adblock(struct lists_reader *r, const char *at, const char *end);
void forms_json(struct lists_reader *r, const char *at, const char *end);
