// SPDX-License-Identifier: BSD-3-Clause
// What strangers show to get in: a Cookie header, a token, a typed code.
//
// Shape:   the whole input is each of them in turn.
#include "control/access/cookie.h"
#include "control/access/secret.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char text[FUZZ_MAX + 1];
	uint8_t hash[ACCOUNT_HASH], again[ACCOUNT_HASH];
	const char *value;
	size_t length;
	uint64_t id;

	if (size > FUZZ_MAX)
		return 0;
	memcpy(text, data, size);
	text[size] = 0;
	size = strlen(text);
	size_t found = 0;
	for (const char *at = text; cookie_next(&at, "spin", &value, &length); found++) {
		must(value >= text + 5 && value + length <= text + size);
		must(!memchr(value, ';', length) && memcmp(value - 5, "spin=", 5) == 0);
		secret_parse("ses_", value, length, &id, hash);
	}
	must(found <= size / 5);
	if (secret_parse("spin_", text, size, &id, hash)) {
		must(id != 0 && secret_parse("spin_", text, size, &id, again));
		must(secret_equal(hash, again));
	}
	secret_code_hash(text, hash);
	return 0;
}
