// SPDX-License-Identifier: BSD-3-Clause
// The same request twice does one thing: who sends `Idempotency-Key` with a POST, and did not hear
// the answer, asks again and hears it.
//
// Shape:   by asker and key, what was asked and what was answered; IDEM_MAX of them and IDEM_BYTES
//          of answers, for a day, in memory.  A request whose client left before the answer is
//          forgotten: asked again it is done again.
// Threads: the loop's.
// Source:  draft-ietf-httpapi-idempotency-key-header-07.

#pragma once

#include "control/http/request.h"

#include <stdbool.h>
#include <stddef.h>

#define IDEM_MAX 1024
#define IDEM_BYTES ((size_t)4 << 20)
#define IDEM_KEY_MAX 128

struct idem;
struct idem_entry;

struct idem *idem_new(void);
void idem_free(struct idem *i); // takes NULL

// True: go on; *ret_entry is to be given the answer, or NULL.  False: answered already.
bool idem_begin(struct idem *i, struct http_request *r, struct idem_entry **ret_entry);
void idem_answer(
	struct idem *i,
	struct idem_entry *e,
	bool rewritten, // as who asked may see it
	int status,
	const char *content_type,
	const char *body,
	size_t length
);
void idem_drop(struct idem *i, struct idem_entry *e); // nobody will answer
