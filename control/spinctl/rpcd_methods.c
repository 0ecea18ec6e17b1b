// SPDX-License-Identifier: BSD-3-Clause

#include "control/spinctl/rpcd.h"
#include "platform/base.h"

#define V1 "/api/v1"
#define DEVICE                                                                                     \
	{ "device", KIND_TEXT, false }
#define DESTINATION                                                                                \
	{ "destination", KIND_TEXT, false }
#define BOTH V1 "/devices/{device}/destinations/{destination}"
// What can cut people off is refused without it.
#define CONFIRM                                                                                    \
	{ "confirm", KIND_FLAG, true }
// clang-format off
#define ACT(word) \
	{word, "POST", V1 "/devices/{device}:" word, {DEVICE, CONFIRM}}, \
	{word "_destination", "POST", V1 "/destinations/{destination}:" word, {DESTINATION, CONFIRM}}, \
	{word "_pair", "POST", BOTH ":" word, {DEVICE, DESTINATION, CONFIRM}}
// clang-format on

const struct method rpcd_methods[] = {
	{"health", "GET", V1 "/health", {{0}}},
	{"status", "GET", V1 "/summary", {{0}}},
	{"devices", "GET", V1 "/devices", {{0}}},
	{"device", "GET", V1 "/devices/{device}", {DEVICE}},
	{"destinations", "GET", V1 "/destinations", {{0}}},
	{"flows", "GET", V1 "/flows", {{"limit", KIND_NUMBER, true}}},
	{"rules", "GET", V1 "/rules", {{0}}},
	{"alerts", "GET", V1 "/notifications", {{0}}},
	{"explain", "GET", V1 "/explain?device={device}", {DEVICE, {"to", KIND_TEXT, false}}},
	ACT("block"),
	ACT("unblock"),
	ACT("allow"),
	ACT("unallow"),
	ACT("ignore"),
	ACT("unignore"),
	{"pause",
	 "POST",
	 V1 "/devices/{device}:pause",
	 {DEVICE, {"minutes", KIND_NUMBER, true}, CONFIRM}},
	{"resume", "POST", V1 "/devices/{device}:resume", {DEVICE}},
	{"rename", "PATCH", V1 "/devices/{device}", {DEVICE, {"name", KIND_TEXT, false}}},
	{"profile",
	 "PATCH",
	 V1 "/devices/{device}",
	 {DEVICE, {"profile", KIND_TEXT, false}, CONFIRM}},
	{"undo", "POST", V1 "/undo", {{0}}},
};

const size_t rpcd_methods_count = ARRAY_LEN(rpcd_methods);

// Of the original SPIN, each with its arguments: reference/spin.md 3.2.
const struct method rpcd_calls[] = {
	{"list_rpc_methods", NULL, NULL, {{0}}},
	{"list_devices", NULL, NULL, {{0}}},
	{"get_device_data", NULL, NULL, {{"node", KIND_NUMBER, false}}},
	{"list_device_flows", NULL, NULL, {DEVICE}},
	{"set_device_name", NULL, NULL, {{"node", KIND_NUMBER, false}, {"name", KIND_TEXT, false}}},
	{"list_iplist", NULL, NULL, {{"list", KIND_TEXT, false}}},
	{"add_iplist_node", NULL, NULL, {{"list", KIND_TEXT, false}, {"node", KIND_NUMBER, false}}},
	{"remove_iplist_node",
	 NULL,
	 NULL,
	 {{"list", KIND_TEXT, false}, {"node", KIND_NUMBER, false}}},
	{"add_iplist_ip", NULL, NULL, {{"list", KIND_TEXT, false}, {"ip", KIND_TEXT, false}}},
	{"remove_iplist_ip", NULL, NULL, {{"list", KIND_TEXT, false}, {"ip", KIND_TEXT, false}}},
	{"reset_iplist_ignore", NULL, NULL, {{0}}},
	{"set_flow_block",
	 NULL,
	 NULL,
	 {{"node1", KIND_NUMBER, false},
	  {"node2", KIND_NUMBER, false},
	  {"block", KIND_NUMBER, false}}},
	{"get_flow_block", NULL, NULL, {{0}}},
	{"set_device_flow_block",
	 NULL,
	 NULL,
	 {DEVICE, {"node", KIND_NUMBER, false}, {"block", KIND_NUMBER, false}}},
	{"node_add_ip", NULL, NULL, {{"node", KIND_NUMBER, false}, {"ipaddr", KIND_TEXT, false}}},
	{"dots_signal", NULL, NULL, {{"dots_signal", KIND_TABLE, false}}},
	// Any of them, as the original's own object takes it.
	{"rpc", NULL, NULL, {{"method", KIND_TEXT, false}, {"params", KIND_TABLE, true}}},
};
const size_t rpcd_calls_count = ARRAY_LEN(rpcd_calls);
