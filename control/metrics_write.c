// SPDX-License-Identifier: BSD-3-Clause

#include "control/metrics_write.h"

#include <inttypes.h>
#include <string.h>

// OpenMetrics calls a family by its name without what its type adds.
static int
family_length(const struct metrics_writer *m, const char *name, const char *type) {
	const char *end = strcmp(type, "counter") == 0 ? "_total" : "_info";
	size_t n = strlen(name), cut = strlen(end);

	if (m->open && strcmp(type, "gauge") != 0 && n > cut && strcmp(name + n - cut, end) == 0)
		n -= cut;
	return (int)n;
}

void
metric_family(struct metrics_writer *m, const char *name, const char *type, const char *help) {
	int n = family_length(m, name, type);
	bool is_info = strcmp(type, "info") == 0;

	m->name = name;
	fprintf(m->f,
		"# HELP %.*s %s\n# TYPE %.*s %s\n",
		n,
		name,
		help,
		n,
		name,
		is_info && !m->open ? "gauge" : type);
}

void
metric_plain(struct metrics_writer *m, uint64_t value) {
	fprintf(m->f, "%s %" PRIu64 "\n", m->name, value);
}

static void
write_escaped(FILE *f, const char *value) {
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			fputc('\\', f);
		fputc(*value == '\n' ? ' ' : *value, f);
	}
}

void
metric_labelled(struct metrics_writer *m, uint64_t value, const char *const *labels) {
	fprintf(m->f, "%s{", m->name);
	for (size_t i = 0; labels[i]; i += 2) {
		fprintf(m->f, "%s%s=\"", i ? "," : "", labels[i]);
		write_escaped(m->f, labels[i + 1]);
		fputc('"', m->f);
	}
	fprintf(m->f, "} %" PRIu64 "\n", value);
}
