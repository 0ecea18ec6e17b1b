// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/mqtt/gateway.h"

#include "platform/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

LOG_DOMAIN("mqtt");

#define NAME_FILE "/gateway-name"
#define DIGITS 16

static int
read_name(const char *path, char ret[GATEWAY_NAME]) {
	FILE *f = fopen(path, "re");
	int n = 0;

	if (!f)
		return -errno;
	char *line = fgets(ret, GATEWAY_NAME, f);
	fclose(f);
	if (line)
		ret[strcspn(ret, "\n")] = 0;
	bool good = line && sscanf(ret, "gw-%*16[0-9a-f]%n", &n) == 0 && n == 3 + DIGITS && !ret[n];
	return good ? 0 : -EBADMSG;
}

static int
write_name(const char *path, const char *name) {
	char fresh[1100];
	int failed = 0;

	snprintf(fresh, sizeof fresh, "%s.new", path);
	int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0)
		return -errno;
	if (dprintf(fd, "%s\n", name) < 0 || fsync(fd) < 0)
		failed = -errno;
	close(fd);
	if (!failed && rename(fresh, path) < 0)
		failed = -errno;
	return failed;
}

const char *
gateway_name(const char *state_dir, char ret[GATEWAY_NAME]) {
	char path[1060];
	uint64_t drawn = 0;

	snprintf(path, sizeof path, "%.1024s" NAME_FILE, state_dir);
	if (read_name(path, ret) == 0)
		return ret;
	(void)!getrandom(&drawn, sizeof drawn, 0);
	snprintf(ret, GATEWAY_NAME, "gw-%0*llx", DIGITS, (unsigned long long)drawn);
	int failed = write_name(path, ret);
	if (failed)
		log_warn(
			"%s: cannot be kept: %s, so topics have another name after a restart",
			path,
			strerror(-failed)
		);
	return ret;
}
