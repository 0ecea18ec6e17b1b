// SPDX-License-Identifier: BSD-3-Clause

#include "control/view.h"

#include "control/clock.h"
#include "control/core.h"
#include "control/geo/geo.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/service.h"
#include "control/view_lists.h"
#include "platform/text.h"

#include <string.h>

#define DEVICES_SHOWN 256 // of one destination, so that an event fits its 64 KiB

void
view_time(struct json *j, const char *key, uint64_t wall_ns) {
	char text[TEXT_TIME];

	json_key_string(j, key, wall_ns ? text_time(wall_ns, text) : NULL);
}

void
view_id(struct json *j, const char *key, const char *prefix, uint64_t id) {
	char text[ID_TEXT];

	json_key_string(j, key, id ? id_text(prefix, id, text) : NULL);
}

void
view_actions(struct json *j, uint8_t set) {
	json_key_bool(j, "blocked", set & ACTION_BLOCK);
	json_key_bool(j, "allowed", set & ACTION_ALLOW);
	json_key_bool(j, "ignored", set & ACTION_IGNORE);
}

void
view_counts(struct json *j, const struct traffic *t) {
	json_key_u64(j, "packets_out", t->packets_out);
	json_key_u64(j, "bytes_out", t->bytes_out);
	json_key_u64(j, "packets_in", t->packets_in);
	json_key_u64(j, "bytes_in", t->bytes_in);
	json_key_u64(j, "dropped", t->dropped);
}

// Of the address that was seen last and of which the files say something.
static void
place(const struct core *c, const struct destination *d, struct json *j) {
	struct mmdb_network network = {.number = 0};
	uint64_t newest[2] = {0};
	char country[3] = "", code[3];
	struct mmdb_network n;

	for (unsigned int i = 0; c->geo && !d->local && i < d->addresses_count; i++) {
		const struct destination_address *a = &d->addresses[i];
		if ((!country[0] || a->seen_ns > newest[0])
		    && geo_country(c->geo, a->family, a->address, code)) {
			memcpy(country, code, sizeof country);
			newest[0] = a->seen_ns;
		}
		if (((!network.number && !network.name[0]) || a->seen_ns > newest[1])
		    && geo_network(c->geo, a->family, a->address, &n)) {
			network = n;
			newest[1] = a->seen_ns;
		}
	}
	json_key_string(j, "country", country[0] ? country : NULL);
	json_key(j, "network");
	if (!network.number && !network.name[0]) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key(j, "number");
	if (network.number)
		json_u64(j, network.number);
	else
		json_null(j);
	json_key_string(j, "name", network.name[0] ? network.name : NULL);
	json_end(j);
}

static void
destination_parts(const struct core *c, const struct destination *d, struct json *j) {
	const struct link *l;
	char text[TEXT_ADDRESS];
	char id[ID_TEXT];

	view_id(j, "id", "dst_", d->id);
	json_key_string(j, "name", destination_label(d));
	json_key_string(j, "kind", d->kind == DESTINATION_DOMAIN ? "domain" : "address");
	json_key_string(j, "domain", d->kind == DESTINATION_DOMAIN ? d->name : NULL);
	json_key_string(j, "user_name", d->user_name[0] ? d->user_name : NULL);
	json_key(j, "names");
	json_array(j);
	for (unsigned int i = 0; i < d->names_count; i++)
		json_string(j, d->names[i].text);
	json_end(j);
	json_key(j, "addresses");
	json_array(j);
	for (unsigned int i = 0; i < d->addresses_count; i++)
		json_string(j, text_address(d->addresses[i].family, d->addresses[i].address, text));
	json_end(j);
	json_key_string(j, "organisation", destination_organisation(&c->state, d));
	place(c, d, j);
	json_key_bool(j, "local", d->local);
	json_key_bool(j, "multicast", d->multicast);
	view_actions(j, d->actions);
	view_time(j, "first_seen", d->first_seen_ns);
	view_time(j, "last_seen", MAX_OF(d->last_seen_ns, d->dns_seen_ns));
	json_key_bool(j, "dns_only", d->last_seen_ns == 0 && d->dns_seen_ns != 0);
	view_counts(j, &d->sum);
	json_key(j, "devices");
	json_array(j);
	unsigned int n = 0;
	LIST_FOREACH (l, &d->links, of_destination) {
		if (n++ == DEVICES_SHOWN)
			break;
		json_string(j, id_text("dev_", l->device->id, id));
	}
	json_end(j);
}

