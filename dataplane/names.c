// SPDX-License-Identifier: BSD-3-Clause
// DNS beyond the single datagram.  Over TCP each direction is a stream of messages with their
// length in front (RFC 1035 4.2.2); one that is longer than a stream's room is read as far as that
// goes, and the rest is stepped over.

#include "dataplane/names.h"

#include "dataplane/learn.h"
#include "dataplane/learn_facts.h"
#include "dataplane/parse/parse.h"
#include "dataplane/payload.h"
#include "dataplane/table/datagram.h"
#include "dataplane/table/flow_state.h"
#include "dataplane/table/stream.h"

#include <netinet/in.h>
#include <string.h>

#define TCP_HEADER_MIN 20
#define DNS_HEADER 12
#define LENGTH_BYTES 2

void
names_read_message(
	struct worker *w,
	struct batch *b,
	unsigned int i,
	const uint8_t *message,
	size_t length
) {
	struct dns_message m;

	if (length == 0)
		return;
	if (dns_question(message, length, &m) != 0) {
		counter_add(&w->counters.names_refused, 1);
		return;
	}
	if (!m.response) {
		if (b->facts[i].names == NAMES_DNS)
			learn_question(w, b, i, message, length, &m);
		return;
	}
	bool additional = b->facts[i].names == NAMES_MDNS;
	if (dns_read(message, length, additional, &m) == 0)
		learn_answer(w, b, i, message, length, &m);
	// What came before the record that lies is believed; only a whole datagram can lie.
	if (m.partial && b->facts[i].key.protocol == IPPROTO_UDP
	    && !(b->facts[i].flags & (FACT_CUT | FACT_FRAGMENT)))
		counter_add(&w->counters.names_refused, 1);
}

static uint32_t
load32(const uint8_t *p) {
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool
names_segment(const struct batch *b, unsigned int i, struct segment *ret) {
	const uint8_t *tcp;
	size_t n = payload(b->pkt[i], &b->facts[i], 0, &tcp);

	if (n < TCP_HEADER_MIN || (b->facts[i].flags & (FACT_FRAGMENT | FACT_MALFORMED)))
		return false;
	size_t header = (size_t)(tcp[12] >> 4) * 4;
	if (header < TCP_HEADER_MIN || header > n)
		return false;
	*ret = (struct segment){
		.bytes = tcp + header,
		.length = n - header,
		.at = load32(tcp + 4) + (tcp[13] & TCP_SYN ? 1 : 0),
		.ack = load32(tcp + 8),
		.flags = tcp[13],
	};
	return true;
}

struct stream *
names_stream_known(struct worker *w, const struct flow *f, unsigned int end) {
	uint32_t index = flow_index(w->flows, f);
	struct stream_key key = {index, w->flows->cold[index].serial, end};

	return stream_find(w->streams, &key);
}

struct stream *
names_stream(struct worker *w, const struct flow *f, unsigned int end, uint32_t base) {
	uint32_t index = flow_index(w->flows, f);
	struct stream_key key = {index, w->flows->cold[index].serial, end};
	struct stream *s = stream_find(w->streams, &key);

	return s ? s : stream_make(w->streams, &key, base);
}

// Does a message begin here?  Where the stream's beginning was not seen, it may not.
static bool
plausible(const uint8_t *bytes, size_t length) {
	unsigned int questions = (unsigned int)bytes[6] << 8 | bytes[7];

	return length >= DNS_HEADER && (bytes[4] >> 3 & 15) <= 6 && questions <= 1;
}

static void
read_stream(struct worker *w, struct batch *b, unsigned int i, struct stream *s) {
	while (s->have >= LENGTH_BYTES + DNS_HEADER) {
		uint32_t length = (uint32_t)s->bytes[0] << 8 | s->bytes[1];
		if (!plausible(s->bytes, length)) {
			stream_drop(s);
			return;
		}
		uint32_t whole = LENGTH_BYTES + length;
		if (s->have < whole && s->have < STREAM_ROOM)
			return;
		uint32_t n = MIN_OF(whole, s->have) - LENGTH_BYTES;
		names_read_message(w, b, i, s->bytes + LENGTH_BYTES, n);
		stream_take(s, whole);
	}
}

// The other direction's next byte is what this segment acknowledges: so that its first segments
// may come in any order, too.
static void
read_dns(struct worker *w, struct batch *b, unsigned int i) {
	const struct flow *f = b->flow[i];
	unsigned int end = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;
	struct segment seg;

	if (!names_segment(b, i, &seg) || seg.length == 0)
		return;
	if (seg.flags & TCP_ACK)
		names_stream(w, f, end ^ 1, seg.ack);
	struct stream *s = names_stream(w, f, end, seg.at);
	b->facts[i].names = names_has_port(&b->facts[i], DNS_PORT) ? NAMES_DNS : NAMES_LLMNR;
	if (!stream_add(s, seg.at, seg.bytes, seg.length, STREAM_ROOM)) {
		// Too much is missing: on with what there is.
		s->base = seg.at;
		s->have = s->pieces = 0;
		stream_add(s, seg.at, seg.bytes, seg.length, STREAM_ROOM);
	}
	read_stream(w, b, i, s);
	b->facts[i].names = NAMES_WATCHED; // the frame alone is no message
}

void
names_read_piece(struct worker *w, struct batch *b, unsigned int i) {
	struct facts *f = &b->facts[i];
	const struct rte_mbuf *m = b->pkt[i];
	struct fragment_id id;
	const uint8_t *bytes, *whole;

	size_t n = payload(m, f, 0, &bytes);
	parse_fragment(rte_pktmbuf_mtod(m, const uint8_t *), f, &id);
	if (n == 0 || id.length != f->l4_length)
		return;
	n = datagram_add(w->datagrams, f, &id, bytes, n, b->time[i] / NS_PER_US, &whole);
	if (n <= UDP_HEADER)
		return;
	// The ports are the datagram's own: the key of a later fragment may not have them yet.
	if (!(f->key.flags & KEY_PORTS))
		return;
	f->names = names_has_port(f, DNS_PORT)	    ? NAMES_DNS
		: names_has_port(f, DNS_MDNS_PORT)  ? NAMES_MDNS
		: names_has_port(f, DNS_LLMNR_PORT) ? NAMES_LLMNR
						    : NAMES_NONE;
	if (f->names != NAMES_NONE)
		names_read_message(w, b, i, whole + UDP_HEADER, n - UDP_HEADER);
	if (f->names == NAMES_MDNS || f->names == NAMES_LLMNR)
		learn_multicast(w, b, i, whole + UDP_HEADER, n - UDP_HEADER);
	f->names = NAMES_PIECE;
}

void
names_read_watched(struct worker *w, struct batch *b, unsigned int i) {
	struct flow *f = b->flow[i];
	struct flow_cold *cold = f ? &w->flows->cold[flow_index(w->flows, f)] : NULL;

	if (!f)
		return;
	switch (flow_watch(cold)) {
	case WATCH_DNS:
		read_dns(w, b, i);
		break;
	case WATCH_TLS:
	case WATCH_HELLO:
		names_read_hello(w, b, i, cold);
		break;
	case WATCH_QUIC:
		names_read_quic(w, b, i, cold);
		break;
	default:
		break;
	}
}
