// SPDX-License-Identifier: BSD-3-Clause
// What people call a protocol and port: "https", "dns", or "tcp/8443" where there is no word.
//
// Threads: pure.
// Source:  IANA's protocol and service name registries.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVICE_TEXT 24

const char *service_protocol(uint8_t protocol, char ret[SERVICE_TEXT]); // "tcp", or the number
const char *service_text(uint8_t protocol, uint16_t port, char ret[SERVICE_TEXT]);

// What a rule means by a word.  Each call gives the next (protocol, ports) of the name; *at begins
// at 0.  A port of 0 is any.  False: no more, or no such name.
bool service_next(const char *name, size_t *at, uint8_t *ret_protocol, uint16_t *ret_port);
// "tcp", "47": false when it is neither a name nor a number up to 255.
bool service_protocol_number(const char *text, uint8_t *ret);
const char *service_nearest(const char *name); // for "did you mean"
