// SPDX-License-Identifier: BSD-3-Clause
// What people wrote and what was kept, read at the start: profiles, rules for kinds of devices, and
// the store.

#include "control/core.h"
#include "control/notify/notify.h"
#include "control/upkeep.h"
#include "platform/log.h"

#include <stdio.h>

LOG_DOMAIN("control");

static int
load_profiles(struct core *c) {
	char error[PROFILE_ERROR];

	if (core_load_profiles(c, error) < 0) {
		log_err("%s", error);
		return -1;
	}
	c->state.answers = c->config->answers;
	if (profiles_set_default(&c->state.profiles, c->config->default_profile) == 0)
		return 0;
	log_err("%s: there is no profile '%s' in %s/profiles or %s: write allow-all or block-all, "
		"or add %s.yaml",
		c->config->default_profile_at,
		c->config->default_profile,
		c->config->data_dir,
		c->config->profiles_dir,
		c->config->default_profile);
	return -1;
}

// What was in force stays when one of the files is wrong.
static int
load_kinds(struct core *c) {
	struct kind_rules fresh = {.count = 0};
	char path[CONFIG_PATH + 16];
	char error[KIND_RULES_ERROR];

	snprintf(path, sizeof path, "%s/kinds", c->config->data_dir);
	if (kind_rules_load(&fresh, path, error) < 0
	    || kind_rules_load(&fresh, c->config->kinds_dir, error) < 0) {
		log_err("%s", error);
		notify(c, NOTIFY_CONFIG_WRONG, NULL, error, NULL);
		kind_rules_free(&fresh);
		return -1;
	}
	if (fresh.count == 0)
		log_warn("%s: holds no rules, so every kind of device stays unknown", path);
	kind_rules_free(&c->state.kinds);
	c->state.kinds = fresh;
	return 0;
}

void
core_reload_kinds(struct core *c) {
	if (load_kinds(c) < 0)
		return;
	for (size_t i = 0; i < c->state.devices_count; i++)
		c->state.devices[i]->identity.stale = true;
}

int
core_load_files(struct core *c) {
	return load_profiles(c) < 0 || load_kinds(c) < 0 ? -1 : 0;
}

static void
keep_change(void *context, const struct change *change) {
	acts_keep(context, change);
}

int
core_load_store(struct core *c) {
	char error[STORE_ERROR] = "out of memory";

	c->notify = notify_new();
	if (!c->notify || store_open(c->config->state_dir, &c->store, error) < 0
	    || store_load(c->store, &c->state, keep_change, &c->acts, error) < 0
	    || notify_load(c, error) < 0 || notify_start(c) < 0) {
		log_err("%s", error);
		return -1;
	}
	// Higher than any number that was handed over but not written down.
	c->state.generation += 1;
	c->generation_given = c->state.generation;
	c->storage_ok = true;
	if (upkeep_start(c) < 0)
		return -1;
	identity_settle(&c->state);
	if (access_load(&c->access, c->store) < 0)
		return -1;
	int r = store_start(c->store, c->loop);
	if (r == 0)
		accepted_compare(c);
	return r;
}
