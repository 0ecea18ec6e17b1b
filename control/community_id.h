// SPDX-License-Identifier: BSD-3-Clause
// Community ID version 1 with seed 0: one text for one conversation, the same in every monitor that
// saw it (Zeek, Suricata, Arkime), whichever direction came first.
//
// Shape:   a SHA-1 over protocol, addresses and ports, kept as its 20 bytes; the text is made of
//          them.  What carries no ports is hashed without; of ICMP, type and its answer's type
//          stand for the ports, or type and code where nothing answers.
// Threads: pure.
// Errors:  all zero, and the text NULL, where there is no SHA-1 (OpenSSL in a FIPS-only mode).
// Source:  github.com/corelight/community-id-spec, version 1.

#pragma once

#include "platform/wire_types.h"

#include <stdint.h>

#define COMMUNITY_ID_BYTES 20
#define COMMUNITY_ID_TEXT 32 // "1:", 28 of base64, NUL

void community_id(const struct wire_flow *w, uint8_t ret[COMMUNITY_ID_BYTES]);
const char *community_id_text(const uint8_t id[COMMUNITY_ID_BYTES], char ret[COMMUNITY_ID_TEXT]);
