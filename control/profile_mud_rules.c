// SPDX-License-Identifier: BSD-3-Clause
// Rows to rules, and to sentences.

#include "control/profile_mud.h"
#include "control/service.h"
#include "control/text/language.h"

#include <stdio.h>
#include <string.h>

static const char *
peer_text(const struct mud_row *row, char ret[MUD_TEXT_MAX + 40]) {
	static const char *const words[MUD_PEERS] = {
		[MUD_ANYBODY] = "everything",
		[MUD_LOCAL] = N_("the home's own network"),
		[MUD_MY_CONTROLLER] = N_("its own controller"),
		[MUD_MANUFACTURER] = N_("devices of "),
		[MUD_SAME_MANUFACTURER] = N_("devices of its maker"),
		[MUD_CONTROLLER] = N_("the controller "),
		[MUD_MODEL] = N_("devices described by "),
	};

	if (row->peer == MUD_CONTROLLER && strcmp(row->text, MUD_DNS_CLASS) == 0)
		return _("its DNS servers");
	if (row->peer == MUD_CONTROLLER && strcmp(row->text, MUD_NTP_CLASS) == 0)
		return _("its time servers");
	snprintf(
		ret,
		MUD_TEXT_MAX + 40,
		"%s%s",
		words[row->peer] ? _(words[row->peer]) : "",
		row->text
	);
	return ret;
}

static const char *
service_of(const struct mud_row *row, char ret[2 * SERVICE_TEXT]) {
	char protocol[SERVICE_TEXT];
	bool any = row->port_low == 0 && row->port_high == UINT16_MAX;

	if (row->protocol == 0)
		snprintf(ret, 2 * SERVICE_TEXT, "%s", _("anything"));
	else if (any || row->port_low == row->port_high)
		service_text(row->protocol, any ? 0 : row->port_low, ret);
	else
		snprintf(
			ret,
			2 * SERVICE_TEXT,
			"%s/%u-%u",
			service_protocol(row->protocol, protocol),
			row->port_low ? row->port_low : 1,
			row->port_high
		);
	return ret;
}

const char *
mud_sentence(const struct mud_row *row, char ret[MUD_SENTENCE]) {
	char peer[MUD_TEXT_MAX + 40], service[2 * SERVICE_TEXT];
	const char *with = peer_text(row, peer);
	const char *by = service_of(row, service);

	if (row->begins == MUD_DEVICE_BEGINS)
		snprintf(ret, MUD_SENTENCE, _("may open %s to %s"), by, with);
	else if (row->begins == MUD_PEER_BEGINS)
		snprintf(ret, MUD_SENTENCE, _("may be reached by %s from %s"), by, with);
	else
		snprintf(ret, MUD_SENTENCE, _("may use %s with %s"), by, with);
	return ret;
}

// Which is said without its port's word: the word may mean more.
static void
exact_service(const struct mud_row *row, char ret[2 * SERVICE_TEXT]) {
	char protocol[SERVICE_TEXT];

	if (row->port_low == row->port_high)
		snprintf(
			ret,
			2 * SERVICE_TEXT,
			"%s/%u",
			service_protocol(row->protocol, protocol),
			row->port_low
		);
	else
		service_of(row, ret);
}

static bool
set_object(const struct mud_row *row, struct rule_spec *r, struct rule_fault *f) {
	const char *slash = strchr(row->text, '/');
	char text[MUD_TEXT_MAX];

	switch ((enum mud_peer)row->peer) {
	case MUD_ANYBODY:
		return rule_set_object(r, RULE_ANY, "", f);
	case MUD_DOMAIN:
		return rule_set_object(r, RULE_DOMAIN, row->text, f);
	case MUD_LOCAL:
		return rule_set_object(r, RULE_LOCAL, "", f);
	case MUD_NETWORK:
		if (!slash || strcmp(slash, row->family == 4 ? "/32" : "/128") != 0)
			return rule_set_object(r, RULE_PREFIX, row->text, f);
		snprintf(text, sizeof text, "%.*s", (int)(slash - row->text), row->text);
		return rule_set_object(r, RULE_ADDRESS, text, f);
	case MUD_CONTROLLER:
		if (strcmp(row->text, MUD_DNS_CLASS) == 0 || strcmp(row->text, MUD_NTP_CLASS) == 0)
			return rule_set_object(r, RULE_GATEWAY, "", f);
		break;
	default:
		break;
	}
	snprintf(f->what, sizeof f->what, _("who that is has to be said by a rule of your own"));
	return false;
}

