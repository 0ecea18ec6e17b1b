// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as lines of a program that read a stranger's capture: what is taken can be let go of.
#include "control/analyses/fill.h"
#include "control/domain.h"
#include "control/state.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct state s;
	struct fill f = {.s = &s};
	const char *at = (const char *)data, *end = at + size;

	domain_init(NULL);
	state_init(&s);
	s.profiles = (struct profiles){.items = {{.name = "allow-all"}}, .count = 1};
	while (at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((line ? line : end) - at);
		fill_line(&f, at, length);
		at += length + 1;
	}
	fill_end(&f);
	must(s.flows.count <= f.taken);
	state_fini(&s);
	return 0;
}
