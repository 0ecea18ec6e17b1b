// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/ubus/methods.h"

#include "platform/base.h"

#include <string.h>

#define V1 "/api/v1"
#define DEVICE                                                                                     \
	{ "device", ARGUMENT_TEXT, false }
#define DESTINATION                                                                                \
	{ "destination", ARGUMENT_TEXT, false }
#define BOTH V1 "/devices/{device}/destinations/{destination}"
// What can cut people off is refused without it.
#define CONFIRM                                                                                    \
	{ "confirm", ARGUMENT_FLAG, true }
// clang-format off
#define ACT(word) \
	{word, "POST", V1 "/devices/{device}:" word, {DEVICE, CONFIRM}}, \
	{word "_destination", "POST", V1 "/destinations/{destination}:" word, {DESTINATION, CONFIRM}}, \
	{word "_pair", "POST", BOTH ":" word, {DEVICE, DESTINATION, CONFIRM}}
// clang-format on

const struct method ubus_methods[] = {
	{"health", "GET", V1 "/health", {{0}}},
	{"status", "GET", V1 "/summary", {{0}}},
	{"devices", "GET", V1 "/devices", {{0}}},
	{"device", "GET", V1 "/devices/{device}", {DEVICE}},
	{"destinations", "GET", V1 "/destinations", {{0}}},
	{"flows", "GET", V1 "/flows", {{"limit", ARGUMENT_NUMBER, true}}},
	{"rules", "GET", V1 "/rules", {{0}}},
	{"alerts", "GET", V1 "/notifications", {{0}}},
	{"explain", "GET", V1 "/explain?device={device}", {DEVICE, {"to", ARGUMENT_TEXT, false}}},
	ACT("block"),
	ACT("unblock"),
	ACT("allow"),
	ACT("unallow"),
	ACT("ignore"),
	ACT("unignore"),
	{"pause",
	 "POST",
	 V1 "/devices/{device}:pause",
	 {DEVICE, {"minutes", ARGUMENT_NUMBER, true}, CONFIRM}},
	{"resume", "POST", V1 "/devices/{device}:resume", {DEVICE}},
	{"rename", "PATCH", V1 "/devices/{device}", {DEVICE, {"name", ARGUMENT_TEXT, false}}},
	{"profile",
	 "PATCH",
	 V1 "/devices/{device}",
	 {DEVICE, {"profile", ARGUMENT_TEXT, false}, CONFIRM}},
	{"undo", "POST", V1 "/undo", {{0}}},
	// Of the original SPIN, each with its arguments: reference/spin.md 3.2.
	{"list_rpc_methods", NULL, NULL, {{0}}},
	{"list_devices", NULL, NULL, {{0}}},
	{"get_device_data", NULL, NULL, {{"node", ARGUMENT_NUMBER, false}}},
	{"list_device_flows", NULL, NULL, {DEVICE}},
	{"set_device_name",
	 NULL,
	 NULL,
	 {{"node", ARGUMENT_NUMBER, false}, {"name", ARGUMENT_TEXT, false}}},
	{"list_iplist", NULL, NULL, {{"list", ARGUMENT_TEXT, false}}},
	{"add_iplist_node",
	 NULL,
	 NULL,
	 {{"list", ARGUMENT_TEXT, false}, {"node", ARGUMENT_NUMBER, false}}},
	{"remove_iplist_node",
	 NULL,
	 NULL,
	 {{"list", ARGUMENT_TEXT, false}, {"node", ARGUMENT_NUMBER, false}}},
	{"add_iplist_ip",
	 NULL,
	 NULL,
	 {{"list", ARGUMENT_TEXT, false}, {"ip", ARGUMENT_TEXT, false}}},
	{"remove_iplist_ip",
	 NULL,
	 NULL,
	 {{"list", ARGUMENT_TEXT, false}, {"ip", ARGUMENT_TEXT, false}}},
	{"reset_iplist_ignore", NULL, NULL, {{0}}},
	{"set_flow_block",
	 NULL,
	 NULL,
	 {{"node1", ARGUMENT_NUMBER, false},
	  {"node2", ARGUMENT_NUMBER, false},
	  {"block", ARGUMENT_NUMBER, false}}},
	{"get_flow_block", NULL, NULL, {{0}}},
	{"set_device_flow_block",
	 NULL,
	 NULL,
	 {DEVICE, {"node", ARGUMENT_NUMBER, false}, {"block", ARGUMENT_NUMBER, false}}},
	{"node_add_ip",
	 NULL,
	 NULL,
	 {{"node", ARGUMENT_NUMBER, false}, {"ipaddr", ARGUMENT_TEXT, false}}},
	{"dots_signal", NULL, NULL, {{"dots_signal", ARGUMENT_TABLE, false}}},
	// Any of them, as the original's own object takes it.
	{"rpc", NULL, NULL, {{"method", ARGUMENT_TEXT, false}, {"params", ARGUMENT_TABLE, true}}},
};

const size_t ubus_methods_count = ARRAY_LEN(ubus_methods);

const struct method *
method_find(const char *name) {
	for (size_t i = 0; i < ubus_methods_count; i++)
		if (strcmp(ubus_methods[i].name, name) == 0)
			return &ubus_methods[i];
	return NULL;
}
