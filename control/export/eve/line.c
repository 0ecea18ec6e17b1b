// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/eve/line.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/export/eve/dns_words.h"
#include "control/id.h"
#include "control/service.h"
#include "control/view.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define TIME_TEXT 48

// "2026-11-26T18:01:02.123456+0000"
static void
put_time(struct json *j, const char *key, uint64_t wall_ns) {
	time_t seconds = (time_t)(wall_ns / NS_PER_S);
	char text[TIME_TEXT];
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || tm.tm_year > 9999 - 1900)
		gmtime_r(&(time_t){0}, &tm);
	size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(
		text + n,
		sizeof text - n,
		".%06u+0000",
		(unsigned int)(wall_ns % NS_PER_S / NS_PER_US)
	);
	json_key_string(j, key, text);
}

static void
begin(struct json *j, const char *type, uint64_t wall_ns) {
	json_reset(j);
	json_object(j);
	put_time(j, "timestamp", wall_ns);
	json_key_string(j, "event_type", type);
}

// Suricata's words for protocols; others are three digits there.
static const char *
protocol(uint8_t number, char ret[4]) {
	switch (number) {
	case 1:
		return "ICMP";
	case 2:
		return "IGMP";
	case 6:
		return "TCP";
	case 17:
		return "UDP";
	case 47:
		return "GRE";
	case 50:
		return "ESP";
	case 51:
		return "AH";
	case 58:
		return "IPv6-ICMP";
	case 132:
		return "SCTP";
	}
	snprintf(ret, 4, "%03u", number);
	return ret;
}

static bool
is_seen(const uint8_t mac[6]) {
	static const uint8_t unseen[6];

	return memcmp(mac, unseen, 6) != 0;
}

static void
put_macs(struct json *j, const uint8_t *from, const uint8_t *to) {
	char mac[TEXT_MAC];

	if (!(from && is_seen(from)) && !(to && is_seen(to)))
		return;
	json_key(j, "ether");
	json_object(j);
	if (from && is_seen(from))
		json_key_string(j, "src_mac", text_mac(from, mac));
	if (to && is_seen(to))
		json_key_string(j, "dest_mac", text_mac(to, mac));
	json_end(j);
}

// Who with whom: the same in every event that is about a connection.
static void
put_ends(struct json *j, const struct flow *f) {
	const struct wire_flow *w = &f->wire;
	char address[TEXT_ADDRESS], number[4], community[COMMUNITY_ID_TEXT];

	json_key_u64(j, "flow_id", f->id & INT64_MAX);
	if (w->tags) {
		json_key(j, "vlan");
		json_array(j);
		for (unsigned int i = 0; i < w->tags && i < WIRE_TAGS_MAX; i++)
			json_u64(j, w->vlan[i]);
		json_end(j);
	}
	json_key_string(j, "src_ip", text_address(w->family, w->address[0], address));
	if (w->flags & WIRE_FLOW_HAS_PORTS)
		json_key_u64(j, "src_port", w->port[0]);
	json_key_string(j, "dest_ip", text_address(w->family, w->address[1], address));
	if (w->flags & WIRE_FLOW_HAS_PORTS)
		json_key_u64(j, "dest_port", w->port[1]);
	json_key_string(j, "proto", protocol(w->protocol, number));
	json_key_u64(j, "ip_v", w->family);
	if (w->flags & WIRE_FLOW_ICMP) {
		json_key_u64(j, "icmp_type", w->icmp_type);
		json_key_u64(j, "icmp_code", w->icmp_code);
	}
	if (community_id_text(f->community, community))
		json_key_string(j, "community_id", community);
	put_macs(j, w->mac[0], w->mac[1]);
}

static void
put_device(struct json *j, const struct device *d) {
	char name[NAME_BYTES_MAX + 1];

	view_id(j, "device", "dev_", d ? d->id : 0);
	json_key_string(j, "device_name", d ? device_name(d, name) : NULL);
}

