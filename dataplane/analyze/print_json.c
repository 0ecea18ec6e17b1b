// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/analyze/print.h"
#include "platform/base.h"
#include "platform/json_write.h"
#include "platform/text.h"

#include <errno.h>
#include <string.h>

static void
put_addresses(struct json *j, const struct report *r, uint32_t station) {
	char text[TEXT_ADDRESS];
	uint32_t n;
	const struct address_seen *a = census_addresses(r->census, station, &n);

	json_key(j, "addresses");
	json_array(j);
	for (uint32_t i = 0; i < n; i++)
		json_string(j, text_address(a[i].family, a[i].address, text));
	json_end(j);
}

static void
put_stations(struct json *j, const struct report *r) {
	char mac[TEXT_MAC];

	json_key(j, "stations");
	json_array(j);
	for (uint32_t i = 0; i < r->census->stations_n; i++) {
		const struct station_seen *s = &r->census->station[i];
		json_object(j);
		json_key_string(j, "mac", text_mac(s->mac, mac));
		json_key_u64(j, "frames", s->frames);
		json_key_u64(j, "bytes", s->bytes);
		put_addresses(j, r, i);
		json_end(j);
	}
	json_end(j);
}

void
print_device(struct json *j, const struct report *r, uint32_t station) {
	const struct station_seen *s = &r->census->station[station];
	const struct wire_hostname *h = findings_host(r->findings, s->mac);
	char mac[TEXT_MAC];

	json_object(j);
	json_key_string(j, "mac", text_mac(s->mac, mac));
	json_key_string(j, "vendor", vendors_find(r->vendors, s->mac));
	json_key_string(j, "hostname", h ? h->text : NULL);
	put_addresses(j, r, station);
	json_end(j);
}

static void
put_devices(struct json *j, const struct report *r) {
	json_key(j, "devices");
	json_array(j);
	for (uint32_t i = 0; i < r->census->stations_n; i++)
		if (census_is_device(&r->census->station[i]))
			print_device(j, r, i);
	json_end(j);
}

static void
put_end(struct json *j, const char *key, const struct wire_flow *f, unsigned int end) {
	char text[TEXT_ADDRESS];

	json_key(j, key);
	json_object(j);
	json_key_string(j, "address", text_address(f->family, f->address[end], text));
	json_key(j, "port");
	if (f->flags & WIRE_FLOW_HAS_PORTS)
		json_u64(j, f->port[end]);
	else
		json_null(j);
	json_end(j);
}

static void
put_icmp(struct json *j, const struct wire_flow *f) {
	json_key(j, "icmp");
	if (!(f->flags & WIRE_FLOW_ICMP)) {
		json_null(j);
		return;
	}
	json_object(j);
	json_key_u64(j, "type", f->icmp_type);
	json_key_u64(j, "code", f->icmp_code);
	json_key(j, "id");
	if (f->flags & WIRE_FLOW_ICMP_ID)
		json_u64(j, f->icmp_id);
	else
		json_null(j);
	json_end(j);
}

static void
put_tags(struct json *j, const struct wire_flow *f) {
	json_key(j, "vlan");
	json_array(j);
	for (unsigned int i = 0; i < f->tags && i < WIRE_TAGS_MAX; i++)
		json_u64(j, f->vlan[i]);
	json_end(j);
	json_key(j, "pppoe");
	if (f->flags & WIRE_FLOW_PPPOE)
		json_u64(j, f->pppoe);
	else
		json_null(j);
}

static void
put_flow_names(struct json *j, const struct report *r, const struct wire_flow *f, int device) {
	const struct name_found *name = r->findings->name;
	uint32_t n;
	const uint32_t *list = print_names(r, f, device, &n);

	json_key(j, "names");
	json_array(j);
	for (uint32_t i = 0; i < n; i++) {
		// The same text twice: learned from two sources.
		if (i == 0 || name[list[i]].text != name[list[i - 1]].text)
			json_string(j, findings_text(r->findings, &name[list[i]]));
	}
	json_end(j);
}

