// SPDX-License-Identifier: BSD-3-Clause
// Opaque, time-ordered identifiers: `dev_`, `dst_`, `rule_`, `flow_` and 13 digits of base 32.
//
// Shape:   milliseconds since 1970 above 20 bits of sequence; sorting ids sorts by age.
// Threads: the core thread.
// Errors:  id_parse returns false for anything id_text did not write.

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ID_TEXT 24

uint64_t id_new(void);
// Ids made from now on are newer than this one, which came from a file.
void id_seen(uint64_t id);
const char *id_text(const char *prefix, uint64_t id, char ret[ID_TEXT]); // returns ret
bool id_parse(const char *prefix, const char *text, uint64_t *ret);