static bool
row_rule(
	const struct mud_row *row,
	const char *service,
	struct rule_spec *r,
	struct rule_fault *f
) {
	*r = (struct rule_spec){
		.action = ACTION_ALLOW,
		.subject = RULE_PROFILE,
		.direction = row->begins == MUD_DEVICE_BEGINS ? RULE_OUT
			: row->begins == MUD_PEER_BEGINS      ? RULE_IN
							      : RULE_BOTH,
	};
	if (!set_object(row, r, f))
		return false;
	if (row->peer == MUD_CONTROLLER) {
		r->direction = RULE_OUT;
		service = strcmp(row->text, MUD_DNS_CLASS) == 0 ? "dns" : "ntp";
	}
	return (!service[0] || rule_set_service(r, service, f)) && rule_spec_check(r, f);
}

static bool
is_like(const struct mud_row *row, const struct mud_row *other, const struct mud_expansion *e) {
	return other->peer == row->peer && other->begins == row->begins
		&& strcmp(other->text, row->text) == 0 && other->protocol == e->protocol
		&& other->port_low == e->low && other->port_high == e->high;
}

// The service's word, where the file lets pass all that it means; those rows are then said.
static bool
take_word(const struct mud *m, size_t at, const char *word, bool said[MUD_ROWS_MAX]) {
	struct mud_expansion all[MUD_EXPANSIONS_MAX];
	size_t place[MUD_EXPANSIONS_MAX];
	size_t n = mud_expand_name(word, all);

	for (size_t i = 0; i < n; i++) {
		place[i] = 0;
		while (place[i] < m->rows_count
		       && !is_like(&m->rows[at], &m->rows[place[i]], &all[i]))
			place[i]++;
		if (place[i] == m->rows_count)
			return false;
	}
	for (size_t i = 0; i < n; i++)
		said[place[i]] = true;
	return n > 0;
}

static void
add_spec(
	const struct rule_spec *r,
	struct rule_spec *ret,
	size_t room,
	size_t *count,
	struct mud_unmet *u
) {
	for (size_t i = 0; i < *count; i++)
		if (rule_spec_same_traffic(&ret[i], r) && ret[i].direction == r->direction)
			return;
	if (*count == room)
		mud_note(u, "There are more than %zu rules.", room);
	else
		ret[(*count)++] = *r;
}

size_t
mud_to_rules(const struct mud *m, struct rule_spec *ret, size_t room, struct mud_unmet *ret_unmet) {
	char service[2 * SERVICE_TEXT], text[MUD_SENTENCE];
	bool said[MUD_ROWS_MAX] = {false};
	struct rule_fault f;
	struct rule_spec r;
	size_t count = 0;

	ret_unmet->count = 0;
	if (m->unmet)
		mud_note(ret_unmet, "%u entries are left out: %.150s.", m->unmet, m->unmet_first);
	for (size_t i = 0; i < m->rows_count; i++) {
		const struct mud_row *row = &m->rows[i];
		if (said[i])
			continue;
		service_of(row, service);
		if (row->protocol == 0)
			service[0] = 0;
		else if (!take_word(m, i, service, said))
			exact_service(row, service);
		if (!row_rule(row, service, &r, &f)) {
			mud_sentence(row, text);
			mud_note(ret_unmet, "It %.110s: %.70s.", text, f.what);
			continue;
		}
		add_spec(&r, ret, room, &count, ret_unmet);
	}
	return count;
}
