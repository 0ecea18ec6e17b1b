// SPDX-License-Identifier: BSD-3-Clause

#include "control/rule_text.h"

#include "control/clock.h"
#include "control/state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

const char *
rule_subject_text(const struct state *s, const struct rule_spec *r, char ret[RULE_TEXT]) {
	const struct device *d = r->subject == RULE_DEVICE ? device_by_id(s, r->device) : NULL;
	char name[NAME_BYTES_MAX + 1];
	char address[64];

	if (r->subject == RULE_EVERYONE)
		snprintf(ret, RULE_TEXT, "Everyone");
	else if (r->subject == RULE_PROFILE)
		snprintf(ret, RULE_TEXT, "Every device with profile %s", r->profile);
	else
		snprintf(
			ret,
			RULE_TEXT,
			"%s%s%s",
			d ? device_name(d, name) : "A forgotten device",
			r->from.family ? " at " : "",
			rule_address_text(&r->from, address)
		);
	return ret;
}

const char *
rule_object_text(const struct state *s, const struct rule_spec *r, char ret[RULE_TEXT]) {
	const struct destination *to;
	char address[64];

	switch ((enum rule_object)r->object) {
	case RULE_NODE:
		to = destination_by_id(s, r->destination);
		snprintf(
			ret, RULE_TEXT, "%s", to ? destination_label(to) : "a forgotten destination"
		);
		break;
	case RULE_ADDRESS:
	case RULE_PREFIX:
		snprintf(ret, RULE_TEXT, "%s", rule_address_text(&r->address, address));
		break;
	case RULE_DOMAIN:
		snprintf(ret, RULE_TEXT, "%s", r->text);
		break;
	case RULE_SUFFIX:
		snprintf(ret, RULE_TEXT, "everything beneath %s", r->text);
		break;
	case RULE_COUNTRY:
		snprintf(ret, RULE_TEXT, "addresses in %s", r->text);
		break;
	case RULE_LIST:
		snprintf(ret, RULE_TEXT, "what the list %s names", r->text);
		break;
	case RULE_LOCAL:
		snprintf(ret, RULE_TEXT, "the home's own network");
		break;
	case RULE_GATEWAY:
		snprintf(ret, RULE_TEXT, "the gateway");
		break;
	case RULE_ANY:
	case RULE_OBJECT_COUNT:
		snprintf(ret, RULE_TEXT, "everything");
		break;
	}
	return ret;
}

static void __attribute__((format(printf, 2, 3)))
add(char ret[RULE_SENTENCE], const char *format, ...) {
	size_t used = strlen(ret);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(ret + used, RULE_SENTENCE - used, format, arguments);
	va_end(arguments);
}

