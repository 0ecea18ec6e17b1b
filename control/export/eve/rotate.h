// SPDX-License-Identifier: BSD-3-Clause
// A file of whole lines that never grows beyond a size: it is moved to FILE.1 and begun anew.
//
// Shape:   looks before each write whether the file is still the one at its path, so that logrotate
//          and rm need no signal.
// Threads: one, which may wait for the disk.
// Errors:  rotate_write returns how many lines it wrote, and in `ret_error` why not all; of a line
//          that went out in part the part is taken back.

#pragma once

#include "control/export/eve/out.h"

#include <stddef.h>
#include <sys/types.h>

#define ROTATE_PATH 1024

struct rotate {
	char path[ROTATE_PATH];
	uint64_t max; // bytes; 0: no end
	unsigned int count; // of FILE.1 …
	int fd; // -1: not open
	dev_t device;
	ino_t inode;
	uint64_t size;
};

void rotate_init(struct rotate *r, const char *path, uint64_t max, uint64_t count);
void rotate_close(struct rotate *r);
uint64_t rotate_write(struct rotate *r, const char *text, size_t length, char ret_error[EVE_ERROR]);
