// SPDX-License-Identifier: BSD-3-Clause
// Holding a device to what it was seen to need: the profile is written, then the device has it.

#include "control/core.h"
#include "control/http/api.h"
#include "control/id.h"
#include "control/identity/join.h"
#include "control/learn/learn_view.h"
#include "control/text/language.h"
#include "control/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define V1 "/api/v1"

struct enforcing {
	struct core *core;
	struct http_later *later;
	struct change device; // comes second
	size_t rules;
	size_t refused;
	uint64_t profile_change; // 0: the text was there already
};

struct enforce {
	char profile[PROFILE_NAME_MAX + 1];
	char base[PROFILE_NAME_MAX + 1];
	struct learn_choice choice;
};

static bool
bad_field(struct http_request *r, const char *field, const char *hint, const char *what) {
	http_problem_at(r, PROBLEM_BAD_VALUE, field, hint, what);
	return false;
}

static bool
read_without(
	struct http_request *r,
	const struct json_doc *d,
	unsigned int node,
	const struct learning *l,
	struct enforce *e
) {
	const char *hint = _("Write row numbers, as GET …/learned gives them: [2, 5].");

	if (!json_is_array(d, node))
		return bad_field(r, "without", hint, _("without is no list."));
	for (unsigned int n = json_first(d, node); n; n = json_next(d, n)) {
		int64_t row = json_number(d, n, 0);
		if (row < 1 || (uint64_t)row > l->count)
			return bad_field(r, "without", hint, _("There is no row of that number."));
		e->choice.without[row - 1] = true;
	}
	return true;
}

static bool
read_members(
	struct http_request *r,
	const struct json_doc *d,
	const struct learning *l,
	struct enforce *e
) {
	for (unsigned int n = json_first(d, JSON_ROOT); n; n = json_next(d, n)) {
		const char *key = json_key_of(d, n);
		const char *text = json_text(d, n);
		bool profile = strcmp(key, "profile") == 0;
		if (strcmp(key, "without") == 0) {
			if (!read_without(r, d, n, l, e))
				return false;
			continue;
		}
		if (!profile && strcmp(key, "base") != 0) {
			http_problem(
				r,
				PROBLEM_UNKNOWN_FIELD,
				"There are profile, base and without.",
				"There is no field '%.40s'.",
				key
			);
			return false;
		}
		if (!text || !profile_name_is_good(text))
			return bad_field(
				r,
				profile ? "profile" : "base",
				_("Use at most 32 of a-z, 0-9 and '-'."),
				_("This is no name of a profile.")
			);
		snprintf(profile ? e->profile : e->base, sizeof e->base, "%s", text);
	}
	return true;
}

// "learned-" and what the device is called, as far as a profile's name can say it.
static void
name_profile(const struct device *d, char ret[PROFILE_NAME_MAX + 1]) {
	char name[NAME_BYTES_MAX + 1];
	size_t used = (size_t)snprintf(ret, PROFILE_NAME_MAX + 1, "learned-");

	for (const char *c = device_name(d, name); *c && used < PROFILE_NAME_MAX; c++) {
		char low = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
		bool good = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
		if (good)
			ret[used++] = low;
		else if (ret[used - 1] != '-')
			ret[used++] = '-';
	}
	while (ret[used - 1] == '-')
		used--;
	ret[used] = 0;
}

static bool
has_others(const struct state *s, const struct device *d, const char *profile) {
	for (size_t i = 0; i < s->devices_count; i++)
		if (s->devices[i] != d && strcmp(s->devices[i]->profile, profile) == 0)
			return true;
	return false;
}

// What is there under the name is this device's own, or nothing.
static bool
may_write(struct http_request *r, const struct core *c, const struct device *d, struct enforce *e) {
	const struct profile *p = profiles_find(&c->state.profiles, e->profile);
	const struct profile *base = profiles_find(&c->state.profiles, e->base);

	if (!base || strcmp(e->base, e->profile) == 0) {
		http_problem(
			r,
			PROBLEM_UNKNOWN_PROFILE,
			"Use learned, camera, or another that GET " V1 "/profiles lists.",
			"There is no profile '%.40s' to begin from.",
			e->base
		);
		return false;
	}
	if (p
	    && (p->shipped || p == &c->state.profiles.items[c->state.profiles.by_default]
		|| has_others(&c->state, d, e->profile))) {
		http_problem(
			r,
			PROBLEM_PROFILE_IN_USE,
			"Choose another name for this device's profile.",
			p->shipped ? "'%s' came with the gateway."
				   : "Other devices have the profile '%s'.",
			e->profile
		);
		return false;
	}
	return true;
}

