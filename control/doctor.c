// SPDX-License-Identifier: BSD-3-Clause

#include "control/doctor.h"

#include "control/text/language.h"
#include "platform/base.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MEMORY_FAIL_MB 240 // "256 MB" are less when the kernel has taken its share
#define MEMORY_WARN_MB 480

// Linux's drivers of ports that DPDK 22.11 has one of its own for.
static const char *const known_drivers[] = {
	"amd-xgbe",  "atlantic", "bnx2x", "bnxt_en", "cxgb4", "e1000",	    "e1000e",
	"ena",	     "enic",	 "gve",	  "hinic",   "hns3",  "i40e",	    "iavf",
	"ice",	     "igb",	 "igbvf", "igc",     "ixgbe", "ixgbevf",    "mlx4_core",
	"mlx5_core", "nfp",	 "qede",  "sfc",     "txgbe", "virtio-pci", "vmxnet3",
};
// Those by which a port is given to DPDK.
static const char *const giving_drivers[] = {"igb_uio", "uio_pci_generic", "vfio-pci"};

static bool
is_in(const char *name, const char *const *names, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

struct notes {
	struct doctor_finding *list;
	size_t n;
};

static struct doctor_finding *
note(struct notes *notes,
     const char *check,
     enum doctor_state state,
     const char *text,
     const char *hint) {
	struct doctor_finding *f = &notes->list[notes->n++];

	*f = (struct doctor_finding){.check = check, .state = state, .text = text, .hint = hint};
	return f;
}

static void
judge_cpu(const struct doctor_machine *m, struct notes *notes) {
	if (!m->fit_cpu)
		note(notes,
		     "cpu",
		     DOCTOR_FAIL,
		     N_("The processor is too old: DPDK needs SSE4.2."),
		     N_("Take a machine with a 64-bit processor made after 2010."));
	else
		note(notes,
		     "cpu",
		     DOCTOR_OK,
		     N_("The processor has what the dataplane needs."),
		     NULL);
	struct doctor_finding *f = m->cores > 1
		? note(notes,
		       "cores",
		       DOCTOR_OK,
		       N_("The dataplane can have a core of its own."),
		       NULL)
		: note(notes,
		       "cores",
		       DOCTOR_WARN,
		       N_("One core does everything: much traffic slows down all else."),
		       N_("Take a machine with two cores or more."));
	snprintf(f->found, sizeof f->found, "%u", m->cores);
}

static void
judge_memory(const struct doctor_machine *m, struct notes *notes) {
	enum doctor_state state = m->memory_mb < MEMORY_FAIL_MB ? DOCTOR_FAIL
		: m->memory_mb < MEMORY_WARN_MB			? DOCTOR_WARN
								: DOCTOR_OK;
	struct doctor_finding *f = state == DOCTOR_OK
		? note(notes, "memory", state, N_("There is memory enough."), NULL)
		: note(notes,
		       "memory",
		       state,
		       N_("There is little memory for a gateway."),
		       N_("Take a machine with 512 MiB or more, or start spin-dataplane with "
			  "smaller --flows and --mbufs."));
	snprintf(f->found, sizeof f->found, "%" PRIu64 " MiB", m->memory_mb);
	f = m->huge_mb > 0
		? note(notes, "hugepages", DOCTOR_OK, N_("Memory in hugepages is set aside."), NULL)
		: note(notes,
		       "hugepages",
		       DOCTOR_WARN,
		       N_("No hugepages are set aside: it works, but slower."),
		       N_("Set vm.nr_hugepages=128 in /etc/sysctl.d, restart the machine, then "
			  "look again."));
	snprintf(f->found, sizeof f->found, "%" PRIu64 " MiB", m->huge_mb);
}

// Only who hands a port to DPDK needs one.
static void
judge_iommu(const struct doctor_machine *m, struct notes *notes) {
	bool wanted = false;

	for (size_t i = 0; i < m->ports_count; i++)
		wanted |= m->ports[i].pci;
	if (m->iommu || !wanted)
		note(notes,
		     "iommu",
		     DOCTOR_OK,
		     m->iommu ? N_("An IOMMU keeps ports to their own memory.")
			      : N_("No port here needs an IOMMU."),
		     NULL);
	else
		note(notes,
		     "iommu",
		     DOCTOR_WARN,
		     N_("Without an IOMMU a port given to DPDK can reach all memory."),
		     N_("Switch on VT-d or AMD-Vi in the firmware and add intel_iommu=on to the "
			"kernel's command line. Ports that stay with Linux need none."));
}

static void
judge_port(const struct doctor_port *p, struct notes *notes) {
	struct doctor_finding *f;

	if (is_in(p->driver, giving_drivers, ARRAY_LEN(giving_drivers)))
		f = note(notes, "port", DOCTOR_OK, N_("This port is given to DPDK."), NULL);
	else if (p->pci && is_in(p->driver, known_drivers, ARRAY_LEN(known_drivers)))
		f = note(notes, "port", DOCTOR_OK, N_("DPDK has a driver for this port."), NULL);
	else
		f = note(
			notes,
			"port",
			DOCTOR_WARN,
			N_("DPDK has no driver for this port."),
			N_("Leave it to Linux: give it to spin-dataplane by its name, not by its "
			   "PCI address. It is a little slower that way.")
		);
	snprintf(f->found, sizeof f->found, "%s%s%s", p->name, p->driver[0] ? " " : "", p->driver);
}

static void
judge_ports(const struct doctor_machine *m, struct notes *notes) {
	struct doctor_finding *f = m->ports_count >= 2
		? note(notes, "ports", DOCTOR_OK, N_("There are ports enough for a bridge."), NULL)
		: note(notes,
		       "ports",
		       DOCTOR_WARN,
		       N_("A bridge needs two Ethernet ports."),
		       N_("Add one; a USB adapter will do."));

	snprintf(f->found, sizeof f->found, "%zu", m->ports_count);
	for (size_t i = 0; i < m->ports_count; i++)
		judge_port(&m->ports[i], notes);
}

static void
judge_support(const struct doctor_machine *m, struct notes *notes) {
	struct doctor_finding *f = !m->support_ended
		? note(notes, "support", DOCTOR_OK, N_("This version gets security fixes."), NULL)
		: note(notes,
		       "support",
		       DOCTOR_WARN,
		       N_("This version gets no security fixes any more."),
		       N_("Update the gateway."));

	snprintf(f->found, sizeof f->found, "%s", SPIN_SECURITY_UNTIL);
}

size_t
doctor_judge(const struct doctor_machine *m, struct doctor_finding ret[DOCTOR_FINDINGS_MAX]) {
	struct notes notes = {.list = ret};

	judge_cpu(m, &notes);
	judge_memory(m, &notes);
	judge_iommu(m, &notes);
	judge_ports(m, &notes);
	judge_support(m, &notes);
	return notes.n;
}

const char *
doctor_state_name(enum doctor_state s) {
	static const char *const names[] = {
#define X(id, name) [DOCTOR_##id] = name,
		DOCTOR_STATES(X)
#undef X
	};

	return names[s];
}

void
doctor_write(
	const struct doctor_finding *findings,
	size_t n,
	const char *(*say)(const char *),
	struct json *j
) {
	json_object(j);
	json_key(j, "items");
	json_array(j);
	for (size_t i = 0; i < n; i++) {
		const struct doctor_finding *f = &findings[i];
		json_object(j);
		json_key_string(j, "check", f->check);
		json_key_string(j, "state", doctor_state_name(f->state));
		json_key_string(j, "found", f->found);
		json_key_string(j, "text", say ? say(f->text) : f->text);
		json_key_string(j, "hint", say && f->hint ? say(f->hint) : f->hint);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}
