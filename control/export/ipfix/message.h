// SPDX-License-Identifier: BSD-3-Clause
// Flows as IPFIX messages, ready for a socket.
//
// Shape:   templates and records are added until nothing more fits; ipfix_message_take gives the
//          message and begins the next.  A record is written once for each way, or with
//          `biflow` once with reverse elements.  Four templates: IPv4 and IPv6, with
//          ports and with an ICMP type.  Bytes are those of frames, as everywhere in the gateway:
//          layer2OctetDeltaCount by its definition, and octetDeltaCount, of which RFC 7012 says
//          IP packets, because it is what collectors read and compare with GET /flows.
// Units:   milliseconds since 1970.
// Threads: one at a time.  libfixbuf stands on GLib, which ends the process when there is no
//          memory left.
// Errors:  -ENOSPC: take the message, and add again; -EIO with what libfixbuf said in the log.
// Source:  RFC 7011 (messages, sequence numbers), RFC 5103 (reverse elements), IANA's registry of
//          information elements.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IPFIX_MESSAGE_MAX 1400 // RFC 7011 10.3.3: no datagram may be fragmented

// RFC 5102 5.11.3: flowEndReason
enum ipfix_end {
	IPFIX_END_IDLE = 1,
	IPFIX_END_ACTIVE = 2, // it goes on: only what is told from time to time
	IPFIX_END_CLOSED = 3,
	IPFIX_END_FORCED = 4,
};

// One way is 0: from the end that began.
struct ipfix_record {
	uint64_t flow; // its id
	uint64_t start_ms, end_ms;
	uint64_t packets[2], bytes[2]; // since the last record of the flow
	uint8_t address[2][16];
	uint8_t mac[2][6];
	uint16_t port[2];
	uint16_t vlan; // 0: none
	uint8_t icmp[2]; // type and code
	uint8_t family, protocol, end;
	bool is_icmp;
};

struct ipfix_message;

int ipfix_message_new(uint32_t domain, bool biflow, struct ipfix_message **ret);
void ipfix_message_free(struct ipfix_message *m); // NULL is nothing
int ipfix_message_add_templates(struct ipfix_message *m);
// `way`: whose source is told, 0 or 1; with `biflow` 0.
int ipfix_message_add(struct ipfix_message *m, const struct ipfix_record *r, unsigned int way);
// The message; NULL: nothing was added.  Its bytes stay until the next call.
const uint8_t *ipfix_message_take(struct ipfix_message *m, size_t *ret_length);
