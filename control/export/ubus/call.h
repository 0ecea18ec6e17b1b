// SPDX-License-Identifier: BSD-3-Clause
// A call of a method, from ubusd through the helper to the API or SPIN's JSON-RPC, and back.
//
// Shape:   whom ubusd lets call acts as an admin, by the name of the caller's user: who may call
//          what is said by ubusd's own ACL, as with the plugin of rpcd.
// Threads: the core thread.
// Errors:  as answers, {"error": {"code", "message"}}.

#pragma once

struct ubus;

// "NUMBER METHOD USER JSON", as the helper has it.
void ubus_call_begin(struct ubus *u, char *text);
void ubus_calls_end(struct ubus *u); // nobody is there to be answered
