// SPDX-License-Identifier: BSD-3-Clause
// What of the configuration is asked again while we run.

#include "control/config.h"

#include <stdio.h>
#include <stdlib.h>

int
config_default_profile(const struct config *c, char ret[33], char ret_error[CONFIG_ERROR]) {
	struct config *now = c->file[0] && !c->default_by_option ? malloc(sizeof *now) : NULL;
	int r = 0;

	if (now) {
		config_defaults(now);
		r = config_load(now, c->file, true, ret_error);
	}
	if (r == 0)
		snprintf(ret, 33, "%s", now ? now->default_profile : c->default_profile);
	free(now);
	return r;
}
