// SPDX-License-Identifier: BSD-3-Clause
// What the two files about the audit trail share.

#pragma once

#include "control/audit/chain.h"
#include "control/spinctl/client.h"

typedef void (*audit_item)(void *context, const char *text, size_t length);
// Every entry that spin-control has, oldest first, as it stands in the answer; and what the newest
// one was when it was asked (may be NULL).
int
audit_pages(const struct cli *c, audit_item on_item, void *context, struct audit_head *ret_head);
// From spin-control, --file or --db.
int audit_verify(const struct cli *c);
