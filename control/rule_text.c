// SPDX-License-Identifier: BSD-3-Clause

#include "control/rule_text.h"

#include "control/clock.h"
#include "control/state.h"
#include "control/text/language.h"

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
		snprintf(ret, RULE_TEXT, "%s", _("Everyone"));
	else if (r->subject == RULE_PROFILE)
		snprintf(ret, RULE_TEXT, _("Every device with profile %s"), r->profile);
	else if (r->from.family)
		snprintf(
			ret,
			RULE_TEXT,
			_("%s at %s"),
			d ? device_name(d, name) : _("A forgotten device"),
			rule_address_text(&r->from, address)
		);
	else
		snprintf(ret, RULE_TEXT, "%s", d ? device_name(d, name) : _("A forgotten device"));
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
			ret,
			RULE_TEXT,
			"%s",
			to ? destination_label(to) : _("a forgotten destination")
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
		snprintf(ret, RULE_TEXT, _("everything beneath %s"), r->text);
		break;
	case RULE_COUNTRY:
		snprintf(ret, RULE_TEXT, _("addresses in %s"), r->text);
		break;
	case RULE_LIST:
		snprintf(ret, RULE_TEXT, _("what the list %s names"), r->text);
		break;
	case RULE_LOCAL:
		snprintf(ret, RULE_TEXT, "%s", _("the home's own network"));
		break;
	case RULE_GATEWAY:
		snprintf(ret, RULE_TEXT, "%s", _("the gateway"));
		break;
	case RULE_ANY:
	case RULE_OBJECT_COUNT:
		snprintf(ret, RULE_TEXT, "%s", _("everything"));
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

// The format takes the figure and its unit.
static void
add_rate(char ret[RULE_TEXT], uint64_t bps, const char *format) {
	static const char *const units[] = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s"};
	size_t used = strlen(ret);
	double n = (double)bps;
	size_t u = 0;

	for (; n >= 1000 && u < 3; u++)
		n /= 1000;
	if (bps && used)
		used += (size_t)snprintf(ret + used, RULE_TEXT - used, "%s", _(" and "));
	if (bps)
		snprintf(ret + used, RULE_TEXT - used, format, n, units[u]);
}

static void
add_limit(char ret[RULE_SENTENCE], const struct rule_spec *r, const char *who, const char *what) {
	char figures[RULE_TEXT] = "";

	add_rate(figures, r->limits.up_bps, _("%.4g %s up"));
	add_rate(figures, r->limits.down_bps, _("%.4g %s down"));
	size_t used = strlen(figures);
	if (r->limits.new_flows && used)
		used += (size_t)snprintf(figures + used, RULE_TEXT - used, "%s", _(" and "));
	if (r->limits.new_flows)
		snprintf(
			figures + used,
			RULE_TEXT - used,
			_("%lu new connections a second"),
			(unsigned long)r->limits.new_flows
		);
	if (r->object == RULE_ANY)
		add(ret, _("%s is held to %s"), who, figures);
	else
		add(ret, _("%s is held to %s with %s"), who, figures, what);
}

