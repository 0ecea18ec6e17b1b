// SPDX-License-Identifier: BSD-3-Clause
// What clients of the original SPIN ask over HTTP: /spin_api/… and a foreign GUI at /spin_graph/.
//
// Shape:   one table of paths, apart from routes.c, because the contract is not ours to describe;
//          who asks and whether it may is found here (HTTP Basic, sessions, tokens, or an open
//          network), by the roles of the operation of ours that does the same.
// Threads: the core thread.
// Errors:  {"status","error"}, as the older set has them; {"jsonrpc","error":{"code","message"}} where
//          calls go.
// Source:  reference/spin.md 3.

#pragma once

#include "control/http/request.h"

struct core;
struct device;
struct json;
struct spin;

// http_config's `foreign`.
bool api_spin(struct http_request *r, const char *path, void *core);

#define SPIN_PARTS 1
#define SPIN_PART 128

struct spin_ask {
	struct http_request *r;
	struct core *core;
	struct spin *spin; // runs
	const struct spin_route *route;
	char part[SPIN_PARTS][SPIN_PART]; // of the path, where its pattern has '*'
};

struct spin_route {
	struct http_route as; // method, pattern, and the operation of ours whose roles it has
	bool acts; // also a GET: pages of elsewhere must not make a browser ask for it
	void (*handle)(struct spin_ask *a);
};

// api_spin_auth.c: true when the principal is set and may; else answered, or going on later with
// `then`.
bool spin_admit(struct spin_ask *a, void (*then)(struct spin_ask *a));

// A parameter of the address, decoded; NULL: it is not there.
const char *spin_query(struct spin_ask *a, const char *name);
// A field of a body that is JSON or a form, as text; NULL: it is not there.
const char *spin_field(struct spin_ask *a, const char *name);
void spin_error(struct spin_ask *a, int status, const char *text);
void spin_reply_json(struct spin_ask *a, struct json *j); // frees it
struct rpc_who;
void spin_who(const struct http_request *r, struct rpc_who *ret); // for what it does

// api_spin_capture.c
void spin_capture_page(struct spin_ask *a);
void spin_capture_start(struct spin_ask *a);
void spin_capture_stop(struct spin_ask *a);
void spin_tcpdump_page(struct spin_ask *a);
void spin_tcpdump_start(struct spin_ask *a);
void spin_tcpdump_stop(struct spin_ask *a);
void spin_tcpdump_status(struct spin_ask *a);
// api_spin_rest.c
void spin_list_devices(struct spin_ask *a);
void spin_get_profiles(struct spin_ask *a);
void spin_set_profile(struct spin_ask *a);
void spin_toggle_new(struct spin_ask *a);
void spin_list_profiles(struct spin_ask *a);
void spin_write_device(const struct spin *s, const struct device *d, struct json *j);
void spin_write_devices(const struct spin *s, struct json *j);
void spin_write_profiles(const struct core *c, struct json *j);
// api_spin_notes.c
void spin_list_notes(struct spin_ask *a);
void spin_create_note(struct spin_ask *a);
void spin_delete_note(struct spin_ask *a);
void spin_get_config(struct spin_ask *a);
void spin_put_config(struct spin_ask *a);
struct notice;
void spin_write_note(const struct core *c, const struct notice *n, struct json *j);
void spin_write_notes(const struct core *c, struct json *j); // that are open
// api_spin_ws.c
void spin_websocket(struct spin_ask *a);
// api_spin_files.c
void spin_file(struct http_request *r, struct core *core, const char *path);
// A file of spin_compat.web_root, to be freed; NULL: there is none.
char *spin_web_file(const struct core *core, const char *name, size_t *ret_length);
void spin_web_policy(struct http_request *r); // of the answer that follows
// api_spin_window.c: false when the household has no template for it.
bool spin_window(struct spin_ask *a, const struct device *d);
