// SPDX-License-Identifier: BSD-3-Clause
// Everything control knows, in one place with one owner.
//
// Shape:   devices and destinations as arrays sorted by id (lists are paged through them) and maps
//          by what the dataplane calls them.
// Threads: the core thread alone.
// Errors:  none; what does not fit any more is counted in `forgotten`.

#pragma once

#include "control/accepted.h"
#include "control/answers_config.h"
#include "control/identity/kind_rules.h"
#include "control/map.h"
#include "control/peer.h"
#include "control/profile.h"
#include "control/resolver.h"
#include "control/rule.h"

#define STATE_PORTS_MAX 16
#define STATE_ALERTS_MAX 32
#define WORKER_NOT_TOLD UINT8_MAX

struct exports;
struct history;
struct lists;
struct organisations;
struct vendors;

struct state_alert {
	uint64_t id;
	uint32_t kind; // enum alert
	uint64_t seen_ns;
	char text[240];
	bool changed;
};

struct state {
	const struct vendors *vendors;
	struct lists *lists; // that rules may name; NULL: none
	struct exports *exports; // that are told of flows; NULL: none
	struct history *history; // that takes what is counted; NULL: none
	uint64_t privacy; // level that a person chose, plus one; 0: as the configuration says
	const struct organisations *organisations; // NULL: none
	struct profiles profiles;
	struct answers_config answers; // of the configuration, for the rules image
	char default_profile[PROFILE_NAME_MAX + 1]; // that was accepted last; empty: none yet
	char default_asked[PROFILE_NAME_MAX + 1]; // what the configuration said then
	struct accepted accepted; // as the store had it, until they were compared
	bool profiles_moved; // since the store heard of their texts
	struct kind_rules kinds;

	struct map devices_by_mac;
	struct device **devices;
	size_t devices_count;
	size_t joined_count; // of them are part of another
	size_t learning_count; // of them were watched, or are

	struct map domains;
	struct map addresses;
	struct destination **destinations;
	size_t destinations_count;
	struct destination_list by_age[2]; // of each kind
	size_t of_kind[2];

	struct rule_past rules_past[RULES_PAST]; // a ring
	size_t rules_past_next;

	struct map links;
	struct map peers;
	struct peer_list peers_by_age;
	size_t peers_dirty;
	struct map resolver;
	struct resolver_list resolver_by_age;
	struct map flows;
	struct flow_chain flow_chains[FLOW_CHAINS]; // each at its number, modulo
	struct flow_list flows_by_age;
	struct flow_list flows_by_birth;
	struct rule **rules;
	size_t rules_count;
	struct map rule_names; // domains that rules name; control/rule_names.c
	bool rule_names_gathered;

	struct wire_port ports[STATE_PORTS_MAX];
	size_t ports_count;
	struct wire_stats stats; // as last reported
	uint64_t stats_ns; // wall, of that report
	// Of each worker, between the last two reports; WORKER_NOT_TOLD before there are two.
	uint8_t worker_busy_percent[WIRE_WORKERS_MAX];
	uint64_t dropped_today;
	uint64_t today; // days since 1970, local time, that dropped_today counts
	struct rate rate_out; // of all devices
	struct rate rate_in;
	struct state_alert alerts[STATE_ALERTS_MAX]; // newest last
	size_t alerts_count;

	uint64_t devices_removed[16]; // ids of devices that became part of another, to be told
	size_t devices_removed_count;
	uint64_t removed[64]; // ids of destinations that are gone, to be told
	size_t removed_count;

	uint64_t generation; // of the rules as compiled last
	uint64_t forgotten; // destinations and names that made room
	bool home_grew; // a device showed an address that it did not have
	bool names_moved; // a name was learned that some rule is about, or hours began or ended
	bool clock_untrusted; // nobody has set it yet: what held last holds on
};

void state_init(struct state *s);
void state_fini(struct state *s);

// What the dataplane reported, record by record.
void observe_device(struct state *s, const struct wire_device *w);
void observe_address(struct state *s, const struct wire_address *w);
void observe_hostname(struct state *s, const struct wire_hostname *w);
void observe_fact(struct state *s, const struct wire_fact *w);
void observe_name(struct state *s, const struct wire_name *w, const char *names);
void observe_port(struct state *s, const struct wire_port *w);
void observe_stats(struct state *s, const struct wire_stats *w);
void observe_alert(struct state *s, const struct wire_alert *w);
// One of control's own.
void state_raise(struct state *s, enum alert kind, uint64_t wall_ns, const char *text);
void observe_hits(struct state *s, const struct wire_hits *w);
// Another dataplane process reports from now on: its counters and flows begin again.
void observe_new_run(struct state *s);
