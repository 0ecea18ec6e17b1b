// SPDX-License-Identifier: BSD-3-Clause

#include "control/reload.h"

#include "control/clock.h"
#include "control/config_key.h"
#include "control/core.h"
#include "control/export/export.h"
#include "control/geo/geo.h"
#include "control/id.h"
#include "control/listening.h"
#include "control/lists.h"
#include "control/lists_switch.h"
#include "control/notify/notify.h"
#include "control/text/language.h"
#include "control/upkeep.h"
#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("control");

static_assert(CONFIG_ERROR >= PROFILE_ERROR && CONFIG_ERROR >= KIND_RULES_ERROR);

// All that was read and is not in force yet.
struct fresh {
	struct config config;
	struct profiles profiles;
	struct kind_rules kinds;
};

static void
fresh_free(struct fresh *f) {
	profiles_free(&f->profiles);
	kind_rules_free(&f->kinds);
	free(f);
}

static struct config_set
differing(const struct config *a, const struct config *b) {
	struct config_set keys = {0};

	for (size_t i = 0; i < config_keys_count; i++)
		config_set_put(&keys, i, !config_value_same(&config_keys[i], a, b));
	return keys;
}

int
reload_start(struct core *c) {
	c->reload.wanted = malloc(sizeof *c->reload.wanted);
	if (!c->reload.wanted)
		return -ENOMEM;
	*c->reload.wanted = *c->config;
	return 0;
}

void
reload_stop(struct core *c) {
	free(c->reload.wanted);
	c->reload.wanted = NULL;
}

// The folders are those in force: another one is looked into after a restart.
static int
read_all(
	const struct core *c,
	const char *api_text,
	struct fresh *f,
	char ret_error[CONFIG_ERROR]
) {
	char where[CONFIG_WHERE];
	int r = config_again(c->config, api_text, &f->config, ret_error);

	if (r == 0)
		r = core_read_profiles(c, &f->profiles, ret_error);
	if (r == 0 && !profiles_find(&f->profiles, f->config.default_profile)) {
		snprintf(
			ret_error,
			CONFIG_ERROR,
			_("%.300s: there is no profile '%s': write allow-all, block-all or one of "
			  "your own"),
			config_where(&f->config, "default_profile", where),
			f->config.default_profile
		);
		r = -EINVAL;
	}
	if (r == 0)
		r = core_read_kinds(c, &f->kinds, ret_error);
	return r;
}

static void
tell(struct core *c, const char *error) {
	struct reload *l = &c->reload;

	log_err("%s; everything stays as it was", error);
	l->error_ns = clock_wall_ns();
	if (strcmp(l->error, error) == 0)
		return;
	snprintf(l->error, sizeof l->error, "%s", error);
	notify(c, NOTIFY_CONFIG_WRONG, NULL, error, NULL);
}

static void
take_answers(struct core *c) {
	const struct answers_config *a = &c->config->answers;
	struct answers_config *now = &c->state.answers;

	if (a->dns == now->dns && a->tcp == now->tcp && a->server_names == now->server_names)
		return;
	*now = *a;
	upkeep_moved(c);
}

static void
take_lists(struct core *c) {
	const char *nearest;
	const struct config_key *k = &config_keys[config_key_find("lists", &nearest)];

	if (config_value_same(k, c->config, c->reload.wanted))
		lists_reload(c->lists);
	else
		lists_switch(c);
}

static void
tell_later(const struct core *c, const struct config_set *pending) {
	char keys[256] = "";

	for (size_t i = 0; i < config_keys_count; i++)
		if (config_set_has(pending, i))
			snprintf(
				keys + strlen(keys),
				sizeof keys - strlen(keys),
				"%s%s",
				keys[0] ? ", " : "",
				config_keys[i].name
			);
	if (keys[0])
		log_warn(
			"%s: what changed of %s holds when control is started again",
			c->config->file,
			keys
		);
}

static int
take_all(struct core *c, struct fresh *f, struct reload_result *ret) {
	int r = core_put_profiles(c, &f->profiles, ret->error); // what it holds back is tried again

	if (r < 0)
		return r;
	log_info("%zu profiles read", c->state.profiles.count);
	core_put_kinds(c, &f->kinds);
	*c->reload.wanted = f->config;
	bool deliveries = memcmp(&c->config->notifications,
				 &f->config.notifications,
				 sizeof f->config.notifications)
		!= 0;
	if (deliveries)
		notify_stop(c);
	config_take(c->config, &f->config);
	if (deliveries && notify_start(c) < 0)
		log_err("no memory for the deliveries of notifications: there are none now");
	config_set_log_level(c->config);
	take_answers(c);
	take_lists(c);
	geo_look(c->geo);
	exports_reload(c->exports, &ret->changed);
	listening_reload(c);
	upkeep_default(c);
	upkeep_moved(c);
	c->reload.error[0] = 0;
	notify_end(c, NOTIFY_CONFIG_WRONG, NULL);
	return 0;
}

int
reload_all(struct core *c, const char *api_text, bool take, struct reload_result *ret) {
	struct fresh *f = calloc(1, sizeof *f);
	int r = f ? 0 : -ENOMEM;

	*ret = (struct reload_result){.error = "out of memory"};
	if (r == 0)
		r = read_all(c, api_text, f, ret->error);
	if (r == 0) {
		ret->error[0] = 0;
		ret->changed = differing(c->reload.wanted, &f->config);
		ret->restart = differing(c->config, &f->config);
		for (size_t i = 0; i < config_keys_count; i++)
			if (!(config_keys[i].flags & CONFIG_RESTART))
				config_set_put(&ret->restart, i, false);
	}
	if (r == 0 && take)
		r = take_all(c, f, ret);
	if (r == 0 && take)
		tell_later(c, &ret->restart);
	if (r < 0 && take && !api_text) // what the API refuses it says to whom it is about
		tell(c, ret->error);
	if (f)
		fresh_free(f);
	return r;
}

int
reload_check(const struct config *config) {
	struct core *c = calloc(1, sizeof *c);
	struct fresh *f = calloc(1, sizeof *f);
	char error[CONFIG_ERROR] = "out of memory";
	int r = -ENOMEM;

	if (c && f) {
		c->config = (struct config *)(uintptr_t)config;
		r = read_all(c, NULL, f, error);
	}
	if (r < 0)
		fprintf(stderr, "%s\n", error);
	if (f)
		fresh_free(f);
	free(c);
	return r;
}

void
core_reload(struct core *c) {
	struct reload_result result;

	log_info("reading the configuration, the profiles, the rules for kinds and the lists again"
	);
	reload_all(c, NULL, true, &result);
}
