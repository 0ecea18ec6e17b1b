// SPDX-License-Identifier: BSD-3-Clause
// What there is of the machine.  A port given to DPDK is none of Linux's network interfaces any
// more, so ports are found on their bus; those that no PCI card has are found by their interface.

#include "control/doctor.h"
#include "control/supported.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATH 512
#define ENTRIES_MAX 4096 // of a directory; nobody has so many
#define CLASS_ETHERNET "0x0200"

// An attribute's first word.
static bool
read_word(const char *path, char *ret, size_t size) {
	char format[16];
	FILE *f = fopen(path, "re");

	snprintf(format, sizeof format, "%%%zus", size - 1);
	ret[0] = 0;
	bool ok = f && fscanf(f, format, ret) == 1;
	if (f)
		fclose(f);
	return ok;
}

// The last part of where a link leads; empty: there is none.
static void
link_name(const char *path, char ret[DOCTOR_NAME]) {
	char to[PATH];
	ssize_t n = readlink(path, to, sizeof to - 1);

	ret[0] = 0;
	if (n <= 0)
		return;
	to[n] = 0;
	const char *slash = strrchr(to, '/');
	snprintf(ret, DOCTOR_NAME, "%.*s", DOCTOR_NAME - 1, slash ? slash + 1 : to);
}

// Calls `each` for every entry that begins with `begin`, until it says false.
static void
each_entry(
	const char *path,
	const char *begin,
	bool (*each)(const char *path, const char *entry, void *context),
	void *context
) {
	struct dirent *e;
	DIR *dir = opendir(path);

	for (unsigned int n = 0; dir && n < ENTRIES_MAX && (e = readdir(dir)); n++)
		if (e->d_name[0] != '.' && strncmp(e->d_name, begin, strlen(begin)) == 0
		    && !each(path, e->d_name, context))
			break;
	if (dir)
		closedir(dir);
}

static bool
take_name(const char *path, const char *entry, void *name) {
	(void)path;
	snprintf(name, DOCTOR_NAME, "%.*s", DOCTOR_NAME - 1, entry);
	return false;
}

// A virtio port's interface is beneath a device of its own.
static bool
take_virtio(const char *path, const char *entry, void *name) {
	char net[PATH];

	if (snprintf(net, sizeof net, "%s/%s/net", path, entry) < (int)sizeof net)
		each_entry(net, "", take_name, name);
	return false;
}

static struct doctor_port *
new_port(struct doctor_machine *m, const char *name) {
	if (m->ports_count == DOCTOR_PORTS_MAX)
		return NULL;
	struct doctor_port *p = &m->ports[m->ports_count++];
	*p = (struct doctor_port){0};
	snprintf(p->name, sizeof p->name, "%.*s", DOCTOR_NAME - 1, name);
	return p;
}

static bool
look_at_pci(const char *path, const char *entry, void *machine) {
	char at[PATH], class[16], word[PATH + 16];
	struct doctor_port *p;

	if (snprintf(at, sizeof at, "%s/%s", path, entry) >= (int)sizeof at)
		return true;
	snprintf(word, sizeof word, "%s/class", at);
	if (!read_word(word, class, sizeof class)
	    || strncmp(class, CLASS_ETHERNET, strlen(CLASS_ETHERNET)) != 0)
		return true;
	p = new_port(machine, entry);
	if (!p)
		return false;
	p->pci = true;
	snprintf(word, sizeof word, "%s/driver", at);
	link_name(word, p->driver);
	each_entry(at, "virtio", take_virtio, p->name);
	snprintf(word, sizeof word, "%s/net", at);
	each_entry(word, "", take_name, p->name);
	return true;
}

// Interfaces with a device behind them that is on no PCI card: USB, or of the board itself.
static bool
look_at_interface(const char *path, const char *entry, void *machine) {
	struct doctor_machine *m = machine;
	char at[PATH], bus[DOCTOR_NAME];

	if (snprintf(at, sizeof at, "%s/%s/phy80211", path, entry) >= (int)sizeof at
	    || access(at, F_OK) == 0)
		return true;
	snprintf(at, sizeof at, "%s/%s/device/subsystem", path, entry);
	link_name(at, bus);
	if (!bus[0])
		return true;
	for (size_t i = 0; i < m->ports_count; i++)
		if (strcmp(m->ports[i].name, entry) == 0)
			return true;
	struct doctor_port *p = new_port(m, entry);
	snprintf(at, sizeof at, "%s/%s/device/driver", path, entry);
	if (p)
		link_name(at, p->driver);
	return p != NULL;
}

static bool
count_huge(const char *path, const char *entry, void *machine) {
	char at[PATH];
	unsigned long kb, pages = 0;

	if (sscanf(entry, "hugepages-%lukB", &kb) != 1
	    || snprintf(at, sizeof at, "%s/%s/nr_hugepages", path, entry) >= (int)sizeof at)
		return true;
	FILE *f = fopen(at, "re");
	if (f && fscanf(f, "%lu", &pages) == 1 && pages < ULONG_MAX / (kb + 1))
		((struct doctor_machine *)machine)->huge_mb += pages * kb / 1024;
	if (f)
		fclose(f);
	return true;
}

static bool
there_is_one(const char *path, const char *entry, void *found) {
	(void)path;
	(void)entry;
	*(bool *)found = true;
	return false;
}

static bool
is_fit(void) {
#if defined(__x86_64__)
	return __builtin_cpu_supports("sse4.2");
#else
	return true; // DPDK is built for the least of the others
#endif
}

void
doctor_look(const char *root, struct doctor_machine *ret) {
	long cores = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES);
	char path[PATH];

	*ret = (struct doctor_machine){
		.fit_cpu = is_fit(),
		.cores = cores > 0 ? (unsigned int)cores : 1,
		.memory_mb =
			pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) >> 20 : 0,
		.support_ended =
			supported_ended(SPIN_SECURITY_UNTIL, (uint64_t)time(NULL) * 1000000000u),
	};
	snprintf(path, sizeof path, "%s/sys/kernel/mm/hugepages", root);
	each_entry(path, "hugepages-", count_huge, ret);
	snprintf(path, sizeof path, "%s/sys/kernel/iommu_groups", root);
	each_entry(path, "", there_is_one, &ret->iommu);
	snprintf(path, sizeof path, "%s/sys/bus/pci/devices", root);
	each_entry(path, "", look_at_pci, ret);
	snprintf(path, sizeof path, "%s/sys/class/net", root);
	each_entry(path, "", look_at_interface, ret);
}
