// SPDX-License-Identifier: BSD-3-Clause
// The one table of routes: method, path, handler, operation.
//
// Shape:   openapi.yaml has the same operations; a test compares both ways.
// Threads: the core thread.

#pragma once

#include "control/http/http.h"

struct stream;

// The rows; the events' row gets the stream as its context.
const struct http_route *routes_all(struct stream *stream, size_t *ret_count);
