// SPDX-License-Identifier: BSD-3-Clause
// What front ends of the original keep with the server: one JSON value of their own, and which
// devices they call new.
//
// Shape:   a device is new until it has a name or a profile of its own, unless a client said
//          otherwise, which is remembered of FRONT_MARKS devices.
// Threads: the core thread; the file is written by the thread that is given.
// Source:  reference/spin.md 3.6.

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define FRONT_FILE "spin-front"
#define FRONT_CONFIG_MAX (64 * 1024)
#define FRONT_MARKS 4096

struct device;
struct front;
struct thread;

// A file that cannot be read is as if there were none; a warning says so.  NULL: no memory.
struct front *front_open(struct thread *thread, const char *state_dir);
void front_stop(struct front *f); // nothing more is begun; takes NULL
void front_free(struct front *f); // when the thread has ended; takes NULL

bool front_is_new(const struct front *f, const struct device *d);
bool front_toggle_new(struct front *f, const struct device *d); // false: no room for more

const char *front_config(const struct front *f); // JSON
// `done` is told 0 or -errno when it was written; -ENOMEM, -EBUSY, -EFBIG at once.
typedef void (*front_done)(void *context, int result);
int
front_put_config(struct front *f, const char *json, size_t length, front_done done, void *context);
