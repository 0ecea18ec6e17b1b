// SPDX-License-Identifier: BSD-3-Clause
// The table of methods: names, parameters and types are the original's.

#include "control/export/spin/rpc_own.h"
#include "platform/base.h"

#define INT(name)                                                                                  \
	{ name, RPC_INT }
#define STRING(name)                                                                               \
	{ name, RPC_STRING }

const struct rpc_method rpc_methods[] = {
	{"list_rpc_methods", {}, RPC_COMPLEX, "listDevices", rpc_list_rpc_methods},
	{"list_devices", {}, RPC_COMPLEX, "listDevices", rpc_list_devices},
	{"get_device_data", {INT("node")}, RPC_COMPLEX, "getDevice", rpc_get_device_data},
	{"list_device_flows", {STRING("device")}, RPC_COMPLEX, "listFlows", rpc_list_device_flows},
	{"set_device_name",
	 {INT("node"), STRING("name")},
	 RPC_NONE,
	 "editDevice",
	 rpc_set_device_name},
	{"list_iplist", {STRING("list")}, RPC_COMPLEX, "listRules", rpc_list_iplist},
	{"add_iplist_node",
	 {STRING("list"), INT("node")},
	 RPC_NONE,
	 "actOnDevice",
	 rpc_add_iplist_node},
	{"remove_iplist_node",
	 {STRING("list"), INT("node")},
	 RPC_NONE,
	 "actOnDevice",
	 rpc_remove_iplist_node},
	{"add_iplist_ip",
	 {STRING("list"), STRING("ip")},
	 RPC_NONE,
	 "createRule",
	 rpc_add_iplist_ip},
	{"remove_iplist_ip",
	 {STRING("list"), STRING("ip")},
	 RPC_NONE,
	 "deleteRule",
	 rpc_remove_iplist_ip},
	{"reset_iplist_ignore", {}, RPC_NONE, "actOnDevice", rpc_reset_iplist_ignore},
	{"set_flow_block",
	 {INT("node1"), INT("node2"), INT("block")},
	 RPC_NONE,
	 "actOnPair",
	 rpc_set_flow_block},
	{"get_flow_block", {}, RPC_COMPLEX, "listRules", rpc_get_flow_block},
	{"set_device_flow_block",
	 {STRING("device"), INT("node"), INT("block")},
	 RPC_NONE,
	 "actOnPair",
	 rpc_set_device_flow_block},
	{"node_add_ip", {INT("node"), STRING("ipaddr")}, RPC_NONE, "editDevice", rpc_node_add_ip},
	{"dots_signal",
	 {{"dots_signal", RPC_COMPLEX}},
	 RPC_NONE,
	 "reportIncident",
	 rpc_dots_signal},
};
const size_t rpc_methods_count = ARRAY_LEN(rpc_methods);
