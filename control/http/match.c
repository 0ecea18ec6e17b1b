// SPDX-License-Identifier: BSD-3-Clause
// A walk along pattern and path together, segment by segment.  Every row is tried, nearly all of
// them no further than eight letters in one comparison.

#include "control/http/match.h"

#include "platform/utf8.h"

#include <string.h>

static int
hex(char c) {
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
match_decode(const char *text, size_t length, bool query, char *out, size_t size) {
	size_t n = 0;
	for (size_t i = 0; i < length; i++) {
		char c = text[i];
		if (c == '%') {
			if (length - i < 3 || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) {
				return false;
			}
			c = (char)(hex(text[i + 1]) << 4 | hex(text[i + 2]));
			i += 2;
		} else if (c == '+' && query) {
			c = ' ';
		}
		if (!c || n + 1 >= size) {
			return false;
		}
		out[n++] = c;
	}
	out[n] = 0;
	for (size_t i = 0; i < n;) {
		size_t step = utf8_sequence(out + i, n - i);
		if (!step) {
			return false;
		}
		i += step;
	}
	return true;
}

struct slice {
	const char *at;
	size_t length;
};

static struct slice
segment(const char *at, const char *end) {
	const char *slash = memchr(at, '/', (size_t)(end - at));
	return (struct slice){at, (size_t)((slash ? slash : end) - at)};
}

static bool
take_part(struct match *m, struct slice pattern, struct slice value) {
	// `pattern` is "{name}".
	if (!value.length || m->n_parts == MATCH_PARTS_MAX) {
		return false;
	}
	struct match_part *p = &m->parts[m->n_parts];
	if (!match_decode(value.at, value.length, false, p->value, sizeof(p->value))) {
		return false;
	}
	p->name = pattern.at + 1;
	p->name_length = pattern.length - 2;
	m->n_parts++;
	return true;
}

static bool
match_segment(struct match *m, struct slice pattern, struct slice value) {
	if (!pattern.length || pattern.at[0] != '{') {
		return pattern.length == value.length
			&& memcmp(pattern.at, value.at, value.length) == 0;
	}
	const char *split = memchr(pattern.at, ':', pattern.length);
	const char *colon = memrchr(value.at, ':', value.length);
	if (!split || !colon) {
		return !split && !colon && take_part(m, pattern, value);
	}
	size_t left = (size_t)(split - pattern.at);
	size_t value_left = (size_t)(colon - value.at);
	struct slice verb = {split + 1, pattern.length - left - 1};
	struct slice given = {colon + 1, value.length - value_left - 1};
	return take_part(m, (struct slice){pattern.at, left}, (struct slice){value.at, value_left})
		&& match_segment(m, verb, given);
}

// Up to the pattern's first part.
static bool
may_match(const char *pattern, const char *path, size_t path_length) {
	for (size_t i = 0; pattern[i] != '{'; i++) {
		if (i == path_length || !pattern[i]) {
			return i == path_length && !pattern[i];
		}
		if (pattern[i] != path[i]) {
			return false;
		}
	}
	return true;
}

static bool
match_pattern(struct match *m, const char *pattern, const char *path, size_t path_length) {
	m->n_parts = 0;
	if (!may_match(pattern, path, path_length)) {
		return false;
	}
	const char *pattern_end = pattern + strlen(pattern);
	const char *path_end = path + path_length;
	for (;;) {
		struct slice want = segment(pattern, pattern_end);
		struct slice have = segment(path, path_end);
		if (!match_segment(m, want, have)) {
			return false;
		}
		pattern = want.at + want.length;
		path = have.at + have.length;
		if (pattern == pattern_end || path == path_end) {
			return pattern == pattern_end && path == path_end;
		}
		pattern++;
		path++;
	}
}

static void
allow(struct match *m, const char *method) {
	size_t used = strlen(m->allow);
	if (strstr(m->allow, method) || used + strlen(method) + 3 > sizeof(m->allow)) {
		return;
	}
	if (used) {
		strcat(m->allow, ", ");
	}
	strcat(m->allow, method);
}

// All patterns begin alike; what tells them apart comes behind it.
#define KEY_AT 8

void
match_keys(const struct http_route *routes, size_t n_routes, struct match_key *ret) {
	for (size_t i = 0; i < n_routes; i++) {
		const char *pattern = routes[i].pattern;
		size_t literal = strcspn(pattern, "{");
		size_t n = literal > KEY_AT ? literal - KEY_AT : 0;
		n = n < sizeof(ret->text) ? n : sizeof(ret->text);
		ret[i] = (struct match_key){0};
		memcpy(&ret[i].text, pattern + (n ? KEY_AT : 0), n);
		memset(&ret[i].mask, 0xff, n);
	}
}

static uint64_t
key_of(const char *path, size_t length) {
	uint64_t key = 0;
	size_t n = length > KEY_AT ? length - KEY_AT : 0;
	memcpy(&key, path + (n ? KEY_AT : 0), n < sizeof(key) ? n : sizeof(key));
	return key;
}

void
match_route(
	const struct http_route *routes,
	const struct match_key *keys,
	size_t n_routes,
	const char *method,
	const char *path,
	size_t path_length,
	struct match *ret
) {
	memset(ret, 0, sizeof(*ret));
	const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
	struct match m = {0};
	uint64_t key = key_of(path, path_length);
	for (size_t i = 0; i < n_routes; i++) {
		if ((key ^ keys[i].text) & keys[i].mask) {
			continue;
		}
		if (!match_pattern(&m, routes[i].pattern, path, path_length)) {
			continue;
		}
		ret->path_known = true;
		allow(ret, routes[i].method);
		if (strcmp(routes[i].method, "GET") == 0) {
			allow(ret, "HEAD");
		}
		if (!ret->route && strcmp(routes[i].method, wanted) == 0) {
			ret->route = &routes[i];
			ret->n_parts = m.n_parts;
			memcpy(ret->parts, m.parts, sizeof(m.parts));
		}
	}
	if (ret->path_known) {
		allow(ret, "OPTIONS");
	}
}
