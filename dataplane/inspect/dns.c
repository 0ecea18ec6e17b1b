// SPDX-License-Identifier: BSD-3-Clause
// The message is walked once for its records; CNAMEs are put aside and linked at the end, because
// nothing promises that they come in the order of the chain.
#include "dataplane/inspect/dns.h"

#include <errno.h>
#include <string.h>

#define HEADER 12
#define CLASS_IN 1
#define CLASS_MASK 0x7fff // mDNS keeps its cache-flush bit on top (RFC 6762 10.2)
#define CNAMES_MAX 32

struct cname {
	uint16_t owner;
	uint16_t target;
	uint32_t owner_hash; // so that a long chain is not compared byte by byte
	uint32_t target_hash;
};

struct walk {
	const uint8_t *message;
	size_t length;
	size_t at;
	unsigned int cnames_n;
	struct cname cnames[CNAMES_MAX];
};

static unsigned int
load16(const uint8_t *p) {
	return (unsigned int)p[0] << 8 | p[1];
}

static uint32_t
load32(const uint8_t *p) {
	return (uint32_t)load16(p) << 16 | load16(p + 2);
}

// FNV-1a: only ever saves a comparison.
static uint32_t
hash_name(const uint8_t *wire, size_t length) {
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < length; i++)
		h = (h ^ wire[i]) * 16777619u;
	return h;
}

// Where a name that was read without error really begins.
static uint16_t
follow(const uint8_t *message, size_t at) {
	while (message[at] >= 0xc0)
		at = load16(message + at) & 0x3fff;
	return (uint16_t)at;
}

