// SPDX-License-Identifier: BSD-3-Clause
// Keeping the dataplane's lists as their files and servers say: fetched by a program of its own,
// read, judged, compiled and written in a thread of their own, handed over from the loop.
//
// Shape:   of each list the last good content is kept in STATE/lists, and an image of all of them
//          is made when one changed.  Files are looked at every two seconds and at lists_reload,
//          servers as often as `every` says, with back-off when they fail.  A list that cannot be
//          had, or is no list, stays what it was; the others go on.  A list keeps its bit in the
//          image over restarts, by its name in the image that was written last.
// Units:   times are wall nanoseconds.
// Threads: the core thread, but for what the worker behind it does.
// Errors:  findings are logged and shown with their list; lists_message tells what is wrong now,
//          empty when nothing is.

#pragma once

#include "control/lists_config.h"
#include "platform/wire.h"

struct dplink;
struct ev_loop;
struct json;
struct lists;

struct lists_setup {
	const struct lists_config *config; // with the texts below the caller's, and to stay
	const char *state_dir;
	const char *program; // spin-fetch
	const char *country_file; // MMDB; empty: none
};

int lists_start(
	struct ev_loop *loop,
	const struct lists_setup *setup,
	struct dplink *link,
	struct lists **ret
);
// The worker and the feeds begin; what rules name was said by lists_want_country before, so that
// the first image has it.
int lists_run(struct lists *l);
void lists_stop(struct lists *l);
// Lets the worker come to its end without waiting for it: feeds end now, what is in force stays,
// and `done` is called when lists_stop would not have to wait any more, and may call it.
typedef void (*lists_ended)(void *context);
void lists_retire(struct lists *l, lists_ended done, void *context);

void lists_up(struct lists *l); // the link came up: hand over what there is
// True when other lists are in force than before: rules that name one are to be compiled again.
bool lists_acked(struct lists *l, const struct wire_rules_ack *ack);
void lists_reload(struct lists *l); // look at the files now
void lists_message(const struct lists *l, char ret[256]);
// Whether it could not be had for so long that a person should know, with its name and why.
bool lists_is_old(
	const struct lists *l,
	unsigned int number,
	char ret_name[LISTS_NAME_MAX + 1],
	char ret_why[256]
);

// For rules that name a list or a country: its bit in the image, -ENOENT while it is not in force;
// for a country -EAGAIN as long as it is not known whether the database has it.
int lists_bit(const struct lists *l, const char *name);
int lists_country_bit(const struct lists *l, const char *code);
// From now on the prefixes of this country (ISO 3166, two letters) are in the image.  Its bit, in
// force or not; -EINVAL: no such code, -ENOENT: no database, -ENOSPC: LISTS_MAX are taken.
int lists_want_country(struct lists *l, const char *code);
// What the dataplane reports of a bit; `last_ns` of the newest hit.
void lists_hit(struct lists *l, unsigned int bit, uint64_t hits, uint64_t last_ns);

// The list's number in the configuration, or -ENOENT.
int lists_find(const struct lists *l, const char *name);
const char *lists_name(const struct lists *l, unsigned int number);
unsigned int lists_count(const struct lists *l);
void lists_view(const struct lists *l, unsigned int number, struct json *j);
// Fetches, or reads the file again, now.
void lists_refresh(struct lists *l, unsigned int number);
