// SPDX-License-Identifier: BSD-3-Clause
// Waits for the hello of a connection: at most eight packets of its client, and 4 KiB.  A hello in
// one piece is read where it lies; of others the pieces are kept until they make one.

#include "dataplane/inspect/quic.h"
#include "dataplane/inspect/tls.h"
#include "dataplane/learn.h"
#include "dataplane/learn_facts.h"
#include "dataplane/names.h"
#include "dataplane/payload.h"
#include "dataplane/policy/judge.h"
#include "dataplane/table/flow_state.h"
#include "dataplane/table/stream.h"

#include <string.h>

#define PACKETS_MAX 8
#define PACKETS_EITHER 24 // of both ends, without data too
#define DATAGRAM_PACKETS 4 // that are looked at in one datagram
#define OPEN_COST (50 * NS_PER_US) // 20,000 Initials a second are opened,
#define OPEN_BURST (2000 * OPEN_COST) // and so many at once
#define BASE_MASK 0xfffu
#define TLS_RECORD 22
#define TLS_HELLO_AT 5
#define TLS_CLIENT_HELLO 1

static bool
to_be_judged(const struct batch *b, unsigned int i) {
	for (unsigned int k = 0; k < b->judge_n; k++)
		if (b->judge[k] == i)
			return true;
	return false;
}

// This packet and those of its flow that came with it took the old verdict already: again.
static void
judge_again(struct batch *b, unsigned int i) {
	struct flow *f = b->flow[i];

	f->stamp--;
	for (unsigned int k = i; k < b->n; k++) {
		unsigned int end = b->facts[k].flags & FACT_SWAPPED ? 1 : 0;
		bool own = f->slot[end] == b->src_slot[k];
		if (b->flow[k] != f || !own || to_be_judged(b, k)
		    || b->facts[k].flags & (FACT_SAFE | FACT_ICMP_ERROR | FACT_CUT))
			continue;
		b->store[k] = JUDGE_STORE;
		b->judge[b->judge_n++] = (uint8_t)k;
	}
}

// A flow without a verdict is about to get one anyway.
static void
stop(struct batch *b, unsigned int i, struct flow_cold *cold, enum flow_watch end) {
	cold->watch = end & 7;
	if (b->flow[i]->judged)
		judge_again(b, i);
}

// Nothing more is wanted of the flow.
static void
finish(struct worker *w,
       struct batch *b,
       unsigned int i,
       struct flow_cold *cold,
       enum flow_watch end) {
	struct flow *f = b->flow[i];

	for (unsigned int k = 0; k < 2; k++) {
		struct stream *s = names_stream_known(w, f, k);
		if (s)
			stream_drop(s);
	}
	stop(b, i, cold, end);
}

// True when that is the end of it.
static bool
take_state(
	struct worker *w,
	struct batch *b,
	unsigned int i,
	struct flow_cold *cold,
	enum hello_state state,
	const struct server_name *name,
	enum source source
) {
	if (state == HELLO_MORE)
		return false;
	uint32_t chain = 0;
	if (state == HELLO_NAME)
		chain = learn_server(w, b, i, name->wire, name->length, source);
	if (chain)
		cold->chain = chain;
	finish(w, b, i, cold, chain ? WATCH_NAMED : WATCH_DOUBT);
	return true;
}

// Patience has an end: an eighth packet of the client (after SYN and ACK), or many of any.
static bool
too_many(const struct worker *w, const struct flow *f, unsigned int client, unsigned int free) {
	const struct flow_count *c = &w->flows->count[flow_index(w->flows, f)];

	return c->packets[client] + 1 >= PACKETS_MAX + free
		|| c->packets[0] + c->packets[1] >= PACKETS_EITHER;
}

static bool
begins_hello(const struct segment *s) {
	return s->length > TLS_HELLO_AT && s->bytes[0] == TLS_RECORD && s->bytes[1] == 3
		&& s->bytes[TLS_HELLO_AT] == TLS_CLIENT_HELLO;
}

static void
begin_at(struct flow_cold *cold, unsigned int client, uint32_t base) {
	cold->watch = WATCH_HELLO;
	cold->client = client & 1;
	cold->base = base & BASE_MASK;
}

// The segment's data, put in its place; the state of what is there in order from the first byte.
static enum hello_state
add_segment(
	struct worker *w,
	const struct flow *f,
	const struct flow_cold *cold,
	const struct segment *seg,
	struct server_name *name
) {
	uint32_t from = (seg->at - cold->base) & BASE_MASK;
	struct stream *s = names_stream_known(w, f, cold->client);

	if (!s && from == 0) {
		enum hello_state state = tls_hello(seg->bytes, seg->length, name);
		if (state != HELLO_MORE)
			return state;
	}
	if (!s)
		s = names_stream(w, f, cold->client, seg->at - from);
	stream_add(s, seg->at, seg->bytes, seg->length, TLS_HELLO_MAX);
	if (s->have == 0)
		return HELLO_MORE;
	enum hello_state state = tls_hello(s->bytes, s->have, name);
	return state == HELLO_MORE && s->have >= TLS_HELLO_MAX ? HELLO_NONE : state;
}

// The first thing that the client says tells what the connection is, though no name is read.
static void
show_tunnel(struct worker *w, struct batch *b, unsigned int i, const struct segment *seg) {
	if (names_has_port(&b->facts[i], TUNNEL_DNS_PORT)
	    || names_has_port(&b->facts[i], TUNNEL_OPENVPN_PORT))
		learn_tunnel_segment(w, b, i, seg->bytes, seg->length, begins_hello(seg));
}

