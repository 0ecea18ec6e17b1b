// SPDX-License-Identifier: BSD-3-Clause

#include "control/access/cookie.h"

#include "control/access/access.h"
#include "control/access/secret.h"
#include "control/http/request.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

const char *
cookie_name(const struct http_request *r) {
	return http_is_secure(r) ? "__Host-spin" : "spin";
}

void
cookie_set(struct http_request *r, const char *secret, uint64_t seconds) {
	char text[SECRET_TEXT + 128];

	snprintf(
		text,
		sizeof text,
		"%s=%s; Path=/; Max-Age=%" PRIu64 "; HttpOnly; SameSite=Strict%s",
		cookie_name(r),
		secret,
		seconds,
		http_is_secure(r) ? "; Secure" : ""
	);
	http_add_header(r, "set-cookie", text);
}

void
cookie_clear(struct http_request *r) {
	cookie_set(r, "", 0);
}

void
cookie_csrf_of(const char *secret, char ret[2 * ACCOUNT_HASH + 1]) {
	uint8_t hash[ACCOUNT_HASH];

	secret_hash("csrf", secret, hash);
	secret_hex(hash, ret);
}

bool
cookie_csrf(struct http_request *r, char ret[2 * ACCOUNT_HASH + 1]) {
	const char *cookies = http_header(r, "cookie");
	const char *value;
	size_t length;
	uint64_t id, mine = http_principal(r)->credential;
	uint8_t hash[ACCOUNT_HASH];
	char secret[SECRET_TEXT];

	while (cookies && cookie_next(&cookies, cookie_name(r), &value, &length)) {
		bool whole = secret_parse(SESSION_PREFIX, value, length, &id, hash)
			|| secret_parse(HELP_PREFIX, value, length, &id, hash);
		if (!whole || id != mine)
			continue;
		snprintf(secret, sizeof secret, "%.*s", (int)length, value);
		cookie_csrf_of(secret, ret);
		return true;
	}
	return false;
}

bool
cookie_same(const char *said, const char want[2 * ACCOUNT_HASH + 1]) {
	return strlen(said) == 2 * ACCOUNT_HASH && CRYPTO_memcmp(said, want, 2 * ACCOUNT_HASH) == 0;
}
