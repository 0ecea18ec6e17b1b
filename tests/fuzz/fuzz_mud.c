// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a MUD file: what is read can be written, read again and is then the same.
#include "control/mud/mud.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct mud m, again;
	char error[MUD_ERROR] = "";
	struct json one, two;

	if (mud_read((const char *)data, size, &m, error) < 0) {
		must(error[0] != 0);
		return 0;
	}
	json_init(&one);
	json_init(&two);
	mud_write(&m, &one);
	must(!one.failed);
	must(mud_read(one.text, one.length, &again, error) == 0);
	mud_write(&again, &two);
	must(one.length == two.length && memcmp(one.text, two.text, one.length) == 0);
	json_free(&one);
	json_free(&two);
	return 0;
}