// The offset behind the name at `at`, without following pointers; 0 when it runs out.
static size_t
skip_name(const uint8_t *message, size_t length, size_t at) {
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

// Header and first question; returns the offset behind all questions, or -EBADMSG.
static int
read_head(const uint8_t *message, size_t length, struct dns_message *ret) {
	uint8_t wire[DNS_WIRE_MAX];

	if (length < HEADER)
		return -EBADMSG;
	ret->id = (uint16_t)load16(message);
	ret->response = message[2] & 0x80;
	ret->opcode = message[2] >> 3 & 15;
	ret->truncated = message[2] & 2;
	ret->rcode = message[3] & 15;
	ret->questions = (uint16_t)load16(message + 4);
	ret->question = 0;
	ret->qtype = ret->qclass = 0;
	ret->chain_n = ret->addresses_n = 0;
	ret->partial = false;

	size_t at = HEADER;
	for (unsigned int i = 0; i < ret->questions; i++) {
		size_t name = at;
		at = skip_name(message, length, at);
		if (at == 0 || length - at < 4 || i == DNS_RECORDS_MAX)
			return -EBADMSG;
		if (i == 0) {
			if (dns_name_wire(message, length, name, wire) < 0)
				return -EBADMSG;
			ret->question = (uint16_t)name;
			ret->qtype = (uint16_t)load16(message + at);
			ret->qclass = (uint16_t)load16(message + at + 2);
		}
		at += 4;
	}
	return (int)at;
}

int
dns_question(const uint8_t *message, size_t length, struct dns_message *ret) {
	if (length > UINT16_MAX)
		length = UINT16_MAX;
	int r = read_head(message, length, ret);
	return r < 0 ? r : 0;
}

static bool
add_address(
	struct walk *w,
	size_t owner,
	size_t data,
	unsigned int family,
	struct dns_message *ret
) {
	uint8_t wire[DNS_WIRE_MAX];
	size_t size = family == 4 ? 4 : 16;

	if (dns_name_wire(w->message, w->length, owner, wire) < 0)
		return false;
	if (ret->addresses_n == DNS_ADDRESSES_MAX)
		return true;
	struct dns_address *a = &ret->addresses[ret->addresses_n++];
	*a = (struct dns_address){
		.owner = follow(w->message, owner),
		.family = (uint8_t)family,
		.ttl = load32(w->message + data - 6),
	};
	memcpy(a->address, w->message + data, size);
	return true;
}

static bool
add_cname(struct walk *w, size_t owner, size_t data, size_t end) {
	uint8_t from[DNS_WIRE_MAX], to[DNS_WIRE_MAX];

	if (skip_name(w->message, w->length, data) != end)
		return false;
	int from_n = dns_name_wire(w->message, w->length, owner, from);
	int to_n = dns_name_wire(w->message, w->length, data, to);
	if (from_n < 0 || to_n < 0)
		return false;
	if (w->cnames_n < CNAMES_MAX)
		w->cnames[w->cnames_n++] = (struct cname){
			.owner = follow(w->message, owner),
			.target = follow(w->message, data),
			.owner_hash = hash_name(from, (size_t)from_n),
			.target_hash = hash_name(to, (size_t)to_n),
		};
	return true;
}

// One record at w->at; false when it cannot be read.
static bool
read_record(struct walk *w, bool additional, bool wanted, struct dns_message *ret) {
	size_t owner = w->at;
	size_t at = skip_name(w->message, w->length, owner);

	if (at == 0 || w->length - at < 10)
		return false;
	const uint8_t *h = w->message + at;
	unsigned int type = load16(h), class = load16(h + 2) & CLASS_MASK, size = load16(h + 8);
	size_t data = at + 10;
	if (size > w->length - data)
		return false;
	w->at = data + size;
	if (!wanted || class != CLASS_IN)
		return true;
	if (type == DNS_TYPE_CNAME)
		return add_cname(w, owner, data, data + size);
	if (type != DNS_TYPE_A && type != DNS_TYPE_AAAA)
		return true;
	if (size != (type == DNS_TYPE_A ? 4 : 16))
		return false;
	unsigned int before = ret->addresses_n;
	if (!add_address(w, owner, data, type == DNS_TYPE_A ? 4 : 6, ret))
		return false;
	if (ret->addresses_n > before)
		ret->addresses[before].additional = additional;
	return true;
}

// Each CNAME is used once, so that a chain that bites its tail ends.
static void
link_chain(struct walk *w, struct dns_message *ret) {
	uint8_t wire[DNS_WIRE_MAX];

	if (ret->question == 0)
		return;
	int n = dns_name_wire(w->message, w->length, ret->question, wire);
	uint32_t hash = hash_name(wire, n > 0 ? (size_t)n : 0);
	ret->chain[ret->chain_n++] = ret->question;
	for (unsigned int i = 0; i < w->cnames_n && ret->chain_n < DNS_CHAIN_MAX;) {
		struct cname *c = &w->cnames[i++];
		uint16_t last = ret->chain[ret->chain_n - 1];
		if (c->owner == 0 || c->owner_hash != hash
		    || !dns_name_equal(w->message, w->length, c->owner, last))
			continue;
		ret->chain[ret->chain_n++] = c->target;
		hash = c->target_hash;
		c->owner = 0;
		i = 0;
	}
}

int
dns_read(const uint8_t *message, size_t length, bool additional, struct dns_message *ret) {
	if (length > UINT16_MAX)
		length = UINT16_MAX;
	int r = read_head(message, length, ret);
	if (r < 0)
		return r;

	struct walk w = {.message = message, .length = length, .at = (size_t)r};
	unsigned int answers = load16(message + 6), authority = load16(message + 8);
	unsigned int total = answers;
	if (additional)
		total += authority + load16(message + 10);
	for (unsigned int i = 0; i < total; i++) {
		bool in_answer = i < answers;
		bool in_additional = i >= answers + authority;
		if (i == DNS_RECORDS_MAX
		    || !read_record(&w, in_additional, in_answer || in_additional, ret)) {
			ret->partial = true;
			break;
		}
	}
	link_chain(&w, ret);
	return 0;
}

size_t
dns_names(
	const uint8_t *message,
	size_t length,
	const struct dns_message *m,
	unsigned int i,
	char ret[DNS_NAMES_MAX]
) {
	char text[DNS_TEXT_MAX];
	uint16_t owner = m->addresses[i].owner;
	size_t n = 0;
	unsigned int chain_n = 0;

	// The chain up to the owner; when the owner is not on it, the question alone.
	while (chain_n < m->chain_n && !dns_name_equal(message, length, m->chain[chain_n], owner))
		chain_n++;
	if (chain_n == m->chain_n && chain_n > 1)
		chain_n = 1;
	int size = dns_name_text(message, length, owner, text);
	if (size < 0)
		return 0;
	size_t reserve = (size_t)size + 1;
	for (unsigned int k = 0; k < chain_n; k++) {
		char name[DNS_TEXT_MAX];
		int r = dns_name_text(message, length, m->chain[k], name);
		if (r < 0 || n + (size_t)r + 1 + reserve > DNS_NAMES_MAX)
			continue;
		memcpy(ret + n, name, (size_t)r + 1);
		n += (size_t)r + 1;
	}
	memcpy(ret + n, text, reserve);
	return n + reserve;
}
