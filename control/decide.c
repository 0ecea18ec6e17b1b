// SPDX-License-Identifier: BSD-3-Clause

#include "control/decide.h"

#include "control/domain.h"
#include "control/state.h"
#include "platform/lists_image.h"

#include <netinet/in.h>
#include <string.h>

#define OBJECTS_MAX 128
#define NO_PROTOCOL 255 // reserved, RFC 5237: no rule about a service names it

struct gather {
	struct policy_decision d;
	uint32_t object[OBJECTS_MAX];
	size_t count;
};

static void
gather(void *context, uint32_t object) {
	struct gather *g = context;

	policy_decide_object(&g->d, object);
	for (size_t i = 0; i < g->count; i++)
		if (g->object[i] == object)
			return;
	if (g->count < OBJECTS_MAX)
		g->object[g->count++] = object;
}

// The address that the device speaks from, as far as can be told: the newest not link-local one.
static const uint8_t *
own_address(const struct device *d, unsigned int family) {
	const struct device_address *best = NULL;

	for (unsigned int i = 0; i < d->addresses_count; i++) {
		const struct device_address *a = &d->addresses[i];
		bool local = a->address[0] == (family == 6 ? 0xfe : 169);
		if (a->family == family && !local && (!best || a->seen_ns > best->seen_ns))
			best = a;
	}
	return best ? best->address : NULL;
}

bool
ask_by_address(
	const struct state *s,
	const struct device *d,
	unsigned int family,
	const uint8_t address[16],
	struct ask *ret
) {
	const struct peer *p = peer_find(s, d, family, address);

	*ret = (struct ask){.device = d, .family = (uint8_t)family, .own = own_address(d, family)};
	memcpy(ret->address, address, sizeof ret->address);
	if (!p)
		return false;
	ret->names = p->names;
	ret->names_length = p->names_length;
	return true;
}

static bool
has_name(const struct peer *p, const char *name) {
	for (const char *n = p->names; n < p->names + p->names_length; n += strlen(n) + 1)
		if (strcmp(n, name) == 0)
			return true;
	return false;
}

void
ask_by_name(const struct state *s, const struct device *d, const char *name, struct ask *ret) {
	const struct peer *p;

	*ret = (struct ask){.device = d, .names = name, .names_length = strlen(name) + 1};
	TAILQ_FOREACH_REVERSE(p, &s->peers_by_age, peer_list, by_age)
	if (p->device == d && has_name(p, name)) {
		ask_by_address(s, d, p->key.family, p->key.address, ret);
		return;
	}
}

bool
ask_by_flow(const struct state *s, const struct flow *f, struct ask *ret) {
	const struct wire_flow *w = &f->wire;

	if (!f->device || (w->family != 4 && w->family != 6))
		return false;
	ask_by_address(s, f->device, w->family, w->address[f->remote], ret);
	if (f->names) {
		ret->names = f->names;
		ret->names_length = f->names_length;
	}
	ret->own = w->address[f->remote ^ 1];
	ret->protocol = w->protocol;
	ret->port = w->flags & WIRE_FLOW_HAS_PORTS ? w->port[1] : 0;
	ret->in = f->remote == 0; // [0] began
	return true;
}

// Whose address is it, of those at home?
static const struct device *
at_home(const struct state *s, const struct ask *a) {
	for (size_t i = 0; a->family && i < s->devices_count; i++)
		for (unsigned int k = 0; k < s->devices[i]->addresses_count; k++) {
			const struct device_address *own = &s->devices[i]->addresses[k];
			if (own->family == a->family
			    && memcmp(own->address, a->address, sizeof a->address) == 0)
				return s->devices[i];
		}
	return NULL;
}

// No rule about names and addresses is about them; see destination_is_local in the dataplane.
static bool
is_link_local(const struct ask *a) {
	if (a->family == 6)
		return a->address[0] == 0xff
			|| (a->address[0] == 0xfe && (a->address[1] & 0xc0) == 0x80);
	return a->address[0] >= 224 || (a->address[0] == 169 && a->address[1] == 254);
}

static void
by_place(
	const struct state *s,
	const struct ask *a,
	const struct policy_header *p,
	struct gather *g,
	struct told *ret
) {
	const struct device *there = at_home(s, a);

	ret->local = (there && there->side == SIDE_LAN) || (a->family && is_link_local(a));
	ret->gateway = there && there->side == SIDE_HOST;
	if (ret->local && p->local != POLICY_NO_ROW)
		gather(g, p->local);
	if (ret->gateway && p->gateway != POLICY_NO_ROW)
		gather(g, p->gateway);
}

