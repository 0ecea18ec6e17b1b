// SPDX-License-Identifier: BSD-3-Clause

#include "control/lists_switch.h"

#include "control/core.h"
#include "control/lists.h"
#include "control/upkeep.h"
#include "platform/log.h"

#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("lists");

int
lists_begin(struct core *c) {
	const struct lists_setup l = {
		.config = &c->config->lists,
		.state_dir = c->config->state_dir,
		.program = c->config->fetch_program,
		.country_file = c->config->geo.country,
	};
	int r = lists_start(c->loop, &l, c->link, &c->lists);

	if (r == 0)
		c->state.lists = c->lists;
	return r;
}

static void
ended(void *context) {
	struct core *c = context;

	c->lists_switching = false;
	lists_stop(c->lists);
	c->lists = NULL;
	c->config->lists = c->reload.wanted->lists;
	int r = lists_begin(c);
	if (r == 0) {
		upkeep_countries(c);
		r = lists_run(c->lists);
	}
	if (r < 0) {
		log_err("the lists cannot be started again: %s", strerror(-r));
		abort(); // the dataplane goes on; a new start has another try
	}
	log_info("%u lists are configured now", c->config->lists.count);
	upkeep_moved(c);
}

void
lists_switch(struct core *c) {
	if (c->lists_switching)
		return;
	c->lists_switching = true;
	lists_retire(c->lists, ended, c);
}
