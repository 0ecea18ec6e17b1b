// SPDX-License-Identifier: BSD-3-Clause
// A MUD file that was read becomes a profile, and the answer says what of it could not.

#include "control/clock.h"
#include "control/core.h"
#include "control/http/api_mud.h"
#include "control/profile_write.h"
#include "control/text/language.h"
#include "control/upkeep.h"
#include "control/view.h"
#include "platform/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const signed_word[] = {
	[MUD_UNSIGNED] = "none",
	[MUD_SIGNED] = "verified",
	[MUD_BADLY_SIGNED] = "invalid",
};

static const char *const signed_text[] = {
	[MUD_UNSIGNED] = "without a signature",
	[MUD_SIGNED] = "with a signature that was verified",
	[MUD_BADLY_SIGNED] = "with a signature that is not valid",
};

void
api_write_unmet(const struct mud_unmet *u, struct json *j) {
	json_key(j, "unmet");
	json_array(j);
	for (size_t i = 0; i < u->count && i < MUD_UNMET_MAX; i++)
		json_string(j, u->text[i]);
	json_end(j);
}

bool
api_refuse_mud(struct http_request *r, const char *why) {
	http_problem(
		r,
		PROBLEM_BAD_MUD,
		"Nothing was changed; RFC 8520 says what a MUD file is.",
		"The MUD file cannot be taken: %s.",
		_(why)
	);
	return false;
}

static struct text *
write_profile(struct api_importing *i) {
	const struct mud *m = &i->mud;
	char remark[700], url[256], system[120], description[200];
	char update[64], now[TEXT_TIME];
	struct mud_head head;

	mud_head_of(m, &head);
	profile_clean(m->url, url, sizeof url);
	profile_clean(m->last_update, update, sizeof update);
	profile_clean(m->systeminfo[0] ? m->systeminfo : m->url, system, sizeof system);
	snprintf(
		remark,
		sizeof remark,
		"What the maker's MUD file says that it needs: %s\nof %s, %s; imported %.19sZ.\n",
		url,
		update[0] ? update : "an unknown date",
		signed_text[i->signature],
		text_time(clock_wall_ns(), now)
	);
	snprintf(description, sizeof description, "Only what its maker names: %s", system);
	const struct profile_draft draft = {
		.remark = remark,
		.description = description,
		.extends = "learned",
		.mud = &head,
		.rules = i->rules,
		.count = mud_to_rules(m, i->rules, PROFILE_RULES_MAX - 16, &i->unmet),
	};
	return profile_write(&draft);
}

static void
on_imported(void *context, const struct change *change, const struct act_result *a) {
	struct api_importing *i = context;
	const struct core *c = i->core;
	const struct profile *p = profiles_find(&c->state.profiles, change->profile_now);
	struct http_request *r = http_resume(i->later);
	struct json j;

	if (r && a->told)
		http_told(r);
	if (r && a->outcome != ACT_CONFIRMED && a->outcome != ACT_PENDING) {
		api_trouble(r, a);
	} else if (r) {
		json_init(&j);
		json_object(&j);
		json_key(&j, "profile");
		view_profile_whole(c, p, &j);
		json_key_string(&j, "signature", signed_word[i->signature]);
		api_write_unmet(&i->unmet, &j);
		api_write_force(a, &j);
		api_write_confirm(change, &j);
		api_write_undo(c, change, &j);
		json_end(&j);
		api_reply(r, a->outcome == ACT_CONFIRMED ? 200 : 202, &j);
	}
	free(i);
}

void
api_take_mud(struct http_request *r, struct core *c, const char *name, struct api_importing *i) {
	struct change change = {.kind = CHANGE_PROFILE, .text_now = write_profile(i)};

	snprintf(change.profile_now, sizeof change.profile_now, "%s", name);
	api_author(r, &change);
	if (api_try_profile(r, c, name, change.text_now) && api_ask_first(r, c, &change)) {
		i->core = c;
		i->later = http_later(r);
		act_submit(c, &change, on_imported, i);
	} else {
		free(i);
	}
	text_drop(change.text_now);
}
