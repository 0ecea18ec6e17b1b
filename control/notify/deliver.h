// SPDX-License-Identifier: BSD-3-Clause
// Notifications on their way out of the house, as far as spin.yaml names a way.
//
// Shape:   a queue a delivery, one message at a time, each by a program of its own: spin-post for
//          webhooks, sendmail, or the command.  What fails is tried again after 5 s, 30 s, 2 min,
//          10 min and an hour, then given up; what cannot ever work is given up at once.  At quiet
//          hours the queue waits, unless the message is critical.
// Threads: the core thread, which never waits.
// Errors:  kept and shown with the delivery; what is given up, or finds no room, is counted lost.

#pragma once

#include "control/notify/deliveries.h"
#include "control/notify/notice.h"

struct core;
struct deliver;
struct ev_loop;
struct json;

#define DELIVER_QUEUE 64

// The configuration is the caller's, and stays; `program` is spin-post.
struct deliver *deliver_new(struct core *c, const struct deliveries *config, const char *program);
void deliver_free(struct deliver *d);

void deliver_offer(struct deliver *d, const struct notice *n);

// The number of the delivery, or -ENOENT.
int deliver_find(const struct deliver *d, const char *name);
unsigned int deliver_count(const struct deliver *d);
// The schema Delivery of openapi.yaml.
void deliver_view(const struct deliver *d, unsigned int number, struct json *j);
// Sends a message at once; `done` is told what came of it, NULL when it went well.  -EBUSY: one is
// under way.
typedef void (*deliver_done)(void *context, const char *error);
int deliver_test(struct deliver *d, unsigned int number, deliver_done done, void *context);
