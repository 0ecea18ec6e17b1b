// SPDX-License-Identifier: BSD-3-Clause

#include "control/device.h"

#include "control/array.h"
#include "control/clock.h"
#include "control/id.h"
#include "control/state.h"
#include "platform/text.h"
#include "platform/utf8.h"
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
	d->changed = true;
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
	for (unsigned int i = 0; d && i < d->facts_count; i++)
		free(d->facts[i].text);
	if (d)
		free(d->facts);
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

// IEEE 802c: the locally administered bit; phones set it on addresses they made up.
bool
device_mac_is_random(const struct device *d) {
	return d->mac[0] & 2;
}

const char *
device_name_source(const struct device *d) {
	if (d->user_name[0])
		return "user";
	if (d->hostname[0])
		return "dhcp";
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

// What a device says of itself is a stranger's text: no control characters, UTF-8 only.  `ret` is
// filled up with zeros.
static void
clean_text(const char *text, size_t length, char *ret, size_t size) {
	size_t used = 0;

	for (size_t i = 0; i < length && text[i] && used < size - 4;) {
		size_t sequence = utf8_sequence(text + i, length - i);
		bool plain = sequence && (unsigned char)text[i] >= 0x20 && text[i] != 0x7f;
		if (!plain)
			ret[used++] = '?';
		for (size_t k = 0; plain && k < sequence; k++)
			ret[used++] = text[i + k];
		i += sequence ? sequence : 1;
	}
	memset(ret + used, 0, size - used);
}

void
device_set_hostname(struct device *d, const char *text, size_t length, enum source source) {
	char clean[sizeof d->hostname];

	if (d->hostname[0] && source > d->hostname_source)
		return; // the order of SOURCES is that of trust
	clean_text(text, length, clean, sizeof clean);
	if (strcmp(clean, d->hostname) == 0 && d->hostname_source == source)
		return;
	memcpy(d->hostname, clean, sizeof clean);
	d->hostname_source = (uint8_t)source;
	d->changed = d->dirty = true;
}

// Where the fact belongs: its own place, a free one, or the oldest's.
static struct device_fact *
fact_place(struct device *d, enum fact_kind kind, enum source source, const char *text) {
	struct device_fact *oldest = &d->facts[0];

	for (unsigned int i = 0; i < d->facts_count; i++) {
		struct device_fact *f = &d->facts[i];
		bool same = f->kind == kind && f->source == source;
		if (same && (!fact_kind_is_many(kind) || strcmp(f->text, text) == 0))
			return f;
		if (f->seen_ns < oldest->seen_ns)
			oldest = f;
	}
	return d->facts_count < DEVICE_FACTS_MAX ? &d->facts[d->facts_count] : oldest;
}

void
device_set_fact(
	struct device *d,
	enum fact_kind kind,
	enum source source,
	const char *text,
	size_t length,
	uint64_t seen_ns
) {
	char clean[256];

	clean_text(text, length, clean, sizeof clean);
	if (!d->facts)
		d->facts = calloc(DEVICE_FACTS_MAX, sizeof *d->facts);
	if (!d->facts || !clean[0])
		return;
	struct device_fact *f = fact_place(d, kind, source, clean);
	if (!f->text || strcmp(f->text, clean) != 0 || f->kind != kind || f->source != source) {
		char *copy = strdup(clean);
		if (!copy)
			return;
		free(f->text);
		f->text = copy;
		if (f == &d->facts[d->facts_count])
			d->facts_count++;
		d->changed = d->dirty = true;
	}
	f->kind = (uint8_t)kind;
	f->source = (uint8_t)source;
	f->seen_ns = MAX_OF(f->seen_ns, seen_ns);
}

void
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
			return;
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
}
