// SPDX-License-Identifier: BSD-3-Clause
// A MaxMind DB file: what it says of an address, and all prefixes of some countries.
//
// Shape:   the file is copied into sealed memory first, so that who writes it anew while it is read
//          changes nothing under us.  Both layouts that are about are read: country/iso_code and
//          country_code; autonomous_system_number and asn.
// Threads: a database is its opener's.
// Errors:  mmdb_open and mmdb_walk: -errno and a sentence; look-ups return false where the file
//          says nothing, and set `damaged` where it contradicts itself.
// Source:  MaxMind DB File Format Specification 2.0; libmaxminddb 1.7.

#pragma once

#include <maxminddb.h>
#include <stdbool.h>
#include <stdint.h>

#define MMDB_BYTES_MAX (256u << 20)
#define MMDB_ERROR 256
#define MMDB_NETWORK_NAME 96

struct mmdb {
	MMDB_s db;
	bool open;
	bool damaged;
};

struct mmdb_network {
	uint32_t number; // of the autonomous system; 0: not said
	char name[MMDB_NETWORK_NAME];
};

int mmdb_open(struct mmdb *m, const char *file, char ret_error[MMDB_ERROR]);
void mmdb_close(struct mmdb *m);

bool mmdb_country(struct mmdb *m, unsigned int family, const uint8_t address[16], char ret[3]);
bool mmdb_network(
	struct mmdb *m,
	unsigned int family,
	const uint8_t address[16],
	struct mmdb_network *ret
);

// Tells every prefix whose country is one of `codes`, and which; each once, IPv4 as such.
typedef void (*mmdb_prefix
)(void *context,
  unsigned int code,
  unsigned int family,
  const uint8_t address[16],
  unsigned int length);
int mmdb_walk(
	struct mmdb *m,
	const char *file, // as it is named in errors
	const char (*codes)[3],
	unsigned int count,
	mmdb_prefix tell,
	void *context,
	char ret_error[MMDB_ERROR]
);
