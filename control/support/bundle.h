// SPDX-License-Identifier: BSD-3-Clause
// What helps whoever helps: versions, configuration, health, figures and the log's end, without
// the household in it (control/support/veil.h).
//
// Shape:   gathered in the core thread, masked and packed elsewhere; a tar file compressed with
//          gzip, or its texts to look at first.
// Threads: bundle_gather the core thread; the rest wherever there is time.
// Errors:  0 or -errno; nothing unmasked goes out.

#pragma once

#include <stddef.h>

struct bundle;
struct core;
struct json;

#define BUNDLE_FILES_MAX 8

struct bundle *bundle_gather(const struct core *c); // NULL without memory
void bundle_free(struct bundle *b);
int bundle_veil(struct bundle *b);
// After bundle_veil.
int bundle_pack(const struct bundle *b, char **ret, size_t *ret_length);
void bundle_write(const struct bundle *b, struct json *j);
