// SPDX-License-Identifier: BSD-3-Clause
// Who sends and who is to receive: one look-up each in the station table, which for a home stays in
// the first-level cache.  Everything that is not "known, and where it was" is out of line.

#include "dataplane/pipeline.h"
#include "dataplane/policy/policy.h"
#include "dataplane/report.h"
#include "dataplane/table/device.h"
#include "dataplane/table/station.h"
#include "platform/policy_image.h"

#include <rte_mbuf.h>

#include <string.h>

#define ETHER_HEADER 14
#define REFRESH_TICKS ((int32_t)STATION_TICKS(1))
#define HOLD_TICKS                                                                                 \
	((int32_t)STATION_TICKS(5)) // a station this young does not move between LAN and WAN

static bool
is_own(const struct shared *s, const uint8_t mac[6]) {
	for (uint16_t i = 0; i < s->ports; i++)
		if (memcmp(s->port[i].mac, mac, 6) == 0)
			return true;
	return false;
}

// The slot of a device that sent something, from its own place or from where it is not believed.
static uint16_t
device_of(struct worker *w, const uint8_t mac[6], uint8_t side, bool believed, ns_t now) {
	struct device_table *t = w->shared->devices;
	uint16_t slot = device_find(t, mac);
	bool fresh;

	if (slot == SLOT_NONE) {
		bool named = policy_find_device(w->policy->rules, mac) != POLICY_NO_ROW;
		slot = device_create(t, mac, side, named, &fresh);
	}
	if (!believed && atomic_load_explicit(&t->slot[slot].seen, memory_order_relaxed))
		return slot;
	if (device_saw(t, slot, side, now)) {
		if (slot == SLOT_OTHER)
			report_alert(
				w,
				ALERT_DEVICE_TABLE_FULL,
				now,
				"More devices were seen than can be told apart: new ones are shown "
				"and counted as one. Restart the dataplane to forget old ones."
			);
		else
			report_device(w, slot);
	}
	return slot;
}

// A frame whose sender is not known, or not here, or was last refreshed a while ago.  A station
// changes its port at once on the same side; nobody takes over, from another side, the place of
// one that was heard a moment ago: a device not the router's or the gateway's, and no one from
// outside a device's.
static __attribute__((noinline)) uint16_t
learn(struct worker *w, const uint8_t *mac, uint64_t key, uint8_t port, ns_t now) {
	const struct shared *s = w->shared;
	uint8_t side = s->port[port].side;
	struct station old;
	struct station fresh = {.port = port, .slot = SLOT_NONE, .seen = station_tick(now)};
	bool believed = true;

	if ((mac[0] & 1) || is_own(s, mac))
		return side == SIDE_WAN ? SLOT_NONE : SLOT_OTHER;
	if (station_find(s->stations, key, &old) && s->port[old.port].side != side)
		believed = (int32_t)(fresh.seen - old.seen) >= HOLD_TICKS;
	if (side != SIDE_WAN)
		fresh.slot = device_of(w, mac, side, believed, now);
	if (believed)
		station_store(s->stations, key, fresh);
	return fresh.slot;
}

// Nobody with this MAC was seen in this VLAN; a rule may name it all the same.
static __attribute__((noinline)) uint16_t
unseen(struct worker *w, const uint8_t *mac) {
	uint16_t slot = device_find(w->shared->devices, mac);
	bool fresh;

	if (slot != SLOT_NONE)
		return slot;
	if (policy_find_device(w->policy->rules, mac) == POLICY_NO_ROW)
		return SLOT_UNKNOWN;
	return device_create(w->shared->devices, mac, SIDE_LAN, true, &fresh);
}

// What the WAN floods does not reach the gateway's own stack, but for the safety class.
static inline uint8_t
flood(const struct shared *s, const struct batch *b, unsigned int i) {
	bool guarded = s->port[b->port[i]].side == SIDE_WAN && !(b->facts[i].flags & FACT_SAFE);
	return guarded ? FLOOD_NO_HOST : FLOOD;
}

// The station that the packet before had: the router is one end of nearly every packet, and a burst
// comes from one port, so one of its two look-ups is nearly always this one.
struct last {
	uint64_t key; // 0: none
	struct station st;
};

static inline bool
find(struct worker *w, struct last *last, uint64_t key) {
	if (last->key == key)
		return true;
	last->key = station_find(w->shared->stations, key, &last->st) ? key : 0;
	return last->key != 0;
}

static inline void
sender(struct worker *w, struct batch *b, unsigned int i, uint64_t key, struct last last[2]) {
	const struct station *st = &last[0].st;

	if (likely(find(w, &last[0], key))) {
		int32_t age = (int32_t)(station_tick(b->time[i]) - st->seen);
		if (likely(st->port == b->port[i] && age < REFRESH_TICKS && st->slot != SLOT_OTHER
		    )) {
			b->src_slot[i] = st->slot;
			return;
		}
	}
	const uint8_t *frame = rte_pktmbuf_mtod(b->pkt[i], const uint8_t *);
	b->src_slot[i] = learn(w, frame + 6, key, b->port[i], b->time[i]);
	last[0].key = last[1].key = 0; // it may have moved
}

static inline void
receiver(struct worker *w, struct batch *b, unsigned int i, uint64_t key, struct last *last) {
	if (unlikely(b->facts[i].flags & FACT_GROUP)) {
		b->dst_slot[i] = SLOT_UNKNOWN;
		b->egress[i] = flood(w->shared, b, i);
		return;
	}
	if (likely(find(w, last, key))) {
		b->dst_slot[i] = last->st.slot;
		b->egress[i] = last->st.port;
		return;
	}
	b->dst_slot[i] = unseen(w, rte_pktmbuf_mtod(b->pkt[i], const uint8_t *));
	b->egress[i] = flood(w->shared, b, i);
}

void
stage_device(struct worker *w, struct batch *b) {
	const unsigned int n = b->n;
	struct last last[2] = {0}; // sender, receiver

	for (unsigned int i = 0; i < n; i++) {
		const struct rte_mbuf *m = b->pkt[i];
		const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
		const struct flow_key *k = &b->facts[i].key;
		uint16_t vlan = k->tags ? k->vlan[0] : 0;
		if (unlikely(m->data_len < ETHER_HEADER)) {
			// Too short to say who is meant: as a hub would.
			b->src_slot[i] = w->shared->port[b->port[i]].side == SIDE_WAN ? SLOT_NONE
										      : SLOT_OTHER;
			b->dst_slot[i] = SLOT_UNKNOWN;
			b->egress[i] = flood(w->shared, b, i);
			continue;
		}
		sender(w, b, i, station_key(frame + 6, vlan), last);
		receiver(w, b, i, station_key(frame, vlan), &last[1]);
	}
}
