// SPDX-License-Identifier: BSD-3-Clause
// Finds each packet's flow and takes its verdict from there.  Three short loops, so that memory is
// on its way while other packets are worked on: hash and ask for the bucket; compare tags and ask
// for the entry; compare keys and act.  An established packet leaves the third loop with a verdict
// after three comparisons: both ends are who they were, policy and names are what they were, and
// it is not silent for so long that it might be another conversation.

#include "dataplane/names.h"
#include "dataplane/pipeline.h"
#include "dataplane/policy/judge.h"
#include "dataplane/report.h"
#include "dataplane/table/device.h"
#include "dataplane/table/flow.h"
#include "dataplane/table/flow_state.h"
#include "dataplane/table/fragment.h"
#include "dataplane/table/tags.h"

#include <rte_mbuf.h>

#include <string.h>

#define ALERT_EVERY_NS (60000 * NS_PER_MS)
#define SPECIAL (FACT_SAFE | FACT_ICMP_ERROR | FACT_CUT)

static inline unsigned int
sender_end(const struct facts *f) {
	return f->flags & FACT_SWAPPED ? 1 : 0;
}

static inline void
to_judge(struct batch *b, unsigned int i, enum judge_mode mode) {
	b->store[i] = (uint8_t)mode;
	b->judge[b->judge_n++] = (uint8_t)i;
}

static __attribute__((noinline)) void
more_tags(struct worker *w, const struct batch *b, struct facts *f, unsigned int i) {
	uint16_t vlan[PARSE_TAGS_MAX] = {0};
	const struct rte_mbuf *m = b->pkt[i];

	parse_tags(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len, vlan);
	f->key.side = tags_number(w->tags, vlan, f->key.tags);
}

static void
to_inspect(struct batch *b, unsigned int i, enum names_kind kind) {
	b->facts[i].names = (uint8_t)kind;
	b->facts[i].flags |= FACT_NAMES;
	b->any |= FACT_NAMES;
}

static __attribute__((noinline)) void
fragment(struct worker *w, struct batch *b, struct facts *f, unsigned int i) {
	struct fragment_id id;
	uint64_t us = b->time[i] / NS_PER_US;

	parse_fragment(rte_pktmbuf_mtod(b->pkt[i], const uint8_t *), f, &id);
	if (f->flags & FACT_LATER)
		fragment_apply(w->fragments, f, id.id, us);
	else
		fragment_store(w->fragments, f, id.id, us);
	if (names_wants_piece(f))
		to_inspect(b, i, NAMES_PIECE);
}

static __attribute__((noinline)) void
end_flow(struct worker *w, struct flow *f) {
	report_flow(w, f, true);
	counter_add(&w->counters.flows_ended, 1);
}

static void
table_full(struct worker *w, ns_t now) {
	counter_add(&w->counters.flows_refused, 1);
	if (w->alerted_full != 0 && now - w->alerted_full < ALERT_EVERY_NS)
		return;
	w->alerted_full = now;
	report_alert(
		w,
		ALERT_FLOW_TABLE_FULL,
		now,
		"The flow table is full of open connections: new ones are forwarded and judged, "
		"but "
		"not listed. Start spin-dataplane with a larger --flows."
	);
}

// `since`: no packet of the batch so far is older; who was silent for longer is none of theirs.
static bool
in_batch(const struct batch *b, unsigned int before, const struct flow *f, uint64_t since) {
	if (f->last_seen_us < since)
		return false;
	for (unsigned int i = 0; i < before; i++)
		if (b->flow[i] == f)
			return true;
	return false;
}

// A place for packet i's new flow, if need be that of the oldest one that nobody answered.
static struct flow *
make_flow(struct worker *w, const struct batch *b, unsigned int i, uint64_t hash, uint64_t since) {
	const struct flow_key *key = &b->facts[i].key;
	struct flow *f = flow_insert(w->flows, hash, key);

	if (f)
		return f;
	struct flow *victim = flow_oldest_idle(w->flows);
	if (victim && in_batch(b, i, victim, since)) { // it lives: to the end of the queue
		flow_queue(w->flows, victim);
		victim = NULL;
	}
	if (victim) {
		end_flow(w, victim);
		flow_remove(w->flows, victim);
		counter_add(&w->counters.flows_evicted, 1);
		f = flow_insert(w->flows, hash, key);
	}
	if (!f)
		table_full(w, b->time[i]);
	return f;
}

