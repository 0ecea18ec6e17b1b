// SPDX-License-Identifier: BSD-3-Clause
// What of the configuration is asked again while we run.

#include "control/config.h"
#include "platform/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
same_lists(const struct lists_config *a, const struct lists_config *b) {
	if (a->count != b->count)
		return false;
	for (unsigned int i = 0; i < a->count; i++) {
		const struct lists_source *x = &a->list[i], *y = &b->list[i];
		if (strcmp(x->name, y->name) != 0 || x->action != y->action
		    || strcmp(x->file, y->file) != 0 || strcmp(x->url, y->url) != 0
		    || strcmp(x->ca, y->ca) != 0 || strcmp(x->sha256, y->sha256) != 0
		    || x->every_s != y->every_s || x->timeout_s != y->timeout_s || x->max != y->max
		    || x->allow_private != y->allow_private)
			return false;
	}
	return true;
}

static void
find_later(const struct config *c, const struct config *now, char ret[CONFIG_LATER]) {
	const struct {
		const char *key;
		bool same;
	} keys[] = {
		{"lists", same_lists(&c->lists, &now->lists)},
		{"answers",
		 c->answers.dns == now->answers.dns && c->answers.tcp == now->answers.tcp},
		{"server_names", c->answers.server_names == now->answers.server_names},
		{"notifications",
		 memcmp(&c->notifications, &now->notifications, sizeof now->notifications) == 0},
		{"geo",
		 strcmp(c->geo.country, now->geo.country) == 0
			 && strcmp(c->geo.network, now->geo.network) == 0},
	};
	size_t used = 0;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (!keys[i].same)
			used += (size_t)snprintf(
				ret + used,
				CONFIG_LATER - used,
				"%s%s",
				used ? ", " : "",
				keys[i].key
			);
}

int
config_default_profile(
	const struct config *c,
	char ret[33],
	char ret_later[CONFIG_LATER],
	char ret_error[CONFIG_ERROR]
) {
	struct config *now = c->file[0] && !c->default_by_option ? malloc(sizeof *now) : NULL;
	int r = 0;

	ret_later[0] = 0;
	if (now) {
		config_defaults(now);
		r = config_load(now, c->file, true, ret_error);
	}
	if (r == 0 && now)
		find_later(c, now, ret_later);
	if (r == 0)
		snprintf(ret, 33, "%s", now ? now->default_profile : c->default_profile);
	free(now);
	return r;
}
