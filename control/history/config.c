// SPDX-License-Identifier: BSD-3-Clause

#include "control/history/config.h"

#define DAY_S 86400u
#define SIZE_DEFAULT (512u << 20)
#define KEEP_DEFAULT_DAYS 400
#define FLOWS_DEFAULT_DAYS 92
#define WRITE_DEFAULT_S 30

void
history_config_defaults(struct history_config *c) {
	*c = (struct history_config){
		.enabled = true,
		.size = SIZE_DEFAULT,
		.keep_s = (uint64_t)KEEP_DEFAULT_DAYS * DAY_S,
		.flows_keep_s = (uint64_t)FLOWS_DEFAULT_DAYS * DAY_S,
		.write_s = WRITE_DEFAULT_S,
		.domain_after_s = DAY_S,
		.organisation_after_s = 31 * DAY_S,
	};
}
