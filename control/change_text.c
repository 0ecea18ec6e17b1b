// SPDX-License-Identifier: BSD-3-Clause

#include "control/change_text.h"

#include "control/state.h"
#include "control/store/rows.h"
#include "control/text/language.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

static void
device_sentence(const struct state *s, const struct change *c, char ret[RULE_SENTENCE]) {
	const struct device *d = device_by_id(s, c->device);
	const struct device_choice *now = &c->choice_now, *was = &c->choice_was;
	char name[NAME_BYTES_MAX + 1], other[NAME_BYTES_MAX + 1];

	if (!d)
		return;
	device_name(d, name);
	if (c->chooses && now->joined != was->joined) {
		const struct device *of = device_by_id(s, now->joined ? now->joined : was->joined);
		snprintf(
			ret,
			RULE_SENTENCE,
			now->joined ? _("%s is the same device as %s")
				    : _("%s is another device than %s"),
			name,
			of ? device_name(of, other) : _("one that was forgotten")
		);
	} else if (strcmp(c->profile_now, c->profile_was) != 0) {
		if (c->profile_now[0])
			snprintf(
				ret, RULE_SENTENCE, _("%s has the profile %s"), name, c->profile_now
			);
		else
			snprintf(ret, RULE_SENTENCE, _("%s has the default profile"), name);
	} else if (strcmp(c->name_now, c->name_was) != 0) {
		text_mac(d->mac, other);
		if (c->name_now[0])
			snprintf(ret, RULE_SENTENCE, _("%s is called %s"), other, c->name_now);
		else
			snprintf(ret, RULE_SENTENCE, _("%s has the name that was learned"), other);
	} else if (c->chooses && now->kind != was->kind) {
		if (now->kind != KIND_NONE)
			snprintf(
				ret,
				RULE_SENTENCE,
				_("%s is of the kind %s"),
				name,
				_(kind_name((enum kind)now->kind))
			);
		else
			snprintf(ret, RULE_SENTENCE, _("%s is of the kind that was learned"), name);
	} else if (c->chooses && now->privacy != was->privacy) {
		static const char *const kept[] = {
			N_("of %s as much is remembered as of the home"),
			N_("of %s everything is remembered"),
			N_("of %s domains are remembered"),
			N_("of %s organisations and countries are remembered"),
			N_("of %s counters are remembered"),
		};
		snprintf(ret, RULE_SENTENCE, _(kept[now->privacy % 5]), name);
	} else {
		snprintf(ret, RULE_SENTENCE, _("%s has other limits"), name);
	}
}

const char *
change_sentence(const struct state *s, const struct change *c, char ret[RULE_SENTENCE]) {
	const struct destination *to = destination_by_id(s, c->destination);

	ret[0] = 0;
	switch (c->kind) {
	case CHANGE_RULE:
		rule_sentence(s, c->rule_has ? &c->rule_now : &c->rule_was, ret);
		break;
	case CHANGE_DEVICE:
		device_sentence(s, c, ret);
		break;
	case CHANGE_DESTINATION:
		if (to && c->name_now[0])
			snprintf(ret, RULE_SENTENCE, _("%s is called %s"), to->name, c->name_now);
		else if (to)
			snprintf(ret, RULE_SENTENCE, _("%s has its own name"), to->name);
		break;
	case CHANGE_PROFILE:
		snprintf(
			ret,
			RULE_SENTENCE,
			c->text_now	      ? _("The profile %s has a new text")
				: c->text_was ? _("The household's text of the profile %s is gone")
					      : _("The profile %s is as it was"),
			c->profile_now
		);
		break;
	case CHANGE_DEFAULT:
		snprintf(ret, RULE_SENTENCE, _("New devices have the profile %s"), c->profile_now);
		break;
	case CHANGE_KIND_COUNT:
		break;
	}
	return ret;
}
