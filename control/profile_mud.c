// SPDX-License-Identifier: BSD-3-Clause
// Rules to rows.

#include "control/profile_mud.h"

#include "control/service.h"
#include "control/text/language.h"
#include "platform/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
mud_note(struct mud_unmet *u, const char *format, ...) {
	va_list arguments;

	if (u->count < MUD_UNMET_MAX) {
		va_start(arguments, format);
		vsnprintf(u->text[u->count], sizeof u->text[0], format, arguments);
		va_end(arguments);
	}
	u->count++;
}

size_t
mud_expand_name(const char *name, struct mud_expansion ret[MUD_EXPANSIONS_MAX]) {
	size_t at = 0, n = 0;
	uint8_t protocol;
	uint16_t port;

	while (n < MUD_EXPANSIONS_MAX && service_next(name, &at, &protocol, &port))
		ret[n++] = (struct mud_expansion){protocol, port, port ? port : UINT16_MAX};
	return n;
}

static size_t
expand(const struct rule_spec *r, struct mud_expansion ret[MUD_EXPANSIONS_MAX]) {
	static const struct mud_expansion all[] = {
		{IPPROTO_TCP, 0, UINT16_MAX},
		{IPPROTO_UDP, 0, UINT16_MAX},
		{IPPROTO_ICMP, 0, UINT16_MAX},
		{IPPROTO_ICMPV6, 0, UINT16_MAX},
	};
	const struct rule_service *v = &r->service;

	if (v->name[0])
		return mud_expand_name(v->name, ret);
	// A file says who begins of single protocols only.
	if (v->protocol == 0 && r->direction != RULE_BOTH) {
		memcpy(ret, all, sizeof all);
		return sizeof all / sizeof all[0];
	}
	ret[0] = (struct mud_expansion){v->protocol, v->low, v->low ? v->high : UINT16_MAX};
	return 1;
}

static const char *
class_of(const struct mud_expansion *e) {
	if (e->low != e->high)
		return NULL;
	return e->low == 53 ? MUD_DNS_CLASS : e->low == 123 ? MUD_NTP_CLASS : NULL;
}

// With whom; false when a file has no word for it.
static bool
set_peer(const struct rule_spec *r, const struct mud_expansion *e, struct mud_row *row) {
	char address[INET6_ADDRSTRLEN];

	switch ((enum rule_object)r->object) {
	case RULE_ANY:
		row->peer = MUD_ANYBODY;
		return true;
	case RULE_DOMAIN:
		row->peer = MUD_DOMAIN;
		snprintf(row->text, sizeof row->text, "%s", r->text);
		return true;
	case RULE_ADDRESS:
	case RULE_PREFIX:
		row->peer = MUD_NETWORK;
		row->family = r->address.family;
		inet_ntop(
			row->family == 4 ? AF_INET : AF_INET6,
			r->address.bytes,
			address,
			sizeof address
		);
		snprintf(row->text, sizeof row->text, "%s/%u", address, r->address.length);
		return true;
	case RULE_LOCAL:
		row->peer = MUD_LOCAL;
		return true;
	case RULE_GATEWAY:
		if (!class_of(e))
			return false;
		row->peer = MUD_CONTROLLER;
		snprintf(row->text, sizeof row->text, "%s", class_of(e));
		return true;
	default:
		return false;
	}
}

static void
add_row(struct mud *m, const struct mud_row *row, enum mud_begins begins, struct mud_unmet *u) {
	if (m->rows_count == MUD_ROWS_MAX) {
		mud_note(u, "There are more than %d rows.", MUD_ROWS_MAX);
		return;
	}
	m->rows[m->rows_count] = *row;
	m->rows[m->rows_count++].begins = (uint8_t)begins;
}

// False: the whole rule, or this part of it, cannot be said.
static bool
add_expansion(
	struct mud *m,
	const struct rule_spec *r,
	const struct mud_expansion *e,
	struct mud_unmet *u
) {
	struct mud_row row = {.protocol = e->protocol, .port_low = e->low, .port_high = e->high};
	bool either = e->low == 0 && e->high == UINT16_MAX;
	uint8_t family = e->protocol == IPPROTO_ICMP ? 4 : e->protocol == IPPROTO_ICMPV6 ? 6 : 0;

	if (!set_peer(r, e, &row))
		return false;
	if (family && row.family && row.family != family)
		return true; // of the other family: nothing
	row.family = family ? family : row.family;
	if (row.peer == MUD_CONTROLLER) { // serves, and asks nothing
		if (r->direction != RULE_IN)
			add_row(m, &row, MUD_DEVICE_BEGINS, u);
		return r->direction != RULE_IN;
	}
	if (r->direction == RULE_OUT)
		add_row(m, &row, MUD_DEVICE_BEGINS, u);
	else if (r->direction == RULE_IN)
		add_row(m, &row, MUD_PEER_BEGINS, u);
	else if (either)
		add_row(m, &row, MUD_EITHER_BEGINS, u);
	else {
		add_row(m, &row, MUD_DEVICE_BEGINS, u);
		add_row(m, &row, MUD_PEER_BEGINS, u);
	}
	return true;
}

static void
add_rule(struct mud *m, const struct profile_rule *rule, struct mud_unmet *u) {
	const struct rule_spec *r = &rule->spec;
	struct mud_expansion all[MUD_EXPANSIONS_MAX];
	size_t n = expand(r, all);
	const char *why = NULL;

	if (r->action != ACTION_ALLOW)
		why = _("a file says what is let pass, and nothing else");
	else if (schedule_is_set(&r->schedule) || r->until_ns)
		why = _("a file knows no hours");
	else if (r->disabled)
		return;
	for (size_t i = 0; i < n && !why; i++)
		if (!add_expansion(m, r, &all[i], u))
			why = _("a file has no word for whom it is about");
	if (why)
		mud_note(
			u,
			"The rule about %.100s is left out: %s.",
			r->text[0] ? r->text : rule_object_key((enum rule_object)r->object),
			why
		);
}

// That a profile has which was made of no file.
static void
give_head(const struct profile *p, uint64_t wall_ns, struct mud *m) {
	char now[TEXT_TIME];

	m->cache_validity = MUD_CACHE_HOURS;
	m->is_supported = true;
	snprintf(m->url, sizeof m->url, "https://spin.home.arpa/mud/%s.json", p->name);
	snprintf(m->last_update, sizeof m->last_update, "%.19sZ", text_time(wall_ns, now));
	for (size_t i = 0; p->description[i] && i + 1 < sizeof m->systeminfo; i++)
		m->systeminfo[i] =
			(unsigned char)p->description[i] < 0x80 ? p->description[i] : '?';
}

void
profile_to_mud(
	const struct profile *p,
	uint64_t wall_ns,
	bool whole,
	struct mud *ret,
	struct mud_unmet *ret_unmet
) {
	// What the household's base adds to a maker's file is none of the file.
	size_t count = p->mud.url[0] && !whole ? p->own_count : p->rules_count;

	memset(ret, 0, sizeof *ret);
	ret_unmet->count = 0;
	if (p->mud.url[0])
		mud_head_give(&p->mud, ret);
	else
		give_head(p, wall_ns, ret);
	if (p->verdict == POLICY_DEFAULT_ALLOW)
		mud_note(
			ret_unmet,
			"The profile lets pass what it does not name; a file refuses that."
		);
	for (size_t i = 0; i < count; i++)
		add_rule(ret, &p->rules[i], ret_unmet);
	mud_sort(ret);
}