void
print_flow(struct json *j, const struct report *r, const struct wire_flow *f) {
	char protocol[8], mac[TEXT_MAC];
	int device = print_device_end(r, f);

	json_object(j);
	put_tags(j, f);
	json_key_u64(j, "ip_version", f->family);
	json_key_string(j, "protocol", print_protocol(f->protocol, protocol));
	json_key_u64(j, "protocol_number", f->protocol);
	put_end(j, "initiator", f, 0);
	put_end(j, "responder", f, 1);
	put_icmp(j, f);
	json_key_u64(j, "packets_to_responder", f->packets[0]);
	json_key_u64(j, "bytes_to_responder", f->bytes[0]);
	json_key_u64(j, "packets_to_initiator", f->packets[1]);
	json_key_u64(j, "bytes_to_initiator", f->bytes[1]);
	json_key(j, "first_seen");
	json_seconds(j, f->first_seen_ns);
	json_key(j, "last_seen");
	json_seconds(j, f->last_seen_ns);
	json_key_string(j, "device", device < 0 ? NULL : text_mac(f->mac[device], mac));
	put_flow_names(j, r, f, device);
	json_key_string(j, "verdict", f->reason == REASON_NONE ? "forward" : "drop");
	json_key_string(j, "reason", reason_name(f->reason));
	json_end(j);
}

static bool
same_pair(const struct name_found *a, const struct name_found *b) {
	return a->text == b->text && a->family == b->family && a->source == b->source
		&& memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

static void
put_names(struct json *j, const struct report *r) {
	const struct findings *found = r->findings;
	char address[TEXT_ADDRESS];

	json_key(j, "names");
	json_array(j);
	for (uint32_t i = 0; i < found->names_n; i++) {
		const struct name_found *n = &found->name[i];
		if (findings_is_server(n) || (i > 0 && same_pair(n, n - 1)))
			continue;
		json_object(j);
		json_key_string(j, "name", findings_text(found, n));
		json_key_string(j, "address", text_address(n->family, n->address, address));
		json_key_string(j, "source", source_name(n->source));
		json_end(j);
	}
	json_end(j);
}

// Each once per source, in the order of their texts: what said them, and to whom, is in the flows.
static void
put_server_names(struct json *j, const struct report *r) {
	const struct findings *found = r->findings;

	json_key(j, "server_names");
	json_array(j);
	for (uint32_t i = 0; i < found->names_n;) {
		const struct name_found *first = &found->name[i];
		uint32_t seen = 0;
		for (; i < found->names_n && found->name[i].text == first->text; i++)
			if (findings_is_server(&found->name[i]))
				seen |= 1u << found->name[i].source;
		for (unsigned int source = 0; source < SOURCE_COUNT; source++) {
			if (!(seen >> source & 1))
				continue;
			json_object(j);
			json_key_string(j, "name", findings_text(found, first));
			json_key_string(j, "source", source_name(source));
			json_end(j);
		}
	}
	json_end(j);
}

int
print_json(FILE *out, const struct report *r) {
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key_u64(&j, "frames", r->census->frames);
	json_key_u64(&j, "bytes", r->census->bytes);
	json_key_u64(&j, "malformed", r->stats->malformed);
	json_key_u64(&j, "non_ip", r->stats->non_ip);
	put_stations(&j, r);
	put_devices(&j, r);
	json_key(&j, "flows");
	json_array(&j);
	for (uint32_t i = 0; i < r->findings->flows_n; i++)
		print_flow(&j, r, &r->findings->flow[i]);
	json_end(&j);
	put_names(&j, r);
	put_server_names(&j, r);
	json_end(&j);
	int error = j.failed ? -ENOMEM : 0;
	if (error == 0 && (fwrite(j.text, 1, j.length, out) != j.length || fputc('\n', out) == EOF))
		error = -errno;
	json_free(&j);
	return error;
}
