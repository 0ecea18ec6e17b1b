// SPDX-License-Identifier: BSD-3-Clause
// In which country and network the other end is, by files that the household brought (the keys
// geo.country and geo.network).
//
// Shape:   {country: FILE, network: FILE}, each a MaxMind DB and each optional; opened at start and
//          again when it changed.  A file that cannot be read leaves the one before in use.
// Threads: the core thread.
// Errors:  geo_message tells what is wrong now, empty when nothing is; logged once.

#pragma once

#include "control/geo/mmdb.h"

#define GEO_PATH 1024

struct geo;

struct geo_config {
	char country[GEO_PATH]; // empty: none
	char network[GEO_PATH];
};

struct geo *geo_new(const struct geo_config *config); // which stays the caller's; NULL: no memory
void geo_free(struct geo *g);
void geo_look(struct geo *g); // opens again what changed
void geo_message(const struct geo *g, char ret[256]);

bool geo_country(struct geo *g, unsigned int family, const uint8_t address[16], char ret[3]);
bool geo_network(
	struct geo *g,
	unsigned int family,
	const uint8_t address[16],
	struct mmdb_network *ret
);
