// SPDX-License-Identifier: BSD-3-Clause
// Whether this machine is fit; asks nobody, so that it can be run before anything is set up.

#include "control/doctor.h"

#include "control/spinctl/cli.h"
#include "control/spinctl/text_out.h"

#include <stdio.h>

int
run_doctor(struct cli *c) {
	struct doctor_finding list[DOCTOR_FINDINGS_MAX];
	struct doctor_machine machine;
	bool fit = true;

	doctor_look("", &machine);
	size_t n = doctor_judge(&machine, list);
	for (size_t i = 0; i < n; i++)
		fit = fit && list[i].state != DOCTOR_FAIL;
	if (c->json) {
		struct json j;
		json_init(&j);
		doctor_write(list, n, NULL, &j);
		puts(j.failed ? "{}" : j.text);
		json_free(&j);
		return fit ? EXIT_OK : EXIT_FAILED;
	}
	for (size_t i = 0; i < n; i++) {
		const struct doctor_finding *f = &list[i];
		printf("%-5s %-10s ", doctor_state_name(f->state), f->check);
		text_put(stdout, f->found);
		printf("%s%s\n", f->found[0] ? ": " : "", f->text);
		if (f->hint)
			printf("%-17s%s\n", "", f->hint);
	}
	return fit ? EXIT_OK : EXIT_FAILED;
}
