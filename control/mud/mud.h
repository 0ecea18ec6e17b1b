// SPDX-License-Identifier: BSD-3-Clause
// Manufacturer Usage Descriptions: what a device needs, as its maker, or a person who watched it,
// says in the file format of RFC 8520.
//
// Shape:   a file has two lists, of what goes to the device and what comes from it, each for IPv4
//          and IPv6.  Here a conversation is one row: with whom, what, and who begins.  mud_read
//          joins the file's entries into rows, mud_write spells them out again; rows are kept in
//          one order, so that what was written, read and written is the same to the byte.
// Units:   ports in host order, 0..65535 where none was said; cache validity in hours.
// Threads: pure.
// Errors:  mud_read returns -EINVAL and a sentence that says where and what would be right, or
//          -ENOMEM.  What a file asks for and we cannot express is left out and told in `unmet`.
// Source:  RFC 8520 (MUD), RFC 8519 (access lists).

#pragma once

#include "platform/json_write.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUD_BYTES_MAX ((size_t)1 << 20)
#define MUD_ROWS_MAX 1024
#define MUD_TEXT_MAX 256
#define MUD_ERROR 400
#define MUD_VERSION 1
#define MUD_CACHE_HOURS 48 // RFC 8520 3.5: the default

// With whom.
enum mud_peer {
	MUD_ANYBODY,
	MUD_DOMAIN, // text: a name
	MUD_NETWORK, // text: a prefix
	MUD_LOCAL, // the home's own network
	MUD_CONTROLLER, // text: a class or URL that the household fills in (DNS, NTP servers)
	MUD_MY_CONTROLLER, // the device's own, that the household names
	MUD_MANUFACTURER, // text: devices of that maker
	MUD_SAME_MANUFACTURER,
	MUD_MODEL, // text: devices with that MUD URL
	MUD_PEERS,
};

enum mud_begins {
	MUD_DEVICE_BEGINS,
	MUD_PEER_BEGINS,
	MUD_EITHER_BEGINS, // no direction was said, and no port tells
};

struct mud_row {
	uint8_t peer; // enum mud_peer
	uint8_t begins; // enum mud_begins
	uint8_t family; // 4, 6, or 0 for both
	uint8_t protocol; // 0: any
	uint16_t port_low, port_high; // of the one with whom it is begun
	char text[MUD_TEXT_MAX];
};

struct mud {
	char url[MUD_TEXT_MAX];
	char last_update[40]; // as it stands in the file
	uint32_t cache_validity;
	bool is_supported;
	char systeminfo[61]; // RFC 8520 3.6: at most 60 characters
	char manufacturer[MUD_TEXT_MAX];
	char model[MUD_TEXT_MAX];
	char documentation[MUD_TEXT_MAX];
	char signature[MUD_TEXT_MAX]; // where the file's signature is
	size_t rows_count;
	struct mud_row rows[MUD_ROWS_MAX];
	unsigned int unmet; // entries left out
	char unmet_first[200]; // why the first of them
};

int mud_read(const char *text, size_t length, struct mud *ret, char ret_error[MUD_ERROR]);
void mud_write(const struct mud *m, struct json *j);

// Puts rows in order, each once, one for both families where two say the same, and without what a
// file cannot say of their protocol.
void mud_sort(struct mud *m);
int mud_row_compare(const struct mud_row *a, const struct mud_row *b);
// Rows of `a` that `b` lacks, in order; returns how many, at most MUD_ROWS_MAX.  Both are sorted.
size_t
mud_missing(const struct mud *a, const struct mud *b, const struct mud_row *ret[MUD_ROWS_MAX]);

// Base64, with line ends where somebody put them.  -EINVAL: it is none; for free().
int mud_signature_decode(const char *base64, uint8_t **ret, size_t *ret_length);

// "-EBADMSG": not the signature of exactly these bytes by somebody whom `ca_file` (NULL: the
// machine's own authorities) vouches for.  The signature is detached CMS in DER.
int mud_verify(
	const void *file,
	size_t length,
	const void *signature,
	size_t signature_length,
	const char *ca_file,
	char ret_error[MUD_ERROR]
);
