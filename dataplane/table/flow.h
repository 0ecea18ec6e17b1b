// SPDX-License-Identifier: BSD-3-Clause
// Flow table: remembers each conversation and its verdict, so that rules run once per flow.
//
// Shape:   both directions share one entry.  An entry is one hot line (key, time, verdict), half a
//          line of counters, and cold bytes that only the first and last packet touch; buckets
//          hold ten tags and entry numbers in one line.  All in: 128 bytes a flow at capacity.
// Units:   microseconds in last_seen_us; ports as in the key, network order.
// Threads: written and read by its own worker only; flow_table_used from any thread.
// Errors:  flow_insert returns NULL when the table is full.
// Source:  time-outs from RFC 5382 REQ-5 (TCP), 4787 REQ-5 (UDP), 5508 REQ-1 (ICMP).

#pragma once

#include "dataplane/parse/parse.h"
#include "dataplane/table/hash.h"

#include <rte_prefetch.h>

#include <emmintrin.h>
#include <stdbool.h>
#include <stdint.h>

#define FLOW_BUCKET_SLOTS 10
#define FLOW_BUCKET_LOAD 8 // flows per bucket when the table is full
#define FLOW_NO_INDEX UINT32_MAX

// A settled flow stays as it is until a TCP flag or its time-out says otherwise.
#define FLOW_SETTLED 8

enum flow_state {
	FLOW_UNANSWERED, // not TCP: one direction only
	FLOW_TCP_SYN,
	FLOW_TCP_SYNACK,
	FLOW_TCP_MID, // seen from its middle, one direction so far
	FLOW_TCP_FIN_INITIATOR,
	FLOW_TCP_FIN_RESPONDER,
	FLOW_TCP_CLOSED,
	FLOW_ANSWERED = FLOW_SETTLED,
	FLOW_TCP_OPEN,
	FLOW_STATES,
};

struct flow {
	struct flow_key key; // family 0: the entry is free
	uint64_t last_seen_us : 51;
	uint64_t reason : 5; // enum reason: the verdict
	uint64_t state : 4; // enum flow_state
	uint64_t initiator : 1; // which end of the key sent first
	uint64_t queued : 1; // is in the queue of those that may be evicted
	uint64_t judged : 1; // a verdict was stored
	uint64_t cached : 1; // the verdict holds for both ends and may be taken without a look
	uint32_t stamp; // of the policy and names it was judged under; free: next free entry
	uint16_t slot[2]; // device of each end, or SLOT_UNKNOWN
};

struct flow_count {
	uint64_t packets[2]; // sent by each end of the key
	uint64_t bytes[2];
};

struct flow_cold {
	uint64_t first_seen_ns;
	uint32_t chain; // the name it was judged by, 0 none; see table/name.h
	uint32_t serial; // grows each time the entry is used again
	uint32_t next; // in the queue
	union {
		struct {
			uint8_t icmp_type;
			uint8_t icmp_code;
		};
		struct { // not ICMP: see flow_watch
			uint16_t watch : 3; // enum flow_watch
			uint16_t client : 1; // WATCH_HELLO: the end that is to say hello
			uint16_t base : 12; // and the low bits of its first byte's sequence number
		};
	};
	uint8_t icmp : 1; // icmp_type and icmp_code are set
	uint8_t reversed : 2; // enum flow_began
	uint8_t by : 3; // which rule gave the verdict: enough of a hash to see that it is another
	uint8_t admitted : 2; // enum flow_admitted
	uint8_t limits; // number of a set of table/limit.h
};

// Which end began, for rules with a direction: mostly the one that sent the first frame seen.
enum flow_began {
	FLOW_BEGAN_INITIATOR,
	FLOW_BEGAN_RESPONDER,
	FLOW_BEGAN_UNKNOWN, // each packet tells, if it can
};

// What inspect wants of a flow's next packets: it is not `cached` while it wants any.
enum flow_watch {
	WATCH_NOTHING,
	WATCH_NAMED, // nothing more: the server's name was seen, the flow is judged by it
	WATCH_DOUBT, // nothing more: no name was seen; the next judgement takes all candidates
	WATCH_DNS, // every segment
	WATCH_TLS, // a TLS hello, in whichever segment it begins
	WATCH_HELLO, // a TLS hello, from a byte that is known
	WATCH_QUIC,
};