static void
add_rate(char ret[RULE_SENTENCE], uint64_t bps, const char *way) {
	static const char *const units[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s"};
	double n = (double)bps;
	size_t u = 0;

	for (; n >= 1000 && u < 3; u++)
		n /= 1000;
	if (bps)
		add(ret, " %.4g %s %s", n, units[u], way);
}

static void
add_limit(char ret[RULE_SENTENCE], const struct rule_spec *r, const char *who, const char *what) {
	add(ret, "%s is held to", who);
	add_rate(ret, r->limits.up_bps, "up");
	add(ret, "%s", r->limits.up_bps && r->limits.down_bps ? " and" : "");
	add_rate(ret, r->limits.down_bps, "down");
	if (r->limits.new_flows)
		add(ret,
		    "%s %lu new connections a second",
		    r->limits.up_bps || r->limits.down_bps ? " and" : "",
		    (unsigned long)r->limits.new_flows);
	if (r->object != RULE_ANY)
		add(ret, " with %s", what);
}

static void
add_end(char ret[RULE_SENTENCE], uint64_t until_ns) {
	time_t end = (time_t)(until_ns / NS_PER_S);
	time_t now = (time_t)(clock_wall_ns() / NS_PER_S);
	struct tm at;
	struct tm today;
	char text[32];

	if (until_ns == 0 || !localtime_r(&end, &at) || !localtime_r(&now, &today))
		return;
	bool same_day = at.tm_yday == today.tm_yday && at.tm_year == today.tm_year;
	strftime(text, sizeof text, same_day ? "%H:%M" : "%-d %b %H:%M", &at);
	add(ret, ", until %s", text);
}

const char *
rule_object_begins(const struct state *s, const struct rule_spec *r, char ret[RULE_TEXT]) {
	bool named = r->object == RULE_NODE || r->object == RULE_DOMAIN || r->object == RULE_ADDRESS
		|| r->object == RULE_PREFIX;

	rule_object_text(s, r, ret);
	if (!named && ret[0] >= 'a' && ret[0] <= 'z')
		ret[0] = (char)(ret[0] - 'a' + 'A');
	return ret;
}

// "Everyone may not" would let some: who may not is nobody.
static void
add_may(char ret[RULE_SENTENCE], const struct rule_spec *r, const char *who, const char *does) {
	bool block = r->action == ACTION_BLOCK;

	if (block && r->subject == RULE_EVERYONE)
		add(ret, "Nobody may %s", does);
	else if (block && r->subject == RULE_PROFILE)
		add(ret, "No device with profile %s may %s", r->profile, does);
	else
		add(ret, "%s may %s%s", who, block ? "not " : "", does);
}

// Who does what with whom.
static void
add_core(
	char ret[RULE_SENTENCE],
	const struct state *s,
	const struct rule_spec *r,
	const char *who,
	const char *what
) {
	bool block = r->action == ACTION_BLOCK;
	bool plain = r->direction == RULE_BOTH;
	bool all = r->object == RULE_ANY;
	bool service = r->service.name[0] || r->service.protocol;
	const char *object = !all	  ? what
		: block			  ? r->direction == RULE_IN ? "anybody" : "anything"
		: r->direction == RULE_IN ? "everybody"
					  : "everything";
	char begun[RULE_TEXT];

	rule_object_begins(s, r, begun);
	const char *is = r->object == RULE_COUNTRY ? "are" : "is";
	if (r->action == ACTION_PAUSE)
		add(ret, "%s is paused", who);
	else if (r->action == ACTION_LIMIT)
		add_limit(ret, r, who, what);
	else if (r->action == ACTION_IGNORE && r->subject == RULE_EVERYONE)
		add(ret, "%s %s hidden from view", begun, is);
	else if (r->action == ACTION_IGNORE)
		add(ret, "%s%s%s is hidden from view", who, all ? "" : " with ", all ? "" : what);
	else if (plain && all && block && !service && r->subject != RULE_PROFILE)
		add(ret, "%s is blocked", who);
	else if (plain && !all && r->subject == RULE_EVERYONE)
		add(ret, "%s %s %s for everyone", begun, is, block ? "blocked" : "allowed");
	else {
		add_may(ret,
			r,
			who,
			r->direction == RULE_IN		   ? "be called by "
				: r->direction == RULE_OUT ? "call "
							   : "reach ");
		add(ret, "%s", object);
	}
}

const char *
rule_sentence(const struct state *s, const struct rule_spec *r, char ret[RULE_SENTENCE]) {
	char who[RULE_TEXT];
	char what[RULE_TEXT];
	char text[SCHEDULE_TEXT];

	ret[0] = 0;
	rule_subject_text(s, r, who);
	rule_object_text(s, r, what);
	add_core(ret, s, r, who, what);
	if (r->service.name[0] || r->service.protocol)
		add(ret, " over %s", rule_service_text(&r->service, text));
	if (schedule_is_set(&r->schedule))
		add(ret, ", %s", schedule_text(&r->schedule, text));
	add_end(ret, r->until_ns);
	if (r->disabled)
		add(ret, " (switched off)");
	return ret;
}