static void
begin_flow(struct worker *w, struct batch *b, unsigned int i, struct flow *f) {
	const struct facts *facts = &b->facts[i];
	struct flow_cold *cold = &w->flows->cold[flow_index(w->flows, f)];
	unsigned int end = sender_end(facts);

	uint64_t state = flow_first_state(facts->key.protocol, facts->tcp_flags) & 15;
	uint64_t word = flow_word(f) & ~(FLOW_WORD_TIME | FLOW_WORD_BEGUN);
	// At once: to read a word of which a byte was just written makes the processor wait.
	flow_set_word(f, word | b->time[i] / NS_PER_US | state << 56 | (uint64_t)end << 60);
	f->slot[end] = b->src_slot[i];
	f->slot[end ^ 1] = b->dst_slot[i];
	cold->first_seen_ns = b->time[i];
	if (facts->flags & FACT_ICMP) {
		cold->icmp = 1;
		cold->icmp_type = facts->icmp_type;
		cold->icmp_code = facts->icmp_code;
	}
	unsigned int watch = names_watch(w, facts);
	if (unlikely(watch != WATCH_NOTHING)) {
		cold->watch = watch & 7;
		to_inspect(b, i, NAMES_WATCHED);
	}
	counter_add(&w->counters.flows_created, 1);
	b->news[b->news_n++] = (uint8_t)i;
}

// What every packet does to its flow's clock and state.
static inline void
touch(struct worker *w, struct flow *f, const struct facts *facts, uint64_t us) {
	unsigned int next = flow_next(f->state, sender_end(facts) ^ f->initiator, facts->tcp_flags);

	if (likely(us > f->last_seen_us))
		f->last_seen_us = us;
	if (unlikely(next != f->state)) {
		f->state = next & 15;
		if (next == FLOW_TCP_CLOSED)
			flow_queue(w->flows, f);
	}
}

static bool
is_over(const struct flow *f, uint64_t us) {
	return us > f->last_seen_us
		&& us - f->last_seen_us > flow_timeout_us(f->state, f->key.protocol);
}