// Whether a limit on new flows let it begin.
enum flow_admitted {
	FLOW_NOT_ASKED,
	FLOW_ADMITTED,
	FLOW_REFUSED, // its next packet asks again
};

static inline enum flow_watch
flow_watch(const struct flow_cold *c) {
	return c->icmp ? WATCH_NOTHING : c->watch;
}

static inline bool
flow_is_watched(const struct flow_cold *c) {
	return flow_watch(c) >= WATCH_DNS;
}

struct flow_bucket {
	uint16_t tag[FLOW_BUCKET_SLOTS]; // 0: empty
	uint32_t index[FLOW_BUCKET_SLOTS];
	uint16_t away; // entries that belong here but live in their second bucket
	uint16_t guest; // bit per slot: the entry belongs to its other bucket
};

struct flow_table {
	struct flow_bucket *bucket;
	struct flow *flow;
	struct flow_count *count;
	struct flow_cold *cold;
	uint64_t seed[HASH_SEED_WORDS];
	uint32_t mask; // of bucket numbers
	uint32_t capacity;
	uint32_t used;
	uint32_t high; // entries at and above were never used
	uint32_t free; // first of the free ones below, FLOW_NO_INDEX none
	uint32_t queue_head;
	uint32_t queue_tail;
};

_Static_assert(sizeof(struct flow) == 64, "one line");
_Static_assert(sizeof(struct flow_bucket) == 64, "one line");
_Static_assert(
	sizeof(struct flow) + sizeof(struct flow_count) + sizeof(struct flow_cold)
			+ sizeof(struct flow_bucket) / FLOW_BUCKET_LOAD
		<= 128,
	"a flow costs at most 128 bytes, all in"
);

// The word with time, verdict and state, for those who look at all of it at once.
#define FLOW_WORD_TIME (((uint64_t)1 << 51) - 1)
#define FLOW_WORD_REASON_SHIFT 51
#define FLOW_WORD_BEGUN ((uint64_t)31 << 56) // initiator, state
#define FLOW_WORD_PLAIN ((uint64_t)FLOW_SETTLED << 56 | (uint64_t)1 << 63) // settled and cached

// Not answered so far, and cached: one more of the end that began is nothing new, either.
#define FLOW_WORD_ONE_WAY ((uint64_t)1 << 63 | (uint64_t)31 << 56) // cached, initiator, state

static inline uint64_t
flow_word_one_way(unsigned int sender) {
	return (uint64_t)1 << 63 | (uint64_t)sender << 60 | (uint64_t)FLOW_UNANSWERED << 56;
}

static inline uint64_t
flow_word(const struct flow *f) {
	uint64_t word;
	memcpy(&word, (const uint8_t *)f + sizeof(struct flow_key), sizeof word);
	return word;
}

static inline void
flow_set_word(struct flow *f, uint64_t word) {
	memcpy((uint8_t *)f + sizeof(struct flow_key), &word, sizeof word);
}

// Capacity is `flows` rounded up to a power of two (and at least 64).
struct flow_table *flow_table_new(uint32_t flows, const uint64_t seed[HASH_SEED_WORDS]);
void flow_table_free(struct flow_table *t);

static inline uint64_t
flow_hash(const struct flow_table *t, const struct flow_key *key) {
	return hash_flow_key(key, t->seed);
}

static inline struct flow_bucket *
flow_bucket(const struct flow_table *t, uint64_t hash) {
	return &t->bucket[(uint32_t)hash & t->mask];
}

static inline uint16_t
flow_tag(uint64_t hash) {
	uint16_t tag = (uint16_t)(hash >> 48);
	return tag ? tag : 1;
}

static inline uint32_t
flow_index(const struct flow_table *t, const struct flow *f) {
	return (uint32_t)(f - t->flow);
}

