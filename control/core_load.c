// SPDX-License-Identifier: BSD-3-Clause
// What people wrote and what was kept, read at the start: profiles, rules for kinds of devices, and
// the store.

#include "control/analyses/analyses.h"
#include "control/core.h"
#include "control/incident/incident.h"
#include "control/notify/notify.h"
#include "control/provider/provider.h"
#include "control/upkeep.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

LOG_DOMAIN("control");

static int
load_profiles(struct core *c) {
	struct profiles *fresh = calloc(1, sizeof *fresh);
	char where[CONFIG_WHERE];
	char error[PROFILE_ERROR] = "the profiles cannot be read: out of memory";
	int r = fresh ? core_read_profiles(c, fresh, error) : -ENOMEM;

	if (r == 0)
		r = core_put_profiles(c, fresh, error);
	if (fresh)
		profiles_free(fresh);
	free(fresh);
	if (r < 0) {
		log_err("%s", error);
		return -1;
	}
	c->state.answers = c->config->answers;
	if (profiles_set_default(&c->state.profiles, c->config->default_profile) == 0)
		return 0;
	log_err("%s: there is no profile '%s' in %s/profiles or %s: write allow-all or block-all, "
		"or add %s.yaml",
		config_where(c->config, "default_profile", where),
		c->config->default_profile,
		c->config->data_dir,
		c->config->profiles_dir,
		c->config->default_profile);
	return -1;
}

int
core_read_kinds(const struct core *c, struct kind_rules *ret, char ret_error[KIND_RULES_ERROR]) {
	char path[CONFIG_PATH + 16];

	snprintf(path, sizeof path, "%s/kinds", c->config->data_dir);
	int r = kind_rules_load(ret, path, ret_error);
	if (r == 0)
		r = kind_rules_load(ret, c->config->kinds_dir, ret_error);
	if (r == 0 && ret->count == 0)
		log_warn("%s: holds no rules, so every kind of device stays unknown", path);
	return r;
}

void
core_put_kinds(struct core *c, struct kind_rules *fresh) {
	kind_rules_free(&c->state.kinds);
	c->state.kinds = *fresh;
	*fresh = (struct kind_rules){.count = 0};
	for (size_t i = 0; i < c->state.devices_count; i++)
		c->state.devices[i]->identity.stale = true;
}

int
core_load_files(struct core *c) {
	struct kind_rules fresh = {.count = 0};
	char error[KIND_RULES_ERROR];

	if (load_profiles(c) < 0)
		return -1;
	if (core_read_kinds(c, &fresh, error) < 0) {
		log_err("%s", error);
		kind_rules_free(&fresh);
		return -1;
	}
	core_put_kinds(c, &fresh);
	return 0;
}

static void
keep_change(void *context, const struct change *change) {
	acts_keep(context, change);
}

int
core_load_store(struct core *c) {
	char error[STORE_ERROR] = "out of memory";

	c->notify = notify_new();
	c->provider = provider_new();
	c->incidents = incidents_new();
	if (!c->notify || !c->provider || !c->incidents
	    || store_open(c->config->state_dir, &c->store, error) < 0
	    || store_load(c->store, &c->state, keep_change, &c->acts, error) < 0
	    || notify_load(c, error) < 0 || notify_start(c) < 0 || provider_load(c, error) < 0
	    || !(c->analyses = analyses_new(c))) {
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