static bool
is_syn(const struct facts *f) {
	return (f->tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

// SPECIAL frames: judged one by one, or not at all.
static void
special(struct batch *b, unsigned int i) {
	if (b->facts[i].flags & FACT_SAFE && !(b->facts[i].flags & FACT_CUT))
		b->reason[i] = REASON_NONE;
	else
		to_judge(b, i, JUDGE_ALONE);
}

static void
new_flow(struct worker *w, struct batch *b, unsigned int i, uint64_t hash, uint64_t since) {
	struct flow *f = make_flow(w, b, i, hash, since);

	b->flow[i] = f;
	if (f)
		begin_flow(w, b, i, f);
	if (b->facts[i].flags & SPECIAL)
		special(b, i);
	else
		to_judge(b, i, f ? JUDGE_STORE : JUDGE_ALONE);
}

// The ends are not the ones that the flow remembers.  Who had not been seen is now known, and the
// flow is judged again; who speaks for somebody else is judged as himself and changes nothing.
static enum judge_mode
other_ends(struct worker *w, struct batch *b, unsigned int i, struct flow *f, bool *ret_judge) {
	unsigned int end = sender_end(&b->facts[i]);
	uint16_t *mine = &f->slot[end];
	uint16_t *theirs = &f->slot[end ^ 1];

	*ret_judge = true;
	if (*mine != SLOT_UNKNOWN && *mine != b->src_slot[i]) {
		report_address(
			w,
			b->src_slot[i],
			SOURCE_TRAFFIC,
			f->key.family,
			f->key.address[end],
			b->time[i]
		);
		return JUDGE_SPOOFED;
	}
	bool same = b->dst_slot[i] == SLOT_UNKNOWN || b->dst_slot[i] == *theirs;
	if (!same && *theirs != SLOT_UNKNOWN)
		return JUDGE_ALONE;
	*ret_judge = !same || *mine == SLOT_UNKNOWN; // else the receiver's entry only grew old
	*mine = b->src_slot[i];
	if (!same)
		*theirs = b->dst_slot[i];
	return JUDGE_STORE;
}

// A SYN may begin another connection between the same ports, whose hello is yet to come.
static void
watch(struct worker *w, struct batch *b, unsigned int i, struct flow *f, bool syn) {
	struct flow_cold *cold = &w->flows->cold[flow_index(w->flows, f)];

	if (syn && !flow_is_watched(cold)) {
		enum flow_watch wanted = names_watch(w, &b->facts[i]);
		if (wanted == WATCH_NOTHING)
			return;
		cold->watch = wanted & 7;
		f->cached = 0;
	}
	if (flow_is_watched(cold))
		to_inspect(b, i, NAMES_WATCHED);
}

// A found flow whose packet is not simply one more of the same.
static __attribute__((noinline)) void
unusual(struct worker *w, struct batch *b, unsigned int i, uint64_t us) {
	struct flow *f = b->flow[i];
	const struct facts *facts = &b->facts[i];
	bool syn = is_syn(facts);
	bool judge = false;
	enum judge_mode mode = JUDGE_STORE;

	if (is_over(f, us) || (syn && f->state == FLOW_TCP_CLOSED)) {
		end_flow(w, f);
		flow_restart(w->flows, f);
		begin_flow(w, b, i, f);
	}
	if (f->slot[sender_end(facts)] != b->src_slot[i]
	    || f->slot[sender_end(facts) ^ 1] != b->dst_slot[i])
		mode = other_ends(w, b, i, f, &judge);
	uint32_t stamp = w->epoch + device_judge_gen(w->shared->devices, f->slot[0])
		+ device_judge_gen(w->shared->devices, f->slot[1]);
	if (judge && mode == JUDGE_STORE)
		f->stamp = stamp - 1; // holds for the next packet, should this one be special
	if (mode == JUDGE_STORE && (syn || !f->cached))
		watch(w, b, i, f, syn);
	if (facts->flags & SPECIAL) {
		special(b, i);
		return;
	}
	// SYN decides who begins; and what the WAN began, the gateway may yet want itself.
	if (syn || (f->reason == REASON_WAN_TO_HOST && f->initiator != sender_end(facts)))
		judge = true;
	if (judge && mode == JUDGE_STORE)
		f->stamp = stamp - 1; // what follows in this batch waits for the same verdict
	if (judge || !f->judged || f->stamp != stamp)
		to_judge(b, i, mode);
	else
		b->reason[i] = f->reason;
}

// Both ends' slots as one word, in the order of the key's ends.
static inline uint32_t
ends_of(const struct batch *b, unsigned int i, unsigned int end) {
	uint32_t ends = b->src_slot[i] | (uint32_t)b->dst_slot[i] << 16;

	return end ? ends << 16 | ends >> 16 : ends;
}

// One more packet of the same: everything is read before anything is written, because the compiler
// cannot know that what is written is not what is read.
static inline void
take_cached(struct batch *b, unsigned int i, struct flow *f, uint64_t word, int64_t silent) {
	b->reason[i] = word >> FLOW_WORD_REASON_SHIFT & 31;
	flow_set_word(f, word + (uint64_t)MAX_OF(silent, (int64_t)0)); // the time is the low bits
}

// One more packet of a settled flow: both ends, policy and names are what they were, no flag of
// TCP says that it ends, and it was not silent for so long that it might be another one.
static inline void
known_flow(
	struct worker *w,
	struct batch *b,
	unsigned int i,
	struct flow *f,
	uint64_t us,
	const _Atomic uint32_t *gen
) {
	const struct facts *facts = &b->facts[i];
	uint64_t word = flow_word(f);
	int64_t silent = (int64_t)(us - (word & FLOW_WORD_TIME));
	uint32_t stamp = w->epoch + atomic_load_explicit(&gen[f->slot[0]], memory_order_relaxed)
		+ atomic_load_explicit(&gen[f->slot[1]], memory_order_relaxed);
	uint32_t ends;

	memcpy(&ends, f->slot, sizeof ends);
	uint32_t odd = (ends ^ ends_of(b, i, sender_end(facts))) | (f->stamp ^ stamp)
		| (facts->flags & SPECIAL) | (facts->tcp_flags & (TCP_FIN | TCP_SYN | TCP_RST));
	b->flow[i] = f;
	bool same = odd == 0 && silent <= (int64_t)FLOW_SILENCE_MIN_US;
	if (likely(same && (word & FLOW_WORD_PLAIN) == FLOW_WORD_PLAIN)) {
		take_cached(b, i, f, word, silent);
		return;
	}
	if (same && (word & FLOW_WORD_ONE_WAY) == flow_word_one_way(sender_end(facts))) {
		take_cached(b, i, f, word, silent);
		return;
	}
	unusual(w, b, i, us);
	touch(w, f, facts, us);
}

void
stage_flow(struct worker *w, struct batch *b) {
	const struct flow_table *t = w->flows;
	const _Atomic uint32_t *gen = w->shared->devices->judge_gen;
	uint64_t hash[BATCH_MAX];
	struct flow *guess[BATCH_MAX];
	const unsigned int n = b->n;
	ns_t time = b->time[0];
	uint64_t us = time / NS_PER_US, since = us;

	b->judge_n = 0;
	b->news_n = 0;
	w->room_asked = false;
	for (unsigned int i = 0; i < n; i++) {
		struct facts *f = &b->facts[i];
		if (unlikely(!(f->flags & FACT_IP))) {
			b->flow[i] = NULL;
			to_judge(b, i, JUDGE_ALONE);
			continue;
		}
		if (unlikely(f->key.tags > 2))
			more_tags(w, b, f, i);
		if (unlikely(f->flags & FACT_FRAGMENT))
			fragment(w, b, f, i);
		hash[i] = flow_hash(t, &f->key);
		flow_prefetch_bucket(t, hash[i]);
	}
	for (unsigned int i = 0; i < n; i++)
		if (likely(b->facts[i].flags & FACT_IP))
			guess[i] = flow_prefetch_entry(t, hash[i]);
	for (unsigned int i = 0; i < n; i++) {
		const struct flow_key *key = &b->facts[i].key;
		if (unlikely(!(b->facts[i].flags & FACT_IP)))
			continue;
		if (unlikely(b->time[i] != time)) {
			time = b->time[i];
			us = time / NS_PER_US;
			since = MIN_OF(since, us);
		}
		struct flow *f = guess[i];
		if (unlikely(f == NULL || !flow_key_equal(&f->key, key)))
			f = flow_find(t, hash[i], key);
		if (likely(f != NULL))
			known_flow(w, b, i, f, us, gen);
		else
			new_flow(w, b, i, hash[i], since);
	}
}
