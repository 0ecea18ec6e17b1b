// SPDX-License-Identifier: BSD-3-Clause

#include "control/analyses/fill.h"

#include "control/clock.h"
#include "control/http/json_read.h"
#include "control/state.h"
#include "platform/base.h"
#include "platform/text.h"

#include <errno.h>
#include <string.h>

static const struct json_limits limits = {FILL_LINE_MAX, 4096, 8};

static bool
seconds(const struct json_doc *d, unsigned int node, uint64_t *ret) {
	double s = json_real(d, node, -1);

	if (s < 0 || s > 1e10)
		return false;
	// Six digits are written; a double has them as long as this age lasts.
	*ret = (uint64_t)(s * 1e6 + 0.5) * NS_PER_US;
	return true;
}

static bool
count(const struct json_doc *d, unsigned int object, const char *key, uint64_t *ret) {
	int64_t n = json_number(d, json_get(d, object, key), -1);

	*ret = (uint64_t)n;
	return n >= 0;
}

static bool
mac_of(const struct json_doc *d, unsigned int node, uint8_t ret[6]) {
	const char *text = json_text(d, node);

	return text && text_parse_mac(text, ret) == 0;
}

static bool
address_of(const struct json_doc *d, unsigned int node, unsigned int *ret_family, uint8_t ret[16]) {
	const char *text = json_text(d, node);

	return text && text_parse_address(text, ret_family, ret) == 0;
}

// The state's clock of the wire, turned so that it shows the capture's time on the wall.
static ns_t
mono_of(uint64_t wall_ns) {
	return wall_ns - clock_wall_ns() + clock_mono_ns();
}

static bool
take_head(struct fill *f, const struct json_doc *d, unsigned int o) {
	return count(d, o, "frames", &f->frames) && count(d, o, "bytes", &f->bytes)
		&& count(d, o, "malformed", &f->malformed) && count(d, o, "non_ip", &f->non_ip)
		&& count(d, o, "flows", &f->flows)
		&& seconds(d, json_get(d, o, "first"), &f->first_ns)
		&& seconds(d, json_get(d, o, "last"), &f->last_ns);
}

static struct device *
device_of(struct fill *f, const uint8_t mac[6]) {
	struct device *d = device_by_mac(f->s, mac);

	if (d)
		return d;
	d = device_get(f->s, mac);
	if (d) {
		d->side = SIDE_LAN;
		d->first_seen_ns = UINT64_MAX;
		d->last_seen_ns = 0;
	}
	return d;
}

static bool
take_device(struct fill *f, const struct json_doc *d, unsigned int o) {
	const char *name = json_text(d, json_get(d, o, "hostname"));
	unsigned int list = json_get(d, o, "addresses"), family;
	uint8_t mac[6], address[16];

	if (!mac_of(d, json_get(d, o, "mac"), mac))
		return false;
	struct device *dev = device_of(f, mac);
	if (!dev)
		return true; // there are more than a home has
	for (unsigned int n = json_first(d, list); n; n = json_next(d, n)) {
		if (!address_of(d, n, &family, address))
			return false;
		device_add_address(dev, family, address, SOURCE_TRAFFIC, f->first_ns);
	}
	if (name && name[0])
		device_set_hostname(dev, name, MIN_OF(strlen(name), 255), SOURCE_DHCP, f->first_ns);
	return true;
}

static bool
take_peer(struct fill *f, const struct json_doc *d, unsigned int o) {
	struct wire_name w = {.source = SOURCE_DNS, .seen_ns = mono_of(f->first_ns)};
	unsigned int list = json_get(d, o, "names"), family;
	char names[WIRE_CHAIN_MAX];
	size_t used = 0;

	if (!mac_of(d, json_get(d, o, "mac"), w.mac)
	    || !address_of(d, json_get(d, o, "address"), &family, w.address))
		return false;
	for (unsigned int n = json_first(d, list); n; n = json_next(d, n)) {
		const char *text = json_text(d, n);
		if (!text || !text[0] || strlen(text) > 253)
			return false;
		if (used + strlen(text) + 1 > sizeof names)
			break;
		memcpy(names + used, text, strlen(text) + 1);
		used += strlen(text) + 1;
	}
	if (used == 0)
		return false;
	w.family = (uint8_t)family;
	w.length = (uint16_t)used;
	device_of(f, w.mac);
	observe_name(f->s, &w, names);
	return true;
}

static bool
take_end(const struct json_doc *d, unsigned int o, struct wire_flow *w, unsigned int end) {
	unsigned int family, port = json_get(d, o, "port");

	if (!address_of(d, json_get(d, o, "address"), &family, w->address[end]))
		return false;
	w->family = (uint8_t)family;
	if (json_is_null(d, port))
		return true;
	w->flags |= WIRE_FLOW_HAS_PORTS;
	int64_t n = json_number(d, port, -1);
	w->port[end] = (uint16_t)n;
	return n >= 0 && n <= UINT16_MAX;
}

static bool
take_reason(const char *text, uint8_t *ret) {
	for (unsigned int i = 0; text && i < REASON_COUNT; i++)
		if (strcmp(reason_name((enum reason)i), text) == 0) {
			*ret = (uint8_t)i;
			return true;
		}
	return false;
}

