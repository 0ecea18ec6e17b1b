// SPDX-License-Identifier: BSD-3-Clause

#include "control/support/veil.h"

#include "control/config_key.h"
#include "platform/base.h"
#include "platform/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAMES_MAX 4096
#define WORDS_MAX 65536 // addresses and domains
#define TOKEN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_-"

struct word {
	char *text; // in lower case
	char mask[32];
};

struct veil {
	struct word names[NAMES_MAX]; // longest first when a text is masked
	size_t n_names;
	bool sorted;
	struct word *words; // as they came
	size_t n_words;
	unsigned int count[4];
};

enum {
	COUNT_DEVICE,
	COUNT_MAC,
	COUNT_ADDRESS,
	COUNT_DOMAIN,
};

struct veil *
veil_new(void) {
	struct veil *m = calloc(1, sizeof *m);

	if (m && !(m->words = calloc(WORDS_MAX, sizeof *m->words))) {
		free(m);
		m = NULL;
	}
	return m;
}

void
veil_free(struct veil *m) {
	if (!m)
		return;
	for (size_t i = 0; i < m->n_names; i++)
		free(m->names[i].text);
	for (size_t i = 0; i < m->n_words; i++)
		free(m->words[i].text);
	free(m->words);
	free(m);
}

static char *
lower(const char *text, size_t length) {
	char *copy = strndup(text, length);

	for (char *c = copy; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

void
veil_name(struct veil *m, const char *name, const char *kind) {
	char *text = *name ? lower(name, strlen(name)) : NULL;

	for (size_t i = 0; text && i < m->n_names; i++)
		if (strcmp(m->names[i].text, text) == 0) {
			free(text);
			return;
		}
	if (!text || m->n_names == NAMES_MAX) {
		free(text);
		return;
	}
	struct word *w = &m->names[m->n_names++];
	w->text = text;
	snprintf(w->mask, sizeof w->mask, "%.16s-%u", kind, ++m->count[COUNT_DEVICE]);
	m->sorted = false;
}

static int
longest_first(const void *a, const void *b) {
	size_t x = strlen(((const struct word *)a)->text),
	       y = strlen(((const struct word *)b)->text);

	return x < y ? 1 : x > y ? -1 : 0;
}

// The mask of an address or domain, given now or before.
static const char *
word_of(struct veil *m, const char *text, size_t length, const char *kind, int counter) {
	char *low = lower(text, length);

	for (size_t i = 0; low && i < m->n_words; i++)
		if (strcmp(m->words[i].text, low) == 0) {
			free(low);
			return m->words[i].mask;
		}
	if (!low || m->n_words == WORDS_MAX) {
		free(low);
		return "hidden";
	}
	struct word *w = &m->words[m->n_words++];
	w->text = low;
	snprintf(w->mask, sizeof w->mask, "%s-%u", kind, ++m->count[counter]);
	return w->mask;
}

static bool
is_mac(const char *t, size_t n) {
	if (n != 17)
		return false;
	for (size_t i = 0; i < n; i++)
		if (i % 3 == 2 ? t[i] != ':' && t[i] != '-' : !isxdigit((unsigned char)t[i]))
			return false;
	return true;
}

static bool
is_address(const char *t, size_t n, bool *ret_loopback) {
	char text[TEXT_ADDRESS];
	unsigned int family;
	uint8_t a[16] = {0};
	static const uint8_t zero[16];

	if (n >= sizeof text)
		return false;
	snprintf(text, sizeof text, "%.*s", (int)n, t);
	if (text_parse_address(text, &family, a) < 0)
		return false;
	*ret_loopback = family == 4 ? a[0] == 127 || memcmp(a, zero, 4) == 0
				    : memcmp(a, zero, 15) == 0 && a[15] <= 1;
	return true;
}

// Of our own files and of sources, which say nothing of anybody.
static bool
is_file_suffix(const char *t, size_t n) {
	static const char *const known[] = {
		"yaml", "yml",	"sock",	 "json", "db",	"image",   "log",  "c",
		"h",	"txt",	"gz",	 "conf", "pem", "key",	   "mmdb", "list",
		"so",	"lock", "dafsa", "meta", "tar", "service", "new",  "unconfirmed"};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strlen(known[i]) == n && strncasecmp(known[i], t, n) == 0)
			return true;
	return false;
}

static bool
is_domain(const char *t, size_t n) {
	const char *dot = memrchr(t, '.', n), *nearest;
	char key[64];

	if (!dot || dot == t || memchr(t, ':', n))
		return false;
	size_t last = (size_t)(t + n - dot - 1);
	for (size_t i = 1; i <= last; i++)
		if (!isalpha((unsigned char)dot[i]) && dot[i] != '-')
			return false;
	snprintf(key, sizeof key, "%.*s", (int)MIN_OF(n, sizeof key - 1), t);
	return last >= 2 && !is_file_suffix(dot + 1, last)
		&& config_key_find(key, &nearest) == CONFIG_KEY_NONE;
}

// How much of the token the found thing takes; 0: nothing of it is to be masked.
static size_t
find_mask(struct veil *m, const char *t, size_t n, const char **ret) {
	bool loopback = false;

	while (n > 0 && strchr(".:_-", t[n - 1]))
		n--;
	if (is_mac(t, n)) {
		*ret = word_of(m, t, n, "mac", COUNT_MAC);
		return n;
	}
	for (;;) {
		if (is_address(t, n, &loopback)) {
			*ret = loopback ? NULL : word_of(m, t, n, "address", COUNT_ADDRESS);
			return loopback ? 0 : n;
		}
		if (is_domain(t, n)) {
			*ret = word_of(m, t, n, "domain", COUNT_DOMAIN);
			return n;
		}
		// A port, or line and column.
		size_t digits = 0;
		while (digits < n && isdigit((unsigned char)t[n - digits - 1]))
			digits++;
		if (digits == 0 || digits + 1 >= n || t[n - digits - 1] != ':')
			return 0;
		n -= digits + 1;
	}
}

static bool
is_letter(char c) {
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

// A name that begins here and stands by itself.
static size_t
find_name(
	const struct veil *m,
	const char *text,
	const char *at,
	const char *end,
	const char **ret
) {
	if (at > text && is_letter(at[-1]))
		return 0;
	for (size_t i = 0; i < m->n_names; i++) {
		size_t n = strlen(m->names[i].text);
		if (n > (size_t)(end - at) || strncasecmp(m->names[i].text, at, n) != 0
		    || (at + n < end && is_letter(at[n])))
			continue;
		*ret = m->names[i].mask;
		return n;
	}
	return 0;
}

char *
veil_text(struct veil *m, const char *text, size_t length, size_t *ret_length) {
	const char *end = text + length;
	char *out = NULL;
	FILE *f = open_memstream(&out, ret_length);

	if (!f)
		return NULL;
	if (!m->sorted)
		qsort(m->names, m->n_names, sizeof *m->names, longest_first);
	m->sorted = true;
	bool url = false;
	for (const char *at = text; at < end;) {
		const char *mask = NULL;
		// Of an address on the web the server is enough: keys stand in paths and queries.
		url = end - at > 3 && memcmp(at, "://", 3) == 0 ? true
			: strchr(" \t\n\"'<>,;)", *at)		? false
								: url;
		if (url && at > text
		    && (*at == '?' || (*at == '/' && at[-1] != '/' && at[-1] != ':'))) {
			fputs("/...", f);
			while (at < end && !strchr(" \t\n\"'<>,;)", *at))
				at++;
			url = false;
			continue;
		}
		size_t n = find_name(m, text, at, end, &mask);
		bool begins = at == text || !strchr(TOKEN, at[-1]);
		size_t token = 0;
		while (n == 0 && begins && at + token < end && at[token] && strchr(TOKEN, at[token])
		)
			token++;
		if (n == 0 && token > 0)
			n = find_mask(m, at, token, &mask);
		if (n > 0) {
			fputs(mask, f);
			at += n;
		} else {
			fputc(*at++, f);
		}
	}
	if (fclose(f) != 0) {
		free(out);
		return NULL;
	}
	return out;
}
