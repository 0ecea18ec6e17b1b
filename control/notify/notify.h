// SPDX-License-Identifier: BSD-3-Clause
// Telling people: what happened becomes a notification that is kept, shown, and delivered.
//
// Shape:   notify() from anywhere in the core thread.  The same thing again within a day, as long
//          as nobody settled it, counts up the notification that there is.  At most NOTIFY_MAX are
//          kept, for NOTIFY_KEEP_DAYS; those that are settled or read go first.
// Units:   wall nanoseconds.
// Threads: the core thread.
// Errors:  what cannot be written down now is shown and delivered all the same, and written later.

#pragma once

#include "control/notify/notice.h"
#include "control/store/store.h"

struct change;
struct core;
struct deliver;
struct device;
struct json;
struct notify;

#define NOTIFY_MAX 500
#define NOTIFY_KEEP_DAYS 90
#define NOTIFY_MUTES_MAX 200

// What happened: the arguments of its sentence, ended by NULL.  Of a notification about a device
// the first argument is its name and is put in here.
void notify(struct core *c, enum notify_kind kind, const struct device *about, ...)
	__attribute__((sentinel));
// What such a notification told of is over.
void notify_end(struct core *c, enum notify_kind kind, const struct device *about);

// --- For the core ---

struct notify *notify_new(void);
void notify_free(struct notify *n);
// What was kept, before the store's thread runs.
int notify_load(struct core *c, char ret_error[STORE_ERROR]);
// The ways out that the configuration names; after notify_load.
int notify_start(struct core *c);
// Before the deliveries in c->config change and notify_start again: what waited is dropped.
void notify_stop(struct core *c);
struct deliver *notify_deliver(const struct notify *n);
void notify_flush(struct core *c, bool all); // to browsers and the store: a few times a second
void notify_second(struct core *c); // control/notify/watch.c: what nobody reports
void notify_of_change(struct core *c, const struct change *change, const char *failed);
void notify_dataplane_up(struct core *c);
void notify_dataplane_down(struct core *c);

void notify_forget_device(struct notify *n, uint64_t device);

// --- For the API ---

size_t notify_count(const struct notify *n);
const struct notice *notify_at(const struct notify *n, size_t i); // oldest first
const struct notice *notify_find(const struct notify *n, uint64_t id);
size_t notify_mutes_count(const struct notify *n);
const struct notify_mute *notify_mute_at(const struct notify *n, size_t i);
uint64_t notify_unread(const struct notify *n, enum severity least); // and open

// What a person decided: written down first, then done, then `done` is called.
struct notify_wish {
	uint64_t notice; // 0: all that are open
	bool sets_read, read;
	bool sets_outcome;
	enum notice_outcome outcome;
	bool mutes; // the mute that follows begins
	struct notify_mute mute;
	uint64_t unmutes; // the id of one that ends; 0: none
};
typedef void (*notify_done)(void *context, int result, const char *message);
void notify_decide(struct core *c, const struct notify_wish *w, notify_done done, void *context);
// It counts as settled once this device, blocked at its button, is blocked.
void notify_await_block(struct core *c, uint64_t notice, const struct device *d);

// The schemas Notification and Mute of openapi.yaml.
void notify_view(const struct core *c, const struct notice *n, struct json *j);
void notify_view_mute(const struct core *c, const struct notify_mute *m, struct json *j);
