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
#define SERVICE_IP4_HINT 4 // RFC 9460 14.3.2
#define SERVICE_IP6_HINT 6

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
	ret->partial = ret->has_error = false;
	ret->error = 0;

	size_t at = HEADER;
	for (unsigned int i = 0; i < ret->questions; i++) {
		size_t name = at;
		at = dns_name_skip(message, length, at);
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

// What a record says of its owner.
struct record {
	size_t owner;
	size_t data;
	size_t end;
	uint32_t ttl;
	bool additional;
};

static bool
add_address(
	struct walk *w,
	const struct record *r,
	size_t data,
	uint16_t target,
	unsigned int family,
	struct dns_message *ret
) {
	uint8_t wire[DNS_WIRE_MAX];

	if (dns_name_wire(w->message, w->length, r->owner, wire) < 0)
		return false;
	if (ret->addresses_n == DNS_ADDRESSES_MAX)
		return true;
	struct dns_address *a = &ret->addresses[ret->addresses_n++];
	*a = (struct dns_address){
		.owner = follow(w->message, r->owner),
		.target = target,
		.family = (uint8_t)family,
		.additional = r->additional,
		.ttl = r->ttl,
	};
	memcpy(a->address, w->message + data, family == 4 ? 4 : 16);
	return true;
}

static bool
add_cname(struct walk *w, const struct record *r, size_t data) {
	uint8_t from[DNS_WIRE_MAX], to[DNS_WIRE_MAX];

	if (dns_name_skip(w->message, w->length, data) != r->end)
		return false;
	int from_n = dns_name_wire(w->message, w->length, r->owner, from);
	int to_n = dns_name_wire(w->message, w->length, data, to);
	if (from_n < 0 || to_n < 0)
		return false;
	if (w->cnames_n < CNAMES_MAX)
		w->cnames[w->cnames_n++] = (struct cname){
			.owner = follow(w->message, r->owner),
			.target = follow(w->message, data),
			.owner_hash = hash_name(from, (size_t)from_n),
			.target_hash = hash_name(to, (size_t)to_n),
		};
	return true;
}

// The addresses of one hint; false when its length is none of theirs.
static bool
add_hint(
	struct walk *w,
	const struct record *r,
	uint16_t target,
	size_t at,
	size_t size,
	unsigned int family,
	struct dns_message *ret
) {
	size_t each = family == 4 ? 4 : 16;

	if (size == 0 || size % each != 0)
		return false;
	for (size_t i = 0; i < size; i += each)
		if (!add_address(w, r, at + i, target, family, ret))
			return false;
	return true;
}

// SVCB and HTTPS: priority 0 makes an alias of the owner; any other says where the service is and,
// perhaps, at which addresses.
static bool
add_service(struct walk *w, const struct record *r, struct dns_message *ret) {
	uint8_t wire[DNS_WIRE_MAX];
	int before = -1; // keys grow

	if (r->end - r->data < 3)
		return false;
	size_t name = r->data + 2;
	size_t at = dns_name_skip(w->message, w->length, name);
	if (at == 0 || at > r->end || dns_name_wire(w->message, w->length, name, wire) < 0)
		return false;
	if (load16(w->message + r->data) == 0)
		return wire[0] == 0 || at != r->end || add_cname(w, r, name);
	uint16_t target = wire[0] ? follow(w->message, name) : 0;
	while (r->end - at >= 4) {
		int key = (int)load16(w->message + at);
		size_t size = load16(w->message + at + 2);
		at += 4;
		if (key <= before || size > r->end - at)
			return false;
		before = key;
		unsigned int family = key == SERVICE_IP4_HINT ? 4 : key == SERVICE_IP6_HINT ? 6 : 0;
		if (family && !add_hint(w, r, target, at, size, family, ret))
			return false;
		at += size;
	}
	return at == r->end;
}

// One record at w->at; false when it cannot be read.
static bool
read_record(struct walk *w, bool additional, bool wanted, struct dns_message *ret) {
	struct record r = {.owner = w->at, .additional = additional};
	uint16_t before;
	size_t at = dns_name_skip(w->message, w->length, r.owner);

	if (at == 0 || w->length - at < 10)
		return false;
	const uint8_t *h = w->message + at;
	unsigned int type = load16(h), class = load16(h + 2) & CLASS_MASK, size = load16(h + 8);
	r.ttl = load32(h + 4);
	if (r.ttl > INT32_MAX)
		r.ttl = 0; // RFC 2181 8
	r.data = at + 10;
	if (size > w->length - r.data)
		return false;
	w->at = r.end = r.data + size;
	if (!wanted || class != CLASS_IN)
		return true;
	switch (type) {
	case DNS_TYPE_CNAME:
		return add_cname(w, &r, r.data);
	case DNS_TYPE_A:
		return size == 4 && add_address(w, &r, r.data, 0, 4, ret);
	case DNS_TYPE_AAAA:
		return size == 16 && add_address(w, &r, r.data, 0, 6, ret);
	case DNS_TYPE_SVCB:
	case DNS_TYPE_HTTPS:
		before = ret->addresses_n;
		if (add_service(w, &r, ret))
			return true;
		ret->addresses_n = before; // RFC 9460 2.2: all or nothing of it
		return false;
	default:
		return true;
	}
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
	if (!additional && !ret->partial && load16(message + 10))
		ret->has_error = dns_read_error(
			message, length, w.at, authority, load16(message + 10), &ret->error
		);
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
	n += reserve;
	if (m->addresses[i].target == 0)
		return n;
	size = dns_name_text(message, length, m->addresses[i].target, text);
	if (size > 0 && n + (size_t)size + 1 <= DNS_NAMES_MAX) {
		memcpy(ret + n, text, (size_t)size + 1);
		n += (size_t)size + 1;
	}
	return n;
}
