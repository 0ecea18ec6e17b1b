// SPDX-License-Identifier: BSD-3-Clause
// Profiles between their files and what is in force: tried apart, then taken as a whole.

#include "control/change.h"
#include "control/clock.h"
#include "control/core.h"
#include "control/rule_check.h"
#include "control/text/language.h"
#include "control/upkeep.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("profile");

static int
load_both(const struct core *c, struct profiles *p, char ret_error[PROFILE_ERROR]) {
	char path[CONFIG_PATH + 16];

	snprintf(path, sizeof path, "%s/profiles", c->config->data_dir);
	int r = profiles_load(p, path, true, ret_error);
	return r < 0 ? r : profiles_load(p, c->config->profiles_dir, false, ret_error);
}

// Inheritance, and the default profile that is in force is still there.
static int
settle(const struct core *c, struct profiles *p, char ret_error[PROFILE_ERROR]) {
	const struct profiles *now = &c->state.profiles;
	const char *wanted = now->count ? now->items[now->by_default].name : NULL;
	int r = profiles_resolve(p, ret_error);

	if (r == 0 && wanted && profiles_set_default(p, wanted) < 0) {
		snprintf(
			ret_error,
			PROFILE_ERROR,
			_("%.300s: the default profile '%s' is gone: put it back, or choose another"
			),
			c->config->profiles_dir,
			wanted
		);
		r = -ENOENT;
	}
	return r;
}

void
core_take_profiles(struct core *c, struct profiles *fresh) {
	struct state *s = &c->state;

	profiles_remember(fresh, &s->profiles);
	profiles_free(&s->profiles);
	s->profiles = *fresh;
	s->profiles_moved = true;
	fresh->count = 0;
	rule_names_clear(s);
	change_hours(s, clock_wall_ns());
	for (size_t i = 0; i < s->devices_count; i++)
		s->devices[i]->changed = true;
}

// The text says block now where it said allow.
static const struct profile *
turned(const struct profile *now, const struct profiles *fresh) {
	const struct profile *p = profiles_find(fresh, now->name);

	return p && p->verdict == POLICY_DEFAULT_BLOCK && now->verdict == POLICY_DEFAULT_ALLOW
		? p
		: NULL;
}

// Whether some device, or a new one, would reach less than it does.
static bool
cuts_anybody(const struct state *s, const struct profiles *fresh) {
	const struct profiles *now = &s->profiles;

	for (size_t i = 0; i < now->count; i++)
		if (turned(&now->items[i], fresh)
		    && (i == now->by_default || profile_devices(s, &now->items[i]) > 0))
			return true;
	return false;
}

// Nobody can be asked: the text is in force, and goes back unless it is confirmed.
static void
submit_text(struct core *c, const struct profile *p) {
	struct change change = {
		.kind = CHANGE_PROFILE,
		.author = "configuration",
		.confirm_ns = clock_wall_ns() + CONFIRM_WITHIN * NS_PER_S,
		.text_now = text_new(p->text, p->length),
	};

	snprintf(change.profile_now, sizeof change.profile_now, "%s", p->name);
	log_warn(
		"%s: the profile blocks now what it does not name: it is as before after %d "
		"seconds "
		"unless you say `spinctl confirm`",
		p->path,
		CONFIRM_WITHIN
	);
	if (change.text_now)
		act_submit(c, &change, NULL, NULL);
	text_drop(change.text_now);
}

// What turned is put back to its text of before, so that its turn is a change of its own.
static int
hold_turned(struct core *c, const struct profiles *fresh, char ret_error[PROFILE_ERROR]) {
	const struct profiles *now = &c->state.profiles;
	struct profiles *held = calloc(1, sizeof *held);
	int r = held ? profiles_copy(fresh, held, ret_error) : -ENOMEM;

	for (size_t i = 0; i < now->count && r == 0; i++) {
		const struct profile *p = &now->items[i];
		if (turned(p, fresh))
			r = profiles_put(
				held, p->name, p->path, p->shipped, p->text, p->length, ret_error
			);
	}
	if (r == 0)
		r = settle(c, held, ret_error);
	if (r == 0)
		core_take_profiles(c, held);
	if (held)
		profiles_free(held);
	free(held);
	return r;
}

