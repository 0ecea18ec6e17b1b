// SPDX-License-Identifier: BSD-3-Clause

#include "control/device.h"

#include "control/array.h"
#include "control/clock.h"
#include "control/id.h"
#include "control/identity/mac.h"
#include "control/learn/learning.h"
#include "control/state.h"
#include "platform/text.h"
#include "platform/vendor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct device *
device_by_mac(const struct state *s, const uint8_t mac[6]) {
	return map_find(&s->devices_by_mac, mac, 6);
}

struct device *
device_by_id(const struct state *s, uint64_t id) {
	return array_find((void *const *)s->devices, s->devices_count, id);
}

struct device *
device_restore(struct state *s, uint64_t id, const uint8_t mac[6]) {
	if (s->devices_count >= DEVICES_MAX || device_by_mac(s, mac))
		return NULL;
	struct device *d = calloc(1, sizeof *d);
	if (!d)
		return NULL;
	d->id = id;
	id_seen(id);
	memcpy(d->mac, mac, 6);
	if (s->vendors && !device_mac_is_random(d))
		d->vendor = vendors_find(s->vendors, mac);
	d->changed = d->identity.stale = true;
	if (map_put(&s->devices_by_mac, d) < 0)
		goto fail;
	if (array_insert((void ***)&s->devices, &s->devices_count, d) < 0) {
		map_remove(&s->devices_by_mac, d);
		goto fail;
	}
	return d;
fail:
	free(d);
	return NULL;
}

void
device_free(struct device *d) {
	if (d) {
		facts_free(&d->identity.facts);
		learning_free(d->learning);
	}
	free(d);
}

struct device *
device_get(struct state *s, const uint8_t mac[6]) {
	struct device *d = device_by_mac(s, mac);

	if (d)
		return d;
	d = device_restore(s, id_new(), mac);
	if (d) {
		d->first_seen_ns = d->last_seen_ns = clock_wall_ns();
		d->dirty = true;
	}
	return d;
}

bool
device_mac_is_random(const struct device *d) {
	return mac_is_random(d->mac);
}

const char *
device_name_source(const struct device *d) {
	if (d->user_name[0])
		return "user";
	if (d->hostname[0])
		return source_name(d->hostname_source);
	if (d->side == SIDE_HOST)
		return "system";
	return d->vendor ? "vendor" : "mac";
}

const char *
device_name(const struct device *d, char ret[NAME_BYTES_MAX + 1]) {
	char mac[TEXT_MAC];

	text_mac(d->mac, mac);
	if (d->user_name[0])
		snprintf(ret, NAME_BYTES_MAX + 1, "%s", d->user_name);
	else if (d->hostname[0])
		snprintf(ret, NAME_BYTES_MAX + 1, "%s", d->hostname);
	else if (d->side == SIDE_HOST)
		snprintf(ret, NAME_BYTES_MAX + 1, "This gateway");
	else if (d->vendor) // two of one vendor are told apart by the end of their address
		snprintf(ret, NAME_BYTES_MAX + 1, "%s %s", d->vendor, mac + 9);
	else
		memcpy(ret, mac, TEXT_MAC);
	return ret;
}

bool
device_is_limited(const struct device *d) {
	return d->limits.up_bps || d->limits.down_bps || d->limits.new_flows;
}

bool
device_is_online(const struct device *d, uint64_t now_ns) {
	return d->last_seen_ns + DEVICE_ONLINE_NS > now_ns;
}

void
device_set_hostname(
	struct device *d,
	const char *text,
	size_t length,
	enum source source,
	uint64_t seen_ns
) {
	identity_note(d, CLUE_HOSTNAME, source, text, length, seen_ns);
	const struct fact *best = facts_hostname(&d->identity.facts);
	if (!best || (best->source == d->hostname_source && strcmp(best->text, d->hostname) == 0))
		return;
	snprintf(d->hostname, sizeof d->hostname, "%s", best->text);
	d->hostname_source = best->source;
	d->changed = d->dirty = true;
}

bool
device_add_address(
	struct device *d,
	unsigned int family,
	const uint8_t address[16],
	enum source source,
	uint64_t seen_ns
) {
	struct device_address *oldest = &d->addresses[0];

	for (unsigned int i = 0; i < d->addresses_count; i++) {
		struct device_address *a = &d->addresses[i];
		if (a->family == family && memcmp(a->address, address, 16) == 0) {
			a->source = (uint8_t)source;
			if (seen_ns > a->seen_ns)
				a->seen_ns = seen_ns;
			return false;
		}
		if (a->seen_ns < oldest->seen_ns)
			oldest = a;
	}
	if (d->addresses_count < DEVICE_ADDRESSES_MAX)
		oldest = &d->addresses[d->addresses_count++];
	oldest->family = (uint8_t)family;
	oldest->source = (uint8_t)source;
	oldest->seen_ns = seen_ns;
	memcpy(oldest->address, address, 16);
	d->changed = true;
	return true;
}
