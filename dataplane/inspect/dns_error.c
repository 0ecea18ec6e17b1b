// SPDX-License-Identifier: BSD-3-Clause
// What a resolver says beside its answer.  Most answers have an OPT and no error in it, so that
// nothing is read but the sizes of the records in front of it, and of its options.
#include "dataplane/inspect/dns.h"

#define RECORD_HEADER 10 // type, class, TTL and size, behind the name
#define TYPE_OPT 41
#define OPTION_HEADER 4
#define OPTION_ERROR 15

static unsigned int
load16(const uint8_t *p) {
	return (unsigned int)p[0] << 8 | p[1];
}

static bool
read_options(const uint8_t *at, const uint8_t *end, uint16_t *ret) {
	while (end - at >= OPTION_HEADER) {
		unsigned int code = load16(at), size = load16(at + 2);
		at += OPTION_HEADER;
		if (size > (size_t)(end - at))
			return false;
		if (code == OPTION_ERROR) {
			if (size < 2)
				return false;
			*ret = (uint16_t)load16(at);
			return true;
		}
		at += size;
	}
	return false;
}

bool
dns_read_error(
	const uint8_t *message,
	size_t length,
	size_t at,
	unsigned int before,
	unsigned int additional,
	uint16_t *ret
) {
	for (unsigned int i = 0; i < before + additional && i < DNS_RECORDS_MAX; i++) {
		size_t name = at;
		at = dns_name_skip(message, length, at);
		if (at == 0 || length - at < RECORD_HEADER)
			return false;
		const uint8_t *h = message + at;
		size_t size = load16(h + 8);
		at += RECORD_HEADER;
		if (size > length - at)
			return false;
		// Its owner is the root; of another version of EDNS, options may look otherwise.
		if (i >= before && load16(h) == TYPE_OPT && message[name] == 0)
			return h[5] == 0 && read_options(message + at, message + at + size, ret);
		at += size;
	}
	return false;
}
