// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/mqtt/gateway.h"

#include "control/export/mqtt/kept.h"
#include "platform/log.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

LOG_DOMAIN("mqtt");

#define NAME_FILE "gateway-name"
#define DIGITS 16

static bool
is_name(const char *text) {
	int n = 0;

	return sscanf(text, "gw-%*16[0-9a-f]%n", &n) == 0 && n == 3 + DIGITS && !text[n];
}

const char *
gateway_name(const char *state_dir, char ret[GATEWAY_NAME]) {
	uint64_t drawn = 0;

	if (kept_read(state_dir, NAME_FILE, ret, GATEWAY_NAME) == 0 && is_name(ret))
		return ret;
	(void)!getrandom(&drawn, sizeof drawn, 0);
	snprintf(ret, GATEWAY_NAME, "gw-%0*llx", DIGITS, (unsigned long long)drawn);
	int failed = kept_write(state_dir, NAME_FILE, ret);
	if (failed)
		log_warn(
			"%s/" NAME_FILE ": cannot be kept: %s, so topics have another name after a "
			"restart",
			state_dir,
			strerror(-failed)
		);
	return ret;
}
