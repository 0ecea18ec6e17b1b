// SPDX-License-Identifier: BSD-3-Clause

#include "control/capture/filter.h"

#include "control/text/language.h"

#include <pcap/pcap.h>

#include <stdio.h>
#include <string.h>

_Static_assert(
	sizeof(struct bpf_insn) == sizeof(struct wire_capture_instruction),
	"as on the wire"
);

static bool
fault(struct filter_fault *ret, const char *what, const char *hint) {
	ret->at = 0;
	snprintf(ret->what, sizeof ret->what, "%s", _(what));
	snprintf(ret->hint, sizeof ret->hint, "%s", _(hint));
	return false;
}

static bool
take(const struct bpf_program *p, struct filter *ret, struct filter_fault *ret_fault) {
	if (p->bf_len > WIRE_CAPTURE_INSTRUCTIONS_MAX)
		return fault(
			ret_fault,
			"the filter becomes a program of more than 512 instructions",
			"Name fewer addresses, or a prefix: 'net 192.0.2.0/24'."
		);
	if (!bpf_validate(p->bf_insns, (int)p->bf_len))
		return fault(
			ret_fault,
			"the filter becomes a program that cannot be run",
			"Write it another way."
		);
	ret->count = p->bf_len;
	memcpy(ret->code, p->bf_insns, p->bf_len * sizeof *ret->code);
	return true;
}

bool
filter_compile(const char *text, struct filter *ret, struct filter_fault *ret_fault) {
	struct bpf_program p;
	bool ok;

	ret->count = 0;
	if (!filter_words_check(text, ret_fault))
		return false;
	if (text[strspn(text, " \t")] == 0)
		return true;
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, 262144);
	if (!dead)
		return fault(ret_fault, "out of memory", "Try again.");
	if (pcap_compile(dead, &p, text, 1, PCAP_NETMASK_UNKNOWN) == 0) {
		ok = take(&p, ret, ret_fault);
		pcap_freecode(&p);
	} else {
		ok =
			fault(ret_fault,
			      pcap_geterr(dead),
			      "man pcap-filter says how filters are written.");
	}
	pcap_close(dead);
	return ok;
}
