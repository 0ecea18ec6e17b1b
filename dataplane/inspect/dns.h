// SPDX-License-Identifier: BSD-3-Clause
// Reads one DNS message: the question, the addresses it answers with, and the names in between.
//
// Shape:   names stay in the message: an offset from its first byte stands for a name, and
//          dns_name_wire / dns_name_text spell it when somebody needs it.  At most 256 records are
//          walked, 16 compression pointers (strictly backwards) and 128 labels per name.
// Units:   TTLs in seconds; ids, types and counts in host order; an IPv4 address takes four bytes.
// Threads: pure.
// Errors:  -EBADMSG when the message contradicts itself or its length.
// Source:  RFC 1035 4.1, RFC 2181 5 and 8, RFC 3596, RFC 9460 2 and 7.3 (SVCB, HTTPS); escapes of
//          RFC 4343 2.1; RFC 6891 6.1 and RFC 8914 2 (the extended error).

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_PORT 53
#define DNS_MDNS_PORT 5353
#define DNS_LLMNR_PORT 5355

#define DNS_WIRE_MAX 255 // RFC 1035 2.3.4
#define DNS_TEXT_MAX 1024 // every byte escaped and a NUL
#define DNS_NAMES_MAX 1024 // = WIRE_CHAIN_MAX: the names on the way to one address
#define DNS_RECORDS_MAX 256
#define DNS_CHAIN_MAX 17 // the question and 16 CNAMEs
#define DNS_ADDRESSES_MAX 256

enum dns_type {
	DNS_TYPE_A = 1,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_AAAA = 28,
	DNS_TYPE_SVCB = 64,
	DNS_TYPE_HTTPS = 65,
};

struct dns_address {
	uint16_t
		owner; // offset of the record's name, pointers followed: equal offsets, equal names
	uint16_t target; // of a service that has another name than its owner, else 0
	uint8_t family; // 4 or 6
	bool additional;
	uint32_t ttl;
	uint8_t address[16];
};

struct dns_message {
	uint16_t id;
	uint8_t opcode;
	uint8_t rcode;
	bool response;
	bool truncated; // the TC bit
	bool partial; // a record could not be read; what came before it is here
	bool has_error; // the resolver says more, see `error`; never of mDNS
	uint16_t error; // INFO-CODE of RFC 8914, as IANA registers them
	uint16_t questions;
	uint16_t question; // offset of the first question's name, 0 when there is none
	uint16_t qtype;
	uint16_t qclass;
	uint16_t chain_n;
	uint16_t chain[DNS_CHAIN_MAX]; // the question and every CNAME followed from it, in order
	uint16_t addresses_n;
	struct dns_address addresses[DNS_ADDRESSES_MAX];
};

// Reads the header and the first question only: enough for queries, and to match an answer.
// Fields beyond qclass are zero.  0 or -EBADMSG.
int dns_question(const uint8_t *message, size_t length, struct dns_message *ret);

// Reads the whole message.  Addresses come from the answer section, and with `additional` (mDNS)
// from the additional section too.  0, or -EBADMSG when header or question cannot be read; a bad
// record ends the walk and sets `partial`.
int dns_read(const uint8_t *message, size_t length, bool additional, struct dns_message *ret);

// The name at `offset`, uncompressed and in lower case, with its final zero byte.  Returns its
// length or -EBADMSG.
int dns_name_wire(const uint8_t *message, size_t length, size_t offset, uint8_t ret[DNS_WIRE_MAX]);

// The offset behind the name at `at`, without following pointers; 0 when it runs out.
static inline size_t
dns_name_skip(const uint8_t *message, size_t length, size_t at) {
	while (at < length) {
		uint8_t size = message[at];
		if (size >= 0xc0)
			return length - at >= 2 ? at + 2 : 0;
		if (size > 63)
			return 0;
		at += (size_t)size + 1;
		if (size == 0)
			return at <= length ? at : 0;
	}
	return 0;
}

// The extended error of the records from `at` on, of which the first `before` are stepped over and
// `additional` are looked at.  The first of the first OPT counts; its text is not read.  False:
// there is none, or what leads to it can not be read.
bool dns_read_error(
	const uint8_t *message,
	size_t length,
	size_t at,
	unsigned int before,
	unsigned int additional,
	uint16_t *ret
);

// A name in wire form as text: no final dot, visible characters as they are, dots inside labels,
// quotes, brackets, blanks and all other bytes as \DDD, "." for the root, NUL-terminated.  Returns
// the length without NUL.
size_t dns_wire_text(const uint8_t *wire, size_t length, char ret[DNS_TEXT_MAX]);

// Both in one.  Returns the length without NUL, or -EBADMSG.
int dns_name_text(const uint8_t *message, size_t length, size_t offset, char ret[DNS_TEXT_MAX]);

bool dns_name_equal(const uint8_t *message, size_t length, size_t a, size_t b);

// The names on the way to address `i` of a message that dns_read has read: the question, the
// CNAMEs up to the record's owner, the owner, its target; each once, as text ended by NUL.  Returns
// the bytes written (NULs included); names that no longer fit in the middle are left out.
size_t dns_names(
	const uint8_t *message,
	size_t length,
	const struct dns_message *m,
	unsigned int i,
	char ret[DNS_NAMES_MAX]
);
