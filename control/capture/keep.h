// SPDX-License-Identifier: BSD-3-Clause
// What is remembered of a capture beside its file: CAPTURE.json in the same folder.
//
// Shape:   written when it begins and when it ended; one that says it runs was cut off by the end
//          of the process, and its file is cut back to its last whole packet.
// Threads: keep_write, keep_repair, keep_remove: the capture thread.  keep_load: before it starts.
// Errors:  0 or -errno.

#pragma once

#include "control/capture/capture.h"

int keep_write(const char *state_dir, const struct capture *c);
int keep_repair(const char *state_dir, struct capture *c);
int keep_remove(const char *state_dir, const struct capture *c);
// Hands over every capture that was kept.
void
keep_load(const char *state_dir, void (*take)(void *context, struct capture *c), void *context);
struct capture *capture_new(uint64_t id); // NULL: no memory
