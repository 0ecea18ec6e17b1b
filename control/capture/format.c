// SPDX-License-Identifier: BSD-3-Clause

#include "control/capture/format.h"

#include "platform/base.h"
#include "platform/wire_types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINKTYPE_ETHERNET 1

// draft-ietf-opsawg-pcap 4: microseconds, for it is asked for by what is too old for pcapng, and
// may know no other magic: the page of the original SPIN refuses nanoseconds.
#define PCAP_MAGIC_US 0xa1b2c3d4u

// draft-ietf-opsawg-pcapng 4.1 to 4.6.
#define BLOCK_SECTION 0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_STATISTICS 5u
#define BLOCK_PACKET 6u
#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define LENGTH_UNKNOWN UINT64_MAX
#define OPT_END 0
#define OPT_COMMENT 1
#define SHB_USERAPPL 4
#define IF_NAME 2
#define IF_DESCRIPTION 3
#define IF_TSRESOL 9
#define IF_FILTER 11
#define EPB_FLAGS 2
#define EPB_DROPCOUNT 4
#define ISB_STARTTIME 2
#define ISB_ENDTIME 3
#define ISB_IFRECV 4
#define ISB_IFDROP 5
#define EPB_INBOUND 1u
#define EPB_OUTBOUND 2u

static bool
room(struct capture_bytes *b, size_t more) {
	if (b->failed || more <= b->size - b->length)
		return !b->failed;
	size_t size = MAX_OF(b->size * 2, MAX_OF(b->length + more, (size_t)1 << 16));
	uint8_t *at = realloc(b->at, size);
	if (!at) {
		b->failed = true;
		return false;
	}
	b->at = at;
	b->size = size;
	return true;
}

static void
put(struct capture_bytes *b, const void *bytes, size_t n) {
	if (!room(b, n + 3))
		return;
	memcpy(b->at + b->length, bytes, n);
	b->length += n;
}

static void
put32(struct capture_bytes *b, uint32_t v) {
	put(b, &v, sizeof v);
}

static void
put16(struct capture_bytes *b, uint16_t v) {
	put(b, &v, sizeof v);
}

static void
put_padding(struct capture_bytes *b, size_t n) {
	static const uint8_t zeros[4];

	put(b, zeros, -n & 3);
}

static void
option(struct capture_bytes *b, uint16_t code, const void *value, size_t n) {
	put16(b, code);
	put16(b, (uint16_t)n);
	put(b, value, n);
	put_padding(b, n);
}

static void
option_text(struct capture_bytes *b, uint16_t code, const char *text) {
	if (text[0])
		option(b, code, text, strlen(text));
}

// A time in a statistics option: the high half first.
static void
option_time(struct capture_bytes *b, uint16_t code, uint64_t ns) {
	const uint32_t halves[2] = {(uint32_t)(ns >> 32), (uint32_t)ns};

	option(b, code, halves, sizeof halves);
}

static size_t
block_begin(struct capture_bytes *b, uint32_t type) {
	size_t start = b->length;

	put32(b, type);
	put32(b, 0);
	return start;
}

static void
block_end(struct capture_bytes *b, size_t start, bool options) {
	if (options)
		put32(b, OPT_END);
	uint32_t length = (uint32_t)(b->length - start + 4);
	put32(b, length);
	if (!b->failed)
		memcpy(b->at + start + 4, &length, sizeof length);
}

static void
write_interface(struct capture_bytes *b, const struct capture_about *a, unsigned int i) {
	static const uint8_t nanoseconds = 9;
	char side[64], filter[sizeof a->filter + 1];

	size_t start = block_begin(b, BLOCK_INTERFACE);
	put16(b, LINKTYPE_ETHERNET);
	put16(b, 0);
	put32(b, a->snaplen);
	option_text(b, IF_NAME, a->port[i]);
	snprintf(side, sizeof side, "%s side of the gateway", a->side[i]);
	option_text(b, IF_DESCRIPTION, side);
	option(b, IF_TSRESOL, &nanoseconds, 1);
	if (a->filter[0]) {
		filter[0] = 0; // a libpcap filter string follows
		memcpy(filter + 1, a->filter, sizeof a->filter);
		option(b, IF_FILTER, filter, 1 + strlen(a->filter));
	}
	block_end(b, start, true);
}

