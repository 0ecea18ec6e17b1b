// SPDX-License-Identifier: BSD-3-Clause
// Where the browser may find us.

#include "control/config.h"

#include <errno.h>
#include <stdio.h>

int
config_add_listen(struct config *c, const char *text, char ret_error[CONFIG_ERROR]) {
	bool loopback;
	const char *wrong = listen_wrong(text, &loopback);

	if (wrong) {
		snprintf(ret_error, CONFIG_ERROR, "'%.64s' %s", text, wrong);
		return -EINVAL;
	}
	if (c->listen_count == CONFIG_LISTEN_MAX) {
		snprintf(ret_error, CONFIG_ERROR, "more than %d addresses", CONFIG_LISTEN_MAX);
		return -EINVAL;
	}
	snprintf(c->listen[c->listen_count++], sizeof c->listen[0], "%s", text);
	return 0;
}
