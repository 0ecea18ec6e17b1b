// SPDX-License-Identifier: BSD-3-Clause

#include "control/community_id.h"

#include "platform/base.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <string.h>

static_assert(COMMUNITY_ID_BYTES == SHA_DIGEST_LENGTH, "it is a SHA-1");

enum {
	ICMP = 1,
	ICMPV6 = 58
};

// What is answered, and by what; either may have come first.
static const uint8_t pairs_v4[][2] = {{8, 0}, {13, 14}, {15, 16}, {10, 9}, {17, 18}};
static const uint8_t pairs_v6[][2] =
	{{128, 129}, {133, 134}, {135, 136}, {130, 131}, {139, 140}, {144, 145}};

static bool
icmp_answer(const uint8_t (*pairs)[2], size_t count, uint8_t type, uint16_t *ret) {
	for (size_t i = 0; i < count; i++)
		for (unsigned int side = 0; side < 2; side++)
			if (pairs[i][side] == type) {
				*ret = pairs[i][!side];
				return true;
			}
	return false;
}

// What stands for the ports; false: nothing does.  `*ret_one_way`: the first end stays first.
static bool
ports_of(const struct wire_flow *w, uint16_t ret[2], bool *ret_one_way) {
	*ret_one_way = false;
	if (w->flags & WIRE_FLOW_ICMP) {
		ret[0] = w->icmp_type;
		*ret_one_way = !(
			w->protocol == ICMPV6
				? icmp_answer(pairs_v6, ARRAY_LEN(pairs_v6), w->icmp_type, &ret[1])
				: icmp_answer(pairs_v4, ARRAY_LEN(pairs_v4), w->icmp_type, &ret[1])
		);
		if (*ret_one_way)
			ret[1] = w->icmp_code;
		return true;
	}
	ret[0] = w->port[0];
	ret[1] = w->port[1];
	return w->flags & WIRE_FLOW_HAS_PORTS;
}

static size_t
put(uint8_t *into, const void *from, size_t length) {
	memcpy(into, from, length);
	return length;
}

void
community_id(const struct wire_flow *w, uint8_t ret[COMMUNITY_ID_BYTES]) {
	size_t size = w->family == 6 ? 16 : 4;
	uint8_t text[2 + 2 * 16 + 2 + 4] = {0}; // the seed comes first: 0
	uint16_t ports[2];
	size_t n = 2;
	bool one_way;

	bool has_ports = ports_of(w, ports, &one_way);
	int order = memcmp(w->address[0], w->address[1], size);
	if (order == 0 && has_ports)
		order = ports[0] < ports[1] ? -1 : ports[0] > ports[1];
	unsigned int first = order > 0 && !one_way;
	n += put(text + n, w->address[first], size);
	n += put(text + n, w->address[!first], size);
	text[n++] = w->protocol;
	text[n++] = 0;
	for (unsigned int i = 0; has_ports && i < 2; i++) {
		uint16_t port = ports[i ? !first : first];
		text[n++] = (uint8_t)(port >> 8);
		text[n++] = (uint8_t)port;
	}
	if (!SHA1(text, n, ret))
		memset(ret, 0, COMMUNITY_ID_BYTES);
}

const char *
community_id_text(const uint8_t id[COMMUNITY_ID_BYTES], char ret[COMMUNITY_ID_TEXT]) {
	static const uint8_t none[COMMUNITY_ID_BYTES];

	if (memcmp(id, none, sizeof none) == 0)
		return NULL;
	memcpy(ret, "1:", 2);
	EVP_EncodeBlock((unsigned char *)ret + 2, id, COMMUNITY_ID_BYTES);
	return ret;
}
