// SPDX-License-Identifier: BSD-3-Clause
// The words: what is found in a text, and what stands in its place.

#include "control/provider/mask.h"

#include "control/provider/mask_own.h"
#include "platform/text.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAC_TEXT 17
#define MAC_PLAIN 12
#define DIGEST 32

void
mask_init(struct mask *m, const uint8_t key[MASK_KEY]) {
	*m = (struct mask){.own = ""};
	memcpy(m->key, key, sizeof m->key);
}

void
mask_fini(struct mask *m) {
	for (size_t i = 0; i < m->words_count; i++)
		free(m->words[i].text);
	free(m->words);
	free(m->home);
	free(m->ids);
}

static bool
names_somebody(const char *text) {
	bool letter = false;

	for (const char *c = text; *c; c++)
		letter |= isalpha((unsigned char)*c) || (unsigned char)*c >= 0x80;
	return letter && strlen(text) >= 2;
}

static bool
grow(void **items, size_t count, size_t *size, size_t each) {
	if (count < *size)
		return true;
	size_t more = *size ? *size * 2 : 64;
	void *larger = realloc(*items, more * each);
	if (!larger)
		return false;
	*items = larger;
	*size = more;
	return true;
}

void
mask_add_word(struct mask *m, const char *text, const char *to) {
	if (!names_somebody(text))
		return;
	char *copy = strdup(text);
	void *items = m->words;
	if (!copy || !grow(&items, m->words_count, &m->words_size, sizeof *m->words)) {
		free(copy);
		m->failed = true;
		return;
	}
	m->words = items;
	struct mask_word *w = &m->words[m->words_count++];
	*w = (struct mask_word){.text = copy, .length = strlen(copy)};
	snprintf(w->to, sizeof w->to, "%s", to);
	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

void
mask_add_home(struct mask *m, const struct rule_address *prefix) {
	void *items = m->home;

	if (!grow(&items, m->home_count, &m->home_size, sizeof *m->home)) {
		m->failed = true;
		return;
	}
	m->home = items;
	m->home[m->home_count++] = *prefix;
}

void
mask_add_id(struct mask *m, const char *id, const char *to) {
	void *items = m->ids;

	if (!grow(&items, m->ids_count, &m->ids_size, sizeof *m->ids)) {
		m->failed = true;
		return;
	}
	m->ids = items;
	struct mask_id *i = &m->ids[m->ids_count++];
	snprintf(i->id, sizeof i->id, "%s", id);
	snprintf(i->to, sizeof i->to, "%s", to);
}

// By the first byte, the longest first: "kitchen radio" before "kitchen".
static int
by_start(const void *a, const void *b) {
	const struct mask_word *x = a, *y = b;
	int d = (unsigned char)x->text[0] - (unsigned char)y->text[0];

	return d ? d : (x->length < y->length) - (x->length > y->length);
}

void
mask_ready(struct mask *m) {
	if (m->words_count > 0)
		qsort(m->words, m->words_count, sizeof *m->words, by_start);
}

// The same for the same bytes as long as the key is the same.
static void
pseudonym(const struct mask *m, const void *bytes, size_t length, uint8_t ret[EVP_MAX_MD_SIZE]) {
	uint8_t text[MASK_KEY + 16];

	if (m->seen)
		*m->seen = true;
	memset(ret, 0, EVP_MAX_MD_SIZE);
	memcpy(text, m->key, MASK_KEY);
	memcpy(text + MASK_KEY, bytes, length);
	EVP_Digest(text, MASK_KEY + length, ret, NULL, EVP_sha256(), NULL);
}

static bool
is_word(unsigned char c) {
	return isalnum(c) || c >= 0x80;
}

static bool
ends(const char *text, size_t at, size_t length) {
	return at >= length || !is_word((unsigned char)text[at]);
}

static int
hex(char c) {
	return isdigit((unsigned char)c)     ? c - '0'
		: isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					     : -1;
}

// Six pairs, parted by ':' or '-', or twelve digits of which one is a letter.
static size_t
find_mac(const char *text, size_t at, size_t length, uint8_t ret[6]) {
	size_t left = length - at;
	const char *c = text + at;
	size_t step = left >= MAC_TEXT && (c[2] == ':' || c[2] == '-') ? 3 : 2;
	size_t n = step == 3 ? MAC_TEXT : MAC_PLAIN;
	bool letter = step == 3;

	if (left < n || !ends(text, at + n, length))
		return 0;
	for (size_t i = 0; i < 6; i++) {
		int high = hex(c[i * step]), low = hex(c[i * step + 1]);
		if (high < 0 || low < 0 || (step == 3 && i < 5 && c[i * 3 + 2] != c[2]))
			return 0;
		letter |= high > 9 || low > 9;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return letter ? n : 0;
}

static size_t
find_address(
	const char *text,
	size_t at,
	size_t length,
	unsigned int *ret_family,
	uint8_t ret[16]
) {
	char part[TEXT_ADDRESS] = "";
	size_t n = 0, colons = 0, dots = 0;

	while (at + n < length && n < sizeof part - 1
	       && (hex(text[at + n]) >= 0 || text[at + n] == ':' || text[at + n] == '.')) {
		if (text[at + n] == ':' && colons == 0 && dots == 3)
			break; // a port follows
		colons += text[at + n] == ':';
		dots += text[at + n] == '.';
		n++;
	}
	while (n > 0 && (text[at + n - 1] == '.' || (text[at + n - 1] == ':' && colons != 2)))
		n--;
	if ((colons < 2 && dots < 3) || !ends(text, at + n, length))
		return 0;
	memcpy(part, text + at, n);
	part[n] = 0;
	memset(ret, 0, 16);
	return text_parse_address(part, ret_family, ret) == 0 ? n : 0;
}

static bool
is_home(const struct mask *m, unsigned int family, const uint8_t address[16]) {
	if (family == 6 && address[11] == 0xff && address[12] == 0xfe)
		return true; // made of a MAC (RFC 4291, appendix A)
	for (size_t i = 0; i < m->home_count; i++) {
		const struct rule_address *p = &m->home[i];
		bool same = p->family == family;
		for (unsigned int bit = 0; same && bit < p->length; bit++)
			same = !((p->bytes[bit / 8] ^ address[bit / 8]) & (0x80u >> (bit & 7)));
		if (same)
			return true;
	}
	return false;
}

static void
put_mac(const struct mask *m, const uint8_t mac[6], struct mask_out *out) {
	uint8_t to[EVP_MAX_MD_SIZE];
	char text[TEXT_MAC];

	pseudonym(m, mac, 6, to);
	to[0] = (uint8_t)((to[0] & 0xfc) | 2); // of one station, given locally
	text_mac(to, text);
	mask_put(out, text, strlen(text));
}

static void
put_address(
	const struct mask *m,
	unsigned int family,
	const uint8_t address[16],
	struct mask_out *out
) {
	static const uint8_t prefix[6] = {0x20, 0x01, 0x00, 0x02};
	uint8_t to[EVP_MAX_MD_SIZE];
	char text[TEXT_ADDRESS];

	pseudonym(m, address, 16, to);
	if (family == 4) {
		to[0] = 198;
		to[1] = (uint8_t)(18 | (to[1] & 1));
	} else {
		memcpy(to, prefix, sizeof prefix);
	}
	text_address(family, to, text);
	mask_put(out, text, strlen(text));
}

static const struct mask_word *
find_word(const struct mask *m, const char *text, size_t at, size_t length) {
	unsigned char first = (unsigned char)tolower((unsigned char)text[at]);
	size_t low = 0, high = m->words_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if ((unsigned char)m->words[middle].text[0] < first)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < m->words_count && (unsigned char)m->words[low].text[0] == first; low++) {
		const struct mask_word *w = &m->words[low];
		size_t n = 0;
		if (w->length > length - at || !ends(text, at + w->length, length))
			continue;
		while (n < w->length
		       && tolower((unsigned char)text[at + n]) == (unsigned char)w->text[n])
			n++;
		if (n == w->length)
			return w;
	}
	return NULL;
}

void
mask_text(const struct mask *m, const char *text, size_t length, struct mask_out *out) {
	const struct mask_word *w;
	unsigned int family;
	uint8_t bytes[16];
	size_t n;

	for (size_t at = 0; at < length; at++) {
		bool begins = at == 0 || !is_word((unsigned char)text[at - 1]);
		bool ahead = begins && is_word((unsigned char)text[at]);
		bool opens = ahead || (begins && text[at] == ':');
		if (begins && (w = find_word(m, text, at, length))) {
			mask_put(out, w->to, strlen(w->to));
			at += w->length - 1;
		} else if (ahead && (n = find_mac(text, at, length, bytes))) {
			put_mac(m, bytes, out);
			at += n - 1;
		} else if (opens && (n = find_address(text, at, length, &family, bytes))) {
			if (is_home(m, family, bytes))
				put_address(m, family, bytes, out);
			else
				mask_put(out, text + at, n);
			at += n - 1;
		} else {
			mask_put(out, text + at, 1);
		}
	}
}
