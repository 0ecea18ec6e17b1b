// SPDX-License-Identifier: BSD-3-Clause
// One JSON-RPC call under way, and the table of methods.
//
// Shape:   a method that tells writes its result at once; one that acts sets `next`, which gives
//          one change after the other until it returns false.
// Threads: the core thread.

#pragma once

#include "control/export/spin/ip_lists.h"
#include "control/export/spin/own.h"
#include "control/export/spin/rpc.h"
#include "control/http/json_read.h"
#include "control/store/rows.h"

struct rule;

#define RPC_PARAMS 3
#define RPC_TEXT (NAME_BYTES_MAX + 1)
#define RPC_ERROR 460
#define RPC_STEPS_MAX 2 * RULES_MAX

enum rpc_type {
	RPC_NONE,
	RPC_INT,
	RPC_STRING,
	RPC_COMPLEX,
};

struct rpc_value {
	int64_t number;
	char text[RPC_TEXT];
	const char *json; // of a complex one, as it stands in the request
	size_t json_length;
};

struct rpc_call {
	LIST_ENTRY(rpc_call) link;
	struct spin *spin;
	const struct rpc_method *method;
	struct rpc_who who;
	rpc_answered answered;
	void *context;
	char *id; // JSON; NULL: a notification
	struct rpc_value param[RPC_PARAMS];
	int code;
	char error[RPC_ERROR]; // empty: none

	// Of one that acts.
	bool (*next)(struct rpc_call *c, struct change *ret);
	unsigned int step;
	bool waits; // the method goes on by itself, and ends with rpc_end
	bool running; // rpc_end has to wait until the method has returned
	bool over;
	struct ip_list_entry entry;
	struct spin_node node, other;
	bool on;
};

struct rpc_method {
	const char *name;
	struct {
		const char *name;
		enum rpc_type type;
	} param[RPC_PARAMS];
	enum rpc_type result;
	const char *operation; // of the API: who may do that may do this
	void (*run)(struct rpc_call *c, struct json *result);
};

extern const struct rpc_method rpc_methods[];
extern const size_t rpc_methods_count;

void rpc_fail(struct rpc_call *c, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
// Answers and frees; a result that nothing was written to is "void".
void rpc_end(struct rpc_call *c, struct json *result);

// rpc_tell.c
void rpc_list_rpc_methods(struct rpc_call *c, struct json *j);
void rpc_list_devices(struct rpc_call *c, struct json *j);
void rpc_get_device_data(struct rpc_call *c, struct json *j);
void rpc_list_iplist(struct rpc_call *c, struct json *j);
void rpc_get_flow_block(struct rpc_call *c, struct json *j);
// rpc_flows.c
void rpc_list_device_flows(struct rpc_call *c, struct json *j);
// rpc_act.c
void rpc_set_device_name(struct rpc_call *c, struct json *j);
void rpc_add_iplist_node(struct rpc_call *c, struct json *j);
void rpc_remove_iplist_node(struct rpc_call *c, struct json *j);
void rpc_add_iplist_ip(struct rpc_call *c, struct json *j);
void rpc_remove_iplist_ip(struct rpc_call *c, struct json *j);
void rpc_reset_iplist_ignore(struct rpc_call *c, struct json *j);
void rpc_node_add_ip(struct rpc_call *c, struct json *j);
// rpc_dots.c
void rpc_dots_signal(struct rpc_call *c, struct json *j);
// rpc_pair.c
void rpc_set_flow_block(struct rpc_call *c, struct json *j);
void rpc_set_device_flow_block(struct rpc_call *c, struct json *j);
// The pair that a rule blocks; false: it blocks none that SPIN could name.
bool rpc_pair_of(struct spin *s, const struct rule *r, uint64_t ret_numbers[2]);
