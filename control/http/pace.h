// SPDX-License-Identifier: BSD-3-Clause
// How many requests a second one credential, or who has none one address, may ask: far more than
// people and pages need, so that a program that runs wild is told, and costs the others nothing.
//
// Shape:   a bucket each, of PACE_BURST_S seconds' worth; PACE_MAX of them, the one that asked
//          longest ago gives way, and whoever it was begins with a full one.  The unix socket and
//          this machine's own loopback are root's and the household's way in: they have none.
// Units:   requests a second; 0 is no limit.
// Threads: the loop's.
// Source:  RFC 6585 4 (429), RFC 9110 10.2.3 (Retry-After).

#pragma once

#include "control/http/request.h"

#include <stdbool.h>

#define PACE_MAX 1024
#define PACE_BURST_S 10

struct pace;

struct pace *pace_new(unsigned int per_second); // NULL without memory
void pace_free(struct pace *p); // takes NULL
// False: answered 429.
bool pace_admit(struct pace *p, struct http_request *r);
