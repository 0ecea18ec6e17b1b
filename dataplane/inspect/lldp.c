// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/inspect/lldp.h"

#include <errno.h>
#include <string.h>

#define TLVS_MAX 64

enum {
	TLV_END = 0,
	TLV_CHASSIS = 1,
	TLV_PORT = 2,
	TLV_TTL = 3,
	TLV_NAME = 5,
	TLV_DESCRIPTION = 6,
	TLV_ORGANIZATION = 127,
};

static const uint8_t mud_prefix[4] = {0x00, 0x00, 0x5e, 1}; // IANA's OUI, subtype 1

static void
take(unsigned int type, const uint8_t *value, size_t size, struct lldp_message *ret) {
	const char *text = (const char *)value;

	switch (type) {
	case TLV_NAME:
		ret->name = text;
		ret->name_length = strnlen(text, size);
		break;
	case TLV_DESCRIPTION:
		ret->description = text;
		ret->description_length = strnlen(text, size);
		break;
	case TLV_ORGANIZATION:
		if (size <= sizeof mud_prefix || memcmp(value, mud_prefix, sizeof mud_prefix) != 0)
			break;
		ret->mud = text + sizeof mud_prefix;
		ret->mud_length = size - sizeof mud_prefix;
		break;
	default:
		break;
	}
}

int
lldp_read(const uint8_t *data, size_t length, struct lldp_message *ret) {
	*ret = (struct lldp_message){0};
	for (unsigned int i = 0; i < TLVS_MAX && length >= 2; i++) {
		unsigned int type = data[0] >> 1;
		size_t size = (size_t)(data[0] & 1) << 8 | data[1];
		if (i < TLV_TTL && type != TLV_CHASSIS + i)
			return -EBADMSG;
		if (type == TLV_END)
			return 0;
		if (size > length - 2)
			return i < TLV_TTL ? -EBADMSG : 0;
		take(type, data + 2, size, ret);
		data += size + 2;
		length -= size + 2;
	}
	return ret->name || ret->description || ret->mud ? 0 : -EBADMSG;
}
