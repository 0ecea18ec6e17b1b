// SPDX-License-Identifier: BSD-3-Clause
// Whether what was read is a list: by what its beginning gives away, and by how much of it was
// understood.  A server's page that says sorry must not replace a hundred thousand names.

#include "control/lists_read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static unsigned long
most_lines(const struct lists_findings *f, unsigned long *ret_all, const char **ret_name) {
	static const char *const names[] = {
#define X(name, text) text,
		LISTS_FORMS(X)
#undef X
	};
	unsigned long most = 0;

	*ret_all = 0;
	*ret_name = NULL;
	for (unsigned int i = 0; i < LISTS_FORM_COUNT; i++) {
		*ret_all += f->form[i];
		if (f->form[i] > most) {
			most = f->form[i];
			*ret_name = names[i];
		}
	}
	return most;
}

const char *
lists_form_of(const struct lists_findings *f) {
	const char *name;
	unsigned long all;
	unsigned long most = most_lines(f, &all, &name);

	return most * 10 < all * 9 ? "mixed" : name;
}

int
lists_judge(const struct lists_findings *f, char ret_error[LISTS_FINDING]) {
	const char *name = lists_form_of(f);

	if (f->no_list) {
		snprintf(ret_error, LISTS_FINDING, "it is no list but %s", f->no_list);
		return -EINVAL;
	}
	if (f->wrong == 0 || f->wrong <= f->entries + f->exceptions)
		return 0;
	const char *first = f->kept ? strchr(f->text[0], ':') : NULL;
	snprintf(
		ret_error,
		LISTS_FINDING,
		"it is no list: %lu entries were recognised%s%s%s, %lu lines were not, the first "
		"at %.140s",
		f->entries,
		name ? " (" : "",
		name ? name : "",
		name ? ")" : "",
		f->wrong,
		first ? first + 1 : "its begin"
	);
	return -EINVAL;
}
