// SPDX-License-Identifier: BSD-3-Clause
// The methods that act on names, lists and nodes.

#include "control/audit/audit.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/export/spin/rpc_own.h"
#include "control/identity/join.h"
#include "platform/text.h"
#include "platform/utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define LISTS "Unknown ip list name, should be 'ignore', 'block', or 'allow'"

// --- Names ---

// No longer than a name may be, and nothing in it that moves a terminal.
static bool
is_name(const char *text) {
	size_t characters = 0;

	for (size_t left = strlen(text), n; left > 0; left -= n, text += n, characters++) {
		n = utf8_sequence(text, left);
		if (n == 0 || (unsigned char)*text < ' ' || *text == 127)
			return false;
	}
	return characters <= NAME_CHARACTERS_MAX;
}

static bool
is_taken(const struct state *s, const struct device *d, const char *name) {
	for (size_t i = 0; name[0] && i < s->devices_count; i++)
		if (s->devices[i] != d && !join_is_part(s, s->devices[i])
		    && strcasecmp(s->devices[i]->user_name, name) == 0)
			return true;
	return false;
}

static bool
next_name(struct rpc_call *c, struct change *ret) {
	const struct device *d = c->node.device;

	*ret = (struct change){.kind = d ? CHANGE_DEVICE : CHANGE_DESTINATION};
	snprintf(ret->name_now, sizeof ret->name_now, "%s", c->param[1].text);
	if (d) {
		ret->device = d->id;
		memcpy(ret->profile_now, d->profile, sizeof ret->profile_now);
		ret->limits_now = d->limits;
		ret->choice_now = d->identity.choice;
	} else {
		ret->destination = c->node.destination->id;
	}
	return c->step == 0;
}

void
rpc_set_device_name(struct rpc_call *c, struct json *j) {
	const char *name = c->param[1].text;

	(void)j;
	c->node = spin_node_numbered(c->spin, (uint64_t)c->param[0].number);
	if (!spin_node_is(&c->node))
		rpc_fail(c, -1, "Unknown node id");
	else if (!is_name(name))
		rpc_fail(
			c,
			-1,
			"A name has at most %d characters, all of them visible",
			NAME_CHARACTERS_MAX
		);
	else if (c->node.device && is_taken(&c->spin->core->state, c->node.device, name))
		rpc_fail(c, -1, "Another device is called '%.64s'", name);
	else
		c->next = next_name;
}

// --- Lists ---

static bool
next_listed(struct rpc_call *c, struct change *ret) {
	ip_list_change_node(&c->node, c->entry.list, c->on, ret);
	return c->step == 0;
}

// DESIGN 9, the safety class: a promise that nothing would keep is not given.
static bool
is_exempt(const struct rpc_call *c) {
	return c->on && c->entry.list & ACTION_POLICY && c->node.destination
		&& destination_is_exempt(c->node.destination);
}

static void
list_node(struct rpc_call *c, bool on) {
	c->on = on;
	c->node = spin_node_numbered(c->spin, (uint64_t)c->param[1].number);
	if (!ip_list_parse(c->param[0].text, &c->entry.list))
		rpc_fail(c, -1, LISTS);
	else if (!spin_node_is(&c->node))
		rpc_fail(c, -2, "Unknown node id");
	else if (is_exempt(c))
		rpc_fail(
			c,
			-1,
			"Multicast and link-local addresses keep the home's network running: no "
			"rule is about them"
		);
	else
		c->next = next_listed;
}

void
rpc_add_iplist_node(struct rpc_call *c, struct json *j) {
	(void)j;
	list_node(c, true);
}

void
rpc_remove_iplist_node(struct rpc_call *c, struct json *j) {
	(void)j;
	list_node(c, false);
}

static bool
next_entry(struct rpc_call *c, struct change *ret) {
	return ip_list_change_entry(c->spin, &c->entry, c->on, ret);
}

static void
list_ip(struct rpc_call *c, bool on) {
	enum action list;

	c->on = on;
	if (!ip_list_parse(c->param[0].text, &list))
		rpc_fail(c, -1, LISTS);
	else if (!ip_list_parse_entry(c->param[1].text, list, &c->entry))
		rpc_fail(c, -1, "Not a valid IP address");
	else
		c->next = next_entry;
}

void
rpc_add_iplist_ip(struct rpc_call *c, struct json *j) {
	(void)j;
	list_ip(c, true);
}

void
rpc_remove_iplist_ip(struct rpc_call *c, struct json *j) {
	(void)j;
	list_ip(c, false);
}

// Everything is shown again, but for the gateway itself.
static bool
next_reset(struct rpc_call *c, struct change *ret) {
	const struct state *s = &c->spin->core->state;

	for (size_t i = 0; i < s->devices_count; i++) {
		struct spin_node n = {.device = s->devices[i]};
		bool own = n.device->side == SIDE_HOST;
		if (join_is_part(s, n.device) || own == !!(n.device->actions & ACTION_IGNORE))
			continue;
		ip_list_change_node(&n, ACTION_IGNORE, own, ret);
		return true;
	}
	for (size_t i = 0; i < s->destinations_count; i++) {
		struct spin_node n = {.destination = s->destinations[i]};
		if (!(n.destination->actions & ACTION_IGNORE))
			continue;
		ip_list_change_node(&n, ACTION_IGNORE, false, ret);
		return true;
	}
	return false;
}

void
rpc_reset_iplist_ignore(struct rpc_call *c, struct json *j) {
	(void)j;
	c->next = next_reset;
}

// --- Nodes ---

static void
on_written(void *context, int result, const char *message) {
	struct rpc_call *c = context;

	if (result < 0)
		rpc_fail(c, -1, "%s", message);
	rpc_end(c, NULL);
}

void
rpc_node_add_ip(struct rpc_call *c, struct json *j) {
	struct state *s = &c->spin->core->state;
	uint64_t now = clock_wall_ns();
	unsigned int family;
	uint8_t address[16];

	(void)j;
	if (text_parse_address(c->param[1].text, &family, address) < 0) {
		rpc_fail(c, -1, "Invalid IP address");
		return;
	}
	struct spin_node there = spin_node_at(c->spin, family, address);
	if (spin_node_is(&there)) {
		rpc_fail(c, -1, "IP address already assigned to a node");
		return;
	}
	c->node = spin_node_numbered(c->spin, (uint64_t)c->param[0].number);
	if (c->param[0].number == 0) {
		struct destination *d = destination_of_address(s, family, address);
		if (d)
			d->visible = d->dirty = d->changed = true;
		c->node = spin_node_of_destination(c->spin, d);
	} else if (c->node.device) {
		device_add_address(c->node.device, family, address, SOURCE_TRAFFIC, now);
	} else if (c->node.destination && c->node.destination->kind == DESTINATION_DOMAIN) {
		destination_add_address(c->node.destination, family, address, now);
		c->node.destination->changed = true;
	} else {
		rpc_fail(
			c,
			-1,
			spin_node_is(&c->node) ? "A node without a name has one address"
					       : "Unknown node id"
		);
	}
	if (!spin_node_is(&c->node) || c->error[0])
		return;
	struct audit_entry *e = audit_new(&c->who.by, c->method->operation, now);
	char label[NAME_BYTES_MAX + 1];
	if (e)
		audit_object(e, c->param[1].text, spin_node_label(&c->node, label));
	c->waits = true;
	audit_submit(c->spin->core, e, on_written, c);
}
