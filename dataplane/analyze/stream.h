// SPDX-License-Identifier: BSD-3-Clause
// A capture file as libpcap can take it: interfaces with different snapshot lengths are made equal.
//
// Shape:   a stdio stream over the file.  libpcap refuses a pcapng file whose interfaces do not all
//          have the same snapshot length (merged captures often do not); the length only sizes its
//          buffer, so the stream says "unlimited" for all of them.  Other bytes pass unchanged.
// Errors:  NULL with errno.
// Source:  IETF draft-ietf-opsawg-pcapng 3.1, 4.1, 4.2.

#pragma once

#include <stdio.h>

FILE *stream_open(const char *path);
