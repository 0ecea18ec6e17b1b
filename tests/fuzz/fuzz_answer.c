// SPDX-License-Identifier: BSD-3-Clause
// Any frame: what answers it is a sound frame of the same conversation, the other way.
#include "dataplane/answer/answer.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void
check(const uint8_t *data, size_t size, const struct facts *was, int what) {
	struct facts is;
	uint8_t *frame = malloc(size + ANSWER_DNS_MORE); // behind its end nothing may be touched

	must(frame != NULL);
	memcpy(frame, data, size);
	size_t length = what < 0 ? answer_reset(frame, size, was)
				 : answer_dns(frame, size, was, (enum answer_dns)what);
	if (length == 0) {
		must(memcmp(frame, data, size) == 0);
	} else {
		must(length <= size + ANSWER_DNS_MORE);
		parse_frame(frame, length, length, &is);
		must(!(is.flags & (FACT_MALFORMED | FACT_CUT)));
		must(memcmp(&is.key, &was->key, sizeof is.key) == 0);
		must(memcmp(frame, data + 6, 6) == 0 && memcmp(frame + 6, data, 6) == 0);
	}
	free(frame);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct facts f;

	if (size < 60 || size > 2048) // shorter ones are padded before they come
		return 0;
	parse_frame(data, size, size, &f);
	for (int what = -1; what <= ANSWER_DNS_ZERO; what++)
		check(data, size, &f, what);
	return 0;
}
