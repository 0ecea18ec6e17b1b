// SPDX-License-Identifier: BSD-3-Clause
// Domain names in presentation form: where the registrable part begins, and their wire form.
//
// Shape:   lower case, \DDD and \X escapes, no trailing dot, as platform/wire_types.h carries them.
// Threads: pure after domain_init.
// Errors:  domain_wire returns 0 for a name that is no name.
// Source:  the public suffix list's ICANN section (libpsl); RFC 1035 5.1 for escapes.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOMAIN_WIRE_MAX 255

// Takes the list from `file`, or the one built into libpsl when file is NULL or unreadable.
void domain_init(const char *file);

// The registrable domain of a name, inside the name itself.  A public suffix, or a name of one
// label, is its own registrable domain.
const char *domain_registrable(const char *name);
// One label, or a suffix beneath which anybody registers: "org", "co.uk".
bool domain_is_public_suffix(const char *name);

// Length-prefixed labels in lower case without the root byte; returns their length.
size_t domain_wire(const char *name, uint8_t ret[DOMAIN_WIRE_MAX]);
