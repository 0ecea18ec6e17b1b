// SPDX-License-Identifier: BSD-3-Clause
// A grant as such: whether it holds now, and how it is written.

#include "control/clock.h"
#include "control/http/json_read.h"
#include "control/provider/provider.h"
#include "control/view.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

bool
grant_is_active(const struct grant *g) {
	return g->id && clock_wall_ns() < g->until_ns && clock_mono_ns() < g->until_mono_ns;
}

bool
grant_has(const struct grant *g, enum right r) {
	return r == RIGHT_NONE || (g->rights >> r & 1);
}

bool
grant_begin(struct grant *g, uint64_t until_ns) {
	g->since_ns = clock_wall_ns();
	g->until_ns = until_ns;
	g->until_mono_ns = clock_mono_ns() + (until_ns > g->since_ns ? until_ns - g->since_ns : 0);
	return getrandom(g->key, sizeof g->key, 0) == (ssize_t)sizeof g->key;
}

static void
write_key(const struct grant *g, struct json *j) {
	char text[2 * MASK_KEY + 1];

	for (size_t i = 0; i < MASK_KEY; i++)
		snprintf(text + 2 * i, 3, "%02x", g->key[i]);
	json_key_string(j, "key", text);
}

void
grant_write(const struct grant *g, bool with_key, struct json *j) {
	json_key(j, "rights");
	json_array(j);
	for (int i = 0; i < RIGHT_COUNT; i++)
		if (grant_has(g, (enum right)i))
			json_string(j, right_word((enum right)i));
	json_end(j);
	json_key_string(j, "names", g->masked ? "masked" : "shown");
	view_time(j, "since", g->since_ns);
	view_time(j, "until", g->until_ns);
	json_key_string(j, "granted_by", g->by[0] ? g->by : NULL);
	json_key_string(j, "purpose", g->purpose[0] ? g->purpose : NULL);
	if (with_key)
		write_key(g, j);
}

static bool
read_key(const char *text, struct grant *g) {
	if (!text || strlen(text) != 2 * MASK_KEY)
		return false;
	for (size_t i = 0; i < MASK_KEY; i++) {
		unsigned int byte;
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return false;
		g->key[i] = (uint8_t)byte;
	}
	return true;
}

static const char *
word(const struct json_doc *d, const char *key) {
	const char *text = json_text(d, json_get(d, JSON_ROOT, key));

	return text ? text : "";
}

bool
grant_read(const char *text, struct grant *ret) {
	struct json_doc *d;
	struct json_fault fault;
	struct grant g = {.masked = true};
	enum right right;

	if (json_parse(text, strlen(text), &json_limits_body, &d, &fault) < 0)
		return false;
	unsigned int rights = json_get(d, JSON_ROOT, "rights");
	for (unsigned int n = json_first(d, rights); n; n = json_next(d, n))
		if (json_text(d, n) && right_parse(json_text(d, n), &right))
			g.rights |= 1u << right;
	g.masked = strcmp(word(d, "names"), "shown") != 0;
	bool good = text_parse_time(word(d, "since"), &g.since_ns) == 0
		&& text_parse_time(word(d, "until"), &g.until_ns) == 0
		&& read_key(json_text(d, json_get(d, JSON_ROOT, "key")), &g);
	snprintf(g.by, sizeof g.by, "%s", word(d, "granted_by"));
	snprintf(g.purpose, sizeof g.purpose, "%s", word(d, "purpose"));
	json_doc_free(d);
	if (!good)
		return false;
	// What is left of it; a clock that went back since gives it no more than it had.
	uint64_t now = clock_wall_ns();
	uint64_t left = g.until_ns > now ? g.until_ns - now : 0;
	g.until_mono_ns = clock_mono_ns() + MIN_OF(left, g.until_ns - g.since_ns);
	*ret = g;
	return true;
}
