// SPDX-License-Identifier: BSD-3-Clause
// A manufacturer's file from where the device says that it is, and its signature from where the
// file says that that is.
//
// Shape:   one or two runs of spin-fetch into memory; then `done` once with what came of it.
// Threads: the core thread.
// Errors:  mud_fetch_begin returns -EINVAL (no https address), -EBUSY (MUD_FETCHES_MAX run already)
//          or -errno; all else is an outcome with a sentence.
// Source:  RFC 8520 1.6 (https and Accept), 3.7 (mud-signature), 13 (the signature).

#pragma once

#include "control/mud/mud.h"

struct core;

#define MUD_FETCHES_MAX 4

enum mud_outcome {
	MUD_UNREACHED, // the server did not give it
	MUD_REFUSED, // it gave something else
	MUD_FETCHED,
};

enum mud_signed {
	MUD_UNSIGNED, // the file names no signature
	MUD_SIGNED,
	MUD_BADLY_SIGNED, // it names one that is not of this file, of nobody we trust, or not there
};

struct mud_fetched {
	enum mud_outcome outcome;
	enum mud_signed signature;
	char error[MUD_ERROR]; // of either; empty where all went well
	struct mud mud;
};

typedef void (*mud_fetch_done)(void *context, const struct mud_fetched *f);

int mud_fetch_begin(struct core *c, const char *url, mud_fetch_done done, void *context);
