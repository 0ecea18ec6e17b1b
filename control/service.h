// SPDX-License-Identifier: BSD-3-Clause
// What people call a protocol and port: "https", "dns", or "tcp/8443" where there is no word.
//
// Threads: pure.
// Source:  IANA's protocol and service name registries.

#pragma once

#include <stdint.h>

#define SERVICE_TEXT 24

const char *service_protocol(uint8_t protocol, char ret[SERVICE_TEXT]); // "tcp", or the number
const char *service_text(uint8_t protocol, uint16_t port, char ret[SERVICE_TEXT]);
