// SPDX-License-Identifier: BSD-3-Clause
// Blocks between two nodes.  One of them is a device of ours, whose rules can name the other; of
// two devices the rules of one name the addresses of the other.

#include "control/core.h"
#include "control/export/spin/rpc_own.h"
#include "control/identity/join.h"
#include "platform/text.h"

// Of one device, about one thing, without conditions.
static bool
is_pair(const struct rule_spec *s) {
	return s->action == ACTION_BLOCK && s->subject == RULE_DEVICE && !s->from.family
		&& s->direction == RULE_BOTH && !s->service.protocol && !s->service.name[0]
		&& (s->object == RULE_NODE || s->object == RULE_ADDRESS);
}

bool
rpc_pair_of(struct spin *s, const struct rule *r, uint64_t ret_numbers[2]) {
	if (!is_pair(&r->spec) || r->spec.disabled || !r->device)
		return false;
	struct spin_node one = spin_node_of_device(s, r->device);
	struct spin_node other = r->destination
		? spin_node_of_destination(s, r->destination)
		: spin_node_at(s, r->spec.address.family, r->spec.address.bytes);
	ret_numbers[0] = one.number < other.number ? one.number : other.number;
	ret_numbers[1] = one.number < other.number ? other.number : one.number;
	return spin_node_is(&other) && one.number && other.number && one.number != other.number;
}

static bool
next_of_site(struct rpc_call *c, struct change *ret) {
	*ret = (struct change){.kind = CHANGE_RULE, .rule_has = c->on};
	rule_spec_plain(&ret->rule_now, ACTION_BLOCK, c->node.device, c->other.destination);
	return c->step == 0;
}

// False: no rule may be about it, because it is link-local.
static bool
spec_about(const struct device *d, const struct device_address *a, struct rule_spec *ret) {
	struct rule_spec spec = {.action = ACTION_BLOCK};
	struct rule_fault fault;
	char text[TEXT_ADDRESS];

	text_address(a->family, a->address, text);
	if (!rule_set_object(&spec, RULE_ADDRESS, text, &fault))
		return false;
	spec.subject = RULE_DEVICE;
	spec.device = d->id;
	*ret = spec;
	return true;
}

// The first address of `other` that `d` has no rule about yet.
static bool
next_to_block(const struct spin *s, const struct rpc_call *c, struct change *ret) {
	const struct state *state = &s->core->state;

	for (const struct device *x = c->other.device; x; x = join_next(state, c->other.device, x))
		for (unsigned int i = 0; i < x->addresses_count; i++) {
			*ret = (struct change){.kind = CHANGE_RULE, .rule_has = true};
			if (spec_about(c->node.device, &x->addresses[i], &ret->rule_now)
			    && !rule_same(state, &ret->rule_now))
				return true;
		}
	return false;
}

static bool
next_to_free(struct spin *s, const struct rpc_call *c, struct change *ret) {
	const struct state *state = &s->core->state;
	uint64_t pair[2];

	for (size_t i = 0; i < state->rules_count; i++) {
		const struct rule *r = state->rules[i];
		if (r->spec.object != RULE_ADDRESS || !rpc_pair_of(s, r, pair)
		    || pair[0] + pair[1] != c->node.number + c->other.number
		    || (pair[0] != c->node.number && pair[0] != c->other.number))
			continue;
		*ret = (struct change){.kind = CHANGE_RULE, .rule = r->id, .rule_now = r->spec};
		return true;
	}
	return false;
}

static bool
next_of_devices(struct rpc_call *c, struct change *ret) {
	return c->on ? next_to_block(c->spin, c, ret) : next_to_free(c->spin, c, ret);
}

static void
set(struct rpc_call *c, struct spin_node one, struct spin_node other, bool on) {
	c->on = on;
	if (!spin_node_is(&one) || !spin_node_is(&other) || one.number == other.number) {
		rpc_fail(c, -1, "Unknown node id");
		return;
	}
	c->node = one.device ? one : other;
	c->other = one.device ? other : one;
	if (!c->node.device)
		rpc_fail(c, -1, "Device not found");
	else if (c->other.destination && on && destination_is_exempt(c->other.destination))
		rpc_fail(
			c,
			-1,
			"Multicast and link-local addresses keep the home's network running and "
			"are never blocked"
		);
	else
		c->next = c->other.device ? next_of_devices : next_of_site;
}

void
rpc_set_flow_block(struct rpc_call *c, struct json *j) {
	(void)j;
	set(c,
	    spin_node_numbered(c->spin, (uint64_t)c->param[0].number),
	    spin_node_numbered(c->spin, (uint64_t)c->param[1].number),
	    c->param[2].number != 0);
}

void
rpc_set_device_flow_block(struct rpc_call *c, struct json *j) {
	struct device *d = spin_device(c->spin, c->param[0].text);

	(void)j;
	if (!d)
		rpc_fail(c, -1, "Device not found");
	else
		set(c,
		    spin_node_of_device(c->spin, d),
		    spin_node_numbered(c->spin, (uint64_t)c->param[1].number),
		    c->param[2].number != 0);
}
