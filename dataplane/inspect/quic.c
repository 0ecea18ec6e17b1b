// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/inspect/quic.h"

#include <errno.h>
#include <string.h>

#define LONG_HEADER 0x80
#define VERSION_2 0x6b3343cfu // RFC 9369 3.1
#define SAMPLE 4 // bytes behind the packet number's start, RFC 9001 5.4.2
#define TAG 16

enum frame {
	FRAME_PADDING = 0x00,
	FRAME_PING = 0x01,
	FRAME_ACK = 0x02,
	FRAME_ACK_ECN = 0x03,
	FRAME_CRYPTO = 0x06,
};

struct reader {
	const uint8_t *bytes;
	size_t length;
	size_t at;
};

static bool
skip(struct reader *r, uint64_t n) {
	if (n > r->length - r->at)
		return false;
	r->at += (size_t)n;
	return true;
}

static bool
varint(struct reader *r, uint64_t *ret) {
	if (r->at == r->length)
		return false;
	size_t size = (size_t)1 << (r->bytes[r->at] >> 6);
	if (size > r->length - r->at)
		return false;
	uint64_t value = r->bytes[r->at] & 0x3f;
	for (size_t i = 1; i < size; i++)
		value = value << 8 | r->bytes[r->at + i];
	r->at += size;
	*ret = value;
	return true;
}

static bool
read_id(struct reader *r, struct quic_id *ret) {
	if (r->at == r->length || r->bytes[r->at] > QUIC_ID_MAX)
		return false;
	ret->length = r->bytes[r->at++];
	if (ret->length > r->length - r->at)
		return false;
	memcpy(ret->bytes, r->bytes + r->at, ret->length);
	r->at += ret->length;
	return true;
}

static enum quic_type
type_of(uint8_t first, uint32_t version) {
	static const uint8_t types[2][4] = {
		{QUIC_INITIAL, QUIC_0RTT, QUIC_HANDSHAKE, QUIC_RETRY},
		{QUIC_RETRY, QUIC_INITIAL, QUIC_0RTT, QUIC_HANDSHAKE}, // RFC 9369 3.2
	};
	return types[version == VERSION_2][first >> 4 & 3];
}

int
quic_packet(const uint8_t *bytes, size_t length, struct quic_packet *ret) {
	struct reader r = {bytes, length, 5};
	struct quic_id from;
	uint64_t n;

	*ret = (struct quic_packet){.type = QUIC_SHORT, .size = length};
	if (length == 0)
		return -EBADMSG;
	if (!(bytes[0] & LONG_HEADER))
		return 0;
	if (length < 7)
		return -EBADMSG;
	ret->version =
		(uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | bytes[3] << 8 | bytes[4];
	if (!read_id(&r, &ret->to) || !read_id(&r, &from))
		return -EBADMSG;
	ret->type = ret->version == 0 ? QUIC_NEGOTIATION : type_of(bytes[0], ret->version);
	if (ret->type == QUIC_NEGOTIATION || ret->type == QUIC_RETRY)
		return 0;
	if (ret->type == QUIC_INITIAL && (!varint(&r, &n) || !skip(&r, n))) // the token
		return -EBADMSG;
	if (!varint(&r, &n))
		return -EBADMSG;
	ret->number = r.at;
	if (!skip(&r, n) || (ret->type == QUIC_INITIAL && n < SAMPLE + TAG))
		return -EBADMSG;
	ret->size = r.at;
	return 0;
}

static bool
skip_ack(struct reader *r, bool ecn) {
	uint64_t ranges, n;

	if (!varint(r, &n) || !varint(r, &n) || !varint(r, &ranges) || !varint(r, &n))
		return false;
	for (; ranges > 0; ranges--) // each takes two bytes at least
		if (!varint(r, &n) || !varint(r, &n))
			return false;
	return !ecn || (varint(r, &n) && varint(r, &n) && varint(r, &n));
}

bool
quic_crypto_next(struct quic_frames *f, struct quic_piece *ret) {
	struct reader r = {f->bytes, f->length, f->at};
	uint64_t offset, n;

	while (r.at < r.length) {
		uint8_t type = r.bytes[r.at++];
		if (type == FRAME_PADDING || type == FRAME_PING)
			continue;
		if (type == FRAME_ACK || type == FRAME_ACK_ECN) {
			if (!skip_ack(&r, type == FRAME_ACK_ECN))
				return false;
			continue;
		}
		if (type != FRAME_CRYPTO || !varint(&r, &offset) || !varint(&r, &n)
		    || n > r.length - r.at)
			return false;
		*ret = (struct quic_piece){offset, r.bytes + r.at, (size_t)n};
		f->at = r.at + (size_t)n;
		return true;
	}
	return false;
}