static void
put_own(struct json *j, const struct flow *f) {
	const struct destination *to = f->link ? f->link->destination : NULL;
	const struct wire_flow *w = &f->wire;
	char text[SERVICE_TEXT];

	json_key(j, "spin");
	json_object(j);
	view_id(j, "id", "flow_", f->id);
	put_device(j, f->device);
	view_id(j, "destination", "dst_", to ? to->id : 0);
	json_key_string(j, "remote", to ? destination_label(to) : NULL);
	json_key_string(j, "name", f->names && f->names[0] ? f->names : NULL);
	uint16_t port = w->flags & WIRE_FLOW_HAS_PORTS ? w->port[1] : 0;
	json_key_string(j, "service", service_text(w->protocol, port, text));
	json_key_string(j, "verdict", w->reason == REASON_NONE ? "forward" : "drop");
	json_key_string(j, "reason", reason_name(w->reason));
	json_end(j);
	json_end(j);
}

static void
put_verdict(struct json *j, const char *action) {
	json_key(j, "verdict");
	json_object(j);
	json_key_string(j, "action", action);
	json_end(j);
}

void
eve_line_flow(const struct flow *f, const char *reason, struct json *j) {
	const struct wire_flow *w = &f->wire;
	bool dropped = w->reason != REASON_NONE;

	begin(j, "flow", clock_wall_ns());
	put_ends(j, f);
	put_verdict(j, dropped ? "drop" : "pass");
	json_key(j, "flow");
	json_object(j);
	json_key_u64(j, "pkts_toserver", w->packets[0]);
	json_key_u64(j, "pkts_toclient", w->packets[1]);
	json_key_u64(j, "bytes_toserver", w->bytes[0]);
	json_key_u64(j, "bytes_toclient", w->bytes[1]);
	put_time(j, "start", f->first_seen_ns);
	put_time(j, "end", f->last_seen_ns);
	uint64_t lasted = f->last_seen_ns - MIN_OF(f->first_seen_ns, f->last_seen_ns);
	json_key_u64(j, "age", lasted / NS_PER_S);
	const char *state = w->flags & WIRE_FLOW_CLOSED ? "closed"
		: w->packets[1]				? "established"
							: "new";
	json_key_string(j, "state", state);
	json_key_string(j, "reason", reason);
	json_key_bool(j, "alerted", false);
	if (dropped)
		json_key_string(j, "action", "drop");
	json_end(j);
	put_own(j, f);
}

void
eve_line_drop(const struct flow *f, struct json *j) {
	begin(j, "drop", f->last_seen_ns);
	put_ends(j, f);
	json_key(j, "drop");
	json_object(j);
	json_key_string(j, "reason", reason_name(f->wire.reason));
	put_verdict(j, "drop");
	json_end(j);
	put_own(j, f);
}

void
eve_line_tls(
	const struct core *c,
	const struct wire_name *w,
	const char *name,
	const struct flow *f,
	struct json *j
) {
	char address[TEXT_ADDRESS];

	begin(j, "tls", f ? f->last_seen_ns : clock_wall_of(w->seen_ns));
	if (f) {
		put_ends(j, f);
	} else {
		json_key_string(j, "dest_ip", text_address(w->family, w->address, address));
		put_macs(j, w->mac, NULL);
	}
	json_key(j, "tls");
	json_object(j);
	json_key_string(j, "sni", name);
	json_end(j);
	if (f) {
		put_own(j, f);
		return;
	}
	json_key(j, "spin");
	json_object(j);
	put_device(j, device_by_mac(&c->state, w->mac));
	json_end(j);
	json_end(j);
}

static void
put_answer(struct json *j, const char *owner, const char *type, uint32_t ttl, const char *data) {
	json_object(j);
	json_key_string(j, "rrname", owner);
	json_key_string(j, "rrtype", type);
	json_key_u64(j, "ttl", ttl);
	json_key_string(j, "rdata", data);
	json_end(j);
}

static void
put_answers(const struct wire_name *w, const char *names, struct json *j) {
	const char *owner = names, *end = names + w->length;
	char address[TEXT_ADDRESS];

	json_key(j, "answers");
	json_array(j);
	for (const char *next = owner + strlen(owner) + 1; next < end && *next;
	     owner = next, next += strlen(next) + 1)
		put_answer(j, owner, "CNAME", w->ttl, next);
	if (w->family == 4 || w->family == 6)
		put_answer(
			j,
			owner,
			w->family == 6 ? "AAAA" : "A",
			w->ttl,
			text_address(w->family, w->address, address)
		);
	json_end(j);
}

