// SPDX-License-Identifier: BSD-3-Clause
// Which row of the route table a path means.
//
// Shape:   the raw path is split at '/' and, where the pattern has one, at the last ':' of a
//          segment; only then is each part decoded, so "%2F" and "%3A" stay inside their part.
// Threads: pure.
// Errors:  a part that decodes to nothing, to a NUL or to broken UTF-8 matches no pattern.
// Source:  RFC 3986 sections 2.1 and 3.3.

#pragma once

#include "control/http/http.h"

#include <stdint.h>

#define MATCH_PARTS_MAX 4
#define MATCH_PART_BYTES 128
#define MATCH_ALLOW_BYTES 64

struct match_part {
	const char *name; // in the pattern, ended by '}'
	size_t name_length;
	char value[MATCH_PART_BYTES];
};

struct match {
	const struct http_route *route; // NULL: none, or not with this method
	bool path_known; // some row has the path
	char allow[MATCH_ALLOW_BYTES]; // "GET, HEAD, OPTIONS"
	size_t n_parts;
	struct match_part parts[MATCH_PARTS_MAX];
};

// What a pattern begins with behind "/api/v1/", so that most rows are passed over with one look.
struct match_key {
	uint64_t text, mask;
};
void match_keys(const struct http_route *routes, size_t n_routes, struct match_key *ret);

// `keys` are those of the routes.
void match_route(
	const struct http_route *routes,
	const struct match_key *keys,
	size_t n_routes,
	const char *method,
	const char *path,
	size_t path_length,
	struct match *ret
);

// Decodes %XX (and '+' as a space, in a query) into `out`, NUL-terminated.  False when an escape
// is broken, the result is too long, holds a NUL or is no UTF-8.
bool match_decode(const char *text, size_t length, bool query, char *out, size_t size);
