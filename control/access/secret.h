// SPDX-License-Identifier: BSD-3-Clause
// Secrets of 256 random bits, and what is kept of them.
//
// Shape:   text is PREFIX, the id's 13 digits, '_' and 64 hexadecimal digits; the id finds the row,
//          the digits are compared with its hash in constant time.
// Threads: any.
// Errors:  secret_make returns false when the kernel has no randomness: nothing may be made then.
// Source:  FIPS 180-4 (SHA-256).

#pragma once

#include "control/access/account.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_TEXT 96
#define SECRET_CODE 16

bool secret_make(
	const char *prefix,
	uint64_t id,
	char ret_text[SECRET_TEXT],
	uint8_t ret_hash[ACCOUNT_HASH]
);
// False for anything secret_make did not write.
bool secret_parse(
	const char *prefix,
	const char *text,
	size_t length,
	uint64_t *ret_id,
	uint8_t ret_hash[ACCOUNT_HASH]
);
bool secret_equal(const uint8_t a[ACCOUNT_HASH], const uint8_t b[ACCOUNT_HASH]);
void secret_hash(const char *label, const char *text, uint8_t ret[ACCOUNT_HASH]);
void secret_hex(const uint8_t hash[ACCOUNT_HASH], char ret[2 * ACCOUNT_HASH + 1]);

// A code that people type: 12 digits of the id's alphabet in groups, "k3m9-0x2p-7vqe": 60 bits.
bool secret_code(char ret[SECRET_CODE]);
// As it was typed: without regard to case, spaces and dashes.
void secret_code_hash(const char *typed, uint8_t ret[ACCOUNT_HASH]);
