// SPDX-License-Identifier: BSD-3-Clause

#include "control/audit/chain.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DIGEST 32

void
audit_hash(const char previous[AUDIT_HASH], const char *text, size_t length, char ret[AUDIT_HASH]) {
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool done = c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1
		&& EVP_DigestUpdate(c, previous, strlen(previous)) == 1
		&& EVP_DigestUpdate(c, "\n", 1) == 1 && EVP_DigestUpdate(c, text, length) == 1
		&& EVP_DigestFinal_ex(c, digest, NULL) == 1;

	EVP_MD_CTX_free(c);
	ret[0] = 0; // a hash that fits nothing
	for (int i = 0; done && i < DIGEST; i++) {
		ret[2 * i] = digits[digest[i] >> 4];
		ret[2 * i + 1] = digits[digest[i] & 15];
		ret[2 * i + 2] = 0;
	}
}

static void __attribute__((format(printf, 2, 3)))
say(struct audit_check *c, const char *format, ...) {
	char text[256];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	c->faults++;
	c->fault(c->context, text);
}

static void
say_removed(struct audit_check *c, uint64_t from, uint64_t to, const char *where) {
	if (from == to)
		say(c, "Row %" PRIu64 "%s was removed.", from, where);
	else
		say(c, "Rows %" PRIu64 " to %" PRIu64 "%s were removed.", from, to, where);
}

static void
begin(struct audit_check *c, const struct audit_link *l) {
	if (l->seq == 1) {
		if (strcmp(l->previous, AUDIT_BEGINNING) != 0)
			say(c, "Row 1 is not the beginning of this chain.");
		return;
	}
	c->first = l->seq;
	snprintf(c->first_previous, sizeof c->first_previous, "%s", l->previous);
}

// How it hangs together with the row before it.
static void
join(struct audit_check *c, const struct audit_link *l) {
	if (l->seq > c->last.seq + 1)
		say_removed(c, c->last.seq + 1, l->seq - 1, "");
	else if (strcmp(l->previous, c->last.hash) == 0 || c->last_is_bad)
		return;
	else if (c->before_last[0] && strcmp(l->previous, c->before_last) == 0)
		say(c, "Row %" PRIu64 " was inserted.", c->last.seq);
	else
		say(c,
		    "Row %" PRIu64 " was replaced by another: row %" PRIu64 " does not follow it.",
		    c->last.seq,
		    l->seq);
}

// The rows before the first one went by a rule.
static bool
is_told(const struct audit_check *c, const struct audit_head *trimmed) {
	return trimmed->seq && trimmed->seq + 1 == c->first
		&& strcmp(trimmed->hash, c->first_previous) == 0;
}

void
audit_check_row(struct audit_check *c, const struct audit_link *l) {
	char hash[AUDIT_HASH];
	bool first = c->rows++ == 0;

	if (!first && l->seq <= c->last.seq) {
		say(c,
		    "A row %" PRIu64 " stands after row %" PRIu64 ": it was inserted.",
		    l->seq,
		    c->last.seq);
		return;
	}
	audit_hash(l->previous, l->text, l->length, hash);
	bool whole = hash[0] && strcmp(hash, l->hash) == 0;
	if (first)
		begin(c, l);
	else if (whole || l->seq > c->last.seq + 1)
		join(c, l);
	if (!whole)
		say(c, "Row %" PRIu64 " was altered after it was written.", l->seq);
	else if (is_told(c, &l->trimmed))
		c->first_is_told = true;
	if (l->seq == c->head.seq && whole && strcmp(l->hash, c->head.hash) != 0)
		say(c,
		    "Row %" PRIu64
		    " was replaced by another: it is not the one whose hash was kept "
		    "apart.",
		    l->seq);
	memcpy(c->before_last, c->last.hash, sizeof c->before_last);
	c->last.seq = l->seq;
	snprintf(c->last.hash, sizeof c->last.hash, "%s", l->hash);
	c->last_is_bad = !whole;
}

void
audit_check_end(struct audit_check *c) {
	if (c->first && !c->first_is_told)
		say_removed(c, 1, c->first - 1, ", the beginning,");
	if (c->head.seq > c->last.seq)
		say_removed(c, c->last.seq + 1, c->head.seq, ", the end,");
}
