// SPDX-License-Identifier: BSD-3-Clause
// What is found on a machine of our making, and what is said of it.

#include "control/doctor.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

// Makes the folders of a path beneath the root, and returns the path.
static const char *
place(const char *path) {
	static char whole[256];

	snprintf(whole, sizeof whole, "%s/sys/%s", root, path);
	for (char *slash = strchr(whole + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(whole, 0700);
		*slash = '/';
	}
	return whole;
}

static void
put(const char *path, const char *text) {
	FILE *f = fopen(place(path), "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
point(const char *path, const char *to) {
	assert_int_equal(symlink(to, place(path)), 0);
}

static int
begin(void **state) {
	(void)state;
	snprintf(root, sizeof root, "/tmp/spin-doctor-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int
end(void **state) {
	char command[96];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", root);
	return system(command);
}

static const struct doctor_port *
port_of(const struct doctor_machine *m, const char *name) {
	for (size_t i = 0; i < m->ports_count; i++)
		if (strcmp(m->ports[i].name, name) == 0)
			return &m->ports[i];
	fail_msg("no port %s", name);
	return NULL;
}

#define PCI "bus/pci/devices/0000:"
#define NET "class/net/"

static void
test_what_is_there(void **state) {
	struct doctor_machine m;

	(void)state;
	put("kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "128\n");
	put("kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "lots\n");
	put("kernel/iommu_groups/0/type", "DMA\n");
	put(PCI "01:00.0/class", "0x020000\n"); // Linux has it
	point(PCI "01:00.0/driver", "../../../../bus/pci/drivers/igc");
	put(PCI "01:00.0/net/enp1s0/mtu", "1500\n");
	put(PCI "02:00.0/class", "0x020000\n"); // DPDK has it
	point(PCI "02:00.0/driver", "../drivers/vfio-pci");
	put(PCI "03:00.0/class", "0x020000\n"); // virtio, deeper down
	put(PCI "03:00.0/virtio2/net/eth0/mtu", "1500\n");
	put(PCI "04:00.0/class", "0x010802\n"); // a disk
	put(PCI "05:00.0/class", ""); // says nothing
	point(NET "enp1s0/device/subsystem", "/sys/bus/pci");
	point(NET "eth0/device/subsystem", "/sys/bus/virtio");
	point(NET "eth1/device/subsystem", "/sys/bus/usb");
	point(NET "eth1/device/driver", "/sys/bus/usb/drivers/r8152");
	put(NET "wlan0/phy80211/index", "0\n");
	point(NET "wlan0/device/subsystem", "/sys/bus/usb");
	put(NET "lo/mtu", "65536\n");
	doctor_look(root, &m);
	assert_int_equal(m.huge_mb, 256);
	assert_true(m.iommu);
	assert_int_equal(m.ports_count, 4);
	assert_string_equal(port_of(&m, "enp1s0")->driver, "igc");
	assert_string_equal(port_of(&m, "0000:02:00.0")->driver, "vfio-pci");
	assert_true(port_of(&m, "eth0")->pci);
	assert_string_equal(port_of(&m, "eth1")->driver, "r8152");
	assert_false(port_of(&m, "eth1")->pci);
}

static void
test_nothing_is_there(void **state) {
	struct doctor_machine m;

	(void)state;
	doctor_look("/nonexistent", &m);
	assert_int_equal(m.ports_count, 0);
	assert_int_equal(m.huge_mb, 0);
	assert_false(m.iommu);
	assert_true(m.cores > 0 && m.memory_mb > 0);
}

static enum doctor_state
state_of(const struct doctor_machine *m, const char *check) {
	static struct doctor_finding list[DOCTOR_FINDINGS_MAX];
	size_t n = doctor_judge(m, list);

	for (size_t i = 0; i < n; i++) {
		// Whatever is not well says what to do.
		assert_int_equal(list[i].state != DOCTOR_OK, list[i].hint != NULL);
		if (strcmp(list[i].check, check) == 0)
			return list[i].state;
	}
	fail_msg("no check %s", check);
	return DOCTOR_FAIL;
}

static void
test_what_is_said(void **state) {
	struct doctor_machine m = {
		.fit_cpu = true,
		.cores = 4,
		.memory_mb = 4096,
		.huge_mb = 256,
		.iommu = true,
		.ports_count = 2,
		.ports = {{"a", "igc", true}, {"b", "vfio-pci", true}},
	};
	static const char *const checks[] = {
		"cpu", "cores", "memory", "hugepages", "iommu", "ports", "port", "support"};

	(void)state;
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
		assert_int_equal(state_of(&m, checks[i]), DOCTOR_OK);
	m = (struct doctor_machine){
		.cores = 1,
		.memory_mb = 400,
		.ports_count = 1,
		.ports = {{"c", "r8169", true}},
		.support_ended = true,
	};
	assert_int_equal(state_of(&m, "cpu"), DOCTOR_FAIL);
	for (size_t i = 1; i < sizeof checks / sizeof checks[0]; i++)
		assert_int_equal(state_of(&m, checks[i]), DOCTOR_WARN);
	m.memory_mb = 128;
	assert_int_equal(state_of(&m, "memory"), DOCTOR_FAIL);
	m.ports[0].pci = false; // nothing of it is DPDK's
	assert_int_equal(state_of(&m, "iommu"), DOCTOR_OK);
}

static void
test_a_full_house_fits(void **state) {
	static struct doctor_finding list[DOCTOR_FINDINGS_MAX];
	struct doctor_machine m = {.ports_count = DOCTOR_PORTS_MAX};

	(void)state;
	assert_true(doctor_judge(&m, list) <= DOCTOR_FINDINGS_MAX);
}

int
main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_there, begin, end),
		cmocka_unit_test(test_nothing_is_there),
		cmocka_unit_test(test_what_is_said),
		cmocka_unit_test(test_a_full_house_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
