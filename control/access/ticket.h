// SPDX-License-Identifier: BSD-3-Clause
// Tickets: a secret that reads one capture, for a program that has no account.
//
// Shape:   in memory alone, TICKETS_MAX at once, one of a capture and its maker: a newer takes the
//          place of the older. Whoever shows one is its maker, but may do nothing besides; so it
//          is worth what its maker is at that moment, and a reader ends with the maker's access.
// Units:   times are wall nanoseconds.
// Threads: the core thread.
// Errors:  ticket_make returns -ENOSPC when all are taken, -EIO without random numbers.

#pragma once

#include "control/access/account.h"
#include "control/access/secret.h"

#include <stdbool.h>
#include <stdint.h>

#define TICKETS_MAX 64
#define TICKET_PREFIX "spincap_"
#define TICKET_S 600 // to begin reading; who reads stays until the capture ends
#define TICKET_OPERATION "downloadCapture"

struct ticket {
	uint64_t id; // 0: free
	uint8_t hash[ACCOUNT_HASH];
	struct principal maker; // with `capture` set
	uint64_t expires_ns;
};

struct tickets {
	struct ticket all[TICKETS_MAX];
};

int ticket_make(
	struct tickets *t,
	const struct principal *maker,
	uint64_t capture,
	uint64_t now_ns,
	char ret_secret[SECRET_TEXT],
	uint64_t *ret_expires_ns
);
// NULL for what is none, or not any more.
const struct ticket *ticket_find(const struct tickets *t, const char *text, uint64_t now_ns);
bool ticket_is_of(const struct tickets *t, uint64_t capture); // there is one
// No ticket of this capture opens anything any more.
void ticket_revoke(struct tickets *t, uint64_t capture);
// Is this all that a ticket is for?  `capture` is of the path, or NULL.
bool ticket_allows(const struct principal *p, const char *operation, const char *capture);