static inline void
flow_prefetch_bucket(const struct flow_table *t, uint64_t hash) {
	rte_prefetch0(flow_bucket(t, hash));
}

// Two bits per slot that holds `tag`.
static inline uint32_t
flow_bucket_match(const struct flow_bucket *b, uint16_t tag) {
	const uint8_t *at = (const uint8_t *)b->tag;
	__m128i want = _mm_set1_epi16((short)tag);
	__m128i low = _mm_cmpeq_epi16(_mm_loadu_si128((const __m128i *)(const void *)at), want);
	__m128i high =
		_mm_cmpeq_epi16(_mm_loadu_si128((const __m128i *)(const void *)(at + 4)), want);

	return (uint32_t)_mm_movemask_epi8(low) | ((uint32_t)_mm_movemask_epi8(high) >> 12) << 16;
}

// The entry that is probably meant, brought into the cache; NULL when its bucket has none such.  It
// is a guess until its key is compared, also after other entries came and went.
static inline struct flow *
flow_prefetch_entry(const struct flow_table *t, uint64_t hash) {
	const struct flow_bucket *b = flow_bucket(t, hash);
	uint32_t match = flow_bucket_match(b, flow_tag(hash));

	if (match == 0)
		return NULL;
	uint32_t index = b->index[__builtin_ctz(match) / 2];
	rte_prefetch0(&t->flow[index]);
	rte_prefetch0(&t->count[index]);
	return &t->flow[index];
}

static inline bool
flow_key_equal(const struct flow_key *a, const struct flow_key *b) {
	const __m128i *x = (const __m128i *)(const void *)a;
	const __m128i *y = (const __m128i *)(const void *)b;
	__m128i d = _mm_xor_si128(_mm_loadu_si128(x), _mm_loadu_si128(y));

	d = _mm_or_si128(d, _mm_xor_si128(_mm_loadu_si128(x + 1), _mm_loadu_si128(y + 1)));
	d = _mm_or_si128(d, _mm_xor_si128(_mm_loadu_si128(x + 2), _mm_loadu_si128(y + 2)));
	return _mm_movemask_epi8(_mm_cmpeq_epi8(d, _mm_setzero_si128())) == 0xffff;
}

static inline struct flow *
flow_find_in(
	const struct flow_table *t,
	const struct flow_bucket *b,
	uint16_t tag,
	const struct flow_key *key
) {
	for (uint32_t match = flow_bucket_match(b, tag); match;
	     match &= match - 1, match &= match - 1) {
		struct flow *f = &t->flow[b->index[__builtin_ctz(match) / 2]];
		if (__builtin_expect(flow_key_equal(&f->key, key), 1))
			return f;
	}
	return NULL;
}

struct flow *flow_find_away(const struct flow_table *t, uint64_t hash, const struct flow_key *key);

static inline struct flow *
flow_find(const struct flow_table *t, uint64_t hash, const struct flow_key *key) {
	const struct flow_bucket *b = flow_bucket(t, hash);
	struct flow *f = flow_find_in(t, b, flow_tag(hash), key);

	if (f || b->away == 0)
		return f;
	return flow_find_away(t, hash, key);
}

// A new entry for a key that is not there: counters zero, slots unknown, a fresh serial, queued as
// unanswered.  NULL: the table is full.
struct flow *flow_insert(struct flow_table *t, uint64_t hash, const struct flow_key *key);
void flow_remove(struct flow_table *t, struct flow *f);
// The same key begins anew: as flow_insert, in place.
void flow_restart(struct flow_table *t, struct flow *f);

// The oldest entry that may give way to a new flow (unanswered, half-open or closed), or NULL when
// none was found among a few.  The caller removes it.
struct flow *flow_oldest_idle(struct flow_table *t);
// Takes answered flows, which may not give way, from the head of that queue; at most `looks`.
void flow_queue_trim(struct flow_table *t, unsigned int looks);
// Puts a flow that has closed among those.
void flow_queue(struct flow_table *t, struct flow *f);

static inline uint32_t
flow_table_used(const struct flow_table *t) {
	return __atomic_load_n(&t->used, __ATOMIC_RELAXED);
}
