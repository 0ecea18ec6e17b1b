// SPDX-License-Identifier: BSD-3-Clause
// Codes of an authenticator, and the ones for the day it is lost.
//
// Shape:   six digits of HMAC-SHA-1 over the number of 30-second steps; one step of clock error
//          each way is forgiven.  A code, and every recovery code, is taken once.
// Threads: any.
// Source:  RFC 6238, RFC 4226 section 5.3.

#pragma once

#include "control/access/account.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOTP_URI 256
#define TOTP_SECRET_TEXT 33 // base 32 (RFC 4648) of 20 bytes

uint32_t totp_code(const uint8_t secret[ACCOUNT_TOTP], uint64_t step);
// Takes the code, and notes in *u that it was; false for one that is wrong or was taken before.
bool totp_take(struct user *u, const char *typed, uint64_t wall_ns);
void totp_secret_text(const uint8_t secret[ACCOUNT_TOTP], char ret[TOTP_SECRET_TEXT]);
