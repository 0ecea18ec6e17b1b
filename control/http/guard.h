// SPDX-License-Identifier: BSD-3-Clause
// Is the request meant for us, and does it come from our own page?
//
// Shape:   a web page can make the browser of the household send requests to this machine.  Its
//          own name resolved to 127.0.0.1 (DNS rebinding) shows in Host; a request from another
//          site shows in Origin and Sec-Fetch-Site.
// Threads: pure.
// Source:  DESIGN 4; RFC 9110 section 7.4 (421); RFC 6454; W3C Fetch Metadata.

#pragma once

#include <stdbool.h>
#include <stddef.h>

// "localhost", 127.0.0.0/8 or [::1], with any port or none.
bool guard_host(const char *host, size_t length);
// "http://" and the very host and port of `host`.
bool guard_origin(const char *origin, size_t length, const char *host, size_t host_length);
// "application/json", perhaps with charset=utf-8.
bool guard_json_type(const char *type);
