// SPDX-License-Identifier: BSD-3-Clause
// Whether this machine is fit for a gateway, and what to do about it where it is not.
//
// Shape:   look, then judge: one list of checks for GET /health/checks and `spinctl doctor`, which
//          also runs where nothing else does yet.
// Threads: any.  A look reads a few attributes of sysfs that the kernel has at hand; none of them
//          waits for a device.
// Errors:  what cannot be read counts as not there.
// Source:  DPDK 22.11, guides "Getting started for Linux" and "Network interface controller drivers".

#pragma once

#include "platform/json_write.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOCTOR_STATES(X)                                                                           \
	X(OK, "ok")                                                                                \
	X(WARN, "warn")                                                                            \
	X(FAIL, "fail")

enum doctor_state {
#define X(id, name) DOCTOR_##id,
	DOCTOR_STATES(X)
#undef X
};

#define DOCTOR_PORTS_MAX 32
#define DOCTOR_FINDINGS_MAX (8 + DOCTOR_PORTS_MAX)
#define DOCTOR_NAME 64

struct doctor_port {
	char name[DOCTOR_NAME]; // in Linux, or its PCI address
	char driver[DOCTOR_NAME]; // Linux's; empty: none
	bool pci;
};

struct doctor_machine {
	bool fit_cpu; // has what DPDK is compiled for
	unsigned int cores;
	uint64_t memory_mb, huge_mb;
	bool iommu;
	size_t ports_count;
	struct doctor_port ports[DOCTOR_PORTS_MAX];
	bool support_ended;
};

// Text and hint are English, and said in another language by whoever shows them.
struct doctor_finding {
	const char *check;
	enum doctor_state state;
	char found[2 * DOCTOR_NAME + 8];
	const char *text;
	const char *hint; // NULL: all is well
};

// `root` stands before "/sys": empty but in tests.
void doctor_look(const char *root, struct doctor_machine *ret);
// Pure.  Returns how many there are.
size_t doctor_judge(const struct doctor_machine *m, struct doctor_finding ret[DOCTOR_FINDINGS_MAX]);
const char *doctor_state_name(enum doctor_state s);
// {"items": […]}; `say` puts a sentence into the reader's language, NULL leaves it.
void doctor_write(
	const struct doctor_finding *findings,
	size_t n,
	const char *(*say)(const char *),
	struct json *j
);
