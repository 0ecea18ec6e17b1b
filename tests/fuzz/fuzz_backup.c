// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a backup: read whole or refused with a sentence, and nothing is written elsewhere.
#include "control/backup/backup.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct config config;
	static struct backup_set set;
	char base[] = "/tmp/spin-fuzz-XXXXXX", folder[64], archive[64], error[BACKUP_ERROR] = "";
	int fd = memfd_create("backup", MFD_CLOEXEC);

	must(fd >= 0 && mkdtemp(base) && write(fd, data, size) == (ssize_t)size);
	snprintf(archive, sizeof archive, "/proc/self/fd/%d", fd);
	snprintf(folder, sizeof folder, "%s/new", base);
	snprintf(config.file, sizeof config.file, "%s/etc/spin.yaml", base);
	snprintf(config.profiles_dir, sizeof config.profiles_dir, "%s/profiles", base);
	snprintf(config.state_dir, sizeof config.state_dir, "%s/state", base);
	if (backup_read(&config, archive, folder, &set, error) < 0)
		must(error[0] != 0);
	for (size_t i = 0; i < set.count; i++)
		must(strncmp(set.items[i].path, base, strlen(base)) == 0
		     || set.items[i].path[0] == 0 || set.items[i].path[0] == '/');
	backup_clear(folder);
	must(rmdir(base) == 0); // nothing else is in it
	close(fd);
	return 0;
}