void
eve_line_dns(
	const struct core *c,
	const struct wire_name *w,
	const char *names,
	const struct flow *f,
	struct json *j
) {
	const char *address_type = w->family == 6 ? "AAAA" : w->family == 4 ? "A" : "CNAME";
	char type[DNS_WORD], rcode[DNS_WORD];

	begin(j, "dns", clock_wall_of(w->seen_ns));
	if (f)
		put_ends(j, f);
	else
		put_macs(j, NULL, w->mac);
	json_key(j, "dns");
	json_object(j);
	json_key_u64(j, "version", 3);
	json_key_string(j, "type", "response");
	json_key_string(j, "rcode", dns_rcode(w->rcode, rcode));
	json_key(j, "queries");
	json_array(j);
	json_object(j);
	json_key_string(j, "rrname", names);
	json_key_string(j, "rrtype", w->asked ? dns_type(w->asked, type) : address_type);
	json_end(j);
	json_end(j);
	if (!w->asked)
		put_answers(w, names, j);
	json_end(j);
	json_key(j, "spin");
	json_object(j);
	if (f)
		view_id(j, "id", "flow_", f->id);
	put_device(j, device_by_mac(&c->state, w->mac));
	json_key_string(j, "source", source_name(w->source));
	if (w->has_ede) {
		json_key(j, "extended_error");
		json_object(j);
		json_key_u64(j, "code", w->ede);
		json_key_string(j, "name", resolver_error_name(w->ede));
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

void
eve_line_alert(const struct state_alert *a, struct json *j) {
	begin(j, "alert", a->seen_ns);
	json_key(j, "alert");
	json_object(j);
	json_key_string(j, "action", "allowed");
	json_key_u64(j, "gid", 1);
	json_key_u64(j, "signature_id", a->kind + 1);
	json_key_u64(j, "rev", 1);
	json_key_string(j, "signature", a->text);
	json_key_string(j, "category", alert_name(a->kind));
	json_key_u64(j, "severity", 2);
	json_end(j);
	json_key(j, "spin");
	json_object(j);
	view_id(j, "id", "alert_", a->id);
	json_key_string(j, "kind", alert_name(a->kind));
	json_end(j);
	json_end(j);
}

static void
put_reasons(struct json *j, const struct wire_stats *w) {
	json_key(j, "spin");
	json_object(j);
	json_key_u64(j, "events_lost", w->events_lost);
	json_key_u64(j, "frames_without_flow", w->without_flow);
	json_key(j, "dropped");
	json_object(j);
	for (unsigned int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		json_key_u64(j, reason_name(i), w->reason_packets[i]);
	json_end(j);
	json_end(j);
}

void
eve_line_stats(const struct core *c, struct json *j) {
	const struct state *s = &c->state;
	const struct wire_stats *w = &s->stats;
	uint64_t missed = 0, dropped = 0;

	for (size_t i = 0; i < s->ports_count; i++)
		missed += s->ports[i].rx_missed;
	for (unsigned int i = REASON_NONE + 1; i < REASON_COUNT; i++)
		dropped += w->reason_packets[i];
	begin(j, "stats", clock_wall_ns());
	json_key(j, "stats");
	json_object(j);
	json_key_u64(j, "uptime", (clock_mono_ns() - c->started_ns) / NS_PER_S);
	json_key(j, "capture");
	json_object(j);
	json_key_u64(j, "kernel_packets", w->frames);
	json_key_u64(j, "kernel_drops", missed);
	json_end(j);
	json_key(j, "decoder");
	json_object(j);
	json_key_u64(j, "pkts", w->frames);
	json_key_u64(j, "bytes", w->bytes);
	json_key_u64(j, "invalid", w->malformed);
	json_end(j);
	json_key(j, "flow");
	json_object(j);
	json_key_u64(j, "active", w->flows_active);
	json_key_u64(j, "total", w->flows_created);
	json_end(j);
	json_key(j, "ips");
	json_object(j);
	json_key_u64(j, "accepted", w->reason_packets[REASON_NONE]);
	json_key_u64(j, "blocked", dropped);
	json_end(j);
	json_end(j);
	put_reasons(j, w);
	json_end(j);
}
