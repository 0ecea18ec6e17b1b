// SPDX-License-Identifier: BSD-3-Clause

#include "control/profile_write.h"

#include "control/profile_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// How long the character is, when it is UTF-8 that may stand in YAML and is no line end; else 0.
// Source: RFC 3629 4, YAML 1.1 5.1.
static size_t
character(const unsigned char *c) {
	size_t length = c[0] < 0x80 ? 1 : c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
	uint32_t code = length < 2 ? c[0] : c[0] & (0xffu >> (length + 1));

	if (c[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((c[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (c[i] & 0x3f);
	}
	bool good = length > 0 && code >= 0x20 && (code < 0x7f || code >= 0xa0)
		&& (length != 3 || code >= 0x800) && (length != 4 || code >= 0x10000)
		&& (code < 0xd800 || code > 0xdfff) && (code & 0xfffe) != 0xfffe && code <= 0x10ffff
		&& (code < 0x2028 || code > 0x202e) && (code < 0x2066 || code > 0x2069)
		&& code != 0xfeff;
	return good ? length : 0;
}

void
profile_clean(const char *text, char *into, size_t room) {
	const unsigned char *c = (const unsigned char *)text;
	size_t used = 0;

	while (*c) {
		size_t length = character(c);
		size_t takes = length ? length : 1;
		if (used + takes >= room)
			break;
		if (length)
			memcpy(into + used, c, length);
		else
			into[used] = '?';
		used += takes;
		c += takes;
	}
	into[used] = 0;
}

static void
put_quoted(FILE *f, const char *text) {
	fputc('"', f);
	for (const char *c = text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(f, "\\%c", *c);
		else if ((unsigned char)*c < 0x20 || *c == 0x7f)
			fprintf(f, "\\x%02x", (unsigned char)*c);
		else
			fputc(*c, f);
	}
	fputs("\"\n", f);
}

static void
put_mud(FILE *f, const struct mud_head *m) {
	fputs("mud:\n", f);
#define X(field, key, required)                                                                    \
	if (m->field[0]) {                                                                         \
		fputs("  " key ": ", f);                                                           \
		put_quoted(f, m->field);                                                           \
	}
	MUD_HEAD_TEXTS(X)
#undef X
	fprintf(f, "  cache-hours: %u\n", m->cache_validity);
	fprintf(f, "  supported: %s\n", m->is_supported ? "true" : "false");
}

static bool
put_all(FILE *f, const struct profile_draft *d) {
	char rule[PROFILE_RULE_TEXT];

	for (const char *line = d->remark; *line;) {
		int length = (int)strcspn(line, "\n");
		fprintf(f, "# %.*s\n", length, line);
		line += length + (line[length] == '\n');
	}
	fputs("description: ", f);
	put_quoted(f, d->description);
	fprintf(f, "extends: %s\n", d->extends);
	if (d->mud)
		put_mud(f, d->mud);
	fputs("rules:\n", f);
	for (size_t i = 0; i < d->count; i++) {
		if (profile_rule_write(&d->rules[i], rule) < 0)
			return false;
		fprintf(f, "  - %s\n", rule);
	}
	return true;
}

struct text *
profile_write(const struct profile_draft *d) {
	char *text = NULL;
	size_t length = 0;
	FILE *f = open_memstream(&text, &length);

	if (!f)
		return NULL;
	bool good = put_all(f, d);
	good = fclose(f) == 0 && good;
	struct text *t = good ? text_new(text, length) : NULL;
	free(text);
	return t;
}
