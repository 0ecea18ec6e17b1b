// SPDX-License-Identifier: BSD-3-Clause
// An image for the dataplane's next start: always the old file or the new one, never a part.
//
// Threads: any that may wait for a disk.
// Errors:  0 or -errno; the old file stays.

#pragma once

#include <stddef.h>

// Temporary, fsync, rename, fsync of the directory.
int image_replace(const char *state_dir, const char *name, const void *image, size_t length);
// To NAME.unconfirmed, over an older one.
int image_put_aside(const char *directory, const char *name);
// One that is not there counts as removed.
int image_remove(const char *directory, const char *name);
