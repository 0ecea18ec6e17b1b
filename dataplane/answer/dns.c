// SPDX-License-Identifier: BSD-3-Clause
// A negative answer that says until when, and who says so: an SOA of a minute, and for those who
// speak EDNS the extended error "blocked".

#include "dataplane/inspect/dns.h"

#include "dataplane/answer/answer.h"
#include "dataplane/answer/turn.h"

#include <netinet/in.h>
#include <string.h>

#define UDP_HEADER 8
#define HEADER 12
#define TYPE_SOA 6
#define TYPE_OPT 41
#define CLASS_IN 1
#define NXDOMAIN 3
#define TTL 60
#define EDNS_PAYLOAD 1232 // what passes any path in one piece
#define EDE_OPTION 15 // the option code of extended errors
#define EDE_BLOCKED 15 // their info code "Blocked"
#define OPT_FIXED 11
#define DNSSEC_OK 0x80 // of the third byte of the OPT's TTL: a query's is copied (RFC 3225 3)
#define QUESTION_POINTER (0xc000 | HEADER)

struct writer {
	uint8_t *at;
};

static void
put8(struct writer *w, unsigned int value) {
	*w->at++ = (uint8_t)value;
}

static void
put16(struct writer *w, unsigned int value) {
	put8(w, value >> 8);
	put8(w, value);
}

static void
put32(struct writer *w, uint32_t value) {
	put16(w, value >> 16);
	put16(w, value & 0xffff);
}

static unsigned int
load16(const uint8_t *at) {
	return (unsigned int)at[0] << 8 | at[1];
}

// The only record of a question that an answer has to answer.  Looked for where everybody puts it:
// as the first additional record, right behind the question.
static bool
find_edns(const uint8_t *message, size_t length, size_t at, bool *ret_dnssec) {
	if (load16(message + 10) == 0 || length - at < OPT_FIXED || message[at] != 0
	    || load16(message + at + 1) != TYPE_OPT)
		return false;
	*ret_dnssec = message[at + 7] & DNSSEC_OK;
	return true;
}

// Until when there is no such name or type.  Who asks needs no zone for it: the name itself, and
// the root for the fields that say where the zone is kept.
static void
put_soa(struct writer *w) {
	put16(w, QUESTION_POINTER);
	put16(w, TYPE_SOA);
	put16(w, CLASS_IN);
	put32(w, TTL);
	put16(w, 1 + 1 + 5 * 4);
	put8(w, 0);
	put8(w, 0);
	put32(w, 1); // serial
	put32(w, 1800); // refresh, retry, expire: for secondaries, of which there are none
	put32(w, 900);
	put32(w, 604800);
	put32(w, TTL);
}

static void
put_address(struct writer *w, unsigned int type) {
	size_t size = type == DNS_TYPE_A ? 4 : 16;

	put16(w, QUESTION_POINTER);
	put16(w, type);
	put16(w, CLASS_IN);
	put32(w, TTL);
	put16(w, (unsigned int)size);
	memset(w->at, 0, size);
	w->at += size;
}

static void
put_edns(struct writer *w, bool dnssec) {
	put8(w, 0);
	put16(w, TYPE_OPT);
	put16(w, EDNS_PAYLOAD);
	put16(w, 0); // extended code, version
	put16(w, dnssec ? DNSSEC_OK << 8 : 0);
	put16(w, 4 + 2);
	put16(w, EDE_OPTION);
	put16(w, 2);
	put16(w, EDE_BLOCKED);
}

// Where the only question ends, or 0 when it is no query that can be answered here.
static size_t
question_end(const uint8_t *message, size_t length, struct dns_message *m) {
	uint8_t name[DNS_WIRE_MAX];

	if (dns_question(message, length, m) != 0 || m->response || m->opcode != 0
	    || m->questions != 1 || m->question != HEADER || m->qclass != CLASS_IN
	    || load16(message + 6) != 0 || load16(message + 8) != 0)
		return 0;
	int size = dns_name_wire(message, length, m->question, name);
	if (size <= 0)
		return 0;
	// Written without compression, as everybody does, it ends where its type and class begin.
	size_t end = HEADER + (size_t)size + 4;
	if (end > length || load16(message + end - 4) != m->qtype
	    || load16(message + end - 2) != m->qclass)
		return 0;
	return end;
}

size_t
answer_dns(uint8_t *frame, size_t length, const struct facts *f, enum answer_dns what) {
	struct dns_message m;
	bool dnssec = false;

	if (f->key.protocol != IPPROTO_UDP || !turn_is_plain(frame, length, f)
	    || f->l4_length < UDP_HEADER + HEADER)
		return 0;
	uint8_t *message = frame + f->l4 + UDP_HEADER;
	size_t size = f->l4_length - UDP_HEADER;
	size_t end = question_end(message, size, &m);
	if (end == 0)
		return 0;
	bool address =
		what == ANSWER_DNS_ZERO && (m.qtype == DNS_TYPE_A || m.qtype == DNS_TYPE_AAAA);
	bool edns = find_edns(message, size, end, &dnssec);
	struct writer w = {.at = message + 2};
	put8(&w, 0x80 | (message[2] & 0x01)); // an answer; recursion desired as asked
	put8(&w, 0x80 | (message[3] & 0x10) | (what == ANSWER_DNS_NXDOMAIN ? NXDOMAIN : 0));
	put16(&w, 1);
	put16(&w, address);
	put16(&w, !address);
	put16(&w, edns);
	w.at = message + end;
	if (address)
		put_address(&w, m.qtype);
	else
		put_soa(&w);
	if (edns)
		put_edns(&w, dnssec);
	size_t l4_length = (size_t)(w.at - (frame + f->l4));
	frame[f->l4 + 4] = (uint8_t)(l4_length >> 8);
	frame[f->l4 + 5] = (uint8_t)l4_length;
	return turn_frame(frame, f, l4_length);
}