// A segment with data.  True when that is the end of it.
static bool
read_data(
	struct worker *w,
	struct batch *b,
	unsigned int i,
	struct flow_cold *cold,
	const struct segment *seg
) {
	unsigned int end = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;
	const struct flow *f = b->flow[i];
	struct server_name name;

	if (cold->watch == WATCH_TLS && begins_hello(seg))
		begin_at(cold, end, seg->at);
	if (cold->watch != WATCH_HELLO)
		return false;
	if (cold->client == end) {
		if (((seg->at - cold->base) & BASE_MASK) == 0)
			show_tunnel(w, b, i, seg);
		if (names_hellos(w))
			return take_state(
				w,
				b,
				i,
				cold,
				add_segment(w, f, cold, seg, &name),
				&name,
				SOURCE_TLS
			);
	} else if (names_stream_known(w, f, cold->client)) {
		return false;
	}
	finish(w, b, i, cold, names_hellos(w) ? WATCH_DOUBT : WATCH_NOTHING);
	return true; // no name is wanted, or the server spoke first
}

void
names_read_hello(struct worker *w, struct batch *b, unsigned int i, struct flow_cold *cold) {
	unsigned int end = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;
	const struct flow *f = b->flow[i];
	struct segment seg;

	bool readable = names_segment(b, i, &seg);
	if (readable && seg.flags & TCP_SYN) {
		bool back = seg.flags & TCP_ACK;
		begin_at(cold, back ? end ^ 1 : end, back ? seg.ack : seg.at);
	}
	if (readable && seg.length > 0 && read_data(w, b, i, cold, &seg))
		return;
	if (too_many(w, f, cold->watch == WATCH_HELLO ? cold->client : end, 2))
		finish(w, b, i, cold, names_hellos(w) ? WATCH_DOUBT : WATCH_NOTHING);
}

// What a QUIC stream remembers beside its bytes.
struct quic_note {
	struct quic_id first; // whose key opened its Initials
	uint8_t known;
};

_Static_assert(sizeof(struct quic_note) <= STREAM_NOTE, "it fits");

static enum hello_state
add_frames(struct stream *s, const uint8_t *plain, size_t n, struct server_name *name) {
	struct quic_frames frames = {plain, n, 0};
	struct quic_piece p;

	while (quic_crypto_next(&frames, &p))
		if (p.offset < TLS_HELLO_MAX)
			stream_add(s, (uint32_t)p.offset, p.bytes, p.length, TLS_HELLO_MAX);
	if (s->have == 0)
		return HELLO_MORE;
	enum hello_state state = tls_handshake(s->bytes, s->have, name);
	return state == HELLO_MORE && s->have >= TLS_HELLO_MAX ? HELLO_NONE : state;
}

// Opening one takes some three microseconds.
static int
open_with(
	struct worker *w,
	const uint8_t *bytes,
	const struct quic_packet *p,
	const struct quic_id *first,
	ns_t now,
	uint8_t plain[QUIC_PLAIN_MAX]
) {
	if (!w->shared->inspect_hellos && !bucket_take(&w->opened, now, OPEN_COST, OPEN_BURST))
		return -1;
	return quic_open(w->keys, bytes, p, first, plain);
}

// An Initial of either end: only the client's opens, with the key of its first one, or (after a
// Retry, or when that was missed) with its own.
static enum hello_state
open_initial(
	struct worker *w,
	const struct flow *f,
	unsigned int end,
	const uint8_t *bytes,
	const struct quic_packet *p,
	ns_t now,
	struct server_name *name
) {
	uint8_t plain[QUIC_PLAIN_MAX];
	struct stream *s = names_stream_known(w, f, end);
	struct quic_note note = {0};
	int n = -1;

	if (s)
		memcpy(&note, s->note, sizeof note);
	if (note.known)
		n = open_with(w, bytes, p, &note.first, now, plain);
	if (n < 0) {
		n = open_with(w, bytes, p, &p->to, now, plain);
		if (n < 0)
			return HELLO_MORE;
		if (s)
			stream_drop(s);
		s = names_stream(w, f, end, 0);
		note = (struct quic_note){p->to, 1};
		memcpy(s->note, &note, sizeof note);
	}
	return add_frames(s, plain, (size_t)n, name);
}

void
names_read_quic(struct worker *w, struct batch *b, unsigned int i, struct flow_cold *cold) {
	unsigned int end = b->facts[i].flags & FACT_SWAPPED ? 1 : 0;
	const struct flow *f = b->flow[i];
	struct server_name name;
	struct quic_packet p;
	const uint8_t *bytes = NULL;
	bool is_quic = false;

	size_t n = payload(b->pkt[i], &b->facts[i], UDP_HEADER, &bytes);
	for (unsigned int k = 0; k < DATAGRAM_PACKETS && n > 0 && names_hellos(w); k++) {
		if (quic_packet(bytes, n, &p) != 0)
			break;
		if (p.type == QUIC_SHORT && k == 0)
			break;
		is_quic |= p.type == QUIC_NEGOTIATION || quic_known(p.version);
		if (p.type == QUIC_INITIAL) {
			enum hello_state state =
				open_initial(w, f, end, bytes, &p, b->time[i], &name);
			if (take_state(w, b, i, cold, state, &name, SOURCE_QUIC))
				return;
		}
		bytes += p.size;
		n -= p.size;
	}
	if (!is_quic)
		stop(b, i, cold, WATCH_NOTHING);
	else if (too_many(w, f, end, 0))
		finish(w, b, i, cold, WATCH_DOUBT);
}
