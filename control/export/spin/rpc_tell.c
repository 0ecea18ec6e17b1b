// SPDX-License-Identifier: BSD-3-Clause
// The methods that tell.

#include "control/core.h"
#include "control/export/spin/rpc_own.h"
#include "control/identity/join.h"

static const char *
type_word(enum rpc_type t) {
	static const char *const words[] = {
		[RPC_NONE] = "void",
		[RPC_INT] = "int",
		[RPC_STRING] = "string",
		[RPC_COMPLEX] = "complex",
	};

	return words[t];
}

void
rpc_list_rpc_methods(struct rpc_call *c, struct json *j) {
	(void)c;
	json_array(j);
	for (size_t i = 0; i < rpc_methods_count; i++) {
		const struct rpc_method *m = &rpc_methods[i];
		json_object(j);
		json_key_string(j, "rpc-name", m->name);
		json_key(j, "rpc-args");
		json_array(j);
		for (size_t k = 0; k < RPC_PARAMS && m->param[k].name; k++) {
			json_object(j);
			json_key_string(j, "rpc-arg-name", m->param[k].name);
			json_key_string(j, "rpc-arg-type", type_word(m->param[k].type));
			json_end(j);
		}
		json_end(j);
		json_key_string(j, "rpc-result-type", type_word(m->result));
		json_end(j);
	}
	json_end(j);
}

void
rpc_list_devices(struct rpc_call *c, struct json *j) {
	const struct state *state = &c->spin->core->state;

	json_array(j);
	for (size_t i = 0; i < state->devices_count; i++) {
		if (join_is_part(state, state->devices[i]))
			continue;
		struct spin_node n = spin_node_of_device(c->spin, state->devices[i]);
		if (n.number)
			spin_node_write(c->spin, &n, j);
	}
	json_end(j);
}

void
rpc_get_device_data(struct rpc_call *c, struct json *j) {
	struct spin_node n = spin_node_numbered(c->spin, (uint64_t)c->param[0].number);

	if (spin_node_is(&n))
		spin_node_write(c->spin, &n, j);
	else
		rpc_fail(c, -1, "Unknown node id");
}

void
rpc_list_iplist(struct rpc_call *c, struct json *j) {
	enum action list;

	if (ip_list_parse(c->param[0].text, &list))
		ip_list_write(c->spin, list, j);
	else
		rpc_fail(c, -1, "Unknown ip list name, should be 'ignore', 'block', or 'allow'");
}

// Several rules may say the same of one pair of devices: one for each address.
static bool
was_told(struct spin *s, size_t before, const uint64_t numbers[2]) {
	const struct state *state = &s->core->state;
	uint64_t other[2];

	for (size_t i = 0; i < before; i++)
		if (rpc_pair_of(s, state->rules[i], other) && other[0] == numbers[0]
		    && other[1] == numbers[1])
			return true;
	return false;
}

void
rpc_get_flow_block(struct rpc_call *c, struct json *j) {
	const struct state *state = &c->spin->core->state;
	uint64_t numbers[2];

	json_array(j);
	for (size_t i = 0; i < state->rules_count; i++) {
		const struct rule *r = state->rules[i];
		if (!rpc_pair_of(c->spin, r, numbers)
		    || (r->spec.object == RULE_ADDRESS && was_told(c->spin, i, numbers)))
			continue;
		json_object(j);
		json_key_u64(j, "node1", numbers[0]);
		json_key_u64(j, "node2", numbers[1]);
		json_end(j);
	}
	json_end(j);
}