void
capture_write_head(struct capture_bytes *b, const struct capture_about *a) {
	if (a->format == CAPTURE_PCAP) {
		put32(b, PCAP_MAGIC_US);
		put16(b, 2);
		put16(b, 4);
		put32(b, 0);
		put32(b, 0);
		put32(b, a->snaplen);
		put32(b, LINKTYPE_ETHERNET);
		return;
	}
	const uint64_t unknown = LENGTH_UNKNOWN;
	size_t start = block_begin(b, BLOCK_SECTION);
	put32(b, BYTE_ORDER_MAGIC);
	put16(b, 1);
	put16(b, 0);
	put(b, &unknown, sizeof unknown);
	option_text(b, OPT_COMMENT, a->comment);
	option_text(b, SHB_USERAPPL, "spin " SPIN_RELEASE);
	block_end(b, start, true);
	for (unsigned int i = 0; i < a->ports; i++)
		write_interface(b, a, i);
}

static void
write_options(struct capture_bytes *b, const struct capture_record *r, uint64_t lost) {
	const uint32_t flags = r->direction == CAPTURE_INBOUND ? EPB_INBOUND
		: r->direction == CAPTURE_OUTBOUND	       ? EPB_OUTBOUND
							       : 0;
	char text[CAPTURE_PACKET_MORE - 96];

	if (flags)
		option(b, EPB_FLAGS, &flags, sizeof flags);
	if (lost)
		option(b, EPB_DROPCOUNT, &lost, sizeof lost);
	if (r->reason != REASON_NONE) {
		snprintf(
			text,
			sizeof text,
			"dropped (%s): %s",
			reason_name(r->reason),
			reason_text(r->reason)
		);
		option_text(b, OPT_COMMENT, text);
	}
}

void
capture_write_packet(
	struct capture_bytes *b,
	enum capture_format format,
	const struct capture_record *r,
	const uint8_t *frame,
	uint64_t wall_ns,
	uint64_t lost
) {
	if (!room(b, r->captured + CAPTURE_PACKET_MORE))
		return;
	if (format == CAPTURE_PCAP) {
		put32(b, (uint32_t)(wall_ns / NS_PER_S));
		put32(b, (uint32_t)(wall_ns % NS_PER_S / NS_PER_US));
		put32(b, r->captured);
		put32(b, r->length);
		put(b, frame, r->captured);
		return;
	}
	size_t start = block_begin(b, BLOCK_PACKET);
	put32(b, r->port);
	put32(b, (uint32_t)(wall_ns >> 32));
	put32(b, (uint32_t)wall_ns);
	put32(b, r->captured);
	put32(b, r->length);
	put(b, frame, r->captured);
	put_padding(b, r->captured);
	size_t before = b->length;
	write_options(b, r, lost);
	block_end(b, start, b->length != before);
}

void
capture_write_counts(
	struct capture_bytes *b,
	const struct capture_about *a,
	const struct capture_counts *c,
	uint64_t began_ns,
	uint64_t now_ns
) {
	for (unsigned int i = 0; i < a->ports && a->format == CAPTURE_PCAPNG; i++) {
		uint64_t seen = c->taken[i] + c->lost[i];
		size_t start = block_begin(b, BLOCK_STATISTICS);
		put32(b, i);
		put32(b, (uint32_t)(now_ns >> 32));
		put32(b, (uint32_t)now_ns);
		option_time(b, ISB_STARTTIME, began_ns);
		option_time(b, ISB_ENDTIME, now_ns);
		option(b, ISB_IFRECV, &seen, sizeof seen);
		option(b, ISB_IFDROP, &c->lost[i], sizeof c->lost[i]);
		block_end(b, start, true);
	}
}

void
capture_bytes_free(struct capture_bytes *b) {
	free(b->at);
	*b = (struct capture_bytes){0};
}
