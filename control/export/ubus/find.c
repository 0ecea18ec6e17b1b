// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/ubus/find.h"

#include "control/destination.h"
#include "control/device.h"
#include "control/identity/join.h"
#include "control/state.h"
#include "platform/text.h"

#include <string.h>
#include <strings.h>

#define PART_BYTES_MIN 3 // fewer would hit whom nobody meant

enum look {
	LOOK_EXACT,
	LOOK_NAME,
	LOOK_PART,
	LOOK_COUNT,
};

// What was said, as all that it may be.
struct said {
	const char *text;
	uint8_t mac[6], address[16];
	unsigned int family; // 0: no address
	bool is_mac;
};

static struct said
read_said(const char *text) {
	struct said s = {.text = text};

	s.is_mac = text_parse_mac(text, s.mac) == 0;
	if (text_parse_address(text, &s.family, s.address) < 0)
		s.family = 0;
	return s;
}

static bool
is_id(const struct said *s, const char *prefix, uint64_t id) {
	uint64_t said;

	return id_parse(prefix, s->text, &said) && said == id;
}

static bool
is_address(const struct said *s, unsigned int family, const uint8_t address[16]) {
	return s->family && s->family == family
		&& memcmp(s->address, address, family == 4 ? 4 : 16) == 0;
}

static bool
is_named(const struct said *s, enum look look, const char *name) {
	if (look == LOOK_NAME)
		return name[0] && strcasecmp(name, s->text) == 0;
	return strlen(s->text) >= PART_BYTES_MIN && strcasestr(name, s->text);
}

static bool
is_station(const struct said *s, const struct device *d) {
	if (is_id(s, "dev_", d->id) || (s->is_mac && memcmp(s->mac, d->mac, 6) == 0))
		return true;
	for (unsigned int i = 0; i < d->addresses_count; i++)
		if (is_address(s, d->addresses[i].family, d->addresses[i].address))
			return true;
	return false;
}

static bool
is_device(const struct state *state, const struct said *s, enum look look, const struct device *d) {
	char name[NAME_BYTES_MAX + 1];
	bool found = false;

	if (look == LOOK_EXACT) {
		for (const struct device *x = d; x && !found; x = join_next(state, d, x))
			found = is_station(s, x);
		return found;
	}
	if (is_named(s, look, d->user_name) || is_named(s, look, d->hostname))
		return true;
	// Without any name a device is called by its MAC, a part of which is nobody's name.
	return look == LOOK_NAME && is_named(s, look, device_name(d, name));
}

static bool
is_destination(const struct said *s, enum look look, const struct destination *d) {
	if (look == LOOK_EXACT) {
		bool found = is_id(s, "dst_", d->id);
		for (unsigned int i = 0; i < d->addresses_count && !found; i++)
			found = is_address(s, d->addresses[i].family, d->addresses[i].address);
		return found
			|| (d->kind == DESTINATION_ADDRESS
			    && is_address(s, d->key.family, d->key.address));
	}
	if (is_named(s, look, d->user_name) || is_named(s, look, d->name))
		return true;
	for (unsigned int i = 0; i < d->names_count && look == LOOK_NAME; i++)
		if (is_named(s, look, d->names[i].text))
			return true;
	return false;
}

bool
find_device(const struct state *state, const char *text, char ret[ID_TEXT]) {
	const struct said s = read_said(text);
	const struct device *found = NULL;
	unsigned int n = 0;

	for (enum look look = 0; text[0] && look < LOOK_COUNT && n == 0; look++)
		for (size_t i = 0; i < state->devices_count; i++) {
			const struct device *d = state->devices[i];
			if (join_is_part(state, d) || !is_device(state, &s, look, d))
				continue;
			found = d;
			n++;
		}
	if (n == 1)
		id_text("dev_", found->id, ret);
	return n == 1;
}

bool
find_destination(const struct state *state, const char *text, char ret[ID_TEXT]) {
	const struct said s = read_said(text);
	const struct destination *found = NULL;
	unsigned int n = 0;

	for (enum look look = 0; text[0] && look < LOOK_COUNT && n == 0; look++)
		for (size_t i = 0; i < state->destinations_count; i++) {
			const struct destination *d = state->destinations[i];
			if (!d->visible || !is_destination(&s, look, d))
				continue;
			found = d;
			n++;
		}
	if (n == 1)
		id_text("dst_", found->id, ret);
	return n == 1;
}
