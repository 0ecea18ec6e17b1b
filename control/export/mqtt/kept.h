// SPDX-License-Identifier: BSD-3-Clause
// A line that outlives us, in a small file of the state directory.
//
// Threads: the core thread, seldom: it reads and writes at once.
// Errors:  -errno; a file that holds more than a line of the room given is -EBADMSG.

#pragma once

#include <stddef.h>

int kept_read(const char *state_dir, const char *name, char *ret_line, size_t room);
int kept_write(const char *state_dir, const char *name, const char *line);