void
view_destination(const struct core *c, const struct destination *d, struct json *j) {
	json_object(j);
	destination_parts(c, d, j);
	json_end(j);
}

void
view_destination_whole(const struct core *c, const struct destination *d, struct json *j) {
	json_object(j);
	destination_parts(c, d, j);
	view_lists(c, d, j);
	json_end(j);
}

static void
flow_end(struct json *j, const char *key, const struct wire_flow *w, unsigned int end) {
	static const uint8_t unseen[6] = {0};
	char address[TEXT_ADDRESS];
	char mac[TEXT_MAC];

	json_key(j, key);
	json_object(j);
	json_key_string(j, "address", text_address(w->family, w->address[end], address));
	json_key(j, "port");
	if (w->flags & WIRE_FLOW_HAS_PORTS)
		json_u64(j, w->port[end]);
	else
		json_null(j);
	json_key_string(
		j, "mac", memcmp(w->mac[end], unseen, 6) ? text_mac(w->mac[end], mac) : NULL
	);
	json_end(j);
}

static void
flow_tags(struct json *j, const struct wire_flow *w) {
	json_key(j, "vlan");
	json_array(j);
	for (unsigned int i = 0; i < w->tags && i < WIRE_TAGS_MAX; i++)
		json_u64(j, w->vlan[i]);
	json_end(j);
	json_key(j, "pppoe");
	if (w->flags & WIRE_FLOW_PPPOE)
		json_u64(j, w->pppoe);
	else
		json_null(j);
}

static void
flow_icmp(struct json *j, const struct wire_flow *w) {
	json_key(j, "icmp");
	if (!(w->flags & WIRE_FLOW_ICMP)) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_u64(j, "type", w->icmp_type);
	json_key_u64(j, "code", w->icmp_code);
	json_key(j, "id");
	if (w->flags & WIRE_FLOW_ICMP_ID)
		json_u64(j, w->icmp_id);
	else
		json_null(j);
	json_end(j);
}

// The names that it was judged by, else those that the device knows the address by; question first.
static void
flow_names(const struct core *c, struct json *j, const struct flow *f) {
	const struct peer *p = f->device && !f->names ? flow_peer(&c->state, f) : NULL;
	const char *names = f->names ? f->names : p ? p->names : NULL;
	size_t length = f->names ? f->names_length : p ? p->names_length : 0;

	json_key(j, "names");
	json_array(j);
	for (size_t at = 0; at < length; at += strlen(names + at) + 1)
		json_string(j, names + at);
	json_end(j);
}

void
view_flow(const struct core *c, const struct flow *f, struct json *j) {
	const struct wire_flow *w = &f->wire;
	char community[COMMUNITY_ID_TEXT];
	char text[SERVICE_TEXT];

	json_object(j);
	view_id(j, "id", "flow_", f->id);
	view_id(j, "device", "dev_", f->device ? f->device->id : 0);
	view_id(j, "destination", "dst_", f->link ? f->link->destination->id : 0);
	json_key_string(j, "community_id", community_id_text(f->community, community));
	json_key_u64(j, "ip_version", w->family);
	json_key_string(j, "protocol", service_protocol(w->protocol, text));
	json_key_u64(j, "protocol_number", w->protocol);
	flow_tags(j, w);
	flow_end(j, "initiator", w, 0);
	flow_end(j, "responder", w, 1);
	flow_icmp(j, w);
	json_key_u64(j, "packets_to_responder", w->packets[0]);
	json_key_u64(j, "bytes_to_responder", w->bytes[0]);
	json_key_u64(j, "packets_to_initiator", w->packets[1]);
	json_key_u64(j, "bytes_to_initiator", w->bytes[1]);
	view_time(j, "first_seen", f->first_seen_ns);
	view_time(j, "last_seen", f->last_seen_ns);
	json_key_bool(j, "ended", f->ended);
	json_key_string(j, "verdict", w->reason == REASON_NONE ? "forward" : "drop");
	json_key_string(j, "reason", reason_name(w->reason));
	uint16_t port = w->flags & WIRE_FLOW_HAS_PORTS ? w->port[1] : 0;
	json_key_string(j, "service", service_text(w->protocol, port, text));
	flow_names(c, j, f);
	json_end(j);
}

void
view_alert(const struct state_alert *a, struct json *j) {
	json_object(j);
	view_id(j, "id", "alert_", a->id);
	json_key_string(j, "kind", alert_name(a->kind));
	json_key_string(j, "text", a->text);
	view_time(j, "time", a->seen_ns);
	json_end(j);
}
