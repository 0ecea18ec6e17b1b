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

struct in6_addr;

// Where TLS is spoken.
struct guard_own {
	const char *const *names; // ended by NULL
	const struct in6_addr *here; // where the request came in; ::ffff:0:0/96 for IPv4
	unsigned int port;
};

// "localhost", 127.0.0.0/8 or [::1], with any port or none.
bool guard_host(const char *host, size_t length);
// The same, or one of our names, or the address itself, with our port (none: 443).
bool guard_own_host(const struct guard_own *own, const char *host, size_t length);
// "http://", with TLS "https://", and the very host and port of `host`.
bool
guard_origin(bool tls, const char *origin, size_t length, const char *host, size_t host_length);
// How an origin is written that may be listed as `cors`: "https://", a host, perhaps a port.
bool guard_is_origin(const char *text);
// "application/json", perhaps with charset=utf-8.
bool guard_json_type(const char *type);
