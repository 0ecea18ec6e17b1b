// SPDX-License-Identifier: BSD-3-Clause
// Two passes: the first finds out who is at home, the second runs the stages.
#include "dataplane/analyze/analyze.h"

#include "dataplane/analyze/print.h"
#include "dataplane/analyze/run.h"
#include "dataplane/eal.h"
#include "platform/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_USAGE 2

struct analysis {
	struct options options;
	struct census census;
	struct findings findings;
	struct wire_stats stats;
	bool incomplete;
};

static int
take_census(struct analysis *a) {
	struct frame f;
	int error;
	struct captures *c = capture_open(a->options.files, a->options.files_n, &error);

	if (c == NULL)
		return error;
	while (error == 0 && capture_next(c, &f)) {
		if (!census_add(&a->census, &a->options, &f))
			error = -ENOMEM;
	}
	int cut = capture_error(c);
	a->incomplete = cut < 0;
	capture_close(c);
	if (error < 0)
		fprintf(stderr, "spinctl: analyze stopped: %s\n", strerror(-error));
	return error == 0 && cut == -ENOTSUP ? cut : error;
}

static int
run_stages(struct analysis *a) {
	static const struct config config = {.no_huge = true};
	int error;
	struct captures *c = capture_open(a->options.files, a->options.files_n, &error);

	if (c == NULL)
		return error;
	capture_quiet(c);
	error = eal_start(&config);
	if (error == 0) {
		error = run_captures(c, &a->census, a->options.workers, &a->findings, &a->stats);
		eal_stop();
	}
	capture_close(c);
	return error;
}

static int
print(struct analysis *a) {
	struct report r = {.census = &a->census, .findings = &a->findings, .stats = &a->stats};

	census_sort(&a->census);
	if (!findings_sort(&a->findings))
		return -ENOMEM;
	struct vendors *vendors = vendors_load(NULL);
	r.vendors = vendors;
	int error = a->options.lines ? print_lines(stdout, &r, a->options.lines)
		: a->options.json    ? print_json(stdout, &r)
				     : print_text(stdout, &r);
	if (error == 0 && fflush(stdout) != 0)
		error = -errno;
	vendors_free(vendors);
	if (error < 0)
		fprintf(stderr, "spinctl: the result could not be written: %s\n", strerror(-error));
	return error;
}

int
analyze_main(int argc, char **argv) {
	struct analysis a = {0};
	int error = options_read(argc, argv, &a.options);

	if (error != 0)
		return error > 0 ? EXIT_SUCCESS : EXIT_USAGE;
	log_set_level("warn");
	error = take_census(&a);
	if (error == 0)
		error = run_stages(&a);
	if (error == 0)
		error = print(&a);
	census_free(&a.census);
	findings_free(&a.findings);
	if (error == -ENOTSUP)
		return EXIT_USAGE;
	return error == 0 && !a.incomplete ? EXIT_SUCCESS : EXIT_FAILURE;
}
