// SPDX-License-Identifier: BSD-3-Clause
#include "platform/vendor.h"

#include "platform/base.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_MAX 256

struct prefix {
	uint64_t bits; // the prefix, left-aligned in 48 bits
	uint32_t length; // of the prefix, in bits
	uint32_t name; // offset into text
};

struct vendors {
	struct prefix *prefix;
	size_t n;
	size_t room;
	char *text;
	size_t text_n;
	size_t text_room;
};

static const uint32_t lengths[] = {36, 28, 24}; // longest first

static int
by_length_and_bits(const void *a, const void *b) {
	const struct prefix *x = a, *y = b;

	if (x->length != y->length)
		return x->length < y->length ? 1 : -1;
	return x->bits < y->bits ? -1 : x->bits > y->bits;
}

static void *
grown(void *old, size_t need, size_t *room, size_t size) {
	if (need <= *room)
		return old;
	size_t wider = MAX_OF(need, *room * 2);
	void *p = realloc(old, wider * size);
	if (p != NULL)
		*room = wider;
	return p;
}

static int
add(struct vendors *v, uint64_t bits, uint32_t length, const char *name) {
	size_t size = strlen(name) + 1;
	struct prefix *prefix = grown(v->prefix, v->n + 1, &v->room, sizeof(*prefix));

	if (prefix == NULL)
		return -ENOMEM;
	v->prefix = prefix;
	char *text = grown(v->text, v->text_n + size, &v->text_room, 1);
	if (text == NULL)
		return -ENOMEM;
	v->text = text;
	v->prefix[v->n++] = (struct prefix){bits, length, (uint32_t)v->text_n};
	memcpy(v->text + v->text_n, name, size);
	v->text_n += size;
	return 0;
}

// One CSV field from *at, without its quotes; moves *at behind the comma.
static void
take_field(const char **at, char ret[FIELD_MAX]) {
	const char *p = *at;
	bool quoted = *p == '"';
	size_t n = 0;

	if (quoted)
		p++;
	for (; *p != '\0' && *p != '\n' && *p != '\r'; p++) {
		if (quoted && *p == '"') {
			if (p[1] != '"')
				break;
			p++;
		} else if (!quoted && *p == ',') {
			break;
		}
		if (n + 1 < FIELD_MAX)
			ret[n++] = *p;
	}
	while (n > 0 && ret[n - 1] == ' ')
		n--;
	ret[n] = '\0';
	if (quoted && *p == '"')
		p++;
	*at = *p == ',' ? p + 1 : p;
}

// "Registry,Assignment,Organization Name,…"; lines of another form are passed over.
static int
read_line(struct vendors *v, const char *line) {
	char registry[FIELD_MAX], digits[FIELD_MAX], name[FIELD_MAX];
	char *end;

	take_field(&line, registry);
	take_field(&line, digits);
	take_field(&line, name);
	size_t n = strlen(digits);
	if (n != 6 && n != 7 && n != 9)
		return 0;
	uint64_t value = strtoull(digits, &end, 16);
	if (*end != '\0' || name[0] == '\0' || strcmp(name, "Private") == 0)
		return 0;
	// The parts of a shared block are listed by themselves.
	if (strcmp(name, "IEEE Registration Authority") == 0)
		return 0;
	return add(v, value << (48 - n * 4), (uint32_t)n * 4, name);
}

static int
read_file(struct vendors *v, const char *dir, const char *file) {
	char path[4096];
	char *line = NULL;
	size_t room = 0;
	int r = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	FILE *f = fopen(path, "re");
	if (f == NULL)
		return -errno;
	while (r == 0 && getline(&line, &room, f) >= 0)
		r = read_line(v, line);
	if (r == 0 && ferror(f))
		r = -EIO;
	free(line);
	fclose(f);
	return r;
}

struct vendors *
vendors_load(const char *dir) {
	static const char *const files[] = {"oui.csv", "mam.csv", "oui36.csv", "iab.csv"};
	struct vendors *v = calloc(1, sizeof(*v));
	int r = 0;

	if (v == NULL)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(files) && (r == 0 || r == -ENOENT); i++)
		r = read_file(v, dir ? dir : "/usr/share/ieee-data", files[i]);
	if (r == -ENOENT && v->n > 0)
		r = 0; // a file less is a few names less
	if (r != 0 || v->n == 0) {
		vendors_free(v);
		errno = r != 0 ? -r : ENOENT;
		return NULL;
	}
	qsort(v->prefix, v->n, sizeof(*v->prefix), by_length_and_bits);
	return v;
}

void
vendors_free(struct vendors *v) {
	if (v == NULL)
		return;
	free(v->prefix);
	free(v->text);
	free(v);
}

const char *
vendors_find(const struct vendors *v, const uint8_t mac[6]) {
	uint64_t bits = 0;

	if (v == NULL || mac[0] & 3)
		return NULL;
	for (unsigned int i = 0; i < 6; i++)
		bits = bits << 8 | mac[i];
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		struct prefix key = {
			.bits = bits >> (48 - lengths[i]) << (48 - lengths[i]),
			.length = lengths[i],
		};
		const struct prefix *p =
			bsearch(&key, v->prefix, v->n, sizeof(key), by_length_and_bits);
		if (p != NULL)
			return v->text + p->name;
	}
	return NULL;
}

size_t
vendors_count(const struct vendors *v) {
	return v->n;
}
