// SPDX-License-Identifier: BSD-3-Clause
// With hugepages `--in-memory`: nothing is left behind by kill -9.  Without, 22.11 refuses that
// option (it implies the dynamic memory mode); `--no-shconf` and a prefix of our own do the same.

#include "dataplane/eal.h"

#include "dataplane/port_jumbo.h"
#include "platform/base.h"
#include "platform/log.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

LOG_DOMAIN("dataplane");

#define ARGS_MAX 32
#define MBUF_BYTES 2560u // data room, headroom, struct, mempool header
#define MBUF_BYTES_NO_HUGE 4096u // a pool gives each a page of its own where pages are small
#define EXTRA_MB 64u // rings, caches, the drivers' own

static bool has_hugepages;
static char kept_line[256];

static bool
is_general(const char *line) {
	return strncmp(line, "EAL:", 4) == 0;
}

// DPDK writes its log here, a line or a part of one at a time.  The driver's own first line tells
// more than what EAL says after it.
static ssize_t
keep_line(void *cookie, const char *text, size_t length) {
	char line[sizeof kept_line];
	(void)cookie;
	size_t n = MIN_OF(length, sizeof line - 1);
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	memcpy(line, text, n);
	line[n] = 0;
	if (n)
		log_debug("dpdk: %s", line);
	if (n && (!kept_line[0] || (is_general(kept_line) && !is_general(line))))
		memcpy(kept_line, line, n + 1);
	return (ssize_t)length;
}

void
eal_forget(void) {
	kept_line[0] = 0;
}

const char *
eal_reason(void) {
	const char *said = strstr(kept_line, "(): "); // the function's name is of no use to people

	return said ? said + 4 : kept_line;
}

bool
eal_has_hugepages(void) {
	return has_hugepages;
}

// Free memory in hugepages of all sizes, in MiB.
static uint64_t
free_huge_mb(void) {
	uint64_t mb = 0;
	struct dirent *e;
	DIR *dir = opendir("/sys/kernel/mm/hugepages");

	if (!dir)
		return 0;
	while ((e = readdir(dir))) {
		unsigned long kb;
		if (sscanf(e->d_name, "hugepages-%lukB", &kb) != 1)
			continue;
		char path[320];
		unsigned long pages = 0;
		snprintf(
			path, sizeof path, "/sys/kernel/mm/hugepages/%s/free_hugepages", e->d_name
		);
		FILE *f = fopen(path, "re");
		if (!f)
			continue;
		if (fscanf(f, "%lu", &pages) == 1)
			mb += (uint64_t)pages * kb / 1024;
		fclose(f);
	}
	closedir(dir);
	return mb;
}

// The main thread on the first core we may use, each worker on one of the others while there are
// any; the main thread mostly sleeps, so its core is the next, before two workers share one.
static void
place_threads(unsigned int workers, char *ret_text, size_t size) {
	int cores[WORKERS_MAX + 1];
	unsigned int n = 0;
	cpu_set_t set;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof set, &set) != 0)
		CPU_SET(0, &set);
	for (int cpu = 0; cpu < CPU_SETSIZE && n < ARRAY_LEN(cores); cpu++) {
		if (CPU_ISSET(cpu, &set))
			cores[n++] = cpu;
	}
	size_t used = (size_t)snprintf(ret_text, size, "0@%d", cores[0]);
	for (unsigned int w = 1; w <= workers && used < size; w++) {
		int cpu = cores[w % n];
		used += (size_t)snprintf(ret_text + used, size - used, ",%u@%d", w, cpu);
	}
}

struct arguments {
	int n;
	char *list[ARGS_MAX];
	char text[1024]; // what the list points into
	size_t used;
};

static void
add_argument(struct arguments *a, const char *text) {
	size_t size = strlen(text) + 1;

	if (a->n + 1 >= ARGS_MAX || a->used + size > sizeof a->text)
		return; // cannot be: at most 8 ports of 12 bytes and the fixed ones
	a->list[a->n++] = memcpy(a->text + a->used, text, size);
	a->list[a->n] = NULL;
	a->used += size;
}

static uint64_t
need_mb(const struct config *c, uint32_t mbuf_bytes) {
	return ((uint64_t)c->mbufs * mbuf_bytes + jumbo_memory(c)) / (1u << 20) + EXTRA_MB;
}

static void
add_memory(struct arguments *a, const struct config *c) {
	char text[64];

	has_hugepages = !c->no_huge && free_huge_mb() >= need_mb(c, MBUF_BYTES);
	if (has_hugepages) {
		add_argument(a, "--in-memory");
		return;
	}
	add_argument(a, "--no-huge");
	add_argument(a, "--no-shconf");
	add_argument(a, "--iova-mode=va");
	add_argument(a, "-m");
	snprintf(text, sizeof text, "%llu", (unsigned long long)need_mb(c, MBUF_BYTES_NO_HUGE));
	add_argument(a, text);
	snprintf(text, sizeof text, "--file-prefix=spin%d", (int)getpid());
	add_argument(a, text);
}

static void
add_pci(struct arguments *a, const struct config *c) {
	bool any = false;

	for (unsigned int i = 0; i < c->ports_n; i++) {
		if (c->ports[i].kind != PORT_PCI)
			continue;
		any = true;
		add_argument(a, "-a");
		add_argument(a, c->ports[i].text);
	}
	if (!any)
		add_argument(a, "--no-pci");
}

// What the kernel could give, its caches included: "free" alone is small on a machine that runs long.
static uint64_t
available_mb(void) {
	unsigned long long kb = 0;
	char line[128];
	FILE *f = fopen("/proc/meminfo", "re");

	while (f && fgets(line, sizeof line, f) && sscanf(line, "MemAvailable: %llu kB", &kb) != 1)
		;
	if (f)
		fclose(f);
	return kb ? kb >> 10 : UINT64_MAX;
}

static bool
enough_memory(const struct config *c) {
	uint64_t free_mb = available_mb();

	if (has_hugepages || need_mb(c, MBUF_BYTES_NO_HUGE) < free_mb / 4 * 3)
		return true;
	log_err("%u packet buffers need %llu MiB and %llu are free: --mbufs takes a smaller number",
		c->mbufs,
		(unsigned long long)need_mb(c, MBUF_BYTES_NO_HUGE),
		(unsigned long long)free_mb);
	return false;
}

int
eal_start(const struct config *c) {
	static const cookie_io_functions_t keep = {.write = keep_line};
	static struct arguments a; // EAL keeps pointers into its arguments
	char threads[128];

	FILE *kept = fopencookie(NULL, "w", keep);
	if (!kept)
		return -ENOMEM;
	setvbuf(kept, NULL, _IOLBF, 512);
	rte_openlog_stream(kept);
	place_threads(c->workers, threads, sizeof threads);
	add_argument(&a, "spin-dataplane");
	add_argument(&a, "--lcores");
	add_argument(&a, threads);
	add_argument(&a, "--no-telemetry");
	add_argument(&a, "--log-level=lib.eal:error");
	add_memory(&a, c);
	add_pci(&a, c);
	if (!enough_memory(c))
		return -ENOMEM;
	if (rte_eal_init(a.n, a.list) < 0) {
		int r = rte_errno ? -rte_errno : -EIO;
		log_err("DPDK did not start: %s", kept_line[0] ? kept_line : strerror(-r));
		return r;
	}
	log_info(
		"%s, threads on cores %s",
		has_hugepages ? "memory in hugepages" : "no hugepages (slower, but it works)",
		threads
	);
	return 0;
}

void
eal_stop(void) {
	rte_eal_cleanup();
}
