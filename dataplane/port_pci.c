// SPDX-License-Identifier: BSD-3-Clause

#include "dataplane/port_pci.h"

#include "dataplane/port_kernel.h"
#include "platform/log.h"

#include <rte_ethdev.h>

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

LOG_DOMAIN("port");

#define ADDRESS_MAX 24
#define PATH_MAX_HERE 128

static const char *
with_domain(const char *address, char ret[static ADDRESS_MAX]) {
	bool has = strchr(address, ':') != strrchr(address, ':');

	snprintf(ret, ADDRESS_MAX, "%s%.16s", has ? "" : "0000:", address);
	return ret;
}

static void
path_of(const char *address, const char *rest, char ret[static PATH_MAX_HERE]) {
	char full[ADDRESS_MAX];

	snprintf(ret, PATH_MAX_HERE, "/sys/bus/pci/devices/%s%s", with_domain(address, full), rest);
}

// The kernel's driver of it; "" for none.
static void
read_driver(const char *address, char *ret_name, size_t size) {
	char path[PATH_MAX_HERE], target[256];

	path_of(address, "/driver", path);
	ssize_t n = readlink(path, target, sizeof target - 1);
	target[n > 0 ? n : 0] = 0;
	const char *slash = strrchr(target, '/');
	snprintf(ret_name, size, "%.*s", (int)size - 1, slash ? slash + 1 : target);
}

bool
pci_has_interrupts(const char *address) {
	char driver[64];

	read_driver(address, driver, sizeof driver);
	return strcmp(driver, "vfio-pci") == 0;
}

// How its IOMMU group maps memory: "" where there is no IOMMU.
static void
read_group_type(const char *address, char *ret_type, size_t size) {
	char path[PATH_MAX_HERE];

	ret_type[0] = 0;
	path_of(address, "/iommu_group/type", path);
	FILE *f = fopen(path, "re");
	if (!f)
		return;
	if (fgets(ret_type, (int)size, f))
		ret_type[strcspn(ret_type, "\n")] = 0;
	fclose(f);
}

// Some drivers share the device with the kernel's: its interface may be the one of this login.
static bool
carries_login(const char *address) {
	static const char *const where[] = {"/net/*", "/virtio*/net/*"};
	bool carries = false;

	for (unsigned int i = 0; i < 2 && !carries; i++) {
		char pattern[PATH_MAX_HERE];
		glob_t found = {0};
		path_of(address, where[i], pattern);
		if (glob(pattern, 0, NULL, &found) == 0) {
			for (size_t k = 0; k < found.gl_pathc && !carries; k++)
				carries = kernel_carries_login(strrchr(found.gl_pathv[k], '/') + 1);
		}
		globfree(&found);
	}
	return carries;
}

static int
probed(const char *address, uint16_t *ret_id) {
	char full[ADDRESS_MAX];

	if (rte_eth_dev_get_port_by_name(address, ret_id) == 0)
		return 0;
	return rte_eth_dev_get_port_by_name(with_domain(address, full), ret_id);
}

// Why DPDK has no port there.
static void
log_missing(const char *address) {
	char path[PATH_MAX_HERE], driver[64], type[32];

	path_of(address, "", path);
	read_driver(address, driver, sizeof driver);
	read_group_type(address, type, sizeof type);
	const char *right = type[0] ? "vfio-pci" : "uio_pci_generic";
	if (access(path, F_OK) != 0)
		log_err("there is no PCI device %s: `dpdk-devbind.py --status-dev net` lists what "
			"there is",
			address);
	else if (strcmp(driver, "vfio-pci") == 0 && !type[0])
		log_err("PCI device %s is bound to vfio-pci, which needs an IOMMU: switch it on "
			"(VT-d or AMD-Vi in the firmware, intel_iommu=on for the kernel), or "
			"`dpdk-devbind.py -b uio_pci_generic %s`",
			address,
			address);
	else if (strcmp(driver, "vfio-pci") == 0 || strncmp(driver, "uio_", 4) == 0)
		log_err("PCI device %s is bound to %s, but DPDK has no driver that takes it "
			"(Realtek's have none): give it back to its kernel driver, and its "
			"interface's name as the port",
			address,
			driver);
	else
		log_err("PCI device %s is not bound for DPDK but to %s: "
			"`dpdk-devbind.py -b %s %s`",
			address,
			driver[0] ? driver : "nothing",
			right,
			address);
}

int
pci_find(const char *address, uint16_t *ret_id) {
	char driver[64], type[32];

	if (carries_login(address)) {
		log_err("PCI device %s carries this login (ssh): taking it would cut you off; give "
			"another, or log in over a third port or the console",
			address);
		return -EBUSY;
	}
	if (probed(address, ret_id) != 0) {
		log_missing(address);
		return -ENODEV;
	}
	read_driver(address, driver, sizeof driver);
	read_group_type(address, type, sizeof type);
	if (strncmp(driver, "uio_", 4) == 0 && strncmp(type, "DMA", 3) == 0) {
		log_err("PCI device %s is bound to %s, and the IOMMU would let none of its frames "
			"through: `dpdk-devbind.py -b vfio-pci %s`",
			address,
			driver,
			address);
		return -EINVAL;
	}
	return 0;
}
