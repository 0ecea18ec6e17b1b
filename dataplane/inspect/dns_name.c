// SPDX-License-Identifier: BSD-3-Clause
// Domain names: from a message to wire form, from wire form to text.
#include "dataplane/inspect/dns.h"

#include <errno.h>
#include <string.h>

#define LABELS_MAX 128
#define POINTERS_MAX 16
#define LABEL_POINTER 0xc0

static uint8_t
lower(uint8_t c) {
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

int
dns_name_wire(const uint8_t *message, size_t length, size_t offset, uint8_t ret[DNS_WIRE_MAX]) {
	size_t n = 0;
	unsigned int pointers = 0;
	size_t before = offset; // pointers must lead in front of where the name began

	for (unsigned int labels = 0; labels < LABELS_MAX;) {
		if (offset >= length)
			return -EBADMSG;
		uint8_t size = message[offset];
		if ((size & LABEL_POINTER) == LABEL_POINTER) {
			if (length - offset < 2 || pointers++ == POINTERS_MAX)
				return -EBADMSG;
			size_t target = (size_t)(size & 0x3f) << 8 | message[offset + 1];
			if (target >= before)
				return -EBADMSG;
			before = offset = target;
			continue;
		}
		if (size > 63 || size >= length - offset || n + size + 1 > DNS_WIRE_MAX)
			return -EBADMSG;
		ret[n++] = size;
		if (size == 0)
			return (int)n;
		for (size_t i = 1; i <= size; i++)
			ret[n++] = lower(message[offset + i]);
		offset += (size_t)size + 1;
		labels++;
	}
	return -EBADMSG;
}

// RFC 4343 lets any visible character but '.' and '\\' stand for itself; those that mean something
// to a shell, to HTML or in a quoted string are escaped all the same.
static bool
is_plain(uint8_t c) {
	return c > ' ' && c < 0x7f && strchr(".\\\"'`<>&$;()", c) == NULL;
}

size_t
dns_wire_text(const uint8_t *wire, size_t length, char ret[DNS_TEXT_MAX]) {
	size_t n = 0;

	for (size_t at = 0; at < length && wire[at] != 0; at += (size_t)wire[at] + 1) {
		if (wire[at] >= length - at)
			break;
		if (n > 0)
			ret[n++] = '.';
		for (size_t i = 1; i <= wire[at]; i++) {
			uint8_t c = wire[at + i];
			if (n + 6 > DNS_TEXT_MAX)
				break;
			if (is_plain(c)) {
				ret[n++] = (char)c;
				continue;
			}
			ret[n++] = '\\';
			ret[n++] = (char)('0' + c / 100);
			ret[n++] = (char)('0' + c / 10 % 10);
			ret[n++] = (char)('0' + c % 10);
		}
	}
	if (n == 0)
		ret[n++] = '.';
	ret[n] = '\0';
	return n;
}

int
dns_name_text(const uint8_t *message, size_t length, size_t offset, char ret[DNS_TEXT_MAX]) {
	uint8_t wire[DNS_WIRE_MAX];
	int n = dns_name_wire(message, length, offset, wire);

	if (n < 0)
		return n;
	return (int)dns_wire_text(wire, (size_t)n, ret);
}

bool
dns_name_equal(const uint8_t *message, size_t length, size_t a, size_t b) {
	uint8_t wire_a[DNS_WIRE_MAX], wire_b[DNS_WIRE_MAX];

	if (a == b)
		return true;
	int n = dns_name_wire(message, length, a, wire_a);
	if (n < 0 || n != dns_name_wire(message, length, b, wire_b))
		return false;
	return memcmp(wire_a, wire_b, (size_t)n) == 0;
}
