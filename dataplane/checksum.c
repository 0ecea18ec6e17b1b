// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/checksum.h"

#include <netinet/in.h>
#include <string.h>

#define TCP_CHECKSUM 16
#define UDP_CHECKSUM 6
#define IP4_CHECKSUM 10

// Adds big-endian words as they lie in memory; the one's complement sum does not mind the order.
static uint64_t
add_words(uint64_t sum, const uint8_t *at, size_t length) {
	while (length >= 4) {
		uint32_t word;
		memcpy(&word, at, sizeof word);
		sum += word;
		at += 4;
		length -= 4;
	}
	if (length >= 2) {
		uint16_t word;
		memcpy(&word, at, sizeof word);
		sum += word;
		at += 2;
		length -= 2;
	}
	if (length) {
		uint16_t word = 0;
		memcpy(&word, at, 1);
		sum += word;
	}
	return sum;
}

static uint16_t
fold(uint64_t sum) {
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static uint64_t
pseudo_header(const uint8_t *frame, const struct facts *f, size_t l4_length) {
	size_t addresses = f->key.family == 4 ? 12 : 8;
	size_t addresses_length = f->key.family == 4 ? 8 : 32;
	uint64_t sum = add_words(0, frame + f->l3 + addresses, addresses_length);

	return sum + htons((uint16_t)l4_length) + htons(f->key.protocol);
}

// A UDP checksum of zero would mean: none.
static uint16_t
not_none(uint16_t sum, uint8_t protocol) {
	return sum == 0 && protocol == IPPROTO_UDP ? 0xffff : sum;
}

void
checksum_write(uint8_t *frame, const struct facts *f, size_t l4_length) {
	uint8_t *field =
		frame + f->l4 + (f->key.protocol == IPPROTO_TCP ? TCP_CHECKSUM : UDP_CHECKSUM);

	memset(field, 0, 2);
	uint64_t sum = add_words(pseudo_header(frame, f, l4_length), frame + f->l4, l4_length);
	uint16_t whole = not_none((uint16_t)~fold(sum), f->key.protocol);
	memcpy(field, &whole, sizeof whole);
}

void
checksum_ip4(uint8_t *header, size_t length) {
	memset(header + IP4_CHECKSUM, 0, 2);
	uint16_t sum = (uint16_t)~fold(add_words(0, header, length));
	memcpy(header + IP4_CHECKSUM, &sum, sizeof sum);
}

bool
checksum_complete(uint8_t *frame, size_t length, const struct facts *f) {
	const unsigned int not_whole = FACT_FRAGMENT | FACT_CUT | FACT_MALFORMED;
	uint8_t protocol = f->key.protocol;
	uint16_t field;

	if (!(f->flags & FACT_IP) || (f->flags & not_whole) || f->l4 == 0)
		return false;
	if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)
		return false;
	size_t at = f->l4 + (protocol == IPPROTO_TCP ? TCP_CHECKSUM : UDP_CHECKSUM);
	if ((size_t)f->l4 + f->l4_length > length
	    || at + sizeof field > (size_t)f->l4 + f->l4_length)
		return false;

	uint64_t sum = pseudo_header(frame, f, f->l4_length);
	memcpy(&field, frame + at, sizeof field);
	if (field != fold(sum))
		return false;

	// The field itself holds the pseudo-header's sum, so summing all gives the whole.
	uint16_t whole = (uint16_t)~fold(add_words(0, frame + f->l4, f->l4_length));
	whole = not_none(whole, protocol);
	memcpy(frame + at, &whole, sizeof whole);
	return whole != field;
}
