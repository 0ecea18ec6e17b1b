// SPDX-License-Identifier: BSD-3-Clause
// A node as SPIN's clients see it.

#include "control/core.h"
#include "control/export/spin/own.h"
#include "control/identity/join.h"
#include "platform/base.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

struct spin_node
spin_node_of_device(struct spin *s, struct device *d) {
	struct device *whole = d ? join_whole(&s->core->state, d) : NULL;

	return whole
		? (struct spin_node){.number = nodes_number(s->nodes, whole->id), .device = whole}
		: (struct spin_node){.number = 0};
}

struct spin_node
spin_node_of_destination(struct spin *s, struct destination *d) {
	return d ? (struct spin_node){.number = nodes_number(s->nodes, d->id), .destination = d}
		 : (struct spin_node){.number = 0};
}

struct spin_node
spin_node_numbered(struct spin *s, uint64_t number) {
	const struct state *state = &s->core->state;
	uint64_t thing = nodes_thing(s->nodes, number);
	struct spin_node n = {.number = number};

	if (!thing)
		return n;
	n.device = device_by_id(state, thing);
	if (n.device)
		n.device = join_whole(state, n.device);
	else
		n.destination = destination_by_id(state, thing);
	return n;
}

static bool
device_has(const struct device *d, unsigned int family, const uint8_t address[16]) {
	for (unsigned int i = 0; i < d->addresses_count; i++)
		if (d->addresses[i].family == family
		    && memcmp(d->addresses[i].address, address, 16) == 0)
			return true;
	return false;
}

static bool
destination_has(const struct destination *d, unsigned int family, const uint8_t address[16]) {
	for (unsigned int i = 0; i < d->addresses_count; i++)
		if (d->addresses[i].family == family
		    && memcmp(d->addresses[i].address, address, 16) == 0)
			return true;
	return false;
}

struct spin_node
spin_node_at(struct spin *s, unsigned int family, const uint8_t address[16]) {
	const struct state *state = &s->core->state;

	for (size_t i = 0; i < state->devices_count; i++)
		if (device_has(state->devices[i], family, address))
			return spin_node_of_device(s, state->devices[i]);
	struct destination *bare = destination_find_address(state, family, address);
	if (bare)
		return spin_node_of_destination(s, bare);
	for (size_t i = 0; i < state->destinations_count; i++)
		if (state->destinations[i]->visible
		    && destination_has(state->destinations[i], family, address))
			return spin_node_of_destination(s, state->destinations[i]);
	return (struct spin_node){.number = 0};
}

struct spin_node
spin_node_of_end(struct spin *s, const struct flow *f, unsigned int end) {
	static const uint8_t nobody[6];
	const struct state *state = &s->core->state;
	const uint8_t *mac = f->wire.mac[end];
	struct device *d = f->wire.side[end] != SIDE_WAN && memcmp(mac, nobody, 6) != 0
		? device_by_mac(state, mac)
		: NULL;

	if (!d && f->device && end != f->remote)
		d = f->device;
	if (d)
		return spin_node_of_device(s, d);
	return spin_node_of_destination(s, f->link ? f->link->destination : NULL);
}

struct device *
spin_device(const struct spin *s, const char *mac) {
	uint8_t bytes[6];
	struct device *d =
		text_parse_mac(mac, bytes) == 0 ? device_by_mac(&s->core->state, bytes) : NULL;

	return d ? join_whole(&s->core->state, d) : NULL;
}

unsigned int
spin_node_actions(const struct spin_node *n) {
	return n->device ? n->device->actions : n->destination ? n->destination->actions : 0;
}

const char *
spin_node_label(const struct spin_node *n, char ret[257]) {
	if (n->device)
		return device_name(n->device, ret);
	snprintf(ret, 257, "%s", n->destination ? destination_label(n->destination) : "");
	return ret;
}

static void
write_address(struct json *j, unsigned int family, const uint8_t address[16]) {
	char text[TEXT_ADDRESS];

	json_string(j, text_address(family, address, text));
}

static void
write_flags(const struct spin_node *n, struct json *j) {
	unsigned int actions = spin_node_actions(n);

	// Only when true, and an allowed node is "excepted": spin.md 2.3.
	if (actions & ACTION_BLOCK)
		json_key_bool(j, "is_blocked", true);
	if (actions & ACTION_ALLOW)
		json_key_bool(j, "is_excepted", true);
}

static void
write_device(const struct spin *s, const struct spin_node *n, struct json *j) {
	const struct state *state = &s->core->state;
	const struct device *whole = n->device;
	const char *name = whole->user_name[0] ? whole->user_name : whole->hostname;
	uint64_t seen = 0;
	char mac[TEXT_MAC];

	if (name[0])
		json_key_string(j, "name", name);
	json_key_string(j, "mac", text_mac(whole->mac, mac));
	write_flags(n, j);
	for (const struct device *d = whole; d; d = join_next(state, whole, d))
		seen = MAX_OF(seen, d->last_seen_ns);
	json_key_u64(j, "lastseen", seen / NS_PER_S);
	json_key(j, "ips");
	json_array(j);
	for (const struct device *d = whole; d; d = join_next(state, whole, d))
		for (unsigned int i = 0; i < d->addresses_count; i++)
			write_address(j, d->addresses[i].family, d->addresses[i].address);
	json_end(j);
	json_key(j, "domains");
	json_array(j);
	json_end(j);
}

static void
write_destination(const struct spin_node *n, struct json *j) {
	const struct destination *d = n->destination;

	if (d->user_name[0])
		json_key_string(j, "name", d->user_name);
	write_flags(n, j);
	// A name that was only asked for was seen too: its bubble must not be cleaned away.
	json_key_u64(j, "lastseen", MAX_OF(d->last_seen_ns, d->dns_seen_ns) / NS_PER_S);
	json_key(j, "ips");
	json_array(j);
	if (d->kind == DESTINATION_ADDRESS)
		write_address(j, d->key.family, d->key.address);
	for (unsigned int i = 0; d->kind == DESTINATION_DOMAIN && i < d->addresses_count; i++)
		write_address(j, d->addresses[i].family, d->addresses[i].address);
	json_end(j);
	json_key(j, "domains");
	json_array(j);
	for (unsigned int i = 0; i < d->names_count; i++) {
		char name[260];
		snprintf(name, sizeof name, "%.255s.", d->names[i].text);
		json_string(j, name);
	}
	json_end(j);
}

void
spin_node_write(const struct spin *s, const struct spin_node *n, struct json *j) {
	json_object(j);
	json_key_u64(j, "id", n->number);
	if (n->device)
		write_device(s, n, j);
	else
		write_destination(n, j);
	json_end(j);
}
