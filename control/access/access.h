// SPDX-License-Identifier: BSD-3-Clause
// May this request go to its handler?
//
// Shape:   called by the dispatcher for every route, with http_config's context.
// Threads: the core thread.
// Errors:  false after the problem was answered.

#pragma once

#include <stdbool.h>

struct http_request;

bool access_admit(struct http_request *r, void *core);