static void
add_end(char ret[RULE_SENTENCE], uint64_t until_ns) {
	// As each language writes a day; strftime knows English months alone.
	static const char *const days[LANGUAGE_COUNT] = {
		"%-d %b %H:%M", "%-d-%-m %H:%M", "%-d.%-m. %H:%M"};
	time_t end = (time_t)(until_ns / NS_PER_S);
	time_t now = (time_t)(clock_wall_ns() / NS_PER_S);
	struct tm at;
	struct tm today;
	char text[32];

	if (until_ns == 0 || !localtime_r(&end, &at) || !localtime_r(&now, &today))
		return;
	bool same_day = at.tm_yday == today.tm_yday && at.tm_year == today.tm_year;
	strftime(text, sizeof text, same_day ? "%H:%M" : days[language_spoken()], &at);
	add(ret, _(", until %s"), text);
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
add_may(char ret[RULE_SENTENCE], const struct rule_spec *r, const char *who, const char *what) {
	enum {
		NOBODY,
		NO_DEVICE,
		NOT,
		MAY
	};
	// Whole sentences, for languages order their words as they like: by who, whether it is
	// about everything, and by the direction: both, out, in.
	static const char *const forms[][2][3] = {
		[NOBODY] =
			{{N_("Nobody may reach %s"),
			  N_("Nobody may call %s"),
			  N_("Nobody may be called by %s")},
			 {N_("Nobody may reach anything"),
			  N_("Nobody may call anything"),
			  N_("Nobody may be called by anybody")}},
		[NO_DEVICE] =
			{{N_("No device with profile %s may reach %s"),
			  N_("No device with profile %s may call %s"),
			  N_("No device with profile %s may be called by %s")},
			 {N_("No device with profile %s may reach anything"),
			  N_("No device with profile %s may call anything"),
			  N_("No device with profile %s may be called by anybody")}},
		[NOT] =
			{{N_("%s may not reach %s"),
			  N_("%s may not call %s"),
			  N_("%s may not be called by %s")},
			 {N_("%s may not reach anything"),
			  N_("%s may not call anything"),
			  N_("%s may not be called by anybody")}},
		[MAY] =
			{{N_("%s may reach %s"),
			  N_("%s may call %s"),
			  N_("%s may be called by %s")},
			 {N_("%s may reach everything"),
			  N_("%s may call everything"),
			  N_("%s may be called by everybody")}},
	};
	int form = r->action != ACTION_BLOCK  ? MAY
		: r->subject == RULE_EVERYONE ? NOBODY
		: r->subject == RULE_PROFILE  ? NO_DEVICE
					      : NOT;
	int way = r->direction == RULE_IN ? 2 : r->direction == RULE_OUT ? 1 : 0;
	const char *format = forms[form][r->object == RULE_ANY][way];

	if (form == NOBODY)
		add(ret, _(format), what);
	else
		add(ret, _(format), form == NO_DEVICE ? r->profile : who, what);
}

// About an object that holds for everyone: "ads.example is blocked for everyone".
static const char *
for_everyone(const struct rule_spec *r) {
	bool many = r->object == RULE_COUNTRY;

	if (r->action == ACTION_IGNORE)
		return many ? _("%s are hidden from view") : _("%s is hidden from view");
	if (r->action == ACTION_BLOCK)
		return many ? _("%s are blocked for everyone") : _("%s is blocked for everyone");
	return many ? _("%s are allowed for everyone") : _("%s is allowed for everyone");
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
	char begun[RULE_TEXT];

	rule_object_begins(s, r, begun);
	if (r->action == ACTION_PAUSE)
		add(ret, _("%s is paused"), who);
	else if (r->action == ACTION_LIMIT)
		add_limit(ret, r, who, what);
	else if (r->action == ACTION_IGNORE && r->subject == RULE_EVERYONE)
		add(ret, for_everyone(r), begun);
	else if (r->action == ACTION_IGNORE && all)
		add(ret, _("%s is hidden from view"), who);
	else if (r->action == ACTION_IGNORE)
		add(ret, _("%s with %s is hidden from view"), who, what);
	else if (plain && all && block && !service && r->subject != RULE_PROFILE)
		add(ret, _("%s is blocked"), who);
	else if (plain && !all && r->subject == RULE_EVERYONE)
		add(ret, for_everyone(r), begun);
	else
		add_may(ret, r, who, what);
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
		add(ret, _(" over %s"), rule_service_text(&r->service, text));
	if (schedule_is_set(&r->schedule))
		add(ret, ", %s", schedule_text(&r->schedule, text));
	add_end(ret, r->until_ns);
	if (r->disabled)
		add(ret, "%s", _(" (switched off)"));
	return ret;
}
