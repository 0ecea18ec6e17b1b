// SPDX-License-Identifier: BSD-3-Clause
// Lines into a file that is rotated by size, and begun anew when somebody moves it away.
//
// Shape:   lines are gathered; eve_file_flush gives them to a thread of the file's own, as one
//          write.  FILE becomes FILE.1, FILE.1 becomes FILE.2, and the oldest goes.
// Threads: the core thread calls, and waits for the disk in eve_file_close alone.
// Errors:  a disk that is full or fails costs the lines that it did not take, whole ones: none is
//          left torn.  More than EVE_FILE_WAITING bytes on their way: the newest are lost.  Both
//          are counted in `lost`; the next flush tries anew.

#pragma once

#include "control/export/eve/config.h"
#include "control/export/eve/out.h"

#include <stddef.h>

#define EVE_FILE_WAITING (8u << 20)

struct eve_file;
struct ev_loop;

int eve_file_open(struct ev_loop *loop, const struct eve_config *config, struct eve_file **ret);
void eve_file_close(struct eve_file *f); // what was gathered is written first; NULL is nothing
void eve_file_put(struct eve_file *f, const char *line, size_t length); // without its newline
void eve_file_flush(struct eve_file *f);
// Told once all that was put before is written, or lost; one at a time.
void eve_file_when_written(struct eve_file *f, void (*told)(void *context), void *context);
const struct eve_out *eve_file_out(const struct eve_file *f);
