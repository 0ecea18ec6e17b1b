// SPDX-License-Identifier: BSD-3-Clause
// What the images of rules and of lists have in common before they are read.
//
// Threads: any.
// Errors:  0 or a negative errno with a sentence.

#pragma once

#include <stddef.h>
#include <stdint.h>

// A memfd of the announced length that nobody can change any more.
int image_check_seals(int fd, uint64_t length, const char **ret_why);
// The whole file in memory of our own, for free(): a file may change under us, a copy cannot.
// ret_why has 240 bytes.
int
image_read_file(const char *path, size_t most, void **ret_bytes, size_t *ret_length, char *ret_why);
