// SPDX-License-Identifier: BSD-3-Clause
// Reads the server name out of a TLS ClientHello, as soon as it is in hand.
//
// Shape:   a hello may come in several records, and be cut anywhere: then more is asked for.  Of a
//          hello whose own name is encrypted (ECH) the outer name is what there is to read.
// Threads: pure.
// Errors:  a state, not a number: bytes that are no hello say HELLO_NONE.
// Source:  RFC 8446 4.1.2 and 5.1 (TLS 1.3), 5246 7.4.1.2 and 6.2.1 (TLS 1.2), 6066 3
//          (server_name), 8701 (GREASE), draft-ietf-tls-esni 5 (ECH).

#pragma once

#include "dataplane/inspect/dns.h"

#include <stddef.h>
#include <stdint.h>

#define TLS_HELLO_MAX 4096u // bytes of one hello that are looked at

enum hello_state {
	HELLO_NONE, // no hello, or one without a name
	HELLO_MORE, // so far so good
	HELLO_NAME,
};

struct server_name {
	uint16_t length; // of the wire form, its final zero byte included
	uint8_t wire[DNS_WIRE_MAX]; // as dns_name_wire spells it
};

// `bytes`: what the client sent first, in TLS records.
enum hello_state tls_hello(const uint8_t *bytes, size_t length, struct server_name *ret);
// Handshake messages without records around them, as QUIC carries them.
enum hello_state tls_handshake(const uint8_t *bytes, size_t length, struct server_name *ret);