static int
take_or_hold(struct core *c, struct profiles *fresh, char ret_error[PROFILE_ERROR]) {
	const char *names[PROFILES_MAX];
	size_t count = 0;

	if (!cuts_anybody(&c->state, fresh)) {
		core_take_profiles(c, fresh);
		return 0;
	}
	for (size_t i = 0; i < c->state.profiles.count; i++) {
		const struct profile *p = turned(&c->state.profiles.items[i], fresh);
		if (p)
			names[count++] = p->name;
	}
	int r = hold_turned(c, fresh, ret_error);
	for (size_t i = 0; i < count && r == 0; i++)
		submit_text(c, profiles_find(fresh, names[i]));
	return r;
}

void
core_edited_profiles(struct core *c, struct profiles *before) {
	struct profiles *now = calloc(1, sizeof *now);
	char error[PROFILE_ERROR] = "out of memory";
	int r = now ? profiles_copy(&c->state.profiles, now, error) : -ENOMEM;

	if (r == 0)
		r = settle(c, before, error);
	if (r == 0)
		r = settle(c, now, error);
	if (r == 0) {
		core_take_profiles(c, before);
		r = take_or_hold(c, now, error);
	}
	if (r < 0)
		log_err("%s; the profiles are as their files say", error);
	if (now)
		profiles_free(now);
	free(now);
}

int
core_read_profiles(const struct core *c, struct profiles *ret, char ret_error[PROFILE_ERROR]) {
	int r = load_both(c, ret, ret_error);

	return r < 0 ? r : settle(c, ret, ret_error);
}

int
core_put_profiles(struct core *c, struct profiles *fresh, char ret_error[PROFILE_ERROR]) {
	return take_or_hold(c, fresh, ret_error);
}

// The shipped one of this name, which the household's own hid.
static int
put_shipped(struct core *c, struct profiles *p, const char *name, char ret_error[PROFILE_ERROR]) {
	char path[CONFIG_PATH + 64];
	char *text;
	size_t length;

	snprintf(path, sizeof path, "%s/profiles/%s.yaml", c->config->data_dir, name);
	int r = yaml_file_read(path, &text, &length, ret_error);
	if (r == -ENOENT) {
		profiles_remove(p, name);
		return 0;
	}
	if (r < 0)
		return r;
	r = profiles_put(p, name, path, true, text, length, ret_error);
	free(text);
	return r;
}

int
core_try_profile(
	struct core *c,
	const char *name,
	const struct text *text,
	struct profiles *ret,
	char ret_error[PROFILE_ERROR]
) {
	char path[CONFIG_PATH + 64];
	int r = profiles_copy(&c->state.profiles, ret, ret_error);

	snprintf(path, sizeof path, "%s/%s.yaml", c->config->profiles_dir, name);
	if (r < 0)
		return r;
	r = text ? profiles_put(ret, name, path, false, text->text, text->length, ret_error)
		 : put_shipped(c, ret, name, ret_error);
	if (r == 0)
		r = settle(c, ret, ret_error);
	if (r < 0)
		profiles_free(ret);
	return r;
}

enum policy_default
core_profile_verdict(struct core *c, const char *name, const struct text *text) {
	struct profiles *p = calloc(1, sizeof *p);
	enum policy_default verdict = POLICY_DEFAULT_ALLOW;
	char error[PROFILE_ERROR];

	if (p && core_try_profile(c, name, text, p, error) == 0) {
		const struct profile *one = profiles_find(p, name);
		verdict = one ? one->verdict : verdict;
		profiles_free(p);
	}
	free(p);
	return verdict;
}
