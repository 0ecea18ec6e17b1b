// SPDX-License-Identifier: BSD-3-Clause
// Reads one mDNS or LLMNR answer for what its sender says of itself: the name of its own address,
// the kinds of service it offers, its model.
//
// Shape:   whoever announces only addresses of others (a reflector, a sleep proxy) says nothing of
//          itself.  At most 256 records are walked; goodbyes (TTL 0) are passed over.
// Threads: pure.
// Errors:  -EBADMSG: not an answer, or its head cannot be read; a bad record ends the walk.
// Source:  RFC 6762 (6, 10.1, 18), 6763 (4.1, 6, 7.1, 9), 4795.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MDNS_SERVICES_MAX 16
#define MDNS_MODELS_MAX 4
#define MDNS_TEXT_MAX 128

struct mdns_text {
	uint8_t length;
	char text[MDNS_TEXT_MAX]; // NUL-terminated; no control characters
};

struct mdns_host {
	uint16_t name_length; // 0: it did not tell the name of its own address
	char name[256]; // as sent, without ".local"
	uint8_t services_n;
	uint8_t models_n;
	struct mdns_text services[MDNS_SERVICES_MAX]; // "_ipp._tcp", lower case
	struct mdns_text models[MDNS_MODELS_MAX]; // of TXT md, model, ty and the like
};

// Is this one of the sender's addresses?
typedef bool mdns_own_fn(void *context, unsigned int family, const uint8_t address[16]);

int mdns_host_read(
	const uint8_t *message,
	size_t length,
	mdns_own_fn *own,
	void *context,
	struct mdns_host *ret
);
