// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as Host, Origin and path: three lines of the input.  What passes as ours stays ours in
// capitals; a listed origin is what a browser writes; an own page's origin has a Host that parses;
// and what a path gives is text.
#include "control/http/guard.h"
#include "control/http/match.h"
#include "platform/utf8.h"
#include "tests/fuzz/fuzz.h"

#include <ctype.h>
#include <netinet/in.h>

static const char *const names[] = {"my.home", NULL};
static const struct in6_addr here = {
	.s6_addr = {[10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = 1}};
static const struct guard_own own = {names, &here, 13026};

static void
on_nothing(struct http_request *r, void *context) {
	(void)r;
	(void)context;
}

static const struct http_route routes[] = {
	{"GET", "/api/v1/devices", on_nothing, "a", NULL, NULL},
	{"GET", "/api/v1/devices/{device}", on_nothing, "b", NULL, NULL},
	{"POST", "/api/v1/devices/{device}/destinations/{destination}:{action}", on_nothing, "c"},
	{"POST", "/api/v1/rules:simulate", on_nothing, "d", NULL, NULL},
};

static void
check_path(const char *path, size_t length) {
	struct match m;
	struct match_key keys[4];
	match_keys(routes, 4, keys);
	match_route(routes, keys, 4, "POST", path, length, &m);
	must(!m.route || m.path_known);
	for (size_t i = 0; m.route && i < m.n_parts; i++) {
		size_t n = strlen(m.parts[i].value);
		must(n > 0 && n < MATCH_PART_BYTES);
		for (size_t k = 0, step; k < n; k += step) {
			step = utf8_sequence(m.parts[i].value + k, n - k);
			must(step > 0);
		}
	}
}

static void
check_host(const char *host, size_t length) {
	char upper[FUZZ_MAX];
	bool ours = guard_own_host(&own, host, length);
	must(!guard_host(host, length) || ours);
	for (size_t i = 0; i < length; i++) {
		upper[i] = (char)toupper((unsigned char)host[i]);
	}
	must(guard_own_host(&own, upper, length) == ours);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char text[FUZZ_MAX];
	if (size >= sizeof(text)) {
		return 0;
	}
	memcpy(text, data, size);
	text[size] = 0;
	char *end = text + size;
	char *host_end = memchr(text, '\n', size);
	host_end = host_end ? host_end : end;
	char *origin = host_end < end ? host_end + 1 : end;
	char *origin_end = memchr(origin, '\n', (size_t)(end - origin));
	origin_end = origin_end ? origin_end : end;
	char *path = origin_end < end ? origin_end + 1 : end;
	size_t host_length = (size_t)(host_end - text);
	size_t origin_length = (size_t)(origin_end - origin);

	check_host(text, host_length);
	bool http = guard_origin(false, origin, origin_length, text, host_length);
	bool https = guard_origin(true, origin, origin_length, text, host_length);
	must(!(http && https) && (!(http || https) || host_length > 0));
	check_path(path, (size_t)(end - path));
	*origin_end = 0;
	must(!guard_is_origin(origin) || strncmp(origin, "https://", 8) == 0);
	must(!guard_is_origin(origin) || !strpbrk(origin + 8, "/*@?# \r\n,"));
	guard_json_type(origin);
	return 0;
}