static void
put_change(const struct core *c, uint64_t id, struct json *j) {
	char text[ID_TEXT];

	for (size_t i = 0; i < c->acts.history_count; i++)
		if (c->acts.history[i].id == id)
			json_string(j, id_text("chg_", id, text));
}

static void
reply_enforced(
	struct http_request *r,
	const struct enforcing *e,
	const struct change *change,
	const struct act_result *a
) {
	const struct core *c = e->core;
	const struct device *d = device_by_id(&c->state, change->device);
	const struct profile *p = profiles_find(&c->state.profiles, change->profile_now);
	struct json j;

	json_init(&j);
	json_object(&j);
	json_key(&j, "device");
	view_device(c, join_whole(&c->state, d), true, &j);
	json_key(&j, "profile");
	view_profile_whole(c, p, &j);
	json_key_u64(&j, "rules", e->rules);
	json_key_u64(&j, "refused", e->refused);
	api_write_force(a, &j);
	json_key(&j, "changes"); // newest last: each is taken back by one POST /undo
	json_array(&j);
	put_change(c, e->profile_change, &j);
	put_change(c, change->id, &j);
	json_end(&j);
	api_write_confirm(change, &j);
	json_key(&j, "undo");
	json_object(&j);
	json_key_string(&j, "method", "POST");
	json_key_string(&j, "path", V1 "/undo");
	json_end(&j);
	json_end(&j);
	api_reply(r, a->outcome == ACT_CONFIRMED ? 200 : 202, &j);
}

static bool
went_well(const struct act_result *a) {
	return a->outcome == ACT_CONFIRMED || a->outcome == ACT_PENDING;
}

static void
on_device(void *context, const struct change *change, const struct act_result *a) {
	struct enforcing *e = context;
	struct http_request *r = http_resume(e->later);

	if (r && a->told)
		http_told(r);
	if (r && went_well(a))
		reply_enforced(r, e, change, a);
	else if (r)
		api_trouble(r, a);
	free(e);
}

static void
on_profile(void *context, const struct change *change, const struct act_result *a) {
	struct enforcing *e = context;
	struct http_request *r;

	e->profile_change = change->id;
	if (went_well(a)) {
		act_submit(e->core, &e->device, on_device, e);
		return;
	}
	r = http_resume(e->later);
	if (r)
		api_trouble(r, a);
	free(e);
}

// The device's change, after it was asked whether it may be.
static bool
prepare(struct http_request *r,
	struct core *c,
	const struct device *d,
	const struct enforce *e,
	struct change *ret) {
	struct change change = {.kind = CHANGE_DEVICE, .device = d->id, .limits_now = d->limits};

	api_author(r, &change);
	memcpy(change.name_now, d->user_name, sizeof change.name_now);
	// What it inherits decides how much it cuts.
	memcpy(change.profile_now, e->base, sizeof change.profile_now);
	if (!api_ask_first(r, c, &change))
		return false;
	memcpy(change.profile_now, e->profile, sizeof change.profile_now);
	*ret = change;
	return true;
}

static void
submit(struct http_request *r, struct core *c, const struct device *d, struct enforce *e) {
	struct change profile = {.kind = CHANGE_PROFILE};
	struct enforcing *later = calloc(1, sizeof *later);

	profile.text_now = learn_profile(c, d, e->base, &e->choice);
	snprintf(profile.profile_now, sizeof profile.profile_now, "%s", e->profile);
	api_author(r, &profile);
	if (later && api_try_profile(r, c, e->profile, profile.text_now)
	    && prepare(r, c, d, e, &later->device)) {
		later->core = c;
		later->rules = e->choice.rules;
		later->refused = e->choice.refused;
		later->later = http_later(r);
		act_submit(c, &profile, on_profile, later);
	} else {
		if (!later)
			http_problem(r, PROBLEM_BUSY, "Try again.", "Out of memory.");
		free(later);
	}
	text_drop(profile.text_now);
}

void
api_enforce_device(struct http_request *r, void *core) {
	struct core *c = core;
	struct device *d = api_device(r, c);
	struct enforce e = {.base = "learned"};

	if (!d)
		return;
	learning_settle(&c->state, d);
	if (!d->learning || d->learning->count == 0) {
		http_problem(
			r,
			PROBLEM_NOTHING_LEARNED,
			"POST …:learn with {\"minutes\": 60}, and use the device meanwhile.",
			d->learning ? "Nothing was seen of the device since it is watched."
				    : "The device was never watched."
		);
		return;
	}
	name_profile(d, e.profile);
	size_t length;
	http_body(r, &length);
	struct json_doc *doc = length ? http_read_document(r) : NULL;
	bool good = !length || (doc && read_members(r, doc, d->learning, &e));
	json_doc_free(doc);
	if (good && may_write(r, c, d, &e))
		submit(r, c, d, &e);
}
