// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/analyze/census.h"

#include "dataplane/inspect/neighbor.h"
#include "dataplane/parse/parse.h"

#include <stdlib.h>
#include <string.h>

#define ETHER_ADDRESSES 12
#define RARP 0x8035 // RFC 903: laid out as ARP
#define ND_NEIGHBOR_ADVERT 136

static struct station_seen *
station(struct census *c, const uint8_t mac[6], ns_t time) {
	bool is_new;
	uint32_t i = map_put(&c->by_mac, mac, 6, &is_new);

	if (i == MAP_NONE)
		return NULL;
	if (!is_new)
		return &c->station[i];
	struct station_seen *list =
		grow(c->station, (size_t)i + 1, &c->stations_room, sizeof(*list));
	if (list == NULL)
		return NULL;
	c->station = list;
	c->stations_n = i + 1;
	list[i] = (struct station_seen){.first = time, .last = time};
	memcpy(list[i].mac, mac, 6);
	return &list[i];
}

static bool
is_zero(const uint8_t address[16]) {
	static const uint8_t zero[16];
	return memcmp(address, zero, 16) == 0;
}

static bool
is_group(unsigned int family, const uint8_t address[16]) {
	return family == 4 ? address[0] >= 224 : address[0] == 0xff;
}

// `announced`: by ARP or ND, which says whose address it is but not that it sends from it.
static bool
add_address(
	struct census *c,
	const struct options *o,
	struct station_seen *s,
	unsigned int family,
	const uint8_t address[16],
	bool announced
) {
	struct address_seen a = {.station = (uint32_t)(s - c->station), .family = (uint8_t)family};
	uint8_t key[21];
	bool is_new;

	if (is_zero(address))
		return true;
	memcpy(a.address, address, 16);
	memcpy(key, &a.station, 4);
	key[4] = a.family;
	memcpy(key + 5, address, 16);
	uint32_t i = map_put(&c->by_address, key, sizeof(key), &is_new);
	if (i == MAP_NONE)
		return false;
	if (options_is_home(o, family, address))
		s->at_home = true;
	if (!is_new)
		return true;
	if (!announced && !options_is_home(o, family, address) && !is_group(family, address))
		s->foreign += s->foreign < 2;
	struct address_seen *list =
		grow(c->address, (size_t)i + 1, &c->addresses_room, sizeof(*list));
	if (list == NULL)
		return false;
	c->address = list;
	c->addresses_n = i + 1;
	list[i] = a;
	return true;
}

static bool
is_advert(const struct facts *f) {
	return f->key.family == 6 && f->flags & FACT_ICMP && f->icmp_type == ND_NEIGHBOR_ADVERT;
}

static bool
add_announced(
	struct census *c,
	const struct options *o,
	const struct frame *f,
	const struct facts *facts
) {
	struct neighbor n = {.family = 6};
	const uint8_t *at;

	if (facts->ethertype == RARP || facts->names == NAMES_ARP) {
		if (!neighbor_arp(f->bytes + facts->l3, f->kept - facts->l3, &n))
			return true;
	} else if (is_advert(facts)) {
		at = f->bytes + facts->l4;
		if (f->kept < facts->l4 + 24u || facts->l4_length < 24)
			return true;
		memcpy(n.mac, f->bytes + 6, 6);
		memcpy(n.address, at + 8, 16);
	} else {
		return true;
	}
	struct station_seen *s = station(c, n.mac, f->time);
	return s != NULL && add_address(c, o, s, n.family, n.address, true);
}

bool
census_add(struct census *c, const struct options *o, const struct frame *f) {
	struct facts facts;

	c->frames++;
	c->bytes += f->kept;
	parse_frame(f->bytes, f->kept, f->wire, &facts);
	if (f->kept < ETHER_ADDRESSES)
		return true;
	struct station_seen *s = station(c, f->bytes + 6, f->time);
	if (s == NULL)
		return false;
	s->frames++;
	s->bytes += f->kept;
	s->last = f->time;
	if (facts.flags & FACT_IP) {
		const uint8_t *source = facts.key.address[facts.flags & FACT_SWAPPED ? 1 : 0];
		if (!add_address(c, o, s, facts.key.family, source, false))
			return false;
	}
	return add_announced(c, o, f, &facts);
}

void
census_free(struct census *c) {
	free(c->station);
	free(c->address);
	map_free(&c->by_mac);
	map_free(&c->by_address);
	*c = (struct census){0};
}

bool
census_is_device(const struct station_seen *s) {
	return !(s->mac[0] & 1) && s->at_home && s->foreign < 2;
}

static int
by_station(const void *a, const void *b) {
	const struct address_seen *x = a, *y = b;

	if (x->station != y->station)
		return x->station < y->station ? -1 : 1;
	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	return memcmp(x->address, y->address, sizeof(x->address));
}

static int
by_mac(const void *a, const void *b) {
	const struct station_seen *x = a, *y = b;
	return memcmp(x->mac, y->mac, sizeof(x->mac));
}

const struct station_seen *
census_find(const struct census *c, const uint8_t mac[6]) {
	struct station_seen key;

	if (!c->sorted) {
		uint32_t i = map_find(&c->by_mac, mac, 6);
		return i == MAP_NONE ? NULL : &c->station[i];
	}
	memcpy(key.mac, mac, 6);
	return c->stations_n == 0 ? NULL
				  : bsearch(&key, c->station, c->stations_n, sizeof(key), by_mac);
}

void
census_sort(struct census *c) {
	c->sorted = true;
	if (c->stations_n == 0)
		return;
	qsort(c->station, c->stations_n, sizeof(c->station[0]), by_mac);
	for (uint32_t i = 0; i < c->addresses_n; i++) {
		size_t n;
		struct station_seen key;
		memcpy(key.mac, map_key(&c->by_mac, c->address[i].station, &n), 6);
		const struct station_seen *s =
			bsearch(&key, c->station, c->stations_n, sizeof(key), by_mac);
		c->address[i].station = (uint32_t)(s - c->station);
	}
	if (c->addresses_n > 0)
		qsort(c->address, c->addresses_n, sizeof(c->address[0]), by_station);
}

const struct address_seen *
census_addresses(const struct census *c, uint32_t station_number, uint32_t *ret_n) {
	uint32_t low = 0, high = c->addresses_n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (c->address[middle].station < station_number)
			low = middle + 1;
		else
			high = middle;
	}
	uint32_t end = low;
	while (end < c->addresses_n && c->address[end].station == station_number)
		end++;
	*ret_n = end - low;
	return c->address + low;
}