static bool
take_icmp_and_tags(const struct json_doc *d, unsigned int o, struct wire_flow *w) {
	unsigned int icmp = json_get(d, o, "icmp"), vlan = json_get(d, o, "vlan");
	unsigned int pppoe = json_get(d, o, "pppoe"), id = json_get(d, icmp, "id");

	for (unsigned int n = json_first(d, vlan); n && w->tags < WIRE_TAGS_MAX;
	     n = json_next(d, n))
		w->vlan[w->tags++] = (uint16_t)json_number(d, n, 0);
	if (!json_is_null(d, pppoe)) {
		w->flags |= WIRE_FLOW_PPPOE;
		w->pppoe = (uint16_t)json_number(d, pppoe, 0);
	}
	if (json_is_null(d, icmp))
		return true;
	w->flags |= WIRE_FLOW_ICMP;
	w->icmp_type = (uint8_t)json_number(d, json_get(d, icmp, "type"), 0);
	w->icmp_code = (uint8_t)json_number(d, json_get(d, icmp, "code"), 0);
	if (!json_is_null(d, id)) {
		w->flags |= WIRE_FLOW_ICMP_ID;
		w->icmp_id = (uint16_t)json_number(d, id, 0);
	}
	return true;
}

// What the flow adds to the device at this end of it.
static void
add_to_device(
	struct fill *f,
	const struct wire_flow *w,
	unsigned int end,
	const struct flow *flow
) {
	struct device *d = device_of(f, w->mac[end]);

	if (!d)
		return;
	const struct traffic more = {
		.packets_out = w->packets[end],
		.bytes_out = w->bytes[end],
		.packets_in = w->packets[!end],
		.bytes_in = w->bytes[!end],
		.dropped = w->reason == REASON_NONE ? 0 : w->packets[0] + w->packets[1],
	};
	traffic_add(&d->sum, &more);
	d->first_seen_ns = MIN_OF(d->first_seen_ns, flow->first_seen_ns);
	d->last_seen_ns = MAX_OF(d->last_seen_ns, flow->last_seen_ns);
}

static bool
take_flow(struct fill *f, const struct json_doc *d, unsigned int o, unsigned int devices) {
	struct wire_flow w = {.id = ++f->taken, .flags = WIRE_FLOW_ENDED};
	uint64_t first, last, protocol;
	bool home[2] = {false, false};

	if (!count(d, o, "protocol_number", &protocol)
	    || !count(d, o, "packets_to_responder", &w.packets[0])
	    || !count(d, o, "bytes_to_responder", &w.bytes[0])
	    || !count(d, o, "packets_to_initiator", &w.packets[1])
	    || !count(d, o, "bytes_to_initiator", &w.bytes[1])
	    || !seconds(d, json_get(d, o, "first_seen"), &first)
	    || !seconds(d, json_get(d, o, "last_seen"), &last)
	    || !take_end(d, json_get(d, o, "initiator"), &w, 0)
	    || !take_end(d, json_get(d, o, "responder"), &w, 1)
	    || !take_reason(json_text(d, json_get(d, o, "reason")), &w.reason)
	    || !take_icmp_and_tags(d, o, &w))
		return false;
	w.protocol = (uint8_t)protocol;
	w.first_seen_ns = mono_of(first);
	w.last_seen_ns = mono_of(last);
	unsigned int n = json_first(d, devices);
	for (unsigned int end = 0; end < 2; end++, n = json_next(d, n)) {
		home[end] = mac_of(d, n, w.mac[end]);
		w.side[end] = home[end] ? SIDE_LAN : SIDE_WAN;
		if (home[end])
			device_of(f, w.mac[end]);
	}
	flow_observe(f->s, &w);
	struct flow *flow = map_find(&f->s->flows, &w.id, sizeof w.id);
	if (!flow)
		return true; // no memory for it
	// The two clocks are not read in the same moment: the capture's own times, to the point.
	flow->first_seen_ns = first;
	flow->last_seen_ns = last;
	for (unsigned int end = 0; end < 2; end++)
		if (home[end])
			add_to_device(f, &w, end, flow);
	return true;
}

int
fill_line(struct fill *f, const char *line, size_t length) {
	struct json_fault fault;
	struct json_doc *d;
	unsigned int o;

	if (f->ended || json_parse(line, length, &limits, &d, &fault) < 0)
		return -EINVAL;
	bool good = false;
	if ((o = json_get(d, JSON_ROOT, "head")))
		good = take_head(f, d, o);
	else if ((o = json_get(d, JSON_ROOT, "device")))
		good = take_device(f, d, o);
	else if ((o = json_get(d, JSON_ROOT, "peer")))
		good = take_peer(f, d, o);
	else if ((o = json_get(d, JSON_ROOT, "flow")))
		good = take_flow(f, d, o, json_get(d, JSON_ROOT, "devices"));
	else
		good = f->ended = json_flag(d, json_get(d, JSON_ROOT, "end"), false);
	json_doc_free(d);
	return good ? 0 : -EINVAL;
}

void
fill_end(struct fill *f) {
	struct state *s = f->s;
	struct flow *flow;

	for (size_t i = 0; i < s->destinations_count; i++) {
		struct destination *d = s->destinations[i];
		d->first_seen_ns = d->last_seen_ns ? f->last_ns : d->dns_seen_ns;
		d->last_seen_ns = MIN_OF(d->last_seen_ns, f->last_ns);
		d->changed = false;
	}
	TAILQ_FOREACH (flow, &s->flows_by_age, by_age)
		if (flow->link) {
			struct destination *d = flow->link->destination;
			d->first_seen_ns = MIN_OF(d->first_seen_ns, flow->first_seen_ns);
		}
	for (size_t i = 0; i < s->devices_count; i++) {
		struct device *d = s->devices[i];
		if (d->first_seen_ns == UINT64_MAX)
			d->first_seen_ns = d->last_seen_ns = f->first_ns;
	}
	s->stats.flows_active = f->flows;
	identity_settle(s);
}
