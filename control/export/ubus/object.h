// SPDX-License-Identifier: BSD-3-Clause
// spin-ubus's side of ubus: the object "spin", made of the list of methods.
//
// Shape:   a call is passed on as a line and answered later, in any order.
// Threads: one, uloop's.
// Errors:  object_offer says on standard error why ubusd did not take it.
// Source:  libubus.h.

#pragma once

#include <libubus.h>
#include <stdbool.h>

// Passes a line on: "call NUMBER METHOD USER JSON".
typedef void (*object_call)(const char *line);

bool object_offer(struct ubus_context *ctx, object_call call);
void object_answer(struct ubus_context *ctx, unsigned long number, const char *json);
// As an event, and as a notification of the object; false: ubusd did not take it.
bool object_tell(struct ubus_context *ctx, const char *name, const char *json);
// Whether ubusd still has the object, and it is ours.
bool object_is_there(struct ubus_context *ctx);
