// SPDX-License-Identifier: BSD-3-Clause

#include "control/mud/mud.h"

#include <netinet/in.h>
#include <stdio.h>

static void
write_text(struct json *j, const char *key, const char *text) {
	if (text[0])
		json_key_string(j, key, text);
}

static bool
has_family(const struct mud_row *row, unsigned int family) {
	return row->family == 0 || row->family == family;
}

static void
write_port(struct json *j, const char *key, const struct mud_row *row) {
	if (row->port_low == 0 && row->port_high == UINT16_MAX)
		return;
	json_key(j, key);
	json_object(j);
	if (row->port_low == row->port_high) {
		json_key_string(j, "operator", "eq");
		json_key_u64(j, "port", row->port_low);
	} else {
		json_key_u64(j, "lower-port", row->port_low);
		json_key_u64(j, "upper-port", row->port_high);
	}
	json_end(j);
}

static void
write_transport(struct json *j, const struct mud_row *row, bool from_device) {
	bool ours = row->begins == MUD_PEER_BEGINS; // the device's port

	json_key(j, row->protocol == IPPROTO_TCP ? "tcp" : "udp");
	json_object(j);
	if (row->begins != MUD_EITHER_BEGINS)
		json_key_string(
			j, "ietf-mud:direction-initiated", ours ? "to-device" : "from-device"
		);
	write_port(j, from_device == ours ? "source-port" : "destination-port", row);
	json_end(j);
}

static void
write_peer(struct json *j, const struct mud_row *row) {
	static const char *const keys[MUD_PEERS] = {
		[MUD_LOCAL] = "local-networks",
		[MUD_CONTROLLER] = "controller",
		[MUD_MY_CONTROLLER] = "my-controller",
		[MUD_MANUFACTURER] = "manufacturer",
		[MUD_SAME_MANUFACTURER] = "same-manufacturer",
		[MUD_MODEL] = "model",
	};

	if (!keys[row->peer])
		return;
	json_key(j, "ietf-mud:mud");
	json_object(j);
	json_key(j, keys[row->peer]);
	if (row->text[0]) {
		json_string(j, row->text);
	} else { // YANG's empty type: RFC 7951 6.9
		json_array(j);
		json_null(j);
		json_end(j);
	}
	json_end(j);
}

static void
write_ip(struct json *j, const struct mud_row *row, unsigned int family, bool from_device) {
	char key[40];

	json_key(j, family == 4 ? "ipv4" : "ipv6");
	json_object(j);
	if (row->peer == MUD_DOMAIN)
		json_key_string(
			j,
			from_device ? "ietf-acldns:dst-dnsname" : "ietf-acldns:src-dnsname",
			row->text
		);
	if (row->peer == MUD_NETWORK) {
		snprintf(
			key,
			sizeof key,
			"%s-ipv%u-network",
			from_device ? "destination" : "source",
			family
		);
		json_key_string(j, key, row->text);
	}
	if (row->protocol)
		json_key_u64(j, "protocol", row->protocol);
	json_end(j);
}

static void
write_ace(
	struct json *j,
	const struct mud_row *row,
	unsigned int number,
	unsigned int family,
	bool from_device
) {
	char name[32];

	snprintf(name, sizeof name, "%s-%u", from_device ? "from" : "to", number);
	json_object(j);
	json_key_string(j, "name", name);
	json_key(j, "matches");
	json_object(j);
	write_peer(j, row);
	write_ip(j, row, family, from_device);
	if (row->protocol == IPPROTO_TCP || row->protocol == IPPROTO_UDP)
		write_transport(j, row, from_device);
	json_end(j);
	json_key(j, "actions");
	json_object(j);
	json_key_string(j, "forwarding", "accept");
	json_end(j);
	json_end(j);
}

static void
list_name(char ret[24], unsigned int family, bool from_device) {
	snprintf(ret, 24, "spin-v%u-%s", family, from_device ? "from" : "to");
}

static void
write_list(struct json *j, const struct mud *m, unsigned int family, bool from_device) {
	char name[24];
	unsigned int number = 0;

	list_name(name, family, from_device);
	json_object(j);
	json_key_string(j, "name", name);
	json_key_string(j, "type", family == 4 ? "ipv4-acl-type" : "ipv6-acl-type");
	json_key(j, "aces");
	json_object(j);
	json_key(j, "ace");
	json_array(j);
	for (size_t i = 0; i < m->rows_count; i++)
		if (has_family(&m->rows[i], family))
			write_ace(j, &m->rows[i], number++, family, from_device);
	json_end(j);
	json_end(j);
	json_end(j);
}

static void
write_policy(struct json *j, const char *key, bool from_device) {
	char name[24];

	json_key(j, key);
	json_object(j);
	json_key(j, "access-lists");
	json_object(j);
	json_key(j, "access-list");
	json_array(j);
	for (unsigned int family = 4; family <= 6; family += 2) {
		list_name(name, family, from_device);
		json_object(j);
		json_key_string(j, "name", name);
		json_end(j);
	}
	json_end(j);
	json_end(j);
	json_end(j);
}

void
mud_write(const struct mud *m, struct json *j) {
	json_object(j);
	json_key(j, "ietf-mud:mud");
	json_object(j);
	json_key_u64(j, "mud-version", MUD_VERSION);
	json_key_string(j, "mud-url", m->url);
	write_text(j, "mud-signature", m->signature);
	json_key_string(j, "last-update", m->last_update);
	json_key_u64(j, "cache-validity", m->cache_validity);
	json_key_bool(j, "is-supported", m->is_supported);
	write_text(j, "systeminfo", m->systeminfo);
	write_text(j, "mfg-name", m->manufacturer);
	write_text(j, "model-name", m->model);
	write_text(j, "documentation", m->documentation);
	write_policy(j, "from-device-policy", true);
	write_policy(j, "to-device-policy", false);
	json_end(j);
	json_key(j, "ietf-access-control-list:acls");
	json_object(j);
	json_key(j, "acl");
	json_array(j);
	for (unsigned int family = 4; family <= 6; family += 2)
		for (int from = 1; from >= 0; from--)
			write_list(j, m, family, from);
	json_end(j);
	json_end(j);
	json_end(j);
}
