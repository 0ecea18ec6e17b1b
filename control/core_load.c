// SPDX-License-Identifier: BSD-3-Clause
// What people wrote, read at the start: profiles, and rules for kinds of devices.

#include "control/core.h"
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

static int
load_kinds(struct core *c) {
	char path[CONFIG_PATH + 16];
	char error[KIND_RULES_ERROR];

	snprintf(path, sizeof path, "%s/kinds", c->config->data_dir);
	if (kind_rules_load(&c->state.kinds, path, error) < 0) {
		log_err("%s", error);
		return -1;
	}
	if (c->state.kinds.count == 0)
		log_warn("%s: holds no rules, so every kind of device stays unknown", path);
	if (kind_rules_load(&c->state.kinds, c->config->kinds_dir, error) == 0)
		return 0;
	log_err("%s", error);
	return -1;
}

int
core_load_files(struct core *c) {
	return load_profiles(c) < 0 || load_kinds(c) < 0 ? -1 : 0;
}
