// SPDX-License-Identifier: BSD-3-Clause
// A notification as it goes out: the request of a webhook, a mail, or what a command reads.
//
// Shape:   what a stranger named itself stands in JSON strings, in base64 or in encoded words, so
//          that it can begin no line of its own.
// Threads: pure.
// Errors:  NULL without memory.
// Source:  ntfy, "Publish as JSON"; Matrix client-server API 1.1, PUT …/send/{eventType}/{txnId};
//          RFC 5322 and 2047 (mail), 3834 (Auto-Submitted).

#pragma once

#include "control/notify/deliveries.h"
#include "control/notify/notice.h"

// `json` is the notification as the API shows it.  The caller frees the text.
char *message_text(
	const struct delivery *d,
	const struct notice *n,
	const char *json,
	size_t *ret_length
);
