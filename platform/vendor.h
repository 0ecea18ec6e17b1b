// SPDX-License-Identifier: BSD-3-Clause
// Who made a network interface: the IEEE's registry of MAC prefixes, as Debian's ieee-data has it.
//
// Shape:   one sorted table of some 50,000 prefixes of 36, 28 and 24 bits; the longest wins.
// Units:   names are UTF-8 as registered, and live as long as the table.
// Threads: read-only once loaded.
// Errors:  vendors_load returns NULL with errno (ENOENT: the folder has none of the files).
// Source:  oui.csv (MA-L), mam.csv (MA-M), oui36.csv (MA-S), iab.csv; RFC 4180.

#pragma once

#include <stddef.h>
#include <stdint.h>

struct vendors;

struct vendors *vendors_load(const char *dir); // NULL: /usr/share/ieee-data
void vendors_free(struct vendors *v); // takes NULL

// NULL: nobody, or an address that was made up (group or locally administered); `v` may be NULL.
const char *vendors_find(const struct vendors *v, const uint8_t mac[6]);
size_t vendors_count(const struct vendors *v);
