// SPDX-License-Identifier: BSD-3-Clause
// Text without the household in it: the same name, address or domain becomes the same word
// throughout, so that what remains can still be followed.
//
// Shape:   names are told beforehand; hardware and IP addresses and everything that looks like a
//          domain are found in the text.  Loopback addresses, names of our files and dotted keys of
//          the configuration stay.
// Threads: one at a time.
// Errors:  without memory veil_text returns NULL: nothing goes out unmasked.

#pragma once

#include <stddef.h>

struct veil;

struct veil *veil_new(void);
void veil_free(struct veil *m);
// Every place where it stands by itself, in any case, becomes "KIND-1", "KIND-2", …
void veil_name(struct veil *m, const char *name, const char *kind);
// Ended by NUL, for free().
char *veil_text(struct veil *m, const char *text, size_t length, size_t *ret_length);