static void
by_names(
	const struct ask *a,
	const struct policy_header *p,
	const struct lists_header *l,
	struct gather *g,
	struct told *ret
) {
	uint8_t wire[DOMAIN_WIRE_MAX];

	for (const char *n = a->names; a->names && n < a->names + a->names_length;
	     n += strlen(n) + 1) {
		size_t length = domain_wire(n, wire);
		if (length == 0)
			continue;
		policy_match_name(p, wire, length, gather, g);
		if (l)
			ret->lists |= lists_find_name(l, wire, length);
	}
}

// Asked of any protocol: is it about some service?
static bool
speaks(struct gather *g, const struct policy_rule *rule, uint32_t row, bool any_protocol) {
	const struct policy_packet asked = g->d.packet;

	if (any_protocol && rule->protocol) {
		g->d.packet.protocol = rule->protocol;
		g->d.packet.port = rule->port_low;
	}
	bool r = policy_rule_matches(&g->d, row);
	g->d.packet = asked;
	return r;
}

// The rules of the objects that are about this subject and this traffic, as the image sorts them.
static void
tell_rules(struct gather *g, bool any_protocol, struct told *ret) {
	const struct policy_header *p = g->d.image;
	const struct policy_rule *rule = policy_rows(p, p->rules);
	bool passes = ret->answer.reason == REASON_NONE;

	for (uint32_t row = 0; row < p->deciding && ret->count < DECIDE_RULES_MAX; row++) {
		bool about = p->any != POLICY_NO_ROW && rule[row].object == p->any;
		for (size_t i = 0; !about && i < g->count; i++)
			about = g->object[i] == rule[row].object;
		if (!about || !speaks(g, &rule[row], row, any_protocol))
			continue;
		if (row < ret->answer.rule && (rule[row].action == POLICY_ALLOW) != passes)
			ret->services |= any_protocol;
		// One of a service of several protocols is several rows.
		if (ret->count == 0 || ret->rule[ret->count - 1] != rule[row].id)
			ret->rule[ret->count++] = rule[row].id;
	}
}

// Getting an address (RFC 2131 4.1, RFC 8415 7.2), where only the dataplane knows which servers
// answered; and the gateway's own pages, to which a device at home begins.
static enum safety
safety_of(const struct ask *a, bool gateway) {
	uint16_t v4 = a->in ? 68 : 67, v6 = a->in ? 546 : 547;

	if (a->safety)
		return a->safety;
	if (a->protocol == IPPROTO_UDP && a->port && a->port == (a->family == 6 ? v6 : v4))
		return SAFETY_DHCP;
	bool pages = gateway && !a->in && a->device->side == SIDE_LAN && a->protocol == IPPROTO_TCP
		&& a->port == SAFETY_GUI_PORT;
	return pages ? SAFETY_GUI : SAFETY_NONE;
}

void
decide(const struct state *s,
       const struct policy_header *rules,
       const struct lists_header *lists,
       const struct ask *a,
       struct told *ret) {
	struct policy_subject subject;
	struct gather g = {
		.d.packet =
			{
				.local = a->own,
				.family = a->family,
				.protocol = a->protocol ? a->protocol : NO_PROTOCOL,
				.direction = a->in ? POLICY_IN : POLICY_OUT,
				.ports_known = a->port != 0 || a->protocol == 0,
				.port = a->port,
			},
	};

	*ret = (struct told){0};
	policy_subject_find(rules, a->device->mac, &subject);
	policy_decide_begin(&g.d, rules, &subject);
	by_place(s, a, rules, &g, ret);
	if (!(a->family && is_link_local(a))) {
		by_names(a, rules, lists, &g, ret);
		if (a->family) {
			bool named = a->names_length != 0;
			policy_match_address(rules, a->family, a->address, named, gather, &g);
			if (lists)
				ret->lists |= lists_find_address(lists, a->family, a->address);
		}
		if (ret->lists & rules->lists_named)
			policy_match_lists(rules, ret->lists, gather, &g);
	}
	ret->answer = policy_decide_end(&g.d, lists ? lists_blocking(lists, ret->lists) : 0);
	if (ret->answer.rule != POLICY_NO_ROW)
		ret->by = ((const struct policy_rule *)policy_rows(rules, rules->rules)
		)[ret->answer.rule]
				  .id;
	tell_rules(&g, a->protocol == 0, ret);
	ret->safety = safety_of(a, ret->gateway);
	if (ret->safety) {
		ret->answer = (struct policy_answer){POLICY_NO_ROW, -1, REASON_NONE};
		ret->by = 0;
	}
}
