// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/secret.h"

#include "control/id.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define ID_DIGITS 13
#define HEX_DIGITS (2 * ACCOUNT_HASH)

static bool
fill(void *into, size_t size) {
	return getrandom(into, size, 0) == (ssize_t)size;
}

void
secret_hash(const char *label, const char *text, uint8_t ret[ACCOUNT_HASH]) {
	char whole[SECRET_TEXT + 64];
	int n = snprintf(whole, sizeof whole, "%s:%s", label, text);

	EVP_Digest(whole, (size_t)n, ret, NULL, EVP_sha256(), NULL);
	OPENSSL_cleanse(whole, sizeof whole);
}

void
secret_hex(const uint8_t hash[ACCOUNT_HASH], char ret[HEX_DIGITS + 1]) {
	for (size_t i = 0; i < ACCOUNT_HASH; i++)
		snprintf(ret + 2 * i, 3, "%02x", hash[i]);
}

bool
secret_make(
	const char *prefix,
	uint64_t id,
	char ret_text[SECRET_TEXT],
	uint8_t ret_hash[ACCOUNT_HASH]
) {
	uint8_t random[ACCOUNT_HASH];
	char head[ID_TEXT], hex[HEX_DIGITS + 1];

	if (!fill(random, sizeof random))
		return false;
	secret_hex(random, hex);
	snprintf(ret_text, SECRET_TEXT, "%s_%s", id_text(prefix, id, head), hex);
	secret_hash("spin", hex, ret_hash);
	OPENSSL_cleanse(random, sizeof random);
	OPENSSL_cleanse(hex, sizeof hex);
	return true;
}

bool
secret_parse(
	const char *prefix,
	const char *text,
	size_t length,
	uint64_t *ret_id,
	uint8_t ret_hash[ACCOUNT_HASH]
) {
	size_t head = strlen(prefix) + ID_DIGITS;
	char copy[SECRET_TEXT];

	if (length != head + 1 + HEX_DIGITS || length >= sizeof copy || text[head] != '_')
		return false;
	memcpy(copy, text, length);
	copy[length] = 0;
	copy[head] = 0;
	if (!id_parse(prefix, copy, ret_id)
	    || strspn(copy + head + 1, "0123456789abcdef") != HEX_DIGITS)
		return false;
	secret_hash("spin", copy + head + 1, ret_hash);
	OPENSSL_cleanse(copy, sizeof copy);
	return true;
}

bool
secret_equal(const uint8_t a[ACCOUNT_HASH], const uint8_t b[ACCOUNT_HASH]) {
	return CRYPTO_memcmp(a, b, ACCOUNT_HASH) == 0;
}

bool
secret_code(char ret[SECRET_CODE]) {
	static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
	uint8_t random[12];
	size_t n = 0;

	if (!fill(random, sizeof random))
		return false;
	for (size_t i = 0; i < sizeof random; i++) {
		if (i == 4 || i == 8)
			ret[n++] = '-';
		ret[n++] = alphabet[random[i] & 31];
	}
	ret[n] = 0;
	return true;
}

void
secret_code_hash(const char *typed, uint8_t ret[ACCOUNT_HASH]) {
	char plain[SECRET_CODE * 2];
	size_t n = 0;

	for (const char *at = typed; *at && n < sizeof plain - 1; at++)
		if (*at != '-' && *at != ' ')
			plain[n++] = (char)tolower((unsigned char)*at);
	plain[n] = 0;
	secret_hash("code", plain, ret);
}
