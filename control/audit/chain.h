// SPDX-License-Identifier: BSD-3-Clause
// The chain of the audit trail: each row carries the hash of the one before, so that what was
// altered, removed or put in between shows, and where.
//
// Shape:   hash = SHA-256(previous hash in hex, line feed, text of the row), in hex.  The first
//          row follows 64 zeros.  Old rows go only with a row that says up to which one and what
//          its hash was; the last hash is kept apart, so that a cut at the end shows too.
// Threads: pure.
// Source:  FIPS 180-4 (OpenSSL); DESIGN 4.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AUDIT_HASH 65 // hex digits and the end
#define AUDIT_BEGINNING "0000000000000000000000000000000000000000000000000000000000000000"
// What follows the text in an exported line: ,"previous":"…","hash":"…"}
#define AUDIT_TAIL (sizeof(",\"previous\":\"\",\"hash\":\"\"}") - 1 + 2 * (AUDIT_HASH - 1))

void
audit_hash(const char previous[AUDIT_HASH], const char *text, size_t length, char ret[AUDIT_HASH]);

struct audit_head {
	uint64_t seq; // 0: no row yet
	char hash[AUDIT_HASH];
};

// A row as the check wants it.
struct audit_link {
	const char *text; // that is hashed
	size_t length;
	uint64_t seq;
	const char *previous;
	const char *hash;
	struct audit_head trimmed; // seq 0: it lets nothing go
};

// Called for each thing that is wrong, with a sentence.
typedef void (*audit_fault)(void *context, const char *sentence);

struct audit_check {
	audit_fault fault;
	void *context;
	struct audit_head head; // as kept apart; seq 0: unknown
	uint64_t rows;
	uint64_t faults;
	struct audit_head last;
	char before_last[AUDIT_HASH];
	bool last_is_bad; // it was said already
	uint64_t first; // the first row, when that is not row 1
	char first_previous[AUDIT_HASH];
	bool first_is_told; // by a row that let the older ones go
};

void audit_check_row(struct audit_check *c, const struct audit_link *l);
void audit_check_end(struct audit_check *c);
