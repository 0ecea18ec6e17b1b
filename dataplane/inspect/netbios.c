// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/inspect/netbios.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define HEADER 12
#define RECORD_HEADER 10
#define LABELS_MAX 16 // of the scope

enum {
	OPCODE_QUERY = 0,
	OPCODE_REGISTRATION = 5,
	OPCODE_RELEASE = 6, // of a name that was its own until now
	OPCODE_REFRESH = 8,
	OPCODE_REFRESH_ALT = 9, // RFC 1002 4.2.4 names both
	OPCODE_MULTIHOMED = 15,
};

enum {
	TYPE_NB = 0x20,
	TYPE_NBSTAT = 0x21,
};

enum {
	SUFFIX_WORKSTATION = 0x00,
	SUFFIX_SERVER = 0x20,
};

#define RESPONSE 0x80
#define GROUP 0x80 // top bit of the flags of a name
#define NAME_RAW 16 // fifteen characters and the suffix
#define NB_ENTRY 6 // flags, address
#define STATUS_ENTRY 18 // name, flags

static unsigned int
load16(const uint8_t *p) {
	return (unsigned int)p[0] << 8 | p[1];
}

// The offset behind the name at `at`, and its sixteen bytes; 0 when it is not one.  A pointer (as
// of the additional record to the question) leads to the one name that is there.
static size_t
read_name(const uint8_t *message, size_t length, size_t at, uint8_t ret[NAME_RAW]) {
	if (at < length && length - at >= 2 && message[at] >= 0xc0) {
		size_t target = load16(message + at) & 0x3fff;
		if (target >= at || message[target] >= 0xc0
		    || read_name(message, at, target, ret) == 0)
			return 0;
		return at + 2;
	}
	if (at >= length || length - at < 34 || message[at] != 32)
		return 0;
	for (unsigned int i = 0; i < NAME_RAW; i++) {
		unsigned int high = message[at + 1 + 2 * i] - 'A';
		unsigned int low = message[at + 2 + 2 * i] - 'A';
		if (high > 15 || low > 15)
			return 0;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	at += 33;
	for (unsigned int labels = 0; labels < LABELS_MAX && at < length; labels++) {
		uint8_t size = message[at];
		if (size >= 0xc0)
			return length - at >= 2 ? at + 2 : 0;
		if (size > 63 || size >= length - at)
			return 0;
		at += (size_t)size + 1;
		if (size == 0)
			return at;
	}
	return 0;
}

// Padded with blanks; 0 when it is no device's name.
static int
copy_name(const uint8_t raw[NAME_RAW], char ret[NETBIOS_NAME_MAX]) {
	int n = NAME_RAW - 1;

	if (raw[n] != SUFFIX_WORKSTATION && raw[n] != SUFFIX_SERVER)
		return 0;
	while (n > 0 && (raw[n - 1] == ' ' || raw[n - 1] == 0))
		n--;
	for (int i = 0; i < n; i++)
		if (raw[i] < 0x20 || raw[i] == 0x7f)
			return 0;
	memcpy(ret, raw, (size_t)n);
	ret[n] = '\0';
	return n;
}

static bool
has_own(const uint8_t *data, size_t size, const uint8_t own[4]) {
	for (; size >= NB_ENTRY; size -= NB_ENTRY, data += NB_ENTRY)
		if (!(data[0] & GROUP) && memcmp(data + 2, own, 4) == 0)
			return true;
	return false;
}

// RFC 1002 4.2.18: all names of the sender; the first of a computer, else of its file service.
static int
read_status(const uint8_t *data, size_t size, char ret[NETBIOS_NAME_MAX]) {
	char name[NETBIOS_NAME_MAX];
	int best = 0;

	if (size < 1)
		return -EBADMSG;
	unsigned int n = data[0];
	for (data++, size--; n > 0 && size >= STATUS_ENTRY; n--) {
		int length = data[15 + 1] & GROUP ? 0 : copy_name(data, name);
		if (length > 0 && (best == 0 || data[15] == SUFFIX_WORKSTATION)) {
			best = length;
			memcpy(ret, name, sizeof name);
			if (data[15] == SUFFIX_WORKSTATION)
				return best;
		}
		data += STATUS_ENTRY;
		size -= STATUS_ENTRY;
	}
	return best > 0 ? best : -ENOENT;
}

// The record at `at`: of the answer, or additional to a registration.
static int
read_record(
	const uint8_t *message,
	size_t length,
	size_t at,
	const uint8_t own[4],
	char ret[NETBIOS_NAME_MAX]
) {
	uint8_t raw[NAME_RAW];

	at = read_name(message, length, at, raw);
	if (at == 0 || length - at < RECORD_HEADER)
		return -EBADMSG;
	const uint8_t *h = message + at;
	size_t size = load16(h + 8);
	if (size > length - at - RECORD_HEADER)
		return -EBADMSG;
	if (load16(h) == TYPE_NBSTAT)
		return read_status(h + RECORD_HEADER, size, ret);
	if (load16(h) != TYPE_NB || !has_own(h + RECORD_HEADER, size, own))
		return -ENOENT;
	int n = copy_name(raw, ret);
	return n > 0 ? n : -ENOENT;
}

int
netbios_read(
	const uint8_t *message,
	size_t length,
	const uint8_t own[4],
	char ret[NETBIOS_NAME_MAX]
) {
	uint8_t raw[NAME_RAW];

	if (length < HEADER)
		return -EBADMSG;
	unsigned int opcode = message[2] >> 3 & 15;
	bool response = message[2] & RESPONSE;
	unsigned int questions = load16(message + 4), answers = load16(message + 6);
	if (response)
		return opcode == OPCODE_QUERY && (message[3] & 15) == 0 && questions == 0
				&& answers > 0
			? read_record(message, length, HEADER, own, ret)
			: -ENOENT;
	if (opcode != OPCODE_REGISTRATION && opcode != OPCODE_RELEASE && opcode != OPCODE_REFRESH
	    && opcode != OPCODE_REFRESH_ALT && opcode != OPCODE_MULTIHOMED)
		return -ENOENT;
	if (questions != 1 || answers != 0 || load16(message + 10) == 0)
		return -ENOENT;
	size_t at = read_name(message, length, HEADER, raw);
	if (at == 0 || length - at < 4)
		return -EBADMSG;
	return read_record(message, length, at + 4, own, ret);
}
